"""Indicators of 维修资金: whom its balance makes top up, and how far that is (domain.md B.2, G18–G20).

Its one rule: restored, collected short of the line and voted down are told apart; one who is through counts in one of them only.
"""

from __future__ import annotations

from lib.indicators.algebra import Indicator, Rows, among, count, holds, total
from lib.indicators.committee_work import S1
from lib.indicators.declaring import number, ratio
from lib.indicators.judging import ByTarget, NoneLeft
from lib.rules.funds import COLLECTED, COLLECTING, COMPLETED_STATES, IDLE, RESTORED, VOTED_DOWN, VOTING

FUNDS = Rows("maintenance_funds")
TRIGGERED = FUNDS.where(holds("triggered"))

FUND_FIGURES: tuple[Indicator, ...] = (
    number(
        "G18",
        "应续筹小区数",
        "funds below the line",
        count(FUNDS.where(holds("below"))),
        good="down",
        definition="维修资金当前余额低于首期筹集金额续筹触发线的小区数。",
        basis=f"{S1}（维修资金）",
        thresholds=("fund.trigger_share",),
        judging=NoneLeft(),
        grain="DSC",
    ),
    number(
        "G18A",
        "应续筹未启动小区数",
        "top-ups not begun",
        count(FUNDS.where(among("fund_state", IDLE))),
        good="down",
        definition="已触发续筹、既没有表决日期也没有表决结果的小区数。",
        basis=f"{S1}（维修资金）",
        thresholds=("fund.trigger_share",),
        judging=NoneLeft(),
        grain="DSC",
    ),
    number(
        "G18B",
        "续筹推进中小区数",
        "top-ups under way",
        count(FUNDS.where(among("fund_state", VOTING, COLLECTING))),
        definition="已触发续筹，正在表决或正在筹集的小区数；表决未通过、没有另定表决日的不计入。",
        basis=f"{S1}（维修资金）",
        thresholds=("fund.trigger_share", "fund.restore_share"),
        grain="DSC",
        split="fund_state",
    ),
    number(
        "G18C",
        "续筹已完成小区数",
        "top-ups done",
        count(FUNDS.where(among("fund_state", *COMPLETED_STATES))),
        good="up",
        definition="触发续筹后已筹集完成且余额不低于续筹线，或余额已回到恢复线的小区数。",
        basis=f"{S1}（维修资金）",
        thresholds=("fund.trigger_share", "fund.restore_share"),
        grain="DSC",
        split="fund_state",
    ),
    number(
        "G18D",
        "其中已恢复到恢复线",
        "top-ups restored",
        count(FUNDS.where(among("fund_state", RESTORED))),
        good="up",
        definition="续筹已完成的小区中，维修资金当前余额已达到恢复线的小区数。",
        basis=f"{S1}（维修资金）",
        thresholds=("fund.trigger_share", "fund.restore_share"),
        grain="DSC",
    ),
    number(
        "G18E",
        "已筹未达恢复线",
        "collected short of the line",
        count(FUNDS.where(among("fund_state", COLLECTED))),
        definition="续筹已筹集完成、余额不低于续筹线，但未达到恢复线（或余额不明）的小区数；业主表决的筹集金额可能少于恢复所需，不判灯。",
        basis=f"{S1}（维修资金）",
        thresholds=("fund.trigger_share", "fund.restore_share"),
        grain="DSC",
    ),
    number(
        "G18F",
        "续筹表决未通过小区数",
        "top-ups voted down",
        count(FUNDS.where(among("fund_state", VOTED_DOWN))),
        good="down",
        definition="已触发续筹，业主大会表决未通过、没有另定表决日的小区数。",
        basis=f"{S1}（维修资金）",
        thresholds=("fund.trigger_share", "fund.restore_share"),
        grain="DSC",
    ),
    ratio(
        "G19",
        "续筹完成率",
        "top-ups completed",
        count(TRIGGERED.where(holds("topped_up"))),
        count(TRIGGERED),
        good="up",
        period="本年累计",
        definition="当年触发或以前触发而到上年末仍未完成续筹的小区中，已完成续筹的所占比例。",
        basis=f"{S1}（维修资金）",
        judging=ByTarget(),
    ),
    ratio(
        "G20",
        "续筹资金完成率",
        "top-up money raised",
        total(FUNDS, "raised"),
        total(FUNDS, "due"),
        good="up",
        definition="已筹金额占应筹金额的比例；两项均已填的小区计入。",
        basis="B.2 G20",
        judging=ByTarget(),
        grain="DSC",
    ),
)
