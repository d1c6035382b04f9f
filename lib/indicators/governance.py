"""Indicators of owners' committees: G01–G12, G24–G26, G30 (domain.md B.2)."""

from __future__ import annotations

from lib.indicators.algebra import Rows, Theme, among, count, fails, filled, holds, peak
from lib.indicators.declaring import mean, number, ratio, share
from lib.indicators.judging import ByTarget, NoneLeft
from lib.rules.terms import OVERDUE_IDLE, OVERDUE_RENEWING

COMPOUNDS = Rows("compounds")
ELIGIBLE = COMPOUNDS.where(holds("eligible_for_assembly"))
COMMITTEES = Rows("committees")
FORMED = COMMITTEES.where(among("formation_status", "已组建"))
EXPIRED = FORMED.where(among("term_state", OVERDUE_RENEWING, OVERDUE_IDLE))
ACTING = COMMITTEES.where(holds("substituted"))
REPORTING = FORMED.where(holds("report_due"))
ENDED = FORMED.where(holds("renewal_due"))
TO_FILE = FORMED.where(holds("filing_due"))
DISSOLVED = COMMITTEES.where(among("formation_status", "已注销"))
KNOWN = ELIGIBLE.where(filled("formed"))
"""Compounds that the committees' table says something of: where it is silent, nothing is taken for not formed."""
S1 = "上海市住宅物业管理规定（2023-12-28修正）"
S7 = "关于建立住宅小区业主委员会秘书制度的实施意见（试行）（沪房物业〔2026〕84号）"
S15A = "若干意见（沪房规范〔2021〕6号）"

