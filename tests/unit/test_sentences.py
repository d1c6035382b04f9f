"""The sentence of each pillar: what it says, whom it names as missing, and what it never says of what nobody has sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from lib.datasets import DATASETS
from lib.datasets.places import subdistrict_codes
from lib.datasets.thresholds import shipped_registry
from lib.figures.values import all_breakdowns
from lib.indicators import CATALOGUE
from lib.indicators.evaluate import Breakdown, Value, evaluate
from lib.reports.sentences import governance_sentence, renewal_sentence, rental_sentence, worst
from tests.support.published import committee, compound, renewal, rental
from tests.support.small import SMALL, A, B, C, Tables, snapshot

RULES = shipped_registry()
ON = date(2024, 9, 30)
ALL = frozenset(subdistrict_codes())
NOBODY: frozenset[str] = frozenset()
SENTENCES = (renewal_sentence, rental_sentence, governance_sentence)


def figures(tables: Tables, **reported: frozenset[str]) -> dict[str, Breakdown]:
    """Every figure; all ten 街镇 have reported what is not told otherwise."""
    return all_breakdowns(snapshot(tables, reported={name: reported.get(name, ALL) for name in DATASETS}))


# -- all have reported -----------------------------------------------------------------------------------------------


def test_sentences_of_the_small_world() -> None:
    found = figures(SMALL)
    assert renewal_sentence(found, ON, RULES) == (
        "正在签约的项目签约率 95.0%（285 / 300），各项目距 95% 生效线合计还差 1 户；3 个项目有超期节点，3 个街镇各 1 个。"
    )
    assert rental_sentence(found, ON, RULES) == (
        "“一张床”累计供应 160 张，覆盖 1/10 个街镇，尚缺曹杨、长寿、甘泉、石泉、宜川、万里、真如、长征、桃浦；"
        "保租房出租率 82.5%，不低于 80% 观察线。"
    )
    assert governance_sentence(found, ON, RULES) == (
        "业委会组建率 77.8%（7 / 9），应建未建 2 个；超期未换届 2 个，最多的是曹杨（1 个）、长风（1 个）；6 个月内届满 1 个。"
    )


def test_all_projects_have_reached_the_gate() -> None:
    found = figures({"renewal_projects": [renewal("P", A, "拆除重建", "协议签订", households_to_sign=100, households_signed=95)]})
    assert renewal_sentence(found, ON, RULES) == "正在签约的项目均已达到 95% 生效线；没有超期节点。"


def test_reported_but_nothing_there() -> None:
    """An empty table is a report: then there is nothing, and no clause stands with empty figures."""
    found = figures({})
    assert renewal_sentence(found, ON, RULES) == "目前没有已填报户数的正在签约项目；没有超期节点。"
    assert rental_sentence(found, ON, RULES).startswith("“一张床”累计供应 0 张，覆盖 0/10 个街镇，尚缺曹杨、")
    assert "出租率" not in rental_sentence(found, ON, RULES)
    assert governance_sentence(found, ON, RULES) == "没有可计算组建率的小区，应建未建 0 个；没有超期未换届；6 个月内届满 0 个。"


def test_occupancy_below_the_line() -> None:
    found = figures({"rental_projects": [rental("H", A, "一套房", "新建", "轮候", 100, leased_units=79)]})
    assert rental_sentence(found, ON, RULES).endswith("；保租房出租率 79.0%，低于 80% 观察线。")


# -- somebody or nobody has not --------------------------------------------------------------------------------------


def test_nobody_has_reported() -> None:
    found = figures({}, **dict.fromkeys(DATASETS, NOBODY))
    assert renewal_sentence(found, ON, RULES) == "本期尚无街镇报送《旧住房更新改造项目进展表》。"
    assert rental_sentence(found, ON, RULES) == "本期尚无街镇报送《保障性租赁住房项目情况表》。"
    assert governance_sentence(found, ON, RULES) == (
        "本期尚无街镇同时报送《住宅小区基本情况表》和《业主委员会组建和换届情况表》；本期尚无街镇报送《业主委员会组建和换届情况表》。"
    )


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("missing", DATASETS)
def test_no_clause_with_empty_figures(sentence: Callable[..., str], missing: str) -> None:
    for tables in (SMALL, {}):
        for reported in (NOBODY, frozenset({A, B})):
            words = sentence(figures(tables, **{missing: reported}), ON, RULES)
            assert "—" not in words
            assert "（0 / 0）" not in words
            assert not any(one in words for one in ("没有正在签约", "没有超期节点") if reported == NOBODY and missing == "renewal_projects")


def test_the_part_of_a_sentence_that_can_be_said() -> None:
    """The committees have come and the compounds have not."""
    found = figures(SMALL, compounds=NOBODY)
    assert governance_sentence(found, ON, RULES) == (
        "本期尚无街镇同时报送《住宅小区基本情况表》和《业主委员会组建和换届情况表》；"
        "超期未换届 2 个，最多的是曹杨（1 个）、长风（1 个）；6 个月内届满 1 个。"
    )


def test_every_clause_names_who_is_missing_in_its_own_figure() -> None:
    found = figures(SMALL, compounds=ALL - {B}, committees=ALL - {C})
    assert governance_sentence(found, ON, RULES) == (
        "业委会组建率 75.0%（3 / 4），应建未建 1 个（长风、桃浦未报，未计入）；"
        "超期未换届 2 个，最多的是曹杨（1 个）、长风（1 个）（桃浦未报，未计入）；6 个月内届满 1 个。"
    )


def test_who_is_missing_is_named_once() -> None:
    found = figures(SMALL, renewal_projects=ALL - {C}, rental_projects=ALL - {C})
    assert renewal_sentence(found, ON, RULES) == (
        "正在签约的项目签约率 95.0%（285 / 300），各项目距 95% 生效线合计还差 1 户（桃浦未报，未计入）；"
        "2 个项目有超期节点，最多的是曹杨（1 个）、长风（1 个）。"
    )
    assert rental_sentence(found, ON, RULES).count("桃浦未报，未计入") == 1
    assert "尚缺曹杨、长寿、甘泉、石泉、宜川、万里、真如、长征（桃浦未报，未计入）" in rental_sentence(found, ON, RULES)


def test_no_overdue_project_among_those_who_reported() -> None:
    found = figures({}, renewal_projects=ALL - {A})
    assert renewal_sentence(found, ON, RULES) == "目前没有已填报户数的正在签约项目（曹杨未报，未计入）；没有超期节点。"


def test_one_place_alone() -> None:
    """Of one 街镇 nothing is the most, and that others have reported says nothing of it."""
    data = snapshot(SMALL)
    one = {name: evaluate(indicator, data, (A,)) for name, indicator in CATALOGUE.items()}
    assert renewal_sentence(one, ON, RULES).endswith("；1 个项目有超期节点。")
    silent = snapshot(SMALL, reported={"renewal_projects": ALL - {A}})
    one = {name: evaluate(indicator, silent, (A,)) for name, indicator in CATALOGUE.items()}
    assert renewal_sentence(one, ON, RULES) == "本期曹杨尚未报送《旧住房更新改造项目进展表》。"


def test_a_compound_without_a_committees_row_is_no_unformed_one() -> None:
    found = figures(
        {"compounds": [compound("X1", A), compound("X2", A)], "committees": [committee("X1", A, start="2023-01-01", end="2027-12-31")]}
    )
    assert governance_sentence(found, ON, RULES).startswith("业委会组建率 100.0%（1 / 1），应建未建 0 个；")


# -- where it is worst -----------------------------------------------------------------------------------------------

RANKS = [
    ([], "无"),
    ([3], "最多的是曹杨（3 个）"),
    ([3, 2], "最多的是曹杨（3 个）、长风（2 个）"),
    ([1, 1], "最多的是曹杨（1 个）、长风（1 个）"),
    ([2, 1, 1, 1, 1, 1], "最多的是曹杨（2 个），其余 5 个街镇各 1 个"),
    ([1, 2, 1], "最多的是长风（2 个），其余 2 个街镇各 1 个"),
    ([1, 1, 1, 1], "4 个街镇各 1 个"),
    ([5, 3, 1], "最多的是曹杨（5 个）、长风（3 个）"),
    ([5, 3, 3, 1], "最多的是曹杨（5 个）、长风（3 个），另有 1 个街镇也是 3 个"),
    ([4, 4, 4, 1], "最多的是曹杨（4 个）、长风（4 个），另有 1 个街镇也是 4 个"),
    ([2, 0, 1, 1], "最多的是曹杨（2 个），其余 2 个街镇各 1 个"),
]


@pytest.mark.parametrize(("values", "words"), RANKS)
def test_where_it_is_worst(values: list[int], words: str) -> None:
    one = CATALOGUE["R16"]
    shown = [Value(one, code, float(value), None) for code, value in zip(subdistrict_codes(), values, strict=False)]
    silent = [Value(one, code, None, None, (code,)) for code in subdistrict_codes()[len(values) :]]
    assert worst(Breakdown(Value(one, "310107", float(sum(values)), None), (*shown, *silent))) == words
