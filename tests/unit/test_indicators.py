"""Every indicator of the catalogue on a world small enough to count by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest

from lib.datasets import DATASETS
from lib.datasets.places import DISTRICT, subdistrict_codes
from lib.datasets.thresholds import shipped_registry
from lib.figures.rows import NUMBER, SOURCE_TITLES, dissolved_compounds, passport_rows, unknown_committees
from lib.figures.snapshot import Snapshot, filtered
from lib.figures.values import all_breakdowns, changes_between, stored_values
from lib.indicators import CATALOGUE, THEMES
from lib.indicators.algebra import (
    Measure,
    Rows,
    all_places,
    column_title,
    column_unit,
    count,
    fails,
    filled,
    holds,
    total,
)
from lib.indicators.declaring import number, ratio
from lib.indicators.evaluate import evaluate, part_of, reporting_units, rows_behind, split
from lib.rules.derived import DERIVED
from lib.spec.period import Period
from tests.support.committee_stories import story_world
from tests.support.published import committee, compound, rental
from tests.support.small import MONTHS, SMALL, THREE, WORLD, A, B, C, plan_world, snapshot, whole_world

Place = tuple[float | None, float | None]

# id: (numerator, denominator, value, text), then (numerator, denominator) of A, B and C. Counted on paper from tests/support/small.py
# by the words of each definition; H10 and H10N in June 2026, all others in September 2024.
EXAMPLES: dict[str, tuple[tuple[float, float | None, float, str], tuple[Place, Place, Place]]] = {
    "R01": ((5, None, 5, "5 个"), ((3, None), (2, None), (0, None))),
    # 160/200 and 47/60; of P6 nobody said how many agreed.
    "R02": ((207, 260, 20700 / 260, "79.6%"), ((160, 200), (47, 60), (0, 0))),
    "R03": ((285, 300, 95.0, "95.0%"), ((285, 300), (0, 0), (0, 0))),
    # P1 P2 P10, P3 P5, P6 P9 have come to signing; P10, P5, P6 and P9 are in force.
    "R04": ((4, 7, 400 / 7, "57.1%"), ((1, 3), (1, 2), (2, 2))),
    "R05": ((1, None, 1, "1 户"), ((1, None), (0, None), (0, None))),
    "R06A": ((944, 1050, 94400 / 1050, "89.9%"), ((45, 50), (899, 1000), (0, 0))),
    "R06B": ((47, 60, 4700 / 60, "78.3%"), ((40, 50), (0, 0), (7, 10))),
    # P10 and P5; P9 was completed on the last day of last year, P6 is of another type. 12,200.5 is shown half up.
    "R07": ((12_200.5, None, 12_200.5, "12,201 ㎡"), ((4_200.5, None), (8_000, None), (0, None))),
    "R08": ((11_000, None, 11_000, "11,000 ㎡"), ((3_000, None), (8_000, None), (0, None))),
    "R09": ((12_500.4, None, 12_500.4, "12,500 ㎡"), ((12_000.4, None), (0, None), (500, None))),
    "R10": ((4, None, 4, "4 台"), ((2, None), (1, None), (1, None))),
    "R10Y": ((2, None, 2, "2 台"), ((1, None), (1, None), (0, None))),
    "R11": ((6, None, 6, "6 台"), ((1, None), (2, None), (3, None))),
    # Two votes that pass at the line; one of B is short on area alone, one of C on the area that agreed.
    "R12": ((3, 5, 60.0, "60.0%"), ((2, 2), (1, 2), (0, 1))),
    "R13": ((110, None, 110, "110 户"), ((0, None), (60, None), (50, None))),
    "R13B": ((110, 140, 11000 / 140, "78.6%"), ((0, 0), (60, 60), (50, 80))),
    "R13C": ((5, None, 5, "5 户"), ((0, None), (0, None), (5, None))),
    # 366 days of P10 and 821 of P5: 593.5, shown half up.
    "R14": ((1187, 2, 593.5, "594 天"), ((366, 1), (821, 1), (0, 0))),
    # Due in September: P1 ✗ P10 ✓ P12 ✓, P3 ✗ (a day late), P6 ✗ P14 ✓.
    "R15": ((3, 6, 50.0, "50.0%"), ((2, 3), (0, 1), (1, 2))),
    "R16": ((3, None, 3, "3 个"), ((1, None), (1, None), (1, None))),
    # The three of R16, and P3: a day late with a node to come.
    "R16F": ((4, None, 4, "4 个"), ((1, None), (2, None), (1, None))),
    # P1, P3 and P5; P6 a day too late.
    "R17": ((3, 7, 300 / 7, "42.9%"), ((1, 3), (2, 2), (0, 2))),
    "R18": ((550.5, 1500, 36.7, "36.7%"), ((250.5, 1000), (300, 300), (0, 200))),
    "H01": ((660, None, 660, "660 套(间)"), ((400, None), (240, None), (20, None))),
    "H02": ((490, None, 490, "490 套(间)"), ((400, None), (90, None), (0, None))),
    "H03": ((490, 660, 49000 / 660, "74.2%"), ((400, 400), (90, 240), (0, 20))),
    "H04N": ((300, None, 300, "300 套(间)"), ((200, None), (100, None), (0, None))),
    "H04": ((300, 450, 30000 / 450, "66.7%"), ((200, 300), (100, 150), (0, 0))),
    "H05N": ((120, None, 120, "120 套(间)"), ((80, None), (40, None), (0, None))),
    "H05": ((120, 450, 12000 / 450, "26.7%"), ((80, 300), (40, 150), (0, 0))),
    "H06N": ((30, None, 30, "30 套(间)"), ((20, None), (10, None), (0, None))),
    "H06": ((30, 450, 3000 / 450, "6.7%"), ((20, 300), (10, 150), (0, 0))),
    "H07": ((160, None, 160, "160 张"), ((0, None), (160, None), (0, None))),
    "H08": ((1, None, 1, "1 个"), ((0, None), (1, None), (0, None))),
    "H08P": ((1, None, 1, "1 个"), ((0, None), (0, None), (1, None))),
    "H08B": ((80, None, 80, "80 张"), ((0, None), (0, None), (80, None))),
    "H08S": ((2, None, 2, "2 个"), ((0, None), (1, None), (1, None))),
    "H09": ((1, 3, 100 / 3, "33%"), ((0, 1), (1, 1), (0, 1))),
    "H10N": ((800, None, 800, "800 张"), ((640, None), (160, None), (0, None))),
    "H10": ((800, 3200, 25.0, "25.0%"), ((640, None), (160, None), (0, None))),
    # H4 began to be let on 1 October 2023, eleven months and 29 days before.
    "H10P": ((160, None, 160, "160 张"), ((0, None), (160, None), (0, None))),
    # H1, H2 and H4; of H8 nobody said since when, or how much is let.
    "H11M": ((3, None, 3, "3 个"), ((2, None), (1, None), (0, None))),
    "H11N": ((2, None, 2, "2 个"), ((1, None), (1, None), (0, None))),
    "H11": ((330, 400, 82.5, "82.5%"), ((330, 400), (0, 0), (0, 0))),
    "H11B": ((120, 160, 75.0, "75.0%"), ((0, 0), (120, 160), (0, 0))),
    # A 300 × 45 + 100 × 46 of 400 × 50, B 40 × 27 of 40 × 30.
    "H12": ((19_180, 21_200, 1_918_000 / 21_200, "90.5%"), ((18_100, 20_000), (1_080, 1_200), (0, 0))),
    "H12N": ((1, None, 1, "1 个"), ((1, None), (0, None), (0, None))),
    "H12U": ((1, None, 1, "1 个"), ((0, None), (1, None), (0, None))),
    # Of the plan's beds nobody told a price.
    "H13U": ((3, None, 3, "3 个"), ((2, None), (1, None), (0, None))),
    "H13": ((1, None, 1, "1 个"), ((0, None), (1, None), (0, None))),
    "H14": ((3, None, 3, "3 个"), ((1, None), (2, None), (0, None))),
    "H14U": ((190, None, 190, "190 套(间)"), ((100, None), (90, None), (0, None))),
    # Jobs at the end of 2023: 22,000, 90,000 and 65,000.
    "H15": ((160, 177_000, 160 / 177, "0.90 张/千人"), ((0, 22_000), (160, 90_000), (0, 65_000))),
    "H16N": ((5, None, 5, "5 个"), ((2, None), (1, None), (2, None))),
    "H16": ((2, 5, 40.0, "40.0%"), ((1, 2), (1, 1), (0, 2))),
    "H17": ((19, None, 19, "19 人"), ((12, None), (7, None), (0, None))),
    "H17B": ((7, None, 7, "7 人"), ((0, None), (7, None), (0, None))),
    # 4 + 2 × 1 + 4 × 28 = 118 of 160 beds; the other 42 are seven rooms for six.
    "H18A": ((4, None, 4, "4 间"), ((0, None), (4, None), (0, None))),
    "H18B": ((1, None, 1, "1 间"), ((0, None), (1, None), (0, None))),
    "H18C": ((28, None, 28, "28 间"), ((0, None), (28, None), (0, None))),
    "H18D": ((7, None, 7, "7 间"), ((0, None), (7, None), (0, None))),
    "H19A": ((4, None, 4, "4 张"), ((0, None), (4, None), (0, None))),
    "H19B": ((2, None, 2, "2 张"), ((0, None), (2, None), (0, None))),
    "H19C": ((112, None, 112, "112 张"), ((0, None), (112, None), (0, None))),
    "H19D": ((42, None, 42, "42 张"), ((0, None), (42, None), (0, None))),
    "G01": ((12, None, 12, "12 个"), ((5, None), (4, None), (3, None))),
    "G02": ((9, None, 9, "9 个"), ((4, None), (3, None), (2, None))),
    "G03N": ((15, None, 15, "15 个"), ((5, None), (6, None), (4, None))),
    "G03": ((7, 9, 700 / 9, "77.8%"), ((3, 4), (2, 3), (2, 2))),
    "G04": ((2, None, 2, "2 个"), ((1, None), (1, None), (0, None))),
    # A01 A02 A06 A07, B01 (today is its last day) B04 B05 B07, C01 C04 C05.
    "G05N": ((11, None, 11, "11 个"), ((4, None), (4, None), (3, None))),
    "G05": ((11, 15, 1100 / 15, "73.3%"), ((4, 5), (4, 6), (3, 4))),
    "G06": ((3, None, 3, "3 个"), ((1, None), (2, None), (0, None))),
    "G07": ((4, None, 4, "4 个"), ((2, None), (1, None), (1, None))),
    "G07A": ((1, None, 1, "1 个"), ((0, None), (1, None), (0, None))),
    "G07B": ((4, None, 4, "4 个"), ((2, None), (1, None), (1, None))),
    # Reports due in September: A02 on the very day, A07 a day late, C05 none.
    "G08": ((1, 3, 100 / 3, "33.3%"), ((1, 2), (0, 0), (0, 1))),
    # Ended this year: A03 ✗ A06 ✓ (on the last day), B05 ✓ B06 ✗, C04 ✗ (a day late); somebody stands in for C02.
    "G09": ((2, 5, 40.0, "40.0%"), ((1, 2), (1, 2), (0, 1))),
    # 92 days of A03, 366 of B02, 41 of B06.
    "G10": ((499, 3, 499 / 3, "166 天"), ((92, 1), (407, 2), (0, 0))),
    # Filing due in September: B05 on the thirtieth day, C04 a day late.
    "G11": ((1, 2, 50.0, "50.0%"), ((0, 0), (1, 1), (0, 1))),
    # A01 on 30 June, B01, B04, C02; A02 on 1 July. The terms of A06, B05 and C04 began in the year.
    "G12": ((4, 12, 400 / 12, "33.3%"), ((1, 4), (2, 5), (1, 3))),
    # The widest training of each: 3 (twice), 4 and, of C, none that is known.
    "G24": ((7, 15, 700 / 15, "46.7%"), ((3, 5), (4, 6), (0, 4))),
    "G25": ((2, None, 2, "2 个"), ((0, None), (1, None), (1, None))),
    # A01, B01 B04, C01 C02 of these and A02; A04 has a secretary and no committee, of the others nobody said.
    "G26": ((5, 6, 500 / 6, "83.3%"), ((1, 2), (2, 2), (2, 2))),
    "G30": ((2, None, 2, "2 个"), ((1, None), (0, None), (1, None))),
    # A05, B04, C03.
    "G02N": ((3, None, 3, "3 个"), ((1, None), (1, None), (1, None))),
    # Without B01, which is in the freeze on the last day of its term; A03 is past its own and counts.
    "G05R": ((10, 14, 1000 / 14, "71.4%"), ((4, 5), (3, 5), (3, 4))),
    "G06N": ((4, None, 4, "4 个"), ((1, None), (2, None), (1, None))),
    # Of A03 a group stands, of B06 a vote was held.
    "G06S": ((1, None, 1, "1 个"), ((0, None), (1, None), (0, None))),
    # B07 by 30 July, C05 by 15 September.
    "G08B": ((2, None, 2, "2 个"), ((0, None), (1, None), (1, None))),
    "G08D": ((2, None, 2, "2 个"), ((1, None), (1, None), (0, None))),
    "G08F": ((1, None, 1, "1 个"), ((0, None), (1, None), (0, None))),
    "G08G": ((1, None, 1, "1 个"), ((1, None), (0, None), (0, None))),
    # B01 votes on its fee tomorrow, two months after its group was formed.
    "G08E": ((1, None, 1, "1 个"), ((0, None), (1, None), (0, None))),
    "G12N": ((8, None, 8, "8 个"), ((3, None), (3, None), (2, None))),
    # From here on counted in tests/support/committee_stories.py: E01 by 15 October; K04 since 31 July; K12 since 30 March.
    "G08A": ((1, None, 1, "1 个"), ((1, None), (0, None), (0, None))),
    "G08C": ((1, None, 1, "1 个"), ((0, None), (1, None), (0, None))),
    "G11N": ((1, None, 1, "1 个"), ((0, None), (1, None), (0, None))),
    # K12 was elected on 29 February, and its new term is entered: no exit audit by 29 March.
    "G11S": ((1, None, 1, "1 个"), ((0, None), (1, None), (0, None))),
    # K01 two months ago to the day, K02 a day longer, K03 in September, K04 and K05 half a year ago; in K07 somebody stands in.
    "G34": ((2, 5, 40.0, "40.0%"), ((1, 2), (1, 2), (0, 1))),
    "G34A": ((1, None, 1, "1 个"), ((0, None), (0, None), (1, None))),
    # 5/5 and 2/5, 3/5 (of K04 nobody said how many sit), 4/7 and 3/6.
    "G32": ((17, 28, 1700 / 28, "60.7%"), ((7, 10), (3, 5), (7, 13))),
    "G32A": ((1, None, 1, "1 个"), ((1, None), (0, None), (0, None))),
    "G33": ((3, None, 3, "3 个"), ((1, None), (1, None), (1, None))),
    "G13": ((3, 12, 25.0, "25.0%"), ((2, 5), (1, 4), (0, 3))),
    "G14": ((2, 12, 200 / 12, "16.7%"), ((0, 5), (1, 4), (1, 3))),
    "G13A": ((1, None, 1, "1 个"), ((1, None), (0, None), (0, None))),
    "G15": ((8, 10, 80.0, "80.0%"), ((4, 5), (1, 2), (3, 3))),
    # A01 and B03 by 0.20 元 exactly, C02; A02 by 0.19 元.
    "G16N": ((3, None, 3, "3 个"), ((1, None), (1, None), (1, None))),
    "G16": ((3, 8, 37.5, "37.5%"), ((1, 3), (1, 2), (1, 3))),
    # Not yet A03, nor B01, whose vote is tomorrow; C01 was voted down.
    "G16V": ((5, 6, 500 / 6, "83.3%"), ((2, 2), (1, 1), (2, 3))),
    # A01 and B03: the mean of 90 and 85.5, shown half up.
    "G16C": ((175.5, 2, 87.75, "87.8%"), ((90, 1), (85.5, 1), (0, 0))),
    # 2.5 × 20,000 + 1.2 × 50,000, 2.0 × 20,000, 0.85 × 20,000.
    "G17": ((167_000, 110_000, 167 / 110, "1.52 元/㎡·月"), ((110_000, 70_000), (40_000, 20_000), (17_000, 20_000))),
    # A02 at 29.99 %, B03, C01 one 元 below the line; A01 and A03 at 30.00 %.
    "G18": ((3, None, 3, "3 个"), ((1, None), (1, None), (1, None))),
    # A02 triggered and nothing begun; C01 is below the line though its trigger is tomorrow.
    "G18A": ((2, None, 2, "2 个"), ((1, None), (0, None), (1, None))),
    # C03 has voted for it and is not done.
    "G18B": ((1, None, 1, "1 个"), ((0, None), (0, None), (1, None))),
    # A04 today, B01 and B04 earlier; C03 only tomorrow.
    "G18C": ((3, None, 3, "3 个"), ((1, None), (2, None), (0, None))),
    # At 60 % and 80 %; of B01 nobody knows the share.
    "G18D": ((2, None, 2, "2 个"), ((1, None), (1, None), (0, None))),
    "G18E": ((1, None, 1, "1 个"), ((0, None), (1, None), (0, None))),
    # B03.
    "G18F": ((1, None, 1, "1 个"), ((0, None), (1, None), (0, None))),
    "G19": ((2, 5, 40.0, "40.0%"), ((1, 2), (1, 2), (0, 1))),
    "G20": ((37.5, 72.5, 3750 / 72.5, "51.7%"), ((35, 50), (2.5, 10), (0, 12.5))),
    "G21": ((41, None, 41, "41 件"), ((15, None), (20, None), (6, None))),
    "G21T": ((51, None, 51, "51 件"), ((22, None), (20, None), (9, None))),
    # B did not report April: 10 + 7 × 10 + 15, and 4 + 7 × 5 + 6.
    "G21N": ((140, None, 140, "140 件"), ((95, None), (None, None), (45, None))),
    # Last year to September: A 19 + 8 × 12, C 12 + 8 × 6. Down by a fifth exactly.
    "G21Y": ((140, 175, -20.0, "-20.0%"), ((95, 115), (None, None), (45, 60))),
    "G22A": ((38, 45, 3800 / 45, "84.4%"), ((13, 15), (20, 25), (5, 5))),
    "G22B": ((16, 21, 1600 / 21, "76.2%"), ((6, 7), (9, 10), (1, 4))),
    "G22C": ((6, 11, 600 / 11, "54.5%"), ((4, 7), (0, 0), (2, 4))),
    # All 51 tickets over 1,000 + 800 + 600 households: 2.125, shown half up.
    "G23": ((51, 2400, 2.125, "2.13 件/百户"), ((22, 1000), (20, 800), (9, 600))),
    # A 1 + 2 + 1 trainings, B 2 + 1, C 1, 20 people of 25 each.
    "G24A": ((160, None, 160, "160 人"), ((80, None), (60, None), (20, None))),
    "G24B": ((160, 200, 80.0, "80.0%"), ((80, 100), (60, 75), (20, 25))),
    # B01 alone has lifts under way, a rise to be voted on and a top-up that was done in the last 24 months.
    "G31": ((1, None, 1, "1 个"), ((0, None), (1, None), (0, None))),
    # A01, A02, B02, C02 have lifts and a rise besides, C03 a rise and a top-up.
    "G31A": ((6, None, 6, "6 个"), ((2, None), (2, None), (2, None))),
    # A has two, that of B is being prepared.
    "G35": ((2, 3, 200 / 3, "67%"), ((1, 1), (0, 1), (1, 1))),
    "G35A": ((2, None, 2, "2 个"), ((1, None), (1, None), (0, None))),
    "G36": ((3, None, 3, "3 个"), ((2, None), (0, None), (1, None))),
    "G36P": ((1, None, 1, "1 个"), ((0, None), (1, None), (0, None))),
    # Of the second one of A nobody said how many; that of B is not open yet.
    "G36A": ((7, None, 7, "7 次"), ((3, None), (0, None), (4, None))),
    # A 120 + 30, B 80; that of C is not handed out yet.
    "G37": ((230, None, 230, "230 册"), ((150, None), (80, None), (0, None))),
    # The widest of A, 4 of 5 committees, and 5 of 6.
    "G37A": ((9, 15, 60.0, "60.0%"), ((4, 5), (5, 6), (0, 4))),
}
IN_THE_PLAN = ("H10N", "H10", "H13U")
IN_THE_STORIES = ("G08A", "G08C", "G11N", "G11S", "G34", "G34A", "G32", "G32A", "G33")
# Keys of the rows behind numerator and denominator, where they are worth spelling out.
ROWS: dict[str, tuple[str, str]] = {
    "R01": ("P1 P2 P3 P4 P8", ""),
    "R02": ("P1/启动意愿征询 P3/启动意愿征询", "P1/启动意愿征询 P3/启动意愿征询"),
    "R03": ("P1 P2", "P1 P2"),
    "R04": ("P10 P5 P6 P9", "P1 P10 P2 P3 P5 P6 P9"),
    "R05": ("P1 P2", ""),
    "R06B": ("P16/征收二轮签约 P8/征收二轮签约", "P16/征收二轮签约 P8/征收二轮签约"),
    "R07": ("P10 P5", ""),
    "R08": ("P12 P4", ""),
    "R10": ("A01/1号 A01/2号 B01/2号 C02/1号", ""),
    "R10Y": ("A01/1号 B01/2号", ""),
    "R12": ("A01/1号 A02/1号 B01/2号", "A01/1号 A02/1号 B01/1号 B01/2号 C01/1号"),
    "R13": ("P5 P6", ""),
    "R14": ("P10/回搬 P5/回搬", "P10/回搬 P5/回搬"),
    "R16": ("P2 P4 P6", ""),
    "R16F": ("P2 P3 P4 P6", ""),
    "R17": ("P1 P3 P5", "P1 P10 P2 P3 P5 P6 P9"),
    "R18": ("P1 P4 P6", "P1 P4 P6"),
    "H01": ("H1 H2 H3 H4 H5 H8", ""),
    "H02": ("H1 H2 H4 H8", ""),
    "H04": ("H1 H3", "H1 H3"),
    "H07": ("H4", ""),
    "H10": ("T1 T3", ""),
    "H11": ("H1 H2", "H1 H2"),
    "H12": ("H1 H2 H4", "H1 H2 H4"),
    "H12N": ("H2", ""),
    "H13": ("H4", ""),
    "H16": ("S2 S4", "S1 S2 S4 S5 S6"),
    "G03": ("A01 A02 A03 B01 B02 C01 C02", "A01 A02 A03 A04 B01 B02 B03 C01 C02"),
    "G04": ("A04 B03", ""),
    "G05N": ("A01 A02 A06 A07 B01 B04 B05 B07 C01 C04 C05", ""),
    "G06": ("A03 B02 B06", ""),
    "G07": ("A02 A07 B07 C05", ""),
    "G07A": ("B07", ""),
    "G08": ("A02", "A02 A07 C05"),
    "G09": ("A06 B05", "A03 A06 B05 B06 C04"),
    "G10": ("A03 B02 B06", "A03 B02 B06"),
    "G11": ("B05", "B05 C04"),
    "G12": ("A01 B01 B04 C02", "A01 A02 A03 A07 B01 B02 B04 B06 B07 C01 C02 C05"),
    "G24": (f"{A}/2024-03-01/换届程序 {B}/2024-09-05/换届程序", ""),
    "G25": ("B03 C02", ""),
    "G26": ("A01 B01 B04 C01 C02", ""),
    "G30": ("A08 C06", ""),
    "G02N": ("A05 B04 C03", ""),
    "G05R": ("A01 A02 A06 A07 B04 B05 B07 C01 C04 C05", "A01 A02 A03 A06 A07 B02 B04 B05 B06 B07 C01 C02 C04 C05"),
    "G06N": ("A03 B02 B06 C02", ""),
    "G06S": ("B02", ""),
    "G08B": ("B07 C05", ""),
    "G08D": ("A03 B01", ""),
    "G08F": ("B01", ""),
    "G08G": ("A03", ""),
    "G08E": ("B01", ""),
    "G12N": ("A02 A03 A07 B02 B06 B07 C01 C05", ""),
    "G08A": ("E01", ""),
    "G08C": ("K04", ""),
    "G11N": ("K12", ""),
    "G11S": ("K12", ""),
    "G34": ("K01 K03", "K01 K02 K03 K04 K05"),
    "G34A": ("K05", ""),
    "G32": ("K01 K02 K03 K05 K06", "K01 K02 K03 K05 K06"),
    "G32A": ("K02", ""),
    "G33": ("K01 K03 K05", ""),
    "G13": ("A01 A02 B01", ""),
    "G14": ("B01 C03", ""),
    "G13A": ("A03/实践点", ""),
    "G15": ("A01 A02 A03 A04 B01 C01 C02 C03", "A01 A02 A03 A04 A05 B01 B02 C01 C02 C03"),
    "G16": ("A01/2024 B03/2024 C02/2024", "A01/2024 A02/2024 A03/2024 B01/2024 B03/2024 C01/2024 C02/2024 C03/2024"),
    "G16V": ("A01/2024 A02/2024 B03/2024 C02/2024 C03/2024", "A01/2024 A02/2024 B03/2024 C01/2024 C02/2024 C03/2024"),
    "G17": ("A01 A02 B03 C01", "A01 A02 B03 C01"),
    "G18": ("A02 B03 C01", ""),
    "G18A": ("A02 C01", ""),
    "G18B": ("C03", ""),
    "G18C": ("A04 B01 B04", ""),
    "G18D": ("A04 B04", ""),
    "G18E": ("B01", ""),
    "G18F": ("B03", ""),
    "G19": ("A04 B01", "A02 A04 B01 B03 C03"),
    "G20": ("A02 A04 B01 C03", "A02 A04 B01 C03"),
    "G31": ("B01", ""),
    "G31A": ("A01 A02 B01 B02 C02 C03", ""),
    "G35": (f"{A}/物业党建联盟/一 {A}/物业党建联盟/二 {C}/物业党建联盟/四", ""),
    "G36P": (f"{B}/实训工作室/十", ""),
    "G36A": (f"{A}/实训工作室/八 {C}/实训工作室/十一", ""),
    "G37A": (f"{A}/赋能手册发放/初版 {B}/赋能手册发放/初版", ""),
}
PARTS = [
    (name, part) for name, one in CATALOGUE.items() for part in ("numerator", "denominator") if part == "numerator" or one.denominator
]


SELECTIONS = [(), (A,), (B, C)]
NOT_ROWS = {"all_places", "reference", "rule"}
"""Measures whose number stands in no row of a form: the 街镇 that reported, a statistic, a threshold."""


@pytest.fixture(scope="module")
def small() -> Snapshot:
    return whole_world()


@pytest.fixture(scope="module")
def planned() -> Snapshot:
    return plan_world()


def world_of(name: str, small: Snapshot, planned: Snapshot) -> Snapshot:
    return planned if name in IN_THE_PLAN else story_world() if name in IN_THE_STORIES else small


def exactly(numbers: Iterable[object]) -> Fraction:
    """Their sum, exactly."""
    return sum((Fraction(str(number)) for number in numbers), Fraction(0))


def recomputed(measure: Measure, table: pd.DataFrame, column: str, place: str, number: str = "") -> Fraction:
    """A measure from the table of its rows, by another way than the code's. column, place, number: titles of the columns."""
    match measure.how:
        case "rows" | "all_places":
            return Fraction(len(table))
        case "places":
            return Fraction(table[place].nunique())
        case "peak":
            assert not table[place].duplicated().any(), "one row a 街镇"
            return exactly(table[column])
        case "sum":
            return exactly(table[column])
        case "reference":
            assert not table[place].duplicated().any(), "one row a 街镇"
            return exactly(table[number])
        case "rule":
            assert len(table) == 1
            return exactly(table[number])
    raise AssertionError(measure.how)


