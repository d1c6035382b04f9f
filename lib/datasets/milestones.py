"""项目节点: planned and actual day of every node of a renewal project's ladder (domain.md A.1.1, A.1.2–A.1.5)."""

from __future__ import annotations

from lib.datasets.columns import NOTE, PROJECT_ID, PROJECT_NAME, SUBDISTRICT
from lib.datasets.ladders import RENEWAL_LADDERS
from lib.datasets.renewal_projects import PROJECT_TYPE
from lib.spec.checks import KnownIn, NeverFalls, OnLadder
from lib.spec.fields import Dataset, Field, Nature, Need
from lib.spec.kinds import Kind
from lib.spec.level import Level

PROJECT_NODES = Dataset(
    id="milestones",
    title="旧住房更新项目节点计划和完成情况表",
    form_code="PT-GX-03",
    version=1,
    grain="一行一个更新项目的一个节点",
    key=("project_id", "node"),
    nature=Nature.REGISTER,
    summary="项目各节点的首次计划、现行计划和实际日期。",
    fields=(
        PROJECT_ID,
        PROJECT_NAME,
        PROJECT_TYPE,
        SUBDISTRICT,
        Field(
            "node",
            "节点",
            Kind.CHOICE,
            Need.REQUIRED,
            ("节点名称", "项目节点", "里程碑"),
            choices=tuple(dict.fromkeys(stage for ladder in RENEWAL_LADDERS.values() for stage in ladder.stages)),
            choice_aliases={"签约": "协议签订", "外搬": "外搬过渡", "已回搬": "回搬", "开工": "施工"},
            note="按本类项目的阶段填写",
        ),
        Field(
            "first_plan_date",
            "首次计划日期",
            Kind.DATE,
            aliases=("原计划日期", "首次计划", "原计划完成日期"),
            ends=True,
            note="第一次排定的日期，以后不再变动",
        ),
        Field("plan_date", "计划日期", Kind.DATE, Need.COLUMN, ("现计划日期", "计划完成日期", "调整后计划日期"), ends=True),
        Field("actual_date", "实际日期", Kind.DATE, Need.COLUMN, ("实际完成日期", "完成日期"), note="未完成的留空"),
        Field("delay_reason", "延期原因", Kind.TEXT, aliases=("调整原因", "滞后原因")),
        NOTE,
    ),
    checks=(OnLadder(Level.FATAL, "node", "project_type", {name: ladder.stages for name, ladder in RENEWAL_LADDERS.items()}),),
    across=(
        KnownIn(Level.WARNING, "project_id", "renewal_projects"),
        NeverFalls(Level.WARNING, "first_plan_date"),
        NeverFalls(Level.WARNING, "actual_date"),
    ),
)
