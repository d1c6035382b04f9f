"""目标: what is to be reached, by indicator, 街镇 and year (domain.md C.1). The district's own target stands beside each share."""

from __future__ import annotations

from lib.datasets.columns import NOTE, SUBDISTRICT
from lib.spec.fields import Dataset, Field, Nature, Need
from lib.spec.kinds import Kind

MEASURE = "指标单位"
"""Unit of a number whose unit stands in the row: every indicator has its own."""


def _value(name: str, title: str, aliases: tuple[str, ...], need: Need = Need.OPTIONAL, note: str = "") -> Field:
    return Field(name, title, Kind.DECIMAL, need, aliases, unit=MEASURE, minimum=0, maximum=1_000_000_000, note=note)


TARGETS = Dataset(
    id="targets",
    title="年度目标分解表",
    form_code="PT-MB-01",
    version=1,
    grain="一行一项指标在一个街镇一个年度的目标",
    key=("indicator", "subdistrict", "year"),
    nature=Nature.REGISTER,
    summary="各项指标的年度目标，全区目标和分解到街镇的目标。",
    fields=(
        Field("indicator", "指标编号", Kind.CODE, Need.REQUIRED, ("指标代码", "指标编码"), note="“指标与口径”页上的编号，例如 G03"),
        Field("indicator_name", "指标名称", Kind.TEXT, Need.COLUMN, ("指标", "目标名称")),
        SUBDISTRICT,
        Field("year", "目标年度", Kind.YEAR, Need.REQUIRED, ("年度", "年份"), unit="年", minimum=2000, maximum=2100),
        Field("measure", "计量单位", Kind.TEXT, Need.COLUMN, ("目标单位",), note="例如 %、户、台、张；%按点数填，75%填75"),
        _value("target", "目标值", ("街镇目标值", "年度目标", "街镇目标"), Need.COLUMN, "本街镇的目标；没有分解的留空"),
        _value("district_target", "全区目标值", ("全区目标",), Need.COLUMN, "同一指标同一年度各行相同"),
        _value("baseline", "基期值", ("上年实绩", "基数")),
        _value("district_baseline", "全区基期值", ("全区基期", "全区上年实绩"), Need.OPTIONAL, "同一指标同一年度各行相同"),
        Field("due_date", "完成时限", Kind.DATE, aliases=("目标时限", "时限"), ends=True),
        Field("basis", "目标依据", Kind.TEXT, aliases=("依据", "文件依据")),
        NOTE,
    ),
)