def test_every_indicator_has_an_example() -> None:
    assert set(EXAMPLES) == set(CATALOGUE)
    assert sum(len(theme.indicators) for theme in THEMES) == len(CATALOGUE), "an id is declared twice"


def test_no_example_is_empty() -> None:
    for name, ((top, below, value, _), places) in EXAMPLES.items():
        assert top > 0, name
        assert value != 0, name
        assert below is None or below > 0, name
        assert any(place[0] for place in places), name


@pytest.mark.parametrize("name", EXAMPLES)
def test_value(small: Snapshot, planned: Snapshot, name: str) -> None:
    (top, below, value, text), places = EXAMPLES[name]
    breakdown = evaluate(CATALOGUE[name], world_of(name, small, planned))
    whole = breakdown.whole
    assert (whole.numerator, whole.denominator) == (top, below)
    assert whole.value == pytest.approx(value)
    assert whole.text == text
    assert [(breakdown.of(unit).numerator, breakdown.of(unit).denominator) for unit in (A, B, C)] == list(places)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_parts_of_an_example_add_up(name: str) -> None:
    """The examples themselves: what stands on paper is the sum of its parts, as far as the denominator is one of 街镇."""
    (top, below, _, _), places = EXAMPLES[name]
    assert sum(place[0] or 0 for place in places) == pytest.approx(top)
    if below is not None and CATALOGUE[name].denominator.how != "rule":  # type: ignore[union-attr]
        assert sum(place[1] or 0 for place in places) == pytest.approx(below)


