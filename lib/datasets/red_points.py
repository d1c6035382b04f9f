"""红色物业: points of practice and of demonstration by compound (domain.md A.3.4)."""

from __future__ import annotations

from lib.datasets.columns import COMPOUND_NAME, NOTE, SUBDISTRICT, compound_id
from lib.spec.checks import AtMost, KnownIn, NeverFalls, RequiredWhen
from lib.spec.fields import Dataset, Field, Nature, Need
from lib.spec.kinds import Kind
from lib.spec.level import Level

RED_POINTS = Dataset(
    id="red_points",
    title="红色物业创建情况表",
    form_code="PT-YW-05",
    version=1,
    grain="一行一个小区的一个创建点",
    key=("compound_id", "point_type"),
    nature=Nature.REGISTER,
    summary="红色物业实践点、示范点的申报、命名和复核。",
    fields=(
        compound_id(),
        COMPOUND_NAME,
        SUBDISTRICT,
        Field(
            "point_type",
            "创建类型",
            Kind.CHOICE,
            Need.REQUIRED,
            ("类型", "点位类型", "红色物业类型"),
            choices=("实践点", "示范点"),
            choice_aliases={"红色物业实践点": "实践点", "红色物业示范点": "示范点"},
        ),
        Field(
            "status",
            "状态",
            Kind.CHOICE,
            Need.REQUIRED,
            ("创建状态", "当前状态"),
            choices=("申报中", "已命名", "复核通过", "复核未通过", "已取消"),
            choice_aliases={"已申报": "申报中", "命名": "已命名", "取消": "已取消", "摘牌": "已取消"},
        ),
        Field("apply_date", "申报日期", Kind.DATE, Need.COLUMN),
        Field("named_date", "命名日期", Kind.DATE, Need.COLUMN, ("授牌日期", "挂牌日期")),
        Field("review_date", "复核日期", Kind.DATE),
        NOTE,
    ),
    checks=(
        AtMost(Level.WARNING, "apply_date", "named_date"),
        AtMost(Level.WARNING, "named_date", "review_date"),
        RequiredWhen(Level.WARNING, ("named_date",), "status", ("已命名", "复核通过", "复核未通过")),
        RequiredWhen(Level.WARNING, ("review_date",), "status", ("复核通过", "复核未通过")),
    ),
    across=(KnownIn(Level.WARNING, "compound_id", "compounds"), NeverFalls(Level.WARNING, "named_date")),
)
