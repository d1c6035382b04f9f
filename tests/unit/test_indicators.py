"""Every indicator of the catalogue on a world small enough to count by hand."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from lib.datasets import DATASETS
from lib.datasets.places import DISTRICT, subdistrict_codes
from lib.datasets.thresholds import shipped_registry
from lib.figures.rows import SOURCE_TITLES, passport_rows, unknown_committees
from lib.figures.snapshot import Snapshot
from lib.figures.values import all_breakdowns, changes_between, stored_values
from lib.indicators import CATALOGUE, THEMES
from lib.indicators.algebra import Measure, Rows, all_places, column_title, count, fails, filled, holds, total
from lib.indicators.declaring import number, ratio
from lib.indicators.evaluate import evaluate, part_of, reporting_units, rows_behind, split
from lib.rules.derived import DERIVED
from tests.support.published import committee, compound, rental
from tests.support.small import SMALL, A, B, C, snapshot

Place = tuple[float, float | None]

# id: (numerator, denominator, value, text), then (numerator, denominator) of A, B and C.
EXAMPLES: dict[str, tuple[tuple[float, float | None, float, str], tuple[Place, Place, Place]]] = {
    "R01": ((5, None, 5, "5 个"), ((3, None), (2, None), (0, None))),
    "R03": ((285, 300, 95.0, "95.0%"), ((285, 300), (0, 0), (0, 0))),
    "R05": ((1, None, 1, "1 户"), ((1, None), (0, None), (0, None))),
    "R13": ((110, None, 110, "110 户"), ((0, None), (60, None), (50, None))),
    "R13B": ((110, 140, 11000 / 140, "78.6%"), ((0, 0), (60, 60), (50, 80))),
    "R16": ((3, None, 3, "3 个"), ((1, None), (1, None), (1, None))),
    "H01": ((660, None, 660, "660 套(间)"), ((400, None), (240, None), (20, None))),
    "H02": ((490, None, 490, "490 套(间)"), ((400, None), (90, None), (0, None))),
    "H03": ((490, 660, 49000 / 660, "74.2%"), ((400, 400), (90, 240), (0, 20))),
    "H04N": ((300, None, 300, "300 套(间)"), ((200, None), (100, None), (0, None))),
    "H04": ((300, 450, 30000 / 450, "66.7%"), ((200, 300), (100, 150), (0, 0))),
    "H05N": ((120, None, 120, "120 套(间)"), ((80, None), (40, None), (0, None))),
    "H05": ((120, 450, 12000 / 450, "26.7%"), ((80, 300), (40, 150), (0, 0))),
    "H06": ((30, 450, 3000 / 450, "6.7%"), ((20, 300), (10, 150), (0, 0))),
    "H07": ((160, None, 160, "160 张"), ((0, None), (160, None), (0, None))),
    "H08": ((1, None, 1, "1 个"), ((0, None), (1, None), (0, None))),
    "H08P": ((1, None, 1, "1 个"), ((0, None), (0, None), (1, None))),
    "H08S": ((2, None, 2, "2 个"), ((0, None), (1, None), (1, None))),
    "H09": ((1, 3, 100 / 3, "33%"), ((0, 1), (1, 1), (0, 1))),
    "H11": ((330, 400, 82.5, "82.5%"), ((330, 400), (0, 0), (0, 0))),
    "H11B": ((120, 160, 75.0, "75.0%"), ((0, 0), (120, 160), (0, 0))),
    "H14": ((3, None, 3, "3 个"), ((1, None), (2, None), (0, None))),
    "H14U": ((190, None, 190, "190 套(间)"), ((100, None), (90, None), (0, None))),
    "G01": ((12, None, 12, "12 个"), ((5, None), (4, None), (3, None))),
    "G02": ((9, None, 9, "9 个"), ((4, None), (3, None), (2, None))),
    "G03N": ((8, None, 8, "8 个"), ((3, None), (3, None), (2, None))),
    "G03": ((7, 9, 700 / 9, "77.8%"), ((3, 4), (2, 3), (2, 2))),
    "G04": ((2, None, 2, "2 个"), ((1, None), (1, None), (0, None))),
    "G05N": ((5, None, 5, "5 个"), ((2, None), (2, None), (1, None))),
    "G05": ((5, 8, 62.5, "62.5%"), ((2, 3), (2, 3), (1, 2))),
    "G06": ((2, None, 2, "2 个"), ((1, None), (1, None), (0, None))),
    "G07": ((1, None, 1, "1 个"), ((1, None), (0, None), (0, None))),
    "G25": ((2, None, 2, "2 个"), ((0, None), (1, None), (1, None))),
}
# Keys of the rows behind numerator and denominator, where they are worth spelling out.
ROWS: dict[str, tuple[str, str]] = {
    "R01": ("P1 P2 P3 P4 P8", ""),
    "R03": ("P1 P2", "P1 P2"),
    "R05": ("P1 P2", ""),
    "R13": ("P5 P6", ""),
    "R16": ("P2 P4 P6", ""),
    "H01": ("H1 H2 H3 H4 H5 H8", ""),
    "H02": ("H1 H2 H4 H8", ""),
    "H04": ("H1 H3", "H1 H3"),
    "H07": ("H4", ""),
    "H11": ("H1 H2", "H1 H2"),
    "G03": ("A01 A02 A03 B01 B02 C01 C02", "A01 A02 A03 A04 B01 B02 B03 C01 C02"),
    "G04": ("A04 B03", ""),
    "G05N": ("A01 A02 B01 B04 C01", ""),
    "G06": ("A03 B02", ""),
    "G07": ("A02", ""),
    "G25": ("B03 C02", ""),
}
PARTS = [
    (name, part) for name, one in CATALOGUE.items() for part in ("numerator", "denominator") if part == "numerator" or one.denominator
]


@pytest.fixture(scope="module")
def small() -> Snapshot:
    return snapshot(SMALL)


def recomputed(measure: Measure, rows: pd.DataFrame, units: tuple[str, ...]) -> float:
    """A measure from the rows behind it, by another way than the code's."""
    if measure.how == "all_places":
        return len(units)
    if measure.how == "places":
        return rows["subdistrict"].nunique()
    return float(rows[measure.column].sum()) if measure.how == "sum" else len(rows)


