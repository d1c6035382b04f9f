"""Owners' votes by hand: every edge of taking part and agreeing, before and after 2021, in heads and in area."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pandas as pd
import pytest

from lib.datasets.thresholds import Registry, shipped_registry
from lib.rules.votes import SIDES, Kind, Vote, judge, least, rules_at, vote_columns

GENERAL, SPECIAL, UNIT, WHOLE = Kind.GENERAL, Kind.SPECIAL, Kind.LIFT_UNIT, Kind.LIFT_WHOLE
ON = date(2026, 11, 23)
REGISTRY = shipped_registry()
Three = tuple[int | float | None, int | float | None, int | float | None]
"""应参与, 参与, 同意."""
Four = tuple[str, str, str, str]
NONE_SHORT = ("0", "0", "0", "0")


def vote(day: str | None, heads: Three, area: Three) -> Vote:
    when = date.fromisoformat(day) if day else None
    return Vote(when, heads[0], area[0], heads[1], area[1], heads[2], area[2])


def verdict(one: Vote, kind: Kind, on: date = ON) -> tuple[bool | None, Four]:
    """Passed, and what is missing of 参与人数, 参与面积, 同意人数, 同意面积."""
    found = judge(one, kind, on, REGISTRY)
    assert tuple(found.short) == tuple(SIDES)
    shown = ["—" if short is None else f"{float(short):g}" for short in found.short.values()]
    return found.passed, (shown[0], shown[1], shown[2], shown[3])


# Areas that change nothing: all of it took part and agreed.
ALL = (60_000, 60_000, 60_000)

VOTES = [
    # kind, day, heads (应参与, 参与, 同意), area (the same), passed, short: 参与人数, 参与面积, 同意人数, 同意面积
    # -- two thirds take part, to the head
    (GENERAL, "2022-05-01", (3, 2, 2), ALL, True, NONE_SHORT),
    (GENERAL, "2022-05-01", (3, 1, 1), ALL, False, ("1", "0", "0", "0")),
    (GENERAL, "2022-05-01", (600, 400, 201), ALL, True, NONE_SHORT),
    (GENERAL, "2022-05-01", (600, 399, 200), ALL, False, ("1", "0", "0", "0")),
    # Two thirds of 601 is 400.67: 401 are needed.
    (GENERAL, "2022-05-01", (601, 400, 201), ALL, False, ("1", "0", "0", "0")),
    (GENERAL, "2022-05-01", (601, 401, 201), ALL, True, NONE_SHORT),
    (GENERAL, "2022-05-01", (600, 0, 0), ALL, False, ("400", "0", "1", "0")),
    # -- more than one half agree: exactly one half is not enough
    (GENERAL, "2022-05-01", (600, 402, 201), ALL, False, ("0", "0", "1", "0")),
    (GENERAL, "2022-05-01", (600, 402, 202), ALL, True, NONE_SHORT),
    (GENERAL, "2022-05-01", (600, 401, 201), ALL, True, NONE_SHORT),
    (GENERAL, "2022-05-01", (600, 401, 200), ALL, False, ("0", "0", "1", "0")),
    # -- three quarters agree: of 402 that is 301.5, so 302; of 400 it is 300
    (SPECIAL, "2022-05-01", (600, 402, 301), ALL, False, ("0", "0", "1", "0")),
    (SPECIAL, "2022-05-01", (600, 402, 302), ALL, True, NONE_SHORT),
    (SPECIAL, "2022-05-01", (600, 402, 290), ALL, False, ("0", "0", "12", "0")),
    (SPECIAL, "2022-05-01", (600, 400, 300), ALL, True, NONE_SHORT),
    (SPECIAL, "2022-05-01", (600, 400, 299), ALL, False, ("0", "0", "1", "0")),
    # -- area, to 0.01 ㎡: two thirds of 60 000 is 40 000, one half of 40 000 is 20 000 and not enough
    (GENERAL, "2022-05-01", (3, 3, 3), (60_000, 40_000, 20_000), False, ("0", "0", "0", "0.01")),
    (GENERAL, "2022-05-01", (3, 3, 3), (60_000, 40_000, 20_000.01), True, NONE_SHORT),
    (GENERAL, "2022-05-01", (3, 3, 3), (60_000, 39_999.99, 20_000), False, ("0", "0.01", "0", "0")),
    # Two thirds of 100 is 66.666…: 66.67 are needed.
    (GENERAL, "2022-05-01", (3, 3, 3), (100, 66.66, 66.66), False, ("0", "0.01", "0", "0")),
    (GENERAL, "2022-05-01", (3, 3, 3), (100, 66.67, 66.67), True, NONE_SHORT),
    # Three quarters of 0.3 is 0.225: 0.23. In floats 0.1 + 0.2 is more than 0.3.
    (SPECIAL, "2022-05-01", (3, 3, 3), (0.3, 0.1 + 0.2, 0.22), False, ("0", "0", "0", "0.01")),
    (SPECIAL, "2022-05-01", (3, 3, 3), (0.3, 0.1 + 0.2, 0.23), True, NONE_SHORT),
    # -- heads carry it, area does not, and the other way round; all four short
    (GENERAL, "2022-05-01", (600, 500, 400), (60_000, 50_000, 20_000), False, ("0", "0", "0", "5000.01")),
    (GENERAL, "2022-05-01", (600, 500, 200), (60_000, 50_000, 40_000), False, ("0", "0", "51", "0")),
    (SPECIAL, "2022-05-01", (600, 300, 100), (60_000, 30_000, 10_000), False, ("100", "10000", "125", "12500")),
    # -- the last day of the old rule and the first of the new one: nobody had to take part, the base was all owners
    (GENERAL, "2020-12-31", (600, 301, 301), ALL, True, NONE_SHORT),
    (GENERAL, "2021-01-01", (600, 301, 301), ALL, False, ("99", "0", "0", "0")),
    (GENERAL, "2020-12-31", (600, 402, 250), ALL, False, ("0", "0", "51", "0")),
    (GENERAL, "2021-01-01", (600, 402, 250), ALL, True, NONE_SHORT),
    (GENERAL, "2020-12-31", (600, 600, 300), ALL, False, ("0", "0", "1", "0")),
    (SPECIAL, "2020-12-31", (600, 400, 400), ALL, True, NONE_SHORT),
    (SPECIAL, "2020-12-31", (600, 399, 399), ALL, False, ("0", "0", "1", "0")),
    (SPECIAL, "2020-12-31", (600, 420, 301), ALL, False, ("0", "0", "99", "0")),
    (SPECIAL, "2021-01-01", (600, 400, 300), ALL, True, NONE_SHORT),
    # Older than every rule: by the first one.
    (GENERAL, "2001-01-01", (600, 301, 301), ALL, True, NONE_SHORT),
    # -- lifts: 12 owners of a unit: 8 must take part, 6 of 8 agree; of the whole compound more than half of those taking part
    (UNIT, "2025-03-01", (12, 8, 6), (900, 600, 450), True, NONE_SHORT),
    (UNIT, "2025-03-01", (12, 8, 5), (900, 600, 450), False, ("0", "0", "1", "0")),
    (UNIT, "2025-03-01", (12, 7, 7), (900, 600, 450), False, ("1", "0", "0", "0")),
    (UNIT, "2025-03-01", (12, 8, 6), (900, 600, 449.99), False, ("0", "0", "0", "0.01")),
    (WHOLE, "2025-03-01", (12, 8, 5), (900, 600, 300.01), True, NONE_SHORT),
    (WHOLE, "2025-03-01", (12, 8, 4), (900, 600, 300), False, ("0", "0", "1", "0.01")),
    # A lift voted on before the first row of its rule: by that row, who takes part included.
    (UNIT, "2019-03-01", (12, 7, 7), (900, 900, 900), False, ("1", "0", "0", "0")),
    # -- what is not known decides nothing; what is known is still told
    (GENERAL, "2022-05-01", (None, 400, 300), ALL, None, ("—", "0", "0", "0")),
    (GENERAL, "2022-05-01", (600, None, 300), ALL, None, ("—", "0", "—", "0")),
    (GENERAL, "2022-05-01", (600, 400, None), ALL, None, ("0", "0", "—", "0")),
    (GENERAL, "2022-05-01", (600, 100, 100), (None, None, None), None, ("300", "—", "0", "—")),
    # Nobody may vote; no number at all.
    (GENERAL, "2022-05-01", (0, 0, 0), ALL, None, ("—", "0", "1", "0")),
    (GENERAL, "2022-05-01", (600, 400, 300), (0, 0, 0), None, ("0", "—", "0", "0.01")),
    (GENERAL, "2022-05-01", (-1, 400, 300), ALL, None, ("—", "0", "0", "0")),
    # Before 2021 nobody asked how many took part.
    (GENERAL, "2020-12-31", (600, None, 301), (60_000, None, 60_000), True, NONE_SHORT),
    # -- without a day by the rule of today; on the day itself; not held yet
    (GENERAL, None, (600, 301, 301), ALL, False, ("99", "0", "0", "0")),
    (GENERAL, "2026-11-23", (600, 402, 202), ALL, True, NONE_SHORT),
    (GENERAL, "2026-11-24", (600, 402, 202), ALL, None, ("—", "—", "—", "—")),
]


@pytest.mark.parametrize(("kind", "day", "heads", "area", "passed", "short"), VOTES)
def test_a_vote(kind: Kind, day: str | None, heads: Three, area: Three, passed: bool | None, short: Four) -> None:
    assert verdict(vote(day, heads, area), kind) == (passed, short)


@pytest.mark.parametrize("kind", list(Kind))
def test_the_columns_say_the_same(kind: Kind) -> None:
    mine = [(vote(day, heads, area), passed, short) for one, day, heads, area, passed, short in VOTES if one == kind]
    table = pd.DataFrame([{f"vote_{name}": getattr(one, name if name != "date" else "day")
                           for name in ("date", "base_heads", "base_area", "voted_heads", "voted_area", "agreed_heads", "agreed_area")}
                          for one, _, _ in mine], index=range(7, 7 + len(mine)))
    found = vote_columns(table, "vote", kind, REGISTRY, ON)
    assert [None if one is pd.NA else bool(one) for one in found["vote_passed"]] == [passed for _, passed, _ in mine]
    assert found["vote_passed"].dtype == "boolean"
    for at, side in enumerate(SIDES):
        column = found[f"vote_short_{side}"]
        assert column.dtype == "float64"
        assert ["—" if one != one else f"{one:g}" for one in column] == [short[at] for _, _, short in mine]
    # What was there stays, in its order, and the frame given is as it was.
    assert list(found.index) == list(table.index)
    assert list(found.columns[:7]) == list(table.columns)
    assert len(table.columns) == 7


def test_the_columns_of_no_rows_and_of_empty_ones() -> None:
    names = [f"vote_{name}" for name in ("date", "base_heads", "base_area", "voted_heads", "voted_area", "agreed_heads", "agreed_area")]
    empty = pd.DataFrame({name: pd.Series([None, None], dtype=object) for name in names})
    found = vote_columns(empty, "vote", SPECIAL, REGISTRY, ON)
    assert found["vote_passed"].isna().all()
    assert found["vote_short_agreed_area"].isna().all()
    assert vote_columns(empty.head(0), "vote", SPECIAL, REGISTRY, ON)["vote_passed"].dtype == "boolean"


@pytest.mark.parametrize(
    ("kind", "day", "rows"),
    [
        (GENERAL, "2020-12-31", {"agreed_heads": "> 1/2 全体业主", "agreed_area": "> 1/2 全体业主"}),
        (GENERAL, "2021-01-01", {"voted_heads": "≥ 2/3 全体业主", "voted_area": "≥ 2/3 全体业主",
                                 "agreed_heads": "> 1/2 参与表决业主", "agreed_area": "> 1/2 参与表决业主"}),
        (SPECIAL, "2020-12-31", {"agreed_heads": "≥ 2/3 全体业主", "agreed_area": "≥ 2/3 全体业主"}),
        (SPECIAL, "2021-01-01", {"voted_heads": "≥ 2/3 全体业主", "voted_area": "≥ 2/3 全体业主",
                                 "agreed_heads": "≥ 3/4 参与表决业主", "agreed_area": "≥ 3/4 参与表决业主"}),
        (UNIT, "2019-01-01", {"voted_heads": "≥ 2/3 单元全体业主", "voted_area": "≥ 2/3 单元全体业主",
                              "agreed_heads": "≥ 3/4 参与表决业主", "agreed_area": "≥ 3/4 参与表决业主"}),
        (WHOLE, "2026-01-01", {"voted_heads": "≥ 2/3 全体业主", "voted_area": "≥ 2/3 全体业主",
                               "agreed_heads": "> 1/2 参与表决业主", "agreed_area": "> 1/2 参与表决业主"}),
    ],
)
def test_the_rows_a_vote_is_judged_by(kind: Kind, day: str, rows: dict[str, str]) -> None:
    found = rules_at(kind, date.fromisoformat(day), REGISTRY)
    assert {side: f"{row.text} {row.base}" for side, row in found.items()} == rows
    judged = judge(vote(day, (600, 400, 300), ALL), kind, ON, REGISTRY)
    assert set(judged.thresholds) == set(found.values())


WORDS = [
    (SPECIAL, "2022-05-01", (600, 402, 290), (60_000, 40_200, 30_200.5),
     ("参与 402/600 人（全体业主的 67.0%，≥2/3 ✓）、40,200.00/60,000.00 ㎡（全体业主的 67.0%，≥2/3 ✓）；"
     "同意 290/402 人（参与表决业主的 72.1%，≥3/4 ✗）、30,200.50/40,200.00 ㎡（参与表决业主的 75.1%，≥3/4 ✓）；"
     "未通过，同意人数还差 12 人")),
    # Shown rounded, 66.66 % looks like two thirds; the mark tells that it is less.
    (GENERAL, "2022-05-01", (3, 2, 2), (100, 66.66, 66.66),
     ("参与 2/3 人（全体业主的 66.7%，≥2/3 ✓）、66.66/100.00 ㎡（全体业主的 66.7%，≥2/3 ✗）；"
     "同意 2/2 人（参与表决业主的 100.0%，>1/2 ✓）、66.66/66.66 ㎡（参与表决业主的 100.0%，>1/2 ✓）；"
     "未通过，参与面积还差 0.01 ㎡")),
    (GENERAL, "2020-12-31", (600, 402, 301), (60_000, None, 30_000.01),
     ("参与 402/600 人（当时无参与比例要求）、—/60,000.00 ㎡（当时无参与比例要求）；"
     "同意 301/600 人（全体业主的 50.2%，>1/2 ✓）、30,000.01/60,000.00 ㎡（全体业主的 50.0%，>1/2 ✓）；通过")),
    (UNIT, "2025-03-01", (12, 8, None), (900, 600, 450),
     ("参与 8/12 人（单元全体业主的 66.7%，≥2/3 ✓）、600.00/900.00 ㎡（单元全体业主的 66.7%，≥2/3 ✓）；"
     "同意 —/8 人（≥3/4）、450.00/600.00 ㎡（参与表决业主的 75.0%，≥3/4 ✓）；资料不全，不作判断（同意人数）")),
    (UNIT, "2027-03-01", (12, 0, 0), (900, 0, 0),
     ("参与 0/12 人（单元全体业主的 0.0%，≥2/3）、0.00/900.00 ㎡（单元全体业主的 0.0%，≥2/3）；"
     "同意 0/0 人（≥3/4）、0.00/0.00 ㎡（≥3/4）；尚未到表决日")),
]


@pytest.mark.parametrize(("kind", "day", "heads", "area", "words"), WORDS)
def test_a_verdict_in_words(kind: Kind, day: str, heads: Three, area: Three, words: str) -> None:
    assert judge(vote(day, heads, area), kind, ON, REGISTRY).words == words


def test_exact_numbers_may_be_fractions() -> None:
    third = Fraction(200, 3)
    # 66.666… ㎡ count as 66.67.
    assert judge(vote("2022-05-01", (3, 3, 3), (100, third, third)), GENERAL, ON, REGISTRY).passed is True  # type: ignore[arg-type]


def test_another_registry_judges_otherwise() -> None:
    day, one = date(2022, 5, 1), vote("2022-05-01", (600, 402, 302), ALL)
    assert judge(one, SPECIAL, ON, REGISTRY).passed is True
    strict = Registry(tuple(replace(row, value="80", unit="%") if row.rule == "vote.special.heads" and row.effective_from <= day
                            and row.effective_to is None else row for row in REGISTRY.rows))
    found = judge(one, SPECIAL, ON, strict)
    # 80 % of 402 is 321.6: 322, which is 20 more.
    assert (found.passed, found.short["agreed_heads"]) == (False, 20)
    without = Registry(tuple(row for row in REGISTRY.rows if row.rule != "vote.special.area"))
    with pytest.raises(KeyError, match=r"vote\.special\.area"):
        judge(one, SPECIAL, ON, without)


def test_a_rule_that_changes_in_mid_month() -> None:
    new = [replace(row, value="2/3", effective_from=date(2025, 5, 15)) for row in REGISTRY.rows
           if row.rule.startswith("vote.special") and row.effective_to is None]
    changed = Registry((*REGISTRY.rows, *new))
    # Of 402 three quarters are 302, two thirds are 268.
    votes = pd.DataFrame({"v_date": pd.to_datetime(["2025-05-14", "2025-05-15"]), "v_base_heads": 600, "v_base_area": 600.0,
                          "v_voted_heads": 402, "v_voted_area": 600.0, "v_agreed_heads": 268, "v_agreed_area": 600.0})
    found = vote_columns(votes, "v", SPECIAL, changed, ON)
    assert found["v_passed"].tolist() == [False, True]
    assert found["v_short_agreed_heads"].tolist() == [34, 0]


@pytest.mark.parametrize(
    ("total", "comparison", "value", "unit", "needed"),
    [(402, "≥", "3/4", "", 302), (400, "≥", "3/4", "", 300), (400, ">", "1/2", "", 201), (401, ">", "1/2", "", 201), (3, "≥", "2/3", "", 2),
     (601, "≥", "2/3", "", 401), (2000, "≥", "95", "%", 1900), (2001, "≥", "95", "%", 1901), (7, "≥", "66.7", "%", 5)],
)
def test_the_least_that_meets_a_line(total: int, comparison: str, value: str, unit: str, needed: int) -> None:
    row = replace(REGISTRY.at("renewal.signing_gate", ON), comparison=comparison, value=value, unit=unit)
    assert least(total, row) == needed


def test_an_upper_limit_is_no_line_of_a_vote() -> None:
    with pytest.raises(ValueError, match=r"rental\.rent_rise is no lower limit"):
        least(10, REGISTRY.at("rental.rent_rise", ON))
