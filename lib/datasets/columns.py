"""Columns that several forms carry alike. Its one rule: a column said the same way everywhere is read the same way everywhere."""

from __future__ import annotations

from lib.spec.checks import AtMost, Check
from lib.spec.fields import Field, Need
from lib.spec.geodesy import BD09, DATUMS, GCJ02, SHANGHAI, WGS84
from lib.spec.kinds import Kind
from lib.spec.level import Level
from lib.spec.text import fold

VOTE_BASIS = "民法典 278"

SUBDISTRICT = Field(
    "subdistrict", "街镇", Kind.SUBDISTRICT, Need.REQUIRED, ("所属街镇", "街道（镇）", "街道镇", "属地街镇", "所在街镇", "街道")
)
COMPOUND_NAME = Field("compound_name", "小区名称", Kind.TEXT, Need.COLUMN, ("小区名", "住宅小区名称"))
PROJECT_ID = Field(
    "project_id", "项目编码", Kind.CODE, Need.REQUIRED, ("项目代码", "项目编号"), note="与《旧住房更新改造项目进展表》的项目编码一致"
)
PROJECT_NAME = Field("project_name", "项目名称", Kind.TEXT, Need.COLUMN, ("项目名",))
NOTE = Field("note", "备注", Kind.TEXT, aliases=("说明",))
DATUM_ALIASES = {
    "cgcs2000": WGS84,
    "国家2000": WGS84,
    "2000国家大地坐标系": WGS84,
    "天地图": WGS84,
    "gps": WGS84,
    "wgs84": WGS84,
    "gcj02": GCJ02,
    "高德": GCJ02,
    "高德地图": GCJ02,
    "腾讯": GCJ02,
    "腾讯地图": GCJ02,
    "火星坐标": GCJ02,
    "国测局坐标": GCJ02,
    "bd09": BD09,
    "百度": BD09,
    "百度地图": BD09,
    "百度坐标": BD09,
    "上海2000坐标系": SHANGHAI,
    "上海平面": SHANGHAI,
    "上海平面坐标": SHANGHAI,
    "上海城市坐标": SHANGHAI,
    "上海城建坐标": SHANGHAI,
}


def datum_named(text: str) -> str:
    """The system of coordinates behind a name or alias; empty when the table does not have it."""
    folded = fold(text)
    names = {**{fold(one): one for one in DATUMS}, **{fold(alias): one for alias, one in DATUM_ALIASES.items()}}
    return names.get(folded, "")


def coordinates(need: Need = Need.OPTIONAL) -> tuple[Field, Field, Field]:
    """Where a row lies, as it was written: `lib.ingest.coordinates` holds the two numbers against their system and the 街镇. Metres of
    the plane are as good as degrees, hence the wide range.
    """
    low, high = -100_000, 100_000
    east = "十进制度，例如 121.41234；坐标系为“上海2000”的填横坐标（东），以米计"
    north = "十进制度，例如 31.25432；坐标系为“上海2000”的填纵坐标（北），以米计"
    datum = "填了经纬度的必填：高德、腾讯地图取点填 GCJ-02，百度地图取点填 BD-09，GPS、天地图和 CGCS2000 填 WGS-84，平面坐标填上海2000"
    return (
        Field("lon", "经度", Kind.DECIMAL, need, ("东经", "lng", "lon"), unit="°", minimum=low, maximum=high, note=east),
        Field("lat", "纬度", Kind.DECIMAL, need, ("北纬", "lat"), unit="°", minimum=low, maximum=high, note=north),
        Field(
            "datum", "坐标系", Kind.CHOICE, aliases=("坐标系统",), choices=DATUMS, choice_aliases=DATUM_ALIASES, note=datum
        ),
    )


def compound_id(need: Need = Need.REQUIRED, note: str = "与《住宅小区基本情况表》的小区编码一致") -> Field:
    """The code of a compound, as the register of compounds has it."""
    return Field("compound_id", "小区编码", Kind.CODE, need, ("小区代码", "小区编号"), note=note)


def vote_fields(prefix: str, group: str, day: str = "表决日期") -> tuple[Field, ...]:
    """An owners' vote: its day, the base, who took part and who agreed, each in heads and in area (domain.md, "Seven things", 3).

    prefix: of the columns' names; group: their upper header.
    """
    parts: list[Field] = [Field(f"{prefix}_date", day, Kind.DATE, aliases=(f"{group}日期", f"{group}{day}"), group=group)]
    for name, word, other in (("base", "应参与", "全体"), ("voted", "参与", "实际参与"), ("agreed", "同意", "赞成")):
        parts.append(
            Field(
                f"{prefix}_{name}_heads",
                f"{word}人数",
                Kind.INTEGER,
                aliases=(f"{other}人数", f"{word}业主人数", f"{group}{word}人数"),
                group=group,
                unit="人",
                minimum=0,
                maximum=50_000,
                note="业主人数，不是户数" if name == "base" else "",
            )
        )
        parts.append(
            Field(
                f"{prefix}_{name}_area",
                f"{word}面积",
                Kind.DECIMAL,
                aliases=(f"{other}面积", f"{word}专有部分面积", f"{group}{word}面积"),
                group=group,
                unit="㎡",
                minimum=0,
                maximum=3_000_000,
                note="专有部分面积" if name == "base" else "",
            )
        )
    return tuple(parts)


def vote_checks(prefix: str) -> tuple[Check, ...]:
    """Nobody agrees who did not take part, nobody takes part who may not vote."""
    return tuple(
        AtMost(Level.FATAL, f"{prefix}_{lesser}_{what}", f"{prefix}_{greater}_{what}", basis=VOTE_BASIS)
        for what in ("heads", "area")
        for lesser, greater in (("agreed", "voted"), ("voted", "base"))
    )
