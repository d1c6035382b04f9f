"""Does the dictionary say what is declared: the file in docs, the table to download, the search and the states of thresholds?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.datasets import DATASETS
from lib.datasets.thresholds import (
    IN_DOUBT,
    IN_FORCE,
    NOT_YET,
    OWN,
    REPLACED,
    STATES,
    Registry,
    Threshold,
    shipped_registry,
)
from lib.indicators import CATALOGUE, PLANNED
from lib.reports import catalogue
from lib.reports.catalogue import catalogue_table, columns_of, hits, search

REGISTRY = shipped_registry()
DAY = date(2026, 10, 31)


def test_the_file_is_what_is_declared(root: Path) -> None:
    assert root / "docs/indicators.md" == catalogue.PATH
    assert catalogue.PATH.read_text(encoding="utf-8") == catalogue.catalogue(), "run python -m lib.reports.catalogue"


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_indicator_has_its_chapter(name: str) -> None:
    one = CATALOGUE[name]
    chapter = catalogue.catalogue().split(f'<a id="{name.lower()}"></a>')[1].split("\n##")[0]
    for told in (one.title, one.title_en, one.definition, one.formula, one.caution, catalogue.basis_of(one)):
        assert told in chapter
    for dataset in one.datasets:
        assert f"`{dataset}`" in chapter
    for rule in one.rules:
        assert f"`{rule}`" in chapter


def test_every_threshold_and_all_that_waits_is_in_the_file() -> None:
    whole = catalogue.catalogue()
    for row in REGISTRY.rows:
        assert f"| `{row.rule}` | {row.title} | {row.text} |" in whole
    for one in PLANNED:
        assert f"| {one.id} | {one.title} | {one.title_en} | {one.why} |" in whole


def test_the_table_to_download() -> None:
    table = catalogue_table(REGISTRY, DAY).set_index("编号")
    assert list(table.index) == [*CATALOGUE, *(one.id for one in PLANNED)]
    assert dict(table.loc["G05"]) == {
        "指标": "任期有效率",
        "英文名": "in-term rate",
        "板块": "小区治理",
        "状态": "在用",
        "定义": CATALOGUE["G05"].definition,
        "公式": CATALOGUE["G05"].formula,
        "依据": CATALOGUE["G05"].basis,
        "单位": "%",
        "方向": "越高越好",
        "层级": catalogue.grain_of(CATALOGUE["G05"]),
        "期间": "时点",
        "小数位": 1,
        "来源报表和用到的列": "《业主委员会组建和换届情况表》（PT-YW-01）：组建状态、任期在有效期内（由任期止、替代履职方式推定）",
        "灯色判定": CATALOGUE["G05"].judging.words,
        "所用标准": "；".join(catalogue.threshold_words(REGISTRY, CATALOGUE["G05"], DAY)),
        "注意": CATALOGUE["G05"].caution,
    }
    assert (table.loc["G29", "状态"], table.loc["G29", "注意"], table.loc["G29", "公式"]) == ("等待数据", "要等督办事项上线", "")
    assert not table.drop(columns="小数位").isna().any().any()


def test_a_threshold_in_words() -> None:
    assert catalogue.threshold_words(REGISTRY, CATALOGUE["G05"], DAY)[0] == (
        "接近达标的差距 ≤ 5 个百分点（建议口径（非规定），2024-01-01 起，有效）"
    )


def test_a_threshold_past_its_printed_end_says_so_in_the_table() -> None:
    before, after = (catalogue_table(REGISTRY, day).set_index("编号").loc["R02", "所用标准"] for day in (date(2024, 12, 31), DAY))
    assert "意愿征询启动线 ≥ 80%（规定，2023-02-01 至 2024-12-31，有效，" in before
    assert "意愿征询启动线 ≥ 80%（规定，2023-02-01 至 2024-12-31，待确认是否延续，" in after


@pytest.mark.parametrize(
    ("text", "found", "waiting"),
    [
        ("组建率", ["G03"], []),
        ("g03", ["G03N", "G03"], []),
        ("Ｇ０３Ｎ", ["G03N"], []),
        ("in-term rate", ["G05"], []),
        ("IN-TERM　RATE", ["G05"], []),
        ("加梯 民法典", ["R12"], []),
        ("PT-YW-06", ["G24", "G24A", "G24B"], []),
        ("trainings", ["G24", "G24A", "G24B"], []),
        ("床位完成率 十五五", ["H10"], []),
        ("续筹触发线", ["G18", "G18A", "G18B", "G18C", "G18D", "G18E", "G18F", "G31", "G31A"], []),
        ("督办", [], ["G29"]),
        ("组建率 床位", [], []),
        ("没有这样的词", [], []),
    ],
)
def test_search(text: str, found: list[str], waiting: list[str]) -> None:
    answer = search(text, REGISTRY)
    assert [one.id for one in answer.indicators] == found
    assert [one.id for one in answer.planned] == waiting


def test_an_empty_search_finds_all() -> None:
    for text in ("", "  　"):
        answer = search(text, REGISTRY)
        assert (answer.words, len(answer.indicators), answer.planned) == ((), len(CATALOGUE), PLANNED)


def test_what_each_word_alone_finds() -> None:
    assert hits(search("组建率 床位 没有", REGISTRY), REGISTRY)["组建率"] == 1


@given(st.lists(st.sampled_from(("率", "业委会", "S1", "项目", "％", "rate", "G0", "民法典", "没有")), max_size=4))
def test_more_words_find_no_more(words: list[str]) -> None:
    all_of = {one.id for one in search(" ".join(words), REGISTRY).indicators}
    parts = [{one.id for one in search(word, REGISTRY).indicators} for word in words]
    assert all_of == set(CATALOGUE).intersection(*parts)


def row(since: str, until: str = "", replaced_by: str = "") -> Threshold:
    end = date.fromisoformat(until) if until else None
    return replace(REGISTRY.rows[0], effective_from=date.fromisoformat(since), effective_to=end, superseded_by=replaced_by)


@pytest.mark.parametrize(
    ("rows", "on", "states"),
    [
        ([row("2024-01-01")], "2023-12-31", [NOT_YET]),
        ([row("2024-01-01")], "2024-01-01", [IN_FORCE]),
        ([row("2024-01-01", "2024-12-31")], "2024-12-31", [IN_FORCE]),
        ([row("2024-01-01", "2024-12-31")], "2025-01-01", [IN_DOUBT]),
        ([row("2024-01-01", "2024-12-31", "新办法")], "2024-12-31", [IN_FORCE]),
        ([row("2024-01-01", "2024-12-31", "新办法")], "2025-01-01", [REPLACED]),
        ([row("2024-01-01", "2024-12-31"), row("2025-01-01")], "2025-01-01", [REPLACED, IN_FORCE]),
        ([row("2024-01-01", "2024-12-31"), row("2025-06-01")], "2025-03-01", [IN_DOUBT, NOT_YET]),
        ([row("2024-01-01"), row("2024-02-15")], "2024-02-14", [IN_FORCE, NOT_YET]),
        ([row("2024-01-01"), row("2024-02-15")], "2024-02-15", [REPLACED, IN_FORCE]),
    ],
)
def test_state_of_a_threshold(rows: list[Threshold], on: str, states: list[str]) -> None:
    registry = Registry(tuple(rows))
    assert [registry.state_of(one, date.fromisoformat(on)) for one in rows] == states


@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)))
def test_a_rule_has_at_most_one_row_that_is_not_past_or_ahead(on: date) -> None:
    for rule in REGISTRY.rules:
        states = [REGISTRY.state_of(one, on) for one in REGISTRY.rows_of(rule)]
        assert set(states) <= set(STATES)
        assert sum(state in {IN_FORCE, IN_DOUBT} for state in states) <= 1


def test_what_the_system_proposes_is_never_called_a_rule() -> None:
    assert {catalogue.standing_of(one) for one in REGISTRY.rows if one.standing == OWN} == {"建议口径（非规定）"}
    assert {catalogue.standing_of(one) for one in REGISTRY.rows} == {"规定", "规划", "报道", "建议口径（非规定）"}
    assert not [one.id for one in CATALOGUE.values() if "B.2" in catalogue.basis_of(one)]


def test_the_columns_that_a_figure_uses() -> None:
    assert columns_of(CATALOGUE["R18"]) == {"renewal_projects": ("已拨付资金", "已批复资金")}
    assert columns_of(CATALOGUE["G03"]) == {
        "compounds": ("是否符合成立业主大会条件", "业委会已注销（由其他报表推定）", "已组建业委会（由其他报表推定）"),
        "committees": ("组建状态",),
    }
    assert columns_of(CATALOGUE["G01"]) == {"compounds": ()}
    for one in CATALOGUE.values():
        assert set(one.datasets) <= set(columns_of(one)) <= set(DATASETS)