def test_every_indicator_has_an_example() -> None:
    assert set(EXAMPLES) == set(CATALOGUE)
    assert sum(len(theme.indicators) for theme in THEMES) == len(CATALOGUE), "an id is declared twice"


@pytest.mark.parametrize("name", EXAMPLES)
def test_value(small: Snapshot, name: str) -> None:
    (top, below, value, text), places = EXAMPLES[name]
    breakdown = evaluate(CATALOGUE[name], small)
    whole = breakdown.whole
    assert (whole.numerator, whole.denominator) == (top, below)
    assert whole.value == pytest.approx(value)
    assert whole.text == text
    assert [(breakdown.of(unit).numerator, breakdown.of(unit).denominator) for unit in (A, B, C)] == list(places)


@pytest.mark.parametrize("name", ROWS)
def test_rows_behind_are_these(small: Snapshot, name: str) -> None:
    indicator = CATALOGUE[name]
    key = DATASETS[indicator.numerator.rows.dataset].key[0]
    assert " ".join(sorted(rows_behind(indicator, small)[key])) == ROWS[name][0]
    if ROWS[name][1]:
        assert " ".join(sorted(rows_behind(indicator, small, part="denominator")[key])) == ROWS[name][1]


@pytest.mark.parametrize("units", [(), (A,), (B, C)], ids=["all", "one", "two"])
@pytest.mark.parametrize(("name", "part"), PARTS)
def test_rows_behind_give_the_figure_again(small: Snapshot, name: str, part: str, units: tuple[str, ...]) -> None:
    indicator = CATALOGUE[name]
    rows = rows_behind(indicator, small, part=part, units=units)
    expected = getattr(evaluate(indicator, small, units).whole, part)
    assert recomputed(part_of(indicator, part), rows, reporting_units(indicator, small, units)) == expected
    table = passport_rows(indicator, small, part, units)
    assert tuple(table.columns[-5:]) == SOURCE_TITLES
    assert len(table) == (expected if part_of(indicator, part).how == "all_places" else len(rows))
    assert set(table["来源文件"]) <= {f"{part_of(indicator, part).rows.dataset}.xlsx"}


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
    assert table.loc[A].tolist() == [2, 3, pytest.approx(200 / 3)]
    assert table.drop([A, B, C]).isna().all().all()