GOVERNANCE = Theme(
    "governance",
    "小区治理",
    "committees",
    (
        number(
            "G01",
            "住宅小区数",
            "compounds",
            count(COMPOUNDS),
            definition="小区名册中的住宅小区（物业管理区域）数。",
            basis="B.2 G01",
        ),
        number(
            "G02",
            "符合条件小区数",
            "eligible compounds",
            count(ELIGIBLE),
            definition="填报为符合成立业主大会条件的小区数；条件为出售并交付面积达50%，或首套交付满2年。",
            basis=f"{S1}第13条",
        ),
        number(
            "G03N",
            "已组建业委会数",
            "committees formed",
            count(FORMED),
            good="up",
            definition="组建状态为“已组建”的业主委员会数。",
            basis=f"{S1}第13–16条",
        ),
        share(
            "G03",
            "业委会组建率",
            "formation rate",
            of=KNOWN,
            that=holds("formed"),
            good="up",
            judging=ByTarget(),
            also=("committees",),
            definition="已组建业委会的小区数占符合条件小区数的比例；业委会表中没有的小区不计入分母。",
            basis=f"{S1}第13–16条",
        ),
        number(
            "G04",
            "应建未建数",
            "eligible, not formed",
            count(ELIGIBLE.where(fails("formed"))),
            good="down",
            also=("committees",),
            definition="符合条件而尚未组建业委会的小区数；业委会表中没有的小区不计入。",
            basis=f"{S1}第13–16条",
            judging=NoneLeft(),
            grain="DSC",
        ),
        number(
            "G05N",
            "任期有效业委会数",
            "committees in term",
            count(FORMED.where(holds("in_term"))),
            good="up",
            definition="已组建、截至日不晚于任期止、且不属替代履职的业委会数。",
            basis=f"{S1}第20条",
        ),
        ratio(
            "G05",
            "任期有效率",
            "in-term rate",
            count(FORMED.where(holds("in_term"))),
            count(FORMED),
            good="up",
            judging=ByTarget(),
            definition="任期在有效期内的业委会数占已组建业委会数的比例。",
            basis=f"{S1}第20条",
        ),
        number(
            "G06",
            "超期未换届数",
            "expired terms",
            count(EXPIRED),
            good="down",
            definition="已组建、任期已届满而未完成换届的业委会数；替代履职的另行列出，不计入。",
            basis=f"{S1}第28–29条",
            judging=NoneLeft(),
            split="term_state",
            grain="DSC",
        ),
        number(
            "G07",
            "临期数（6个月内）",
            "expiring within six months",
            count(FORMED.where(holds("expiring"))),
            good="down",
            definition="任期止在截至日之后、6个月之内的业委会数。",
            basis=f"本系统建议口径：书面报告期限（届满前5个月，{S1}第28条）前一个月提醒",
            thresholds=("committee.expiring_months",),
            grain="DSC",
        ),
        *(
            number(
                f"G07{letter}",
                f"{months}个月内届满数",
                f"expiring within {months} months",
                count(FORMED.where(holds(f"ends_in_{months}"))),
                definition=f"任期止在截至日之后、{months}个月之内的业委会数（展望：只数已报的任期止，不作推测）。",
                basis=f"{S1}第28条",
                grain="DSC",
            )
            for letter, months in (("A", 3), ("B", 12))
        ),
        ratio(
            "G08",
            "按时报告率",
            "on-time renewal reports",
            count(REPORTING.where(holds("reported_on_time"))),
            count(REPORTING),
            good="up",
            period="当月",
            definition="换届书面报告期限在当月的业委会中，已按期报告的所占比例；替代履职的除外。",
            basis=f"{S1}第28条",
            thresholds=("committee.report_months",),
            judging=ByTarget(),
            moving=True,
        ),
        ratio(
            "G09",
            "按时换届率",
            "on-time renewals",
            count(ENDED.where(holds("renewed_on_time"))),
            count(ENDED),
            good="up",
            period="本年累计",
            definition="当年任期届满的业委会中，届满日前完成选举的所占比例；已换届的以上届任期止为准，替代履职的除外。",
            basis=f"{S1}第28–29条",
            judging=ByTarget(),
        ),
        mean(
            "G10",
            "平均超期天数",
            "mean days over",
            EXPIRED,
            "days_over",
            good="down",
            definition="任期已届满而未完成换届的业委会，截至日距任期止的天数平均。",
            basis=f"{S1}第28–29条",
        ),
        ratio(
            "G11",
            "备案及时率",
            "filed in time",
            count(TO_FILE.where(holds("filed_on_time"))),
            count(TO_FILE),
            good="up",
            period="当月",
            definition="选举后备案期限在当月的业委会中，已按期备案的所占比例。",
            basis=f"{S1}第23、29条",
            thresholds=("committee.filing_days",),
            judging=ByTarget(),
            moving=True,
        ),
        ratio(
            "G12",
            "年度审计完成率",
            "annual audits done",
            count(FORMED.where(holds("audited_on_time"))),
            count(FORMED),
            good="up",
            period="本年累计",
            definition="当年6月底前完成年度审计的业委会占已组建业委会的比例。",
            basis=f"{S15A}十一",
            thresholds=("committee.annual_audit_month",),
            judging=ByTarget(),
        ),
        ratio(
            "G24",
            "培训覆盖率",
            "training coverage",
            peak(Rows("trainings", (), "year_any"), "committees"),
            count(FORMED),
            good="up",
            period="本年累计",
            definition="各街镇当年覆盖业委会最多的一次培训所覆盖的业委会数，占已组建业委会数的比例；多次培训之间可能重复，故为下限。",
            basis="新民晚报（2024-09）",
            judging=ByTarget(),
            caution="下限：只取每个街镇覆盖最广的一次，不累加。",
        ),
        number(
            "G25",
            "替代履职小区数",
            "substitute arrangements",
            count(ACTING),
            good="down",
            split="substitute",
            definition="由居委会代为履职或成立物业治理委员会的小区数。",
            basis="B.2 G25",
            grain="DSC",
        ),
        share(
            "G26",
            "业委会秘书覆盖率",
            "secretary coverage",
            of=FORMED,
            that=holds("secretary"),
            good="up",
            judging=ByTarget(),
            definition="已选派业委会秘书的业委会占已组建业委会的比例；未填的按未选派计。",
            basis=S7,
        ),
        number(
            "G30",
            "合并注销小区数",
            "merged small compounds",
            count(DISSOLVED),
            definition="业委会已注销（小微小区合并等）的小区数。",
            basis="新民晚报（2024-09）；普房管规范〔2025〕1号",
            caution="报表没有合并面积，只计个数。",
        ),
    ),
)
