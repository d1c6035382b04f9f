"""The catalogue of figures as people read it: search, the table to download, and docs/indicators.md (`python -m lib.reports.catalogue`).

Its one rule: everything is taken from the declarations and the registry of thresholds; nothing is worded twice.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import pandas as pd

from lib.datasets import DATASETS
from lib.datasets.thresholds import IN_DOUBT, OWN, Registry, Threshold, shipped_registry
from lib.indicators import CATALOGUE, PLANNED, THEMES, Planned
from lib.indicators.algebra import Indicator, column_title
from lib.rules.derived import DERIVED_BY_NAME
from lib.settings import ROOT

PATH = ROOT / "docs" / "indicators.md"
DIRECTIONS = {"up": "越高越好", "down": "越低越好", "none": "不作评价"}
GRAINS = {"D": "全区", "S": "街镇", "C": "小区", "P": "项目"}
OWN_BASIS = "本系统建议口径，暂无文件规定"
ROWS_ONLY = "只计行数"
"""Of a dataset no column of which is asked for."""
WITHOUT_RULE = "不判定灯色"
_OWN_MARK = "B.2 "


def span_of(row: Threshold) -> str:
    """From when to when it holds: 2023-02-01 至 2024-12-31; 2021-09-01 起."""
    return f"{row.effective_from} 至 {row.effective_to}" if row.effective_to else f"{row.effective_from} 起"


def standing_of(row: Threshold) -> str:
    """What it rests on; 建议口径 is never called a rule."""
    return "建议口径（非规定）" if row.standing == OWN else row.standing


def basis_of(indicator: Indicator) -> str:
    """The documents that an indicator rests on; where there is none, that it is this system's own proposal."""
    return OWN_BASIS if indicator.basis.startswith(_OWN_MARK) else indicator.basis


def grain_of(indicator: Indicator) -> str:
    """For what it stands: 全区、街镇."""
    return "、".join(GRAINS[letter] for letter in indicator.grain)


def columns_of(indicator: Indicator) -> dict[str, tuple[str, ...]]:
    """Dataset → the columns of it that a figure uses, by their Chinese titles: those reported, and those that the rules derive
    with what they are derived from.
    """
    found: dict[str, dict[str, None]] = {name: {} for name in indicator.datasets}
    for measure in indicator.measures:
        dataset = measure.rows.dataset
        used = [condition.column for condition in measure.rows.conditions]
        if measure.how in {"sum", "peak"}:
            used.append(measure.column)
        for column in used:
            derived = DERIVED_BY_NAME.get((dataset, column))
            title = column_title(dataset, column)
            if derived is None:
                found[dataset][title] = None
                continue
            inputs = "、".join(column_title(dataset, one) for one in derived.inputs)
            origin = f"由{inputs}推定" if inputs else "由其他报表推定" if derived.witness else "推定"
            found[dataset][f"{title}（{origin}）"] = None
            if derived.witness is not None:
                titles = [column_title(derived.witness.dataset, one) for one, _ in derived.witness.conditions]
                found.setdefault(derived.witness.dataset, {}).update(dict.fromkeys(titles))
    return {name: tuple(columns) for name, columns in found.items()}


def datasets_words(indicator: Indicator) -> list[str]:
    """One line for each dataset: 《title》（form code）：columns."""
    return [
        f"《{DATASETS[name].title}》（{DATASETS[name].form_code}）：{'、'.join(columns) or ROWS_ONLY}"
        for name, columns in columns_of(indicator).items()
    ]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search has found, in the order of the catalogue. words: the words that were looked for."""

    words: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    planned: tuple[Planned, ...]


def search(text: str, registry: Registry) -> Found:
    """The indicators that contain every word of a text: in id, Chinese or English title, definition, formula, basis, caution, theme,
    datasets or thresholds. Width and case of letters make no difference; an empty text finds all.
    """
    words = tuple(_plain(text).split())
    inside = {one.id: _plain(" ".join(_searched(one, registry))) for one in CATALOGUE.values()}
    waiting = {one.id: _plain(f"{one.id} {one.title} {one.title_en} {one.why}") for one in PLANNED}
    return Found(
        words,
        tuple(one for one in CATALOGUE.values() if all(word in inside[one.id] for word in words)),
        tuple(one for one in PLANNED if all(word in waiting[one.id] for word in words)),
    )


def hits(found: Found, registry: Registry) -> dict[str, int]:
    """Of each word alone, how many indicators contain it: what to tell when all together find none."""
    return {word: len(search(word, registry).indicators) for word in found.words}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _searched(one: Indicator, registry: Registry) -> Iterator[str]:
    yield from (one.id, one.title, one.title_en, one.definition, one.formula, basis_of(one), one.caution, theme_title(one.id))
    for name in columns_of(one):
        yield from (name, DATASETS[name].title, DATASETS[name].form_code)
    for rule in one.rules:
        for row in registry.rows_of(rule):
            yield from (row.title, row.document, row.paragraph)


def theme_title(name: str) -> str:
    """The title of the theme that an indicator belongs to."""
    return next(theme.title for theme in THEMES if any(one.id == name for one in theme.indicators))


def threshold_words(registry: Registry, indicator: Indicator, on: date) -> list[str]:
    """One line for each threshold that a figure or its light follows: value, dates, state on a day, standing, document."""
    return [
        f"{row.title} {row.text}（{standing_of(row)}，{span_of(row)}，{registry.state_of(row, on)}"
        + (f"，被{row.superseded_by}取代" if row.superseded_by else "")
        + ("" if row.standing == OWN else f"，{row.basis}")
        + "）"
        for row in rows_of(registry, indicator)
    ]


def rows_of(registry: Registry, indicator: Indicator) -> list[Threshold]:
    """All rows of the registry of the rules that a figure or its light follows."""
    return [row for rule in indicator.rules for row in registry.rows_of(rule)]


def light_words(indicator: Indicator) -> str:
    """How its light is found."""
    return WITHOUT_RULE if not indicator.judging.rules else indicator.judging.words


def catalogue_table(registry: Registry, on: date) -> pd.DataFrame:
    """The whole dictionary as a table: one row per indicator with Chinese headers, then those that wait for data. All columns are
    text but 小数位. States of thresholds are those of the day.
    """
    rows = [
        {
            "编号": one.id, "指标": one.title, "英文名": one.title_en, "板块": theme_title(one.id), "状态": "在用", "定义": one.definition,
            "公式": one.formula, "依据": basis_of(one), "单位": one.unit, "方向": DIRECTIONS[one.good], "层级": grain_of(one),
            "期间": one.period, "小数位": one.decimals, "来源报表和用到的列": "；".join(datasets_words(one)),
            "灯色判定": light_words(one), "所用标准": "；".join(threshold_words(registry, one, on)), "注意": one.caution,
        }
        for one in CATALOGUE.values()
    ]
    waiting = [{"编号": one.id, "指标": one.title, "英文名": one.title_en, "状态": "等待数据", "注意": one.why} for one in PLANNED]
    table = pd.DataFrame([*rows, *waiting])
    table["小数位"] = table["小数位"].astype("Int64")
    return table.fillna({name: "" for name in table.columns if name != "小数位"})


_HEAD = """# Indicators