def test_split_adds_up_in_the_order_of_the_choices(small: Snapshot) -> None:
    assert split(CATALOGUE["R01"], small) == {"旧住房成套改造": 2, "拆除重建": 1, "旧住房综合修缮": 1, "旧城区改建（征收）": 1}
    assert list(split(CATALOGUE["R01"], small)) == ["旧住房成套改造", "拆除重建", "旧住房综合修缮", "旧城区改建（征收）"]
    assert split(CATALOGUE["H08S"], small) == {"认定": 1, "挂牌": 1}
    assert split(CATALOGUE["G25"], small, (C,)) == {"物业治理委员会": 1}
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
            column = DATASETS[indicator.numerator.rows.dataset].by_name.get(indicator.numerator.column)
            assert indicator.unit == ("户" if column is None else column.unit), indicator.id
    assert {CATALOGUE[name].unit for name in ("H01", "H02", "H14U")} == {"套(间)"}
    assert (CATALOGUE["H07"].unit, CATALOGUE["R13"].unit, CATALOGUE["G01"].unit) == ("张", "户", "个")


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
        "（《住宅小区基本情况表》中是否符合成立业主大会条件，且已知“已组建业委会”，且已组建业委会的行数）÷"
        "（《住宅小区基本情况表》中是否符合成立业主大会条件，且已知“已组建业委会”的行数） × 100%"
    )
    assert "非“已组建业委会”" in CATALOGUE["G04"].formula
    assert "已填“已签约户数”" in CATALOGUE["R03"].formula.replace("签约/", "")
    assert CATALOGUE["G01"].formula == "《住宅小区基本情况表》的全部行数"
    assert "组建状态为“已组建”" in CATALOGUE["G05"].formula
    assert all_places("rental_projects").words() == "已报送的街镇数"


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
    assert table[list(SOURCE_TITLES)].iloc[0].tolist() == ["renewal_projects.xlsx", "表", 7, "bureau", "2024-10-08 09:30"]


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
        assert re.search(r"20\d\d", one.basis) or re.fullmatch(rf"B\.2 {one.id[:3]}", one.basis), one.basis


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
    assert changes_between(small, small) == []
    more = snapshot({**SMALL, "compounds": [*SMALL["compounds"], compound("C04", C, False)]})
    changes = [(one.indicator, one.unit, one.before and one.before.text, one.after.text) for one in changes_between(small, more)]
    assert changes == [("G01", DISTRICT, "12 个", "13 个"), ("G01", C, "3 个", "4 个")]


def test_a_first_publication_changes_only_what_it_speaks_of() -> None:
    first = snapshot(
        {"compounds": SMALL["compounds"]}, reported={**dict.fromkeys(DATASETS, frozenset()), "compounds": frozenset({A, B, C})}
    )
    changes = changes_between(None, first)
    assert {one.indicator for one in changes} == {"G01", "G02"}
    assert all(one.before is None and one.after.numerator is not None for one in changes)


def test_a_figure_can_be_declared_in_one_line(small: Snapshot) -> None:
    old = number("X1", "老旧小区", "old", count(Rows("compounds").where(holds("eligible_for_assembly"))), definition="x。", basis="x")
    assert evaluate(old, small).whole.text == "9 个"


def test_what_may_be_judged_by_its_change_or_against_another_place() -> None:
    assert {name for name, one in CATALOGUE.items() if one.moving} == {"R03", "R05"}
    supply = {name for name, one in CATALOGUE.items() if one.absolute_supply}
    assert supply == {"R13", "H01", "H02", "H07"}


def test_a_clock_names_the_standard_it_is_computed_with_and_no_other() -> None:
    used = {name: CATALOGUE[name].thresholds for name in ("G05", "G06", "G07")}
    assert used == {
        "G05": (),
        "G06": (),
        "G07": ("committee.expiring_months",),
    }
    assert shipped_registry().at("committee.report_months", pd.Timestamp("2024-09-30").date()).whole == 5
