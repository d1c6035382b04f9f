"""Indicators of what 强基 and 赋能 have set up: alliances, brands, workrooms, the handbook.

Its one rule: what is being prepared does not count; it is told apart. The article names these works; no rule asks for them.
"""

from __future__ import annotations

from lib.datasets.campaign_works import ALLIANCE, BRAND, DONE, HANDBOOK, PREPARING, WORKROOM
from lib.indicators.algebra import Indicator, Rows, all_places, among, count, peak, places, total
from lib.indicators.committee_work import FORMED
from lib.indicators.declaring import number, ratio
from lib.indicators.judging import ByRule

WORKS = Rows("campaign_works")
STANDING = WORKS.where(among("status", DONE))
WORKROOMS = STANDING.where(among("work_kind", WORKROOM))
HANDED_OUT = STANDING.where(among("work_kind", HANDBOOK))
OF_THE_YEAR = Rows("campaign_works", WORKROOMS.conditions, "this_year")
ARTICLE = "新民晚报（2024-09）"
COVERAGE_RULE = "alliance.coverage"

CAMPAIGN_WORK: tuple[Indicator, ...] = (
    ratio(
        "G35",
        "物业党建联盟街镇覆盖率",
        "subdistricts with a property alliance",
        places(STANDING.where(among("work_kind", ALLIANCE))),
        all_places("campaign_works"),
        good="up",
        decimals=0,
        definition="至少有一个已建成物业党建联盟的街镇数占已报送街镇数的比例；筹建中的不计入。",
        basis=ARTICLE,
        thresholds=(COVERAGE_RULE,),
        judging=ByRule(COVERAGE_RULE),
        grain="D",
    ),
    number(
        "G35A",
        "物业党建品牌数",
        "property brands",
        count(STANDING.where(among("work_kind", BRAND))),
        good="up",
        definition="已建成的物业党建品牌数。",
        basis=ARTICLE,
    ),
    number(
        "G36",
        "实训工作室数",
        "workrooms",
        count(WORKROOMS),
        good="up",
        definition="已建成的“双业红”实训工作室数；筹建中的另计。",
        basis=ARTICLE,
    ),
    number(
        "G36P",
        "筹建中的实训工作室数",
        "workrooms in preparation",
        count(WORKS.where(among("status", PREPARING), among("work_kind", WORKROOM))),
        definition="状态为“筹建中”的“双业红”实训工作室数。",
        basis=ARTICLE,
    ),
    number(
        "G36A",
        "实训工作室本年活动次数",
        "activities of the workrooms this year",
        total(OF_THE_YEAR, "activities"),
        good="up",
        period="本年累计",
        definition="已建成的实训工作室本年活动次数之和；没有填写次数的不计入，本年尚未报送的街镇不计入。",
        basis=ARTICLE,
    ),
    number(
        "G37",
        "赋能手册发放册数",
        "handbooks handed out",
        total(HANDED_OUT, "copies"),
        good="up",
        period="历年累计",
        definition="已发放的“双业红”赋能手册册数之和；没有填写册数的不计入。",
        basis=ARTICLE,
    ),
    ratio(
        "G37A",
        "赋能手册业委会覆盖率",
        "committees reached by the handbook",
        peak(HANDED_OUT, "committees"),
        count(FORMED),
        good="up",
        period="历年累计",
        definition="各街镇已发放的赋能手册中覆盖业委会最多的一行所覆盖的业委会数，占已组建业委会数的比例；几行之间可能重复，不累加。",
        basis="B.2 G37",
        caution="覆盖数由街镇填报，没有名单可以核对。",
    ),
)