Written by `python -m lib.reports.catalogue` from `lib/indicators` and `data/reference/thresholds.csv`; not edited by hand.

Every figure on every screen, in every file and of every command is one of these. The district is computed from the rows, never
averaged from rates of 街镇; a 街镇 without data is left out and named; rounding is half up and for display only. *Grain*: D district,
S 街镇, C 小区, P project. *Period*: 时点 as it stands at the end of the month, 当月 in the month, 本年累计 since January, 历年累计 in all
years. *Good*: which way is better. A light (● 正常, ▲ 关注, ■ 预警) is computed from targets and thresholds with their dates, never
typed. What rests on 建议口径 is this system's own proposal and no rule. The columns of each form: [datasets.md](datasets.md).
"""

_ABOUT_THRESHOLDS = f"""Each with its dates; past a printed end that nothing took the place of, it is shown as {IN_DOUBT}.
A release keeps the registry it was published with.
"""


def catalogue() -> str:
    """The whole file, with the registry that comes with the programme."""
    registry = shipped_registry()
    lines = [_HEAD, *_overview(), *(line for theme in THEMES for line in _theme(theme.id, theme.title, theme.indicators, registry))]
    lines += ["\n## Thresholds\n", _ABOUT_THRESHOLDS]
    lines += _table(
        ("rule", "title", "value", "of", "standing", "document", "from", "to", "superseded by", "note"),
        (
            (f"`{row.rule}`", row.title, row.text, row.base, row.standing, row.basis, str(row.effective_from),
             str(row.effective_to or ""), row.superseded_by, row.note)
            for rule in registry.rules for row in registry.rows_of(rule)
        ),
    )
    lines += ["\n## Waiting for data\n", "Named in the domain, and shown as waiting, never as 0.\n"]
    lines += _table(("id", "title", "English", "waits for"), ((one.id, one.title, one.title_en, one.why) for one in PLANNED))
    return "\n".join([*lines, ""])


def _overview() -> Iterator[str]:
    yield from _table(
        ("id", "title", "English", "theme", "unit", "good", "grain", "period"),
        (
            (f"[{one.id}](#{_anchor(one)})", one.title, one.title_en, theme.title, one.unit, one.good, " ".join(one.grain), one.period)
            for theme in THEMES for one in theme.indicators
        ),
    )


def _anchor(one: Indicator) -> str:
    return one.id.lower()


def _theme(name: str, title: str, indicators: Iterable[Indicator], registry: Registry) -> Iterator[str]:
    yield f"\n## {title} ({name})"
    for one in indicators:
        yield f'\n### <a id="{_anchor(one)}"></a>{one.id} {one.title}\n'
        facts = (f"*{one.title_en}*", f"unit {one.unit}", f"good {one.good}", f"grain {' '.join(one.grain)}", one.period)
        yield f"{' · '.join(facts)} · decimals {one.decimals}\n"
        yield f"- Definition: {one.definition}"
        yield f"- Formula: {one.formula}"
        yield f"- Basis: {basis_of(one)}"
        yield "- Datasets: " + "; ".join(
            f"[`{dataset}`](datasets.md#{dataset}) {DATASETS[dataset].title} ({'、'.join(columns) or ROWS_ONLY})"
            for dataset, columns in columns_of(one).items()
        )
        yield f"- Light: {light_words(one)}"
        if one.rules:
            rows = (f"`{row.rule}` {row.title} {row.text} ({row.standing})" for row in rows_of(registry, one))
            yield "- Thresholds: " + "; ".join(rows)
        if one.split:
            yield f"- Also shown by: {column_title(one.numerator.rows.dataset, one.split)}"
        if one.caution:
            yield f"- Caution: {one.caution}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"


def main() -> None:
    """Write the file."""
    PATH.write_text(catalogue(), encoding="utf-8")


if __name__ == "__main__":
    main()
