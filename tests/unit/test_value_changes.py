"""Does the history of a figure say which release changed it, from what to what?"""

from __future__ import annotations

from pathlib import Path

from lib.datasets.places import DISTRICT
from lib.figures.value_changes import changes_over_releases
from lib.indicators import CATALOGUE
from lib.store.history import ValueThen, values_over_releases
from tests.support.published import CAOYANG, compound, new_database, publish_rows


def then(release: int, period: str, numerator: float | None, denominator: float | None = 1000.0) -> ValueThen:
    value = None if numerator is None or not denominator else numerator * 100 / denominator
    return ValueThen(release, f"2026-11-{release:02d}T09:00:00+08:00", period, numerator, denominator, value)


def words(*stored: ValueThen) -> list[str]:
    return [change.words(CATALOGUE["G05"]) for change in changes_over_releases(stored)]


def test_months_added_and_months_put_right_newest_first() -> None:
    assert words(
        then(1, "2024-09", 742),
        then(2, "2024-10", 750),
        then(5, "2024-09", 745),
        then(5, "2024-11", 760),
    ) == [
        "第5版 2026-11-05：新增2024年11月，75.0% → 76.0%",
        "第5版 2026-11-05：修订2024年9月，74.2% → 74.5%",
        "第2版 2026-11-02：新增2024年10月，74.2% → 75.0%",
        "第1版 2026-11-01：首次公布2024年9月，74.2%",
    ]


def test_what_stays_the_same_is_no_change() -> None:
    same = (then(1, "2024-09", 742), then(2, "2024-10", 742), then(3, "2024-09", 742))
    assert words(*same) == ["第1版 2026-11-01：首次公布2024年9月，74.2%"]
    assert words() == []


def test_what_only_rounds_to_the_same_shows_its_parts() -> None:
    assert words(then(1, "2024-09", 7421, 10_000), then(2, "2024-09", 7424, 10_000))[0] == (
        "第2版 2026-11-02：修订2024年9月，74.2%（7,421 / 10,000） → 74.2%（7,424 / 10,000）"
    )


def test_missing_is_not_zero() -> None:
    assert words(then(1, "2024-09", None, None), then(2, "2024-09", 742)) == [
        "第2版 2026-11-02：修订2024年9月，— → 74.2%",
        "第1版 2026-11-01：首次公布2024年9月，—",
    ]


def test_a_month_filled_in_later_is_compared_with_the_one_before_it() -> None:
    assert words(then(1, "2024-09", 742), then(2, "2024-11", 760), then(3, "2024-10", 750))[0] == (
        "第3版 2026-11-03：新增2024年10月，74.2% → 75.0%"
    )


def test_the_releases_of_a_database(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    for count, period in ((2, "2024-09"), (3, "2024-10"), (4, "2024-09")):
        rows = [compound(f"PT00500{at:02d}", CAOYANG) for at in range(count)]
        publish_rows(database, "compounds", rows, period=period)
    with database.reading() as connection:
        stored = values_over_releases(connection, 3, "G01", DISTRICT)
        assert values_over_releases(connection, 3, "X99", DISTRICT) == []
        assert [one.release for one in values_over_releases(connection, 1, "G01", DISTRICT)] == [1]
    assert [(one.release, one.period, one.value) for one in stored] == [(1, "2024-09", 2.0), (2, "2024-10", 3.0), (3, "2024-09", 4.0)]
    told = [change.words(CATALOGUE["G01"]).partition("：")[2] for change in changes_over_releases(stored)]
    assert told == ["修订2024年9月，2 个 → 4 个", "新增2024年10月，2 个 → 3 个", "首次公布2024年9月，2 个"]
    database.close()