@pytest.mark.parametrize("name", EXAMPLES)
def test_parts_add_up_to_the_district(small: Snapshot, planned: Snapshot, name: str) -> None:
    """Of an additive indicator the values, of all others numerator and denominator; for some 街镇 together too."""
    indicator, data = CATALOGUE[name], world_of(name, small, planned)
    assert indicator.additive == (indicator.denominator is None)
    for units in SELECTIONS:
        breakdown = evaluate(indicator, data, units)
        known = [one for one in breakdown.places if one.numerator is not None]
        assert breakdown.whole.numerator == sum(one.numerator or 0 for one in known)
        if indicator.additive:
            assert breakdown.whole.value == sum(one.value or 0 for one in known)
        elif name == "H10":
            assert breakdown.whole.denominator == (None if units else 3200), "the target is the district's alone"
            assert {one.denominator for one in known} == {None}
        else:
            assert breakdown.whole.denominator == sum(one.denominator or 0 for one in known)


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("G02", ("G03/numerator", "G04")),  # every eligible compound of this world is in the committees' table
        ("H04/denominator", ("H04N", "H05N", "H06/numerator")),
        ("H04/denominator", ("H04N", "H05N", "H06N")),
        ("H07", ("H19A", "H19B", "H19C", "H19D")),
        ("H01", ("H03/denominator",)),
        ("H02", ("H03/numerator",)),
        ("H08S", ("H08", "H08P")),
        ("R13", ("R13B/numerator",)),
        ("G07", ("G07B",)),
    ],
)
def test_figures_that_belong_together(small: Snapshot, whole: str, parts: tuple[str, ...]) -> None:
    def number_of(which: str, unit: str) -> float:
        name, _, part = which.partition("/")
        return float(getattr(evaluate(CATALOGUE[name], small).of(unit), part or "numerator"))

    for unit in (DISTRICT, A, B, C):
        assert number_of(whole, unit) == sum(number_of(part, unit) for part in parts)


