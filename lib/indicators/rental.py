"""Indicators of rental supply and beds: H01–H09, H11 (domain.md B.2). Beds and homes are never added."""

from __future__ import annotations

from lib.indicators.algebra import (
    Rows,
    Theme,
    all_places,
    among,
    count,
    fails,
    holds,
    number,
    places,
    ratio,
    total,
)

PROJECTS = Rows("rental_projects")
RECOGNISED = PROJECTS.where(holds("recognised"))
SUPPLIED = PROJECTS.where(holds("supplied"))
STARTED = PROJECTS.where(holds("started"))
BED_PROJECTS = PROJECTS.where(holds("is_bed"))
BEDS_SUPPLIED = BED_PROJECTS.where(holds("supplied"))
BEDS_PREPARING = BED_PROJECTS.where(holds("preparing"))
HOMES_SUPPLIED = SUPPLIED.where(fails("is_bed"))
CONVERTED = SUPPLIED.where(among("source_mode", "非居住存量房屋改建"))
S12 = "关于加快发展本市保障性租赁住房的实施意见（沪府办规〔2021〕12号，2021年，至2026-11-30）"
S13 = "上海市保障性租赁住房租赁管理办法（试行）（沪住建规范联〔2022〕3号，2022年，原定至2023-12-31）"
S14 = "新时代城市建设者管理者之家项目认定和运营管理规定（试行）（沪房规范〔2025〕5号，2025-11-01起施行，至2027-06-30）"
PLAN = "普陀区住房发展“十五五”规划（普房管〔2026〕72号，2026—2030年）"

RENTAL = Theme(
    "rental",
    "租赁住房",
    (
        number("H01", "保租房累计筹措", "units raised", total(RECOGNISED, "units"), good="up", period="历年累计",
               definition="阶段在认定及以后的保障性租赁住房项目的套（间）数之和。", basis=PLAN),
        number("H02", "保租房累计供应", "units supplied", total(SUPPLIED, "units"), good="up", period="历年累计",
               definition="阶段在供应备案（一张床为挂牌）及以后的项目的套（间）数之和。", basis=PLAN),
        ratio("H03", "供应转化率", "supplied of raised", total(SUPPLIED, "units"), total(RECOGNISED, "units"), good="up",
              definition="累计供应套（间）数占累计筹措套（间）数的比例。", basis="B.2 H03"),
        number("H04N", "新建一室户（含宿舍型）", "studios in new builds", total(STARTED, "br1"), good="none", period="历年累计",
               definition="开工新建项目中的一室户（含宿舍型）套数。", basis="新民晚报（2024-09）"),
        ratio("H04", "一室户占比", "studio share", total(STARTED, "br1"), total(STARTED, "units"),
              definition="开工新建项目中一室户（含宿舍型）占总套数的比例。", basis="B.2 H04"),
        number("H05N", "新建二室户", "two-bedroom homes in new builds", total(STARTED, "br2"), period="历年累计",
               definition="开工新建项目中的二室户套数。", basis="新民晚报（2024-09）"),
        ratio("H05", "二室户占比", "two-bedroom share", total(STARTED, "br2"), total(STARTED, "units"),
              definition="开工新建项目中二室户占总套数的比例。", basis="B.2 H05"),
        ratio("H06", "三室及以上占比", "remaining share", total(STARTED, "br3plus"), total(STARTED, "units"),
              definition="开工新建项目中三室户及以上占总套数的比例。", basis="B.2 H06"),
        number("H07", "一张床累计床位", "beds supplied", total(BEDS_SUPPLIED, "beds"), good="up", period="历年累计",
               definition="已供应（挂牌及以后）的“一张床”项目的床位数之和。", basis=S14),
        number("H08", "一张床已供应项目数", "bed projects supplied", count(BEDS_SUPPLIED), good="up",
               definition="已供应（挂牌及以后）的“一张床”项目数。", basis=S14),
        number("H08P", "一张床入市准备项目数", "bed projects in preparation", count(BEDS_PREPARING), good="none",
               definition="阶段为核验或认定、尚未挂牌的“一张床”项目数。", basis=S14),
        number("H08S", "一张床项目数", "bed projects", count(BED_PROJECTS), split="stage",
               definition="“一张床”项目数，分阶段。", basis=S14),
        ratio("H09", "一张床街镇覆盖率", "subdistrict coverage", places(BEDS_SUPPLIED), all_places("rental_projects"), good="up",
              decimals=0, definition="至少有一个已供应“一张床”项目的街镇数占已报送街镇数的比例；入市准备的项目不计入。", basis="B.2 H09"),
        ratio("H11", "保租房出租率", "occupancy of homes", total(HOMES_SUPPLIED, "leased_units"), total(HOMES_SUPPLIED, "units"), good="up",
              definition="已供应的“一套房”“一间房”项目，已出租套（间）数占套（间）数的比例。",
              basis=f"{S13}第4条", thresholds=("rental.occupancy_watch",)),
        ratio("H11B", "一张床出租率", "occupancy of beds", total(BEDS_SUPPLIED, "leased_beds"), total(BEDS_SUPPLIED, "beds"), good="up",
              definition="已供应的“一张床”项目，已出租床位占床位数的比例；与套（间）分别计算，不相加。",
              basis=f"{S13}第4条", thresholds=("rental.occupancy_watch",)),
        number("H14", "非居改建供应项目数", "conversions supplied", count(CONVERTED), period="历年累计",
               definition="筹措方式为非居住存量房屋改建的已供应项目数。", basis=f"{S12}；{PLAN}"),
        number("H14U", "非居改建供应套（间）数", "units in conversions", total(CONVERTED, "units"),
               period="历年累计", definition="筹措方式为非居住存量房屋改建的已供应项目的套（间）数之和。", basis=f"{S12}；{PLAN}"),
    ),
)
