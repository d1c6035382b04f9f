"""Indicators of owners' committees: G01–G07 and G25 (domain.md B.2)."""

from __future__ import annotations

from lib.indicators.algebra import Rows, Theme, among, count, fails, filled, holds, number, ratio, share
from lib.rules.derived import OVERDUE_IDLE, OVERDUE_RENEWING

COMPOUNDS = Rows("compounds")
ELIGIBLE = COMPOUNDS.where(holds("eligible_for_assembly"))
FORMED = Rows("committees", (among("formation_status", "已组建"),))
EXPIRED = FORMED.where(among("term_state", OVERDUE_RENEWING, OVERDUE_IDLE))
ACTING = Rows("committees", (among("substitute", "居委会代为履职", "物业治理委员会"),))
KNOWN = ELIGIBLE.where(filled("formed"))
"""Compounds that the committees' table says something of: where it is silent, nothing is taken for not formed."""
S1 = "上海市住宅物业管理规定（2023-12-28修正）"

GOVERNANCE = Theme(
    "governance",
    "小区治理",
    (
        number("G01", "住宅小区数", "compounds", count(COMPOUNDS), definition="小区名册中的住宅小区（物业管理区域）数。", basis="B.2 G01"),
        number("G02", "符合条件小区数", "eligible compounds", count(ELIGIBLE),
               definition="符合成立业主大会条件的小区数：出售并交付面积达50%，或首套交付满2年。", basis=f"{S1}第13条"),
        number("G03N", "已组建业委会数", "committees formed", count(FORMED), good="up",
               definition="组建状态为“已组建”的业主委员会数。", basis=f"{S1}第13–16条"),
        share("G03", "业委会组建率", "formation rate", of=KNOWN, that=holds("formed"), good="up",
              also=("committees",), definition="已组建业委会的小区数占符合条件小区数的比例；业委会表中没有的小区不计入分母。",
              basis=f"{S1}第13–16条"),
        number("G04", "应建未建数", "eligible, not formed", count(ELIGIBLE.where(fails("formed"))), good="down", also=("committees",),
               definition="符合条件而尚未组建业委会的小区数；业委会表中没有的小区不计入。", basis=f"{S1}第13–16条"),
        number("G05N", "任期有效业委会数", "committees in term", count(FORMED.where(holds("in_term"))), good="up",
               definition="已组建、截至日不晚于任期止、且不属替代履职的业委会数。", basis=f"{S1}第20条"),
        ratio("G05", "任期有效率", "in-term rate", count(FORMED.where(holds("in_term"))), count(FORMED), good="up",
              definition="任期在有效期内的业委会数占已组建业委会数的比例。", basis=f"{S1}第20条"),
        number("G06", "超期未换届数", "expired terms", count(EXPIRED), good="down",
               definition="已组建、任期已届满而未完成换届的业委会数；替代履职的另行列出，不计入。", basis=f"{S1}第28–29条"),
        number("G07", "临期数（6个月内）", "expiring within six months", count(FORMED.where(holds("expiring"))), good="down",
               definition="任期止在截至日之后、6个月之内的业委会数。", basis=f"{S1}第28条",
               thresholds=("committee.expiring_months",)),
        number("G25", "替代履职小区数", "substitute arrangements", count(ACTING),
               good="down", split="substitute", definition="由居委会代为履职或成立物业治理委员会的小区数。", basis="B.2 G25"),
    ),
)