def test_committees_are_in_term_or_over_or_stood_in_for(small: Snapshot) -> None:
    """15 formed: 11 in term, 3 over; for C02 somebody stands in, which is told apart. And every lift is completed or not."""
    formed, valid, over = (evaluate(CATALOGUE[name], small) for name in ("G03N", "G05N", "G06"))
    assert [
        (formed.of(unit).numerator or 0) - (valid.of(unit).numerator or 0) - (over.of(unit).numerator or 0) for unit in (DISTRICT, A, B, C)
    ] == [1, 0, 0, 1]
    done, underway = (evaluate(CATALOGUE[name], small).whole.numerator for name in ("R10", "R11"))
    assert (done, underway, len(WORLD["lifts"])) == (4, 6, 10)


@pytest.mark.parametrize("name", ROWS)
def test_rows_behind_are_these(small: Snapshot, planned: Snapshot, name: str) -> None:
    indicator, data = CATALOGUE[name], world_of(name, small, planned)
    for part, expected in zip(("numerator", "denominator"), ROWS[name], strict=True):
        if expected:
            key = list(DATASETS[part_of(indicator, part).rows.dataset].key)
            rows = rows_behind(indicator, data, part=part)[key].astype("str")
            assert " ".join(sorted("/".join(row) for row in rows.to_numpy())) == expected


