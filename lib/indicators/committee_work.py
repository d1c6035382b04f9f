"""Indicators of the work of owners' committees: what is close or missed before an election, the freeze, meetings, seats, stars.

Its one rule: what has a list on 业委会 is counted here, so that list and figure are the same rows.
"""

from __future__ import annotations

from lib.indicators.algebra import Indicator, Rows, among, count, fails, filled, holds, total
from lib.indicators.declaring import number, ratio, share
from lib.indicators.judging import ByTarget, NoneLeft

FORMED = Rows("committees").where(among("formation_status", "已组建"))
ACTING_SELVES = FORMED.where(fails("substituted"))
MEETING = ACTING_SELVES.where(filled("last_meeting"))
S1 = "上海市住宅物业管理规定（2023-12-28修正）"
S15A = "若干意见（沪房规范〔2021〕6号）"

COMMITTEE_WORK: tuple[Indicator, ...] = (
    number(
        "G08A",
        "换届报告30日内到期数",
        "reports due within 30 days",
        count(FORMED.where(holds("report_soon"))),
        definition="任期未届满、尚未提交换届书面报告，报告期限在今后30日内（含当日）的业委会数。",
        basis=f"{S1}第28条",
        thresholds=("committee.report_months", "committee.report_soon_days"),
        grain="DSC",
    ),
    number(
        "G08B",
        "换届报告逾期数",
        "reports missed",
        count(FORMED.where(holds("report_missed"))),
        good="down",
        definition="任期未届满、换届书面报告期限已过而未报告、也未成立换届改选小组的业委会数；任期已届满的列入超期未启动。",
        basis=f"{S1}第28条",
        thresholds=("committee.report_months",),
        judging=NoneLeft(),
        grain="DSC",
    ),
    number(
        "G08C",
        "改选小组逾期数",
        "groups missed",
        count(FORMED.where(holds("group_missed"))),
        good="down",
        definition="任期未届满、已报告而60日内未成立换届改选小组的业委会数；任期已届满的列入超期未启动。",
        basis=f"{S1}第28–29条",
        thresholds=("committee.group_days",),
        judging=NoneLeft(),
        grain="DSC",
    ),
    number(
        "G08D",
        "冻结期业委会数",
        "committees in the freeze",
        count(FORMED.where(holds("frozen"))),
        definition="换届改选小组已成立、新一届尚未选举产生的业委会数；此期间不得就选聘解聘物业、调价、重大维修召集表决。",
        basis=f"{S1}第29条",
        grain="DSC",
    ),
    number(
        "G08E",
        "冻结期内安排表决数",
        "votes within the freeze",
        count(FORMED.where(holds("frozen_vote"))),
        good="down",
        also=("fee_changes", "maintenance_funds"),
        definition="现处冻结期，而物业费调价或维修资金续筹的表决日期在改选小组成立之日及以后的业委会数。",
        basis=f"{S1}第29条",
        judging=NoneLeft(),
        grain="DSC",
        caution="续筹维修资金是否属于冻结事项，由街镇核对；计划日期也可能在选举之后。",
    ),
    number(
        "G11N",
        "备案逾期数",
        "filings missed",
        count(FORMED.where(holds("filing_missed"))),
        good="down",
        definition="选举成功30日后尚未备案的业委会数。",
        basis=f"{S1}第23、29条",
        thresholds=("committee.filing_days",),
        judging=NoneLeft(),
        grain="DSC",
    ),
    number(
        "G12N",
        "年度审计未按时完成数",
        "annual audits not done in time",
        count(FORMED.where(fails("audited_on_time"))),
        good="down",
        definition="当年6月底前没有完成年度审计的已组建业委会数；6月底以前为尚未完成的。",
        basis=f"{S15A}十一",
        thresholds=("committee.annual_audit_month",),
        grain="DSC",
    ),
    share(
        "G34",
        "两个月内开会率",
        "met within two months",
        of=MEETING,
        that=holds("met_in_time"),
        good="up",
        definition="最近一次会议在截至日前两个月以内的业委会所占比例；替代履职的和没有填会议日期的不计入。",
        basis=f"{S1}第26条",
        thresholds=("committee.meeting_months",),
        judging=ByTarget(),
    ),
    number(
        "G34A",
        "六个月未开会数",
        "idle for six months",
        count(FORMED.where(holds("idle"))),
        good="down",
        definition="最近一次会议距截至日超过6个月的业委会数，应提前换届；没有填会议日期的不计入。",
        basis=f"{S1}第32条",
        thresholds=("committee.idle_months",),
        judging=NoneLeft(),
        grain="DSC",
    ),
    ratio(
        "G32",
        "委员到位率",
        "seats filled",
        total(ACTING_SELVES, "seated"),
        total(ACTING_SELVES, "seats"),
        good="up",
        definition="委员现有人数之和占应有人数之和的比例；替代履职的和两数没有填全的不计入。",
        basis=f"{S1}第20、32条",
        judging=ByTarget(),
    ),
    number(
        "G32A",
        "委员不足半数业委会数",
        "seats below half",
        count(FORMED.where(holds("seats_short"))),
        good="down",
        definition="现有委员不足应有人数一半的业委会数，应提前换届。",
        basis=f"{S1}第32条",
        thresholds=("committee.seats_least",),
        judging=NoneLeft(),
        grain="DSC",
    ),
    number(
        "G33",
        "已评星级业委会数",
        "rated committees",
        count(FORMED.where(filled("rating_stars"))),
        split="rating_stars",
        definition="已有规范化运作评价星级的业委会数，按星级分列。",
        basis=f"{S15A}十",
        grain="DSC",
    ),
)
