"""Tickets over months: kinds against last year, both years side by side, compounds; all counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.charts.campaign import beside_last_year
from lib.datasets.hotline import CATEGORIES
from lib.rules.hotline import ALL, Months, by_category, by_compound, two_years
from lib.spec.period import Period
from lib.ui.campaigns_hotline import category_table, change_words
from tests.support.published import Row, compound
from tests.support.small import A, B, C, frame, tickets

UNITS = (A, B, C)
THREE = frozenset(UNITS)
FEBRUARY = Period("2026-02")


def month(*rows: Row, there: frozenset[str] = THREE) -> tuple[pd.DataFrame, frozenset[str]]:
    return frame("hotline", rows), there


TWO: Months = {
    Period("2025-01"): month(tickets(A, 60), tickets(B, 40), tickets(A, 9, "停车管理")),
    Period("2025-02"): month(tickets(A, 50), tickets(B, 20), tickets(C, 5, "租赁")),
    Period("2026-01"): month(tickets(A, 40), tickets(B, 44), tickets(C, 6)),
    FEBRUARY: month(tickets(A, 30), tickets(A, 5, compound_id="X"), tickets(B, 21), tickets(A, 12, "停车管理")),
}


def row(table: pd.DataFrame, category: str) -> list[float]:
    found = table.set_index("category").loc[category]
    return [float(one) for one in found[["now", "before", "change"]]]


def test_kinds_against_last_year() -> None:
    found = by_category(TWO, FEBRUARY, UNITS, 50)
    one, year = found["month"].table, found["year"].table
    assert one["category"].tolist() == [*CATEGORIES, ALL]
    # February: A 30 + 5, B 21 against A 50, B 20.
    assert row(one, "物业服务") == pytest.approx([56, 70, -20.0])
    # Both months: 90 + 56 = 146 against 100 + 70 = 170.
    assert row(year, "物业服务") == pytest.approx([146, 170, -2400 / 170])
    assert row(one, "停车管理") == pytest.approx([12, 0, np.nan], nan_ok=True), "of nothing there is no per cent"
    assert row(one, "租赁") == pytest.approx([0, 5, -100.0])
    assert row(one, ALL) == pytest.approx([68, 75, -700 / 75])
    assert row(year, ALL) == pytest.approx([158, 184, -2600 / 184])
    few = dict(zip(one["category"], one["few"], strict=True))
    assert (few["物业服务"], few["租赁"], few[ALL]) == (False, True, False)
    assert found["month"].absent == found["year"].absent == ()


def test_who_did_not_report_a_month_is_in_neither_year() -> None:
    months = {**TWO, Period("2026-01"): month(tickets(A, 40), tickets(C, 6), there=frozenset({A, C}))}
    found = by_category(months, FEBRUARY, UNITS, 50)
    assert row(found["month"].table, "物业服务") == pytest.approx([56, 70, -20.0]), "February is whole"
    assert row(found["year"].table, "物业服务") == pytest.approx([40 + 6 + 35, 110, (81 - 110) / 110 * 100])
    assert (found["month"].absent, found["year"].absent) == ((), (B,))
    both = two_years(months, FEBRUARY, UNITS)
    assert both.absent == (B,)
    assert both.table[["now", "before"]].to_numpy().tolist() == [[46.0, 60.0], [35.0, 50.0]]


def test_some_units_only() -> None:
    found = by_category(TWO, FEBRUARY, (B,), 50)
    assert row(found["month"].table, "物业服务") == pytest.approx([21, 20, 5.0])
    assert two_years(TWO, FEBRUARY, (B,)).table["now"].tolist() == [44.0, 21.0]


def test_without_last_year_there_is_no_change() -> None:
    months = {when: one for when, one in TWO.items() if when >= "2026"}
    found = by_category(months, FEBRUARY, UNITS, 50)
    assert row(found["year"].table, "物业服务") == pytest.approx([146, np.nan, np.nan], nan_ok=True)
    assert not found["year"].table["few"].any()
    both = two_years(months, FEBRUARY, UNITS)
    assert both.table["before"].isna().all()
    assert both.table["now"].tolist() == [90.0, 56.0]


def test_a_year_that_begins_in_the_middle() -> None:
    months = {FEBRUARY: TWO[FEBRUARY]}
    found = by_category(months, FEBRUARY, UNITS, 50)
    assert row(found["month"].table, "物业服务")[0] == 56
    assert found["year"].table["now"].isna().all(), "January is not known, so the year is not"
    assert found["year"].absent == UNITS
    assert two_years(months, FEBRUARY, UNITS).table["now"].tolist() == pytest.approx([np.nan, 56.0], nan_ok=True)


def test_compounds() -> None:
    now = frame("hotline", [
        tickets(A, 5, compound_id="X1", compound_name="甲"),
        tickets(A, 3, "停车管理", compound_id="X1", compound_name="甲"),
        tickets(B, 8, compound_id="X0", compound_name="乙"),
        tickets(B, 1, compound_id="X9", compound_name="丙"),
        tickets(A, 70),
    ])
    before = frame("hotline", [tickets(A, 4, compound_id="X1", compound_name="甲"), tickets(A, 99)])
    compounds = frame("compounds", [compound("X0", B, households=400), compound("X1", A, households=0)])
    found = by_compound(now, before, compounds)
    assert found["compound_id"].tolist() == ["X0", "X1", "X9"], "most first, then by code"
    assert found["received"].tolist() == [8, 8, 1]
    assert found["before"].tolist() == [0.0, 4.0, 0.0]
    assert found["per_hundred"].tolist() == pytest.approx([2.0, np.nan, np.nan], nan_ok=True), "no households, no rate"
    assert by_compound(now, None, compounds)["before"].isna().all()


def test_the_table_for_people() -> None:
    table = category_table(by_category(TWO, FEBRUARY, UNITS, 50)).set_index("类别")
    assert "加装电梯" not in table.index, "what nobody called about is not listed"
    assert table.loc["物业服务"].tolist() == ["56", "-20.0%", "70", "146", "-14.1%", "170"]
    assert table.loc["租赁", "当月同比"] == "△ -100.0%"
    assert (change_words(np.nan, True), change_words(3.0, False), change_words(-4.04, True)) == ("—", "+3.0%", "△ -4.0%")


def test_the_picture_keeps_the_place_of_a_month_that_is_missing() -> None:
    figure = beside_last_year(pd.DataFrame({"month": [1, 2], "now": [90.0, np.nan], "before": [100.0, 70.0]}), year=2026, unit="件")
    last, this = figure.data[0], figure.data[1]
    assert (last.name, this.name) == ("2025年", "2026年")
    assert this.y == (90.0, None)
    assert this.hovertext[1] == "2026年2月：未报"
    assert figure.layout.xaxis.ticktext == ("1月", "2月")
    assert figure.data[2].x == (1.2,), "the figure above its own column"
    narrow = beside_last_year(pd.DataFrame({"month": [1], "now": [90.0], "before": [100.0]}), year=2026, unit="件", narrow=True)
    assert [one.text for one in narrow.data] == [("",), ("90",)]
    empty = beside_last_year(pd.DataFrame({"month": [1], "now": [np.nan], "before": [np.nan]}), year=2026, unit="件")
    assert empty.layout.annotations[0].text == "暂无数据"


@settings(max_examples=25)
@given(counts=st.lists(st.tuples(st.sampled_from(UNITS), st.sampled_from(CATEGORIES), st.integers(0, 500), st.booleans()), max_size=12))
def test_the_places_add_up_to_the_whole(counts: list[tuple[str, str, int, bool]]) -> None:
    """What is counted of each 街镇 alone is together what is counted of all, whatever was received; kinds add up to the sum."""
    rows = {now: [tickets(unit, count, kind) for unit, kind, count, this in counts if this is now] for now in (True, False)}
    months = {Period("2026-01"): month(*rows[True]), Period("2025-01"): month(*rows[False])}
    whole = by_category(months, Period("2026-01"), UNITS, 50)["month"].table
    alone = [by_category(months, Period("2026-01"), (unit,), 50)["month"].table for unit in UNITS]
    for column in ("now", "before"):
        assert whole[column].tolist() == sum(one[column] for one in alone).tolist()
        assert whole[column].iloc[-1] == whole[column].iloc[:-1].sum()
    assert (whole["change"].isna() == (whole["before"] == 0)).all()