@pytest.mark.parametrize("units", SELECTIONS, ids=["all", "one", "two"])
@pytest.mark.parametrize(("name", "part"), PARTS)
def test_rows_behind_give_the_figure_again(
    small: Snapshot, planned: Snapshot, name: str, part: str, units: tuple[str, ...]
) -> None:
    indicator, data = CATALOGUE[name], world_of(name, small, planned)
    measure, expected = part_of(indicator, part), getattr(evaluate(indicator, data, units).whole, part)
    if measure.how not in NOT_ROWS:
        rows = rows_behind(indicator, data, part=part, units=units)
        found = Fraction(0) if expected is None else exactly([expected])
        assert recomputed(measure, rows, measure.column, "subdistrict") == found
        assert set(rows["subdistrict"]) <= set(reporting_units(indicator, data, units))


@pytest.mark.parametrize("units", SELECTIONS, ids=["all", "one", "two"])
@pytest.mark.parametrize("name", CATALOGUE)
def test_the_passport_recomputes_the_value_exactly(small: Snapshot, planned: Snapshot, name: str, units: tuple[str, ...]) -> None:
    """From the tables a user downloads, and nothing else, the figure comes out again without any difference."""
    indicator, data = CATALOGUE[name], world_of(name, small, planned)
    whole = evaluate(indicator, data, units).whole
    found: dict[str, Fraction] = {}
    for part in ("numerator", "denominator")[: len(indicator.measures)]:
        measure = part_of(indicator, part)
        table = passport_rows(indicator, data, part, units)
        title = "" if measure.how in NOT_ROWS or not measure.column else column_title(measure.rows.dataset, measure.column)
        found[part] = recomputed(measure, table, title, "街镇", NUMBER)
        if measure.how not in {"reference", "rule"}:
            assert tuple(table.columns[-len(SOURCE_TITLES) :]) == SOURCE_TITLES
            assert set(table["来源文件"]) <= {f"{measure.rows.dataset}.xlsx"}
    if whole.numerator is None:
        assert (name, units) in {("G21N", (B,)), ("G21Y", (B,))}
        return
    if name == "H10" and units:
        assert whole.exact is None, "the target is not shared out among 街镇"
        return
    again = found["numerator"]
    if indicator.denominator is not None:
        if not found["denominator"]:
            assert whole.exact is None
            return
        again = again / found["denominator"] * Fraction(str(indicator.scale)) + Fraction(str(indicator.shift))
    assert again == whole.exact
    assert float(again) == pytest.approx(whole.value)


def test_rows_of_a_window_name_their_month(small: Snapshot) -> None:
    """Nine months of A and of C, B not at all: it said nothing in April. The year before, the same months."""
    for part, year in (("numerator", 2024), ("denominator", 2023)):
        table = passport_rows(CATALOGUE["G21Y"], small, part)
        twice = [f"{year}-{month:02d}" for month in range(1, 10) for _ in (A, C)]
        assert sorted(table["报告期"]) == (twice if year == 2023 else [*twice, "2024-09"]), "A has two rows this month"
        assert set(table["街镇"]) == {"曹杨新村街道", "桃浦镇"}
        assert set(table["工单类别"]) == {"物业服务"}
    widest = passport_rows(CATALOGUE["G24"], small).set_index("街镇")
    assert widest["报告期"].to_dict() == {"曹杨新村街道": "2024-03", "长风新村街道": "2024-09"}, "the earliest of two as wide"


def test_a_filter_holds_in_every_month_of_a_window(small: Snapshot) -> None:
    """Parking alone: none of the property tickets of this month, and none of the year either."""
    parking = filtered(small, (("category", ("停车管理",)),))
    assert [evaluate(CATALOGUE[name], parking).whole.numerator for name in ("G21", "G21N", "G21Y")] == [0, 0, 0]
    assert evaluate(CATALOGUE["G23"], parking).of(A).numerator == 7
    assert passport_rows(CATALOGUE["G21N"], parking).empty


def test_a_statistic_and_a_threshold_as_rows(small: Snapshot, planned: Snapshot) -> None:
    jobs = passport_rows(CATALOGUE["H15"], small, "denominator")
    assert jobs.set_index("街镇")[NUMBER].to_dict() == {"曹杨新村街道": 22_000, "长风新村街道": 90_000, "桃浦镇": 65_000}
    assert passport_rows(CATALOGUE["H15"], small, "denominator", (C,))["街镇"].tolist() == ["桃浦镇"]
    goal = passport_rows(CATALOGUE["H10"], planned, "denominator")
    assert goal[[NUMBER, "施行日期", "截止日期"]].to_numpy().tolist() == [[3200, "2026-01-01", "2030-12-31"]]


def test_the_plan_has_added_nothing_before_it_began(small: Snapshot) -> None:
    rate = evaluate(CATALOGUE["H10"], small).whole
    assert (rate.numerator, rate.denominator, rate.text) == (0, 3200, "0.0%")


def test_a_month_missing_in_the_year(small: Snapshot) -> None:
    """B is left out of what needs every month and named; what needs any month, or this one, has it."""
    for name in ("G21N", "G21Y"):
        breakdown = evaluate(CATALOGUE[name], small)
        assert B in breakdown.whole.missing
        assert breakdown.of(B).missing == (B,)
        assert breakdown.of(B).text == "—"
    assert B not in evaluate(CATALOGUE["G21"], small).whole.missing
    silent = whole_world_without("trainings", B, ("2024-09", "2024-03"))
    assert evaluate(CATALOGUE["G24"], silent).of(B).numerator == 0, "it did report May"
    nothing = whole_world_without("trainings", B, ("2024-09", "2024-03", "2024-05"))
    assert evaluate(CATALOGUE["G24"], nothing).of(B).missing == (B,)
    assert evaluate(CATALOGUE["G24"], nothing).whole.denominator == 9


