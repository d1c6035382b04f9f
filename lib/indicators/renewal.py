"""Indicators of the renewal of old housing: R01, R03, R05, R13, R16 (domain.md B.2)."""

from __future__ import annotations

from lib.indicators.algebra import Rows, Theme, count, holds, number, ratio, total

PROJECTS = Rows("renewal_projects")
ACTIVE = PROJECTS.where(holds("active"))
SIGNING = PROJECTS.where(holds("signing"))
RETURNING = PROJECTS.where(holds("returning"))
OVERDUE = PROJECTS.where(holds("overdue"))
S3 = "旧住房成套改造和拆除重建实施管理办法（沪房规范〔2023〕1号，2023-02-01起施行，原定至2024-12-31）"
S4 = "上海市城市更新条例（2021-08-25）"

RENEWAL = Theme(
    "renewal",
    "城市更新",
    (
        number("R01", "在册更新项目数", "active renewal projects", count(ACTIVE), split="project_type",
               definition="当前阶段早于本类项目完成阶段（回搬、竣工验收、收尾）的更新项目数，分改造类别。", basis="B.2 R01"),
        ratio("R03", "签约率", "signing rate", total(SIGNING, "households_signed"), total(SIGNING, "households_to_sign"), good="up",
              definition="正在签约的成套改造、拆除重建类项目，已签约户数占应签约户数的比例；应签约户数以实施方案认定日为准。",
              basis=f"{S3}第12、13条；{S4}第32条", thresholds=("renewal.signing_gate",), moving=True),
        number("R05", "距生效差户", "households short of the gate", total(SIGNING, "households_short"), good="down",
               definition="正在签约的项目达到生效线还差的户数：逐项目向上取整后相加。", basis=f"{S3}第13条",
               thresholds=("renewal.signing_gate",), moving=True),
        number("R13", "回搬户数", "moved-back households", total(RETURNING, "households_returned"), good="up",
               definition="已进入回搬阶段的成套改造、拆除重建类项目，已回搬的户数。", basis="B.2 R13"),
        ratio("R13B", "回搬率", "moved-back rate", total(RETURNING, "households_returned"), total(RETURNING, "households_to_return"),
              good="up", definition="已进入回搬阶段的项目，已回搬户数占应回搬户数的比例。", basis="B.2 R13"),
        number("R16", "超期项目数", "overdue projects", count(OVERDUE), good="down",
               definition="在册或回搬未完成的项目中，至少有一个节点计划日期早于截至日而没有实际日期的项目数。", basis="B.2 R16"),
    ),
)
