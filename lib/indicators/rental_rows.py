"""Sets of rows and documents that the figures of rental supply share. Its one rule: a set is named once, here."""

from __future__ import annotations

from lib.indicators.algebra import Rows, among, fails, holds

PROJECTS = Rows("rental_projects")
RECOGNISED = PROJECTS.where(holds("recognised"))
SUPPLIED = PROJECTS.where(holds("supplied"))
STARTED = PROJECTS.where(holds("started"))
BED_PROJECTS = PROJECTS.where(holds("is_bed"))
BEDS_SUPPLIED = BED_PROJECTS.where(holds("supplied"))
BEDS_PREPARING = BED_PROJECTS.where(holds("preparing"))
HOMES_SUPPLIED = SUPPLIED.where(fails("is_bed"))
BEDS_COMING = BED_PROJECTS.where(holds("in_pipeline"))
PLANNED = BEDS_SUPPLIED.where(holds("in_plan"))
CANDIDATES = Rows("site_candidates").where(among("status", "储备", "预选"))
CONVERTED = SUPPLIED.where(among("source_mode", "非居住存量房屋改建"))
ROOM_KINDS = {"1p": "单人间", "2p": "2人间", "4p": "4人间", "5to6p": "5-6人间"}
"""Kinds of rooms of 一张床 by the ends of their columns."""
S12 = "关于加快发展本市保障性租赁住房的实施意见（沪府办规〔2021〕12号，2021年，至2026-11-30）"
S13 = "上海市保障性租赁住房租赁管理办法（试行）（沪住建规范联〔2022〕3号，2022年，原定至2023-12-31）"
S14 = "新时代城市建设者管理者之家项目认定和运营管理规定（试行）（沪房规范〔2025〕5号，2025-11-01起施行，至2027-06-30）"
PLAN = "普陀区住房发展“十五五”规划（普房管〔2026〕72号，2026—2030年）"