def whole_world_without(dataset: str, unit: str, periods: tuple[str, ...]) -> Snapshot:
    """The world in which a 街镇 has not reported a log in some months."""
    tables = {**WORLD, dataset: [row for row in WORLD[dataset] if row["subdistrict"] != unit]}
    months = {**MONTHS, dataset: {when: [row for row in rows if row["subdistrict"] != unit] for when, rows in MONTHS[dataset].items()}}
    return snapshot(
        tables,
        months=months,
        reported={dataset: THREE - {unit}} if "2024-09" in periods else {},
        unreported={dataset: {Period(when): frozenset({unit}) for when in periods}},
    )


def test_rows_of_a_missing_part_are_refused(small: Snapshot) -> None:
    with pytest.raises(ValueError, match="G01 has no denominator"):
        rows_behind(CATALOGUE["G01"], small, part="denominator")
    with pytest.raises(ValueError, match="G03 has no tail"):
        passport_rows(CATALOGUE["G03"], small, "tail")


def test_a_figure_that_rests_on_two_tables_names_the_rows_of_both(small: Snapshot) -> None:
    table = passport_rows(CATALOGUE["G03"], small)
    formed = small.frames["committees"].set_index("compound_id")
    assert len(table) > 0
    for row in table.to_dict("records"):
        assert row["已组建业委会（行号）"] == formed.loc[row["小区编码"], "_row"]
        assert row["已组建业委会（来源文件）"] == small.sources[int(formed.loc[row["小区编码"], "_submission"])].file_name
    assert "已组建业委会（行号）" not in passport_rows(CATALOGUE["G04"], small).columns


def test_a_compound_that_the_committees_table_is_silent_about_is_neither_formed_nor_not() -> None:
    """A04 (not formed), B01 (formed) and A05 (not eligible) fall out of the committees' table."""
    tables = {**SMALL, "committees": [row for row in SMALL["committees"] if row["compound_id"] not in ("A04", "A05", "B01")]}
    data = snapshot(tables)
    rate, unformed = evaluate(CATALOGUE["G03"], data), evaluate(CATALOGUE["G04"], data)
    assert (rate.whole.numerator, rate.whole.denominator) == (6, 7)
    assert [(rate.of(unit).numerator, rate.of(unit).denominator) for unit in (A, B, C)] == [(3, 3), (1, 2), (2, 2)]
    assert [unformed.of(unit).numerator for unit in (A, B, C)] == [0, 1, 0]
    assert evaluate(CATALOGUE["G02"], data).whole.numerator == 9
    assert unknown_committees(data)["compound_id"].tolist() == ["A04", "B01"]
    assert unknown_committees(data, (B,))["compound_id"].tolist() == ["B01"]
    assert unknown_committees(snapshot(SMALL)).empty
    # Of a 街镇 that has not sent the table nothing is known, and it is named as missing: not compound by compound.
    assert unknown_committees(snapshot(tables, reported={"committees": frozenset({A, C})}))["compound_id"].tolist() == ["A04"]
    assert unknown_committees(snapshot({})).empty


def test_a_merged_compound_is_neither_due_nor_missing() -> None:
    """A04 was not formed; once its committee is dissolved it is in neither part of the rate, nor is its row missing."""
    merged = [row | {"formation_status": "已注销"} if row["compound_id"] == "A04" else row for row in SMALL["committees"]]
    data = snapshot({**SMALL, "committees": merged})
    rate = evaluate(CATALOGUE["G03"], data).whole
    assert (rate.numerator, rate.denominator) == (7, 8)
    assert rows_behind(CATALOGUE["G04"], data)["compound_id"].tolist() == ["B03"]
    assert evaluate(CATALOGUE["G02"], data).whole.numerator == 9
    assert unknown_committees(data).empty
    assert dissolved_compounds(data)["compound_id"].tolist() == ["A04"]
    assert dissolved_compounds(data, (B,)).empty


def test_who_has_not_reported_is_left_out_and_named() -> None:
    """C has rows of compounds but has not sent its committees: what rests on both leaves it out, on either side."""
    tables = {**SMALL, "committees": [row for row in SMALL["committees"] if row["subdistrict"] != C]}
    data = snapshot(tables, reported={"committees": frozenset({A, B})})
    seven = tuple(code for code in subdistrict_codes() if code not in (A, B, C))
    rate = evaluate(CATALOGUE["G03"], data)
    assert (rate.whole.numerator, rate.whole.denominator) == (5, 7)
    assert set(rate.whole.missing) == {C, *seven}
    at = rate.of(C)
    assert (at.numerator, at.denominator, at.value, at.text, at.fraction, at.missing) == (None, None, None, "—", "", (C,))
    assert evaluate(CATALOGUE["G01"], data).whole.numerator == 12
    assert C not in evaluate(CATALOGUE["G01"], data).whole.missing
    # Unbuilt committees of C must not appear merely because its committees are not there.
    assert evaluate(CATALOGUE["G04"], data).whole.numerator == 2
    assert set(rows_behind(CATALOGUE["G04"], data)["compound_id"]) == {"A04", "B03"}
    assert set(rows_behind(CATALOGUE["G03"], data, part="denominator")["subdistrict"]) == {A, B}


def test_rows_of_a_place_that_has_not_reported_do_not_count() -> None:
    data = snapshot(SMALL, reported={"rental_projects": frozenset({A})})
    assert evaluate(CATALOGUE["H01"], data).whole.numerator == 400
    coverage = evaluate(CATALOGUE["H09"], data).whole
    assert (coverage.numerator, coverage.denominator, coverage.text) == (0, 1, "0%")
    assert rows_behind(CATALOGUE["H09"], data).empty


def test_nobody_has_reported() -> None:
    data = snapshot({}, reported=dict.fromkeys(DATASETS, frozenset()))
    for name, breakdown in all_breakdowns(data).items():
        whole = breakdown.whole
        assert (whole.numerator, whole.denominator, whole.value, whole.text) == (None, None, None, "—"), name
        assert whole.missing == subdistrict_codes()
        assert breakdown.frame()["value"].isna().all()
        assert passport_rows(CATALOGUE[name], data).empty


def test_reported_nothing_is_zero_and_a_rate_without_a_base_is_missing() -> None:
    data = snapshot({})
    assert evaluate(CATALOGUE["G01"], data).whole.text == "0 个"
    rate = evaluate(CATALOGUE["G03"], data).whole
    assert (rate.numerator, rate.denominator, rate.value, rate.text) == (0, 0, None, "—")


def test_a_chosen_place_that_is_none_of_the_ten_gives_nothing(small: Snapshot) -> None:
    breakdown = evaluate(CATALOGUE["G01"], small, ("999999999",))
    assert (breakdown.whole.value, breakdown.places) == (None, ())
    with pytest.raises(KeyError):
        breakdown.of(A)


def test_breakdown_as_a_frame(small: Snapshot) -> None:
    table = evaluate(CATALOGUE["G05"], small).frame().set_index("code")
    assert list(table.index) == list(subdistrict_codes())
    assert table.loc[A, ["numerator", "denominator", "value"]].tolist() == [4, 5, 80]
    assert table["few"].to_dict() == dict.fromkeys(subdistrict_codes(), False) | {C: True}, "C has four committees"
    assert table.drop([A, B, C])[["numerator", "denominator", "value"]].isna().all().all()


def test_split_adds_up_in_the_order_of_the_choices(small: Snapshot) -> None:
    assert split(CATALOGUE["R01"], small) == {"旧住房成套改造": 2, "拆除重建": 1, "旧住房综合修缮": 1, "旧城区改建（征收）": 1}
    assert list(split(CATALOGUE["R01"], small)) == ["旧住房成套改造", "拆除重建", "旧住房综合修缮", "旧城区改建（征收）"]
    assert split(CATALOGUE["H08S"], small) == {"认定": 1, "挂牌": 1}
    assert split(CATALOGUE["G25"], small, (C,)) == {"物业治理委员会": 1}
    assert split(CATALOGUE["G06"], small) == {"超期换届中": 2, "超期未启动": 1}, "B06 has voted, without success"
    assert list(split(CATALOGUE["R11"], small).items()) == [
        ("方案编制", 1),
        ("征询表决", 1),
        ("费用分摊", 1),
        ("设计公示", 1),
        ("安装", 1),
        ("使用登记", 1),
    ]
    assert split(CATALOGUE["H16N"], small) == {"储备": 3, "预选": 2}
    with pytest.raises(ValueError, match="no split"):
        split(CATALOGUE["G01"], small)


def test_split_names_what_has_no_value(small: Snapshot) -> None:
    by_land = replace(CATALOGUE["H01"], split="land_type")
    assert split(by_land, small) == {"未填": 660}


def test_a_missing_part_is_not_a_part_of_zero() -> None:
    """A project that does not say how much is let stays out of both sides of the rate."""
    tables = {
        "rental_projects": [
            rental("H1", A, "一套房", "新建", "轮候", 100, leased_units=90),
            rental("H2", A, "一套房", "新建", "轮候", 100),
        ]
    }
    whole = evaluate(CATALOGUE["H11"], snapshot(tables)).whole
    assert (whole.numerator, whole.denominator, whole.text) == (90, 100, "90.0%")
    zero = {"rental_projects": [tables["rental_projects"][0], rental("H2", A, "一套房", "新建", "轮候", 100, leased_units=0)]}
    assert evaluate(CATALOGUE["H11"], snapshot(zero)).whole.text == "45.0%"


def test_formation_rate_stays_within_a_hundred_when_two_tables_disagree_about_the_place() -> None:
    """The committee is filed under B, the compound under A: it counts where the compound is."""
    tables = {
        "compounds": [compound("X1", A), compound("X2", B)],
        "committees": [
            committee("X1", B, start="2023-01-01", end="2027-12-31"),
            committee("X2", B, start="2023-01-01", end="2027-12-31"),
        ],
    }
    rate = evaluate(CATALOGUE["G03"], snapshot(tables))
    assert [(rate.of(unit).numerator, rate.of(unit).denominator) for unit in (A, B)] == [(1, 1), (1, 1)]


def test_units_are_never_added() -> None:
    projects = Rows("rental_projects")
    with pytest.raises(ValueError, match="units are never added"):
        total(projects, "beds", "units")
    with pytest.raises(ValueError, match="units are never added"):
        total(Rows("renewal_projects"), "households", "lifts")
    with pytest.raises(ValueError, match="one column"):
        total(projects, "br1", "br2")
    with pytest.raises(ValueError, match=r"X: 张 is no part of 套\(间\)"):
        ratio("X", "x", "x", total(projects, "beds"), total(projects, "units"), definition="x", basis="x")


def test_a_sum_takes_the_unit_of_its_column() -> None:
    for indicator in CATALOGUE.values():
        if indicator.numerator.how == "sum" and indicator.denominator is None:
            assert indicator.unit == column_unit(indicator.numerator.rows.dataset, indicator.numerator.column), indicator.id
    assert {CATALOGUE[name].unit for name in ("H01", "H02", "H14U")} == {"套(间)"}
    assert (CATALOGUE["H07"].unit, CATALOGUE["R13"].unit, CATALOGUE["G01"].unit) == ("张", "户", "个")
    assert (CATALOGUE["R05"].unit, CATALOGUE["R07"].unit, CATALOGUE["R10"].unit, CATALOGUE["G21"].unit) == ("户", "㎡", "台", "件")


@pytest.mark.parametrize("name", CATALOGUE)
def test_words_of_an_indicator(name: str) -> None:
    one = CATALOGUE[name]
    assert not re.search(r"[A-Za-z_]{2,}", one.formula), one.formula
    assert not re.search(r"True|False|None", one.formula + one.definition)
    for text in (one.title, one.definition, one.basis, one.formula):
        assert text.strip()
    assert one.definition.endswith("。")
    for rule in one.rules:
        assert shipped_registry().rows_of(rule)[0].basis
    if one.split:
        assert column_title(one.numerator.rows.dataset, one.split)


def test_formulas_in_words() -> None:
    assert CATALOGUE["G03"].formula == (
        "（《住宅小区基本情况表》中是否符合成立业主大会条件，且非“业委会已注销”，且已知“已组建业委会”，且已组建业委会的行数）÷"
        "（《住宅小区基本情况表》中是否符合成立业主大会条件，且非“业委会已注销”，且已知“已组建业委会”的行数） × 100%"
    )
    assert "非“已组建业委会”" in CATALOGUE["G04"].formula
    assert "已填“已签约户数”" in CATALOGUE["R03"].formula.replace("签约/", "")
    assert CATALOGUE["G01"].formula == "《住宅小区基本情况表》的全部行数"
    assert "组建状态为“已组建”" in CATALOGUE["G05"].formula
    assert all_places("rental_projects").words() == "已报送的街镇数"
    assert CATALOGUE["G21Y"].formula == (
        "（本年1月至本月《12345热线工单情况表》中工单类别为“物业服务”的行的“受理量”之和）÷"
        "（上年同期（1月至同月）《12345热线工单情况表》中工单类别为“物业服务”的行的“受理量”之和） × 100% − 100%"
    )
    assert CATALOGUE["G23"].formula.endswith("的全部行的“总户数”之和） × 100")
    assert CATALOGUE["H15"].formula.endswith("÷（统计数据“第二、三产业法人单位从业人员（2023年末，不含金融业）”） × 1,000")
    assert CATALOGUE["H10"].formula.endswith("÷（标准：“十五五”新增床位目标） × 100%")
    assert CATALOGUE["G24"].formula.startswith("（各街镇本年1月至本月《业委会培训情况表》的全部行中“覆盖业委会数”最大的一行，相加）")


def test_titles_of_columns_are_told_apart() -> None:
    """A passport has one column per title: two columns of a dataset must never share one."""
    for name, dataset in DATASETS.items():
        titles = [field.label for field in dataset.fields] + [one.title for one in DERIVED if one.dataset == name]
        assert len(set(titles)) == len(titles), [title for title in titles if titles.count(title) > 1]
        assert not set(titles) & set(SOURCE_TITLES)


def test_conditions_on_missing_values() -> None:
    table = pd.DataFrame(
        {
            "subdistrict": [A] * 3,
            "flag": pd.array([True, False, None], dtype="boolean"),
            "word": ["x", "y", None],
            "plain": [True, False, True],
        }
    )
    assert holds("flag").mask(table).tolist() == [True, False, False]
    assert fails("flag").mask(table).tolist() == [False, True, False]
    assert fails("plain").mask(table).tolist() == [False, True, False]
    assert filled("flag").mask(table).tolist() == [True, True, False]
    assert replace(filled("word"), values=("x",)).mask(table).tolist() == [False, True, False]
    assert holds("flag").mask(table.head(0)).tolist() == []


def test_passport_shows_words_whole_numbers_and_sources(small: Snapshot) -> None:
    table = passport_rows(CATALOGUE["R03"], small)
    assert table["街镇"].tolist() == ["曹杨新村街道", "曹杨新村街道"]
    signed = next(name for name in table.columns if name.endswith("已签约户数"))
    assert [str(value) for value in table[signed]] == ["189", "96"]
    assert table["正在签约"].tolist() == ["是", "是"]
    source = ["renewal_projects.xlsx", "表", 7, "2024-09", "bureau", "2024-10-08 09:30"]
    assert table[list(SOURCE_TITLES)].iloc[0].tolist() == source


def test_passport_shows_why(small: Snapshot) -> None:
    """Behind each derived column stand those it rests on, and before the source."""
    signing = passport_rows(CATALOGUE["R03"], small)
    assert [name.rpartition("/")[2] for name in signing.columns[3:8]] == ["正在签约", "改造类别", "当前阶段", "已签约户数", "应签约户数"]
    assert signing[["改造类别", "当前阶段"]].iloc[1].tolist() == ["拆除重建", "行政调解和决定"]
    short = passport_rows(CATALOGUE["R05"], small)
    title = column_title("renewal_projects", "households_short")
    assert [str(value) for value in short[title]] == ["1", "0"]
    behind = list(short.columns).index(title)
    assert [[str(value) for value in row] for row in short.iloc[:, behind + 1 : behind + 3].to_numpy()] == [["200", "189"], ["100", "96"]]
    late = passport_rows(CATALOGUE["R16"], small).set_index("项目编码")
    assert late["超期节点"].to_dict() == {"P2": "签约生效", "P4": "竣工", "P6": "回搬"}
    assert {name: int(days) for name, days in late["超期天数"].items()} == {"P2": 30, "P4": 91, "P6": 29}
    term = passport_rows(CATALOGUE["G05"], small).set_index("小区编码")
    assert str(term.loc["A01", column_title("committees", "term_end")])[:10] == "2026-12-31"
    assert term.loc["C01", "替代履职方式"] == "无"
    beds = passport_rows(CATALOGUE["H07"], small).set_index("项目编码")
    assert beds.loc["H4", ["产品层次", "阶段"]].tolist() == ["一张床", "挂牌"]
    for name in CATALOGUE:
        columns = list(passport_rows(CATALOGUE[name], small).columns)
        assert len(columns) == len(set(columns))


def test_passport_names_who_sent_a_row(small: Snapshot) -> None:
    for name, part in (("R03", "numerator"), ("H09", "denominator")):
        assert set(passport_rows(CATALOGUE[name], small, part, names={"bureau": "科室编辑"})["报送人"]) == {"科室编辑"}
        assert set(passport_rows(CATALOGUE[name], small, part, names={"other": "某"})["报送人"]) == {"bureau"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("G02", "上海市住宅物业管理规定（2023-12-28修正）第13条"),
        ("R03", "上海市城市更新条例（2021-08-25）第32条"),
        ("H14", "2021年"),
        ("H11", "2022年，原定至2023-12-31"),
        ("H11B", "2022年，原定至2023-12-31"),
        ("H07", "2025-11-01起施行"),
    ],
)
def test_a_basis_names_the_date_of_its_document(name: str, words: str) -> None:
    assert words in CATALOGUE[name].basis


def test_every_basis_has_a_date_or_is_of_the_catalogue() -> None:
    for one in CATALOGUE.values():
        assert re.search(r"20\d\d", one.basis) or re.fullmatch(rf"B\.2 {one.id[:3]}(；.+)?", one.basis), one.basis


def test_passport_of_the_reporting_places(small: Snapshot) -> None:
    table = passport_rows(CATALOGUE["H09"], small, "denominator")
    assert table["街镇"].tolist() == ["曹杨新村街道", "长风新村街道", "桃浦镇"]
    assert table["来源文件"].tolist() == ["rental_projects.xlsx"] * 3
    assert table["行号"].isna().all()
    assert passport_rows(CATALOGUE["H09"], small, "denominator", (B,))["街镇"].tolist() == ["长风新村街道"]


def test_stored_values_are_those_on_screen(small: Snapshot) -> None:
    stored = {(one.indicator, one.unit): one for one in stored_values(small)}
    assert len(stored) == len(CATALOGUE) * 11
    rate = stored["G03", DISTRICT]
    assert (rate.period, rate.numerator, rate.denominator) == ("2024-09", 7, 9)
    assert rate.value == pytest.approx(700 / 9)
    assert set(rate.missing) == set(subdistrict_codes()) - {A, B, C}
    assert (stored["G01", "310107015"].value, stored["G01", "310107015"].missing) == (None, ("310107015",))


def test_changes_between_two_snapshots(small: Snapshot) -> None:
    """One more compound, of 200 households and not eligible: it stands below the line of three rates too."""
    assert changes_between(small, small) == []
    more = whole_world(compounds=[*SMALL["compounds"], compound("C09", C, False)])
    changes = [(one.indicator, one.unit, one.before and one.before.text, one.after.text) for one in changes_between(small, more)]
    assert changes == [
        ("G01", DISTRICT, "12 个", "13 个"),
        ("G02N", DISTRICT, "3 个", "4 个"),
        ("G13", DISTRICT, "25.0%", "23.1%"),
        ("G14", DISTRICT, "16.7%", "15.4%"),
        ("G23", DISTRICT, "2.13 件/百户", "1.96 件/百户"),
        ("G01", C, "3 个", "4 个"),
        ("G02N", C, "1 个", "2 个"),
        ("G13", C, "0.0%", "0.0%"),
        ("G14", C, "33.3%", "25.0%"),
        ("G23", C, "1.50 件/百户", "1.13 件/百户"),
    ]


def test_a_first_publication_changes_only_what_it_speaks_of() -> None:
    first = snapshot(
        {"compounds": SMALL["compounds"]}, reported={**dict.fromkeys(DATASETS, frozenset()), "compounds": frozenset({A, B, C})}
    )
    changes = changes_between(None, first)
    assert {one.indicator for one in changes} == {"G01", "G02", "G02N", "G15", "G17"}
    assert all(one.before is None and one.after.numerator is not None for one in changes)


def test_a_figure_can_be_declared_in_one_line(small: Snapshot) -> None:
    old = number("X1", "老旧小区", "old", count(Rows("compounds").where(holds("eligible_for_assembly"))), definition="x。", basis="x")
    assert evaluate(old, small).whole.text == "9 个"


def test_what_may_be_judged_by_its_change_or_against_another_place() -> None:
    assert {name for name, one in CATALOGUE.items() if one.moving} == {"R02", "R03", "R05", "R06A", "R06B", "G08", "G11"}
    supply = {name for name, one in CATALOGUE.items() if one.absolute_supply}
    assert supply == {"R07", "R08", "R09", "R13", "H01", "H02", "H07", "H10N", "H10P", "G24A", "G36A", "G37"}
    flows = {name for name, one in CATALOGUE.items() if one.flow}
    assert flows == {
        "R07", "R08", "R09", "R10Y", "G16N", "G21", "G21T", "G21N", "G24A", "G36A", "G08A", "G08B", "G08C", "G11N", "G11S", "G34A",
    }


def test_a_clock_names_the_standard_it_is_computed_with_and_no_other() -> None:
    used = {name: CATALOGUE[name].thresholds for name in ("G05", "G06", "G07")}
    assert used == {
        "G05": (),
        "G06": (),
        "G07": ("committee.expiring_months",),
    }
    assert shipped_registry().at("committee.report_months", pd.Timestamp("2024-09-30").date()).whole == 5


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("G10", "3 个业委会平均"),  # 499 days of three: their sum says nothing
        ("G03", "7 / 9"),
        ("G16C", "2 个小区平均"),
        ("G20", "37.5 / 72.5"),
        ("G17", "167,000 元/月 / 110,000 ㎡"),
        ("G18", ""),
    ],
)
def test_what_stands_under_a_figure(small: Snapshot, planned: Snapshot, name: str, words: str) -> None:
    assert evaluate(CATALOGUE[name], world_of(name, small, planned)).whole.fraction == words
