"""The command that tells where a figure comes from: passport."""

from __future__ import annotations

import argparse
from typing import Any

import pandas as pd

from lib.actions.opening import open_database
from lib.auth.demo import account_name
from lib.cli.answers import PUBLISHABLE, plain, print_json
from lib.cli.arguments import day_named, indicator_named, unit_named
from lib.cli.figures import asked_snapshot
from lib.datasets import DATASETS
from lib.datasets.places import DISTRICT
from lib.datasets.thresholds import OWN, Threshold
from lib.figures.passport import PARTS, Passport, passport_of
from lib.figures.snapshot import Snapshot
from lib.indicators.evaluate import rows_behind
from lib.store import releases

PART_WORDS = {"numerator": "分子", "denominator": "分母"}


def passport(options: argparse.Namespace) -> int:
    """The passport of a figure: what it is, how it was made, its light, and the rows behind it with file, sheet and row."""
    indicator = indicator_named(options.indicator)
    number, snapshot = asked_snapshot(options, day_named(options.on))
    unit = unit_named(options.unit)
    units = () if unit == DISTRICT else (unit,)
    with open_database().reading() as connection:
        info = next(one for one in releases.list_releases(connection) if one.number == number)
        found = passport_of(connection, snapshot, indicator, units=units, release=info)
    told = {"release": number, "period": found.period, "as_of": found.as_of.isoformat(), "unit": unit, **_plain(found, snapshot)}
    if options.json:
        print_json(told)
    else:
        _print(told, found.place)
    return PUBLISHABLE


def _plain(found: Passport, snapshot: Snapshot) -> dict[str, Any]:
    one, value, judged = found.indicator, found.value, found.judged
    return {
        "indicator": {"id": one.id, "title": one.title, "title_en": one.title_en, "definition": one.definition, "formula": one.formula,
                      "basis": one.basis, "unit_of_measure": one.unit},
        "numerator": value.numerator,
        "denominator": value.denominator,
        "value": value.value,
        "text": value.text,
        "substituted": found.substituted,
        "missing": list(value.missing),
        "carried": {code: str(period) for code, period in value.carried},
        "missing_words": found.missing,
        "light": {"name": judged.light.name, "text": judged.light.text, "reason": judged.reason},
        "thresholds": [_threshold(row.threshold, row.state) for row in found.thresholds],
        "sources": _sources(found, snapshot),
    }


def _threshold(row: Threshold, state: str) -> dict[str, Any]:
    return {"rule": row.rule, "title": row.title, "text": row.text, "basis": row.basis, "standing": row.standing, "state": state,
            "effective_from": row.effective_from.isoformat(),
            "effective_to": None if row.effective_to is None else row.effective_to.isoformat()}


def _sources(found: Passport, snapshot: Snapshot) -> list[dict[str, Any]]:
    """Each submission with the sheets and rows of it that the figure counts."""
    places = _places(found, snapshot)
    return [
        {
            "submission": one.submission,
            "file": one.file,
            "dataset": one.dataset,
            "period": one.period,
            "sent_by": account_name(one.sent_by),
            "sent_at": one.sent_at,
            "published_in": None if one.release is None else one.release.number,
            "warnings": one.warnings,
            "reasons": list(one.reasons),
            "rows": dict(one.rows),
            "places": places.get(one.submission, []),
        }
        for one in found.sources
    ]


def _places(found: Passport, snapshot: Snapshot) -> dict[int, list[dict[str, Any]]]:
    """Submission → part, sheet, and its rows as Excel counts them."""
    places: dict[int, list[dict[str, Any]]] = {}
    for part, measure in zip(PARTS, found.indicator.measures, strict=False):
        if measure.how in {"reference", "rule", "all_places"}:
            continue
        rows = rows_behind(found.indicator, snapshot, part=part, units=found.units)
        lines = pd.DataFrame({name: rows[name].astype("str") for name in ("_submission", "_sheet")}).assign(row=rows["_row"].astype(int))
        for (identity, sheet), own in lines.groupby(["_submission", "_sheet"], sort=True)["row"]:
            numbers = sorted(int(plain(row)) for row in own)
            places.setdefault(int(str(identity)), []).append({"part": part, "sheet": str(sheet), "rows": numbers})
    return places


def _print(told: dict[str, Any], place: str) -> None:
    spec = told["indicator"]
    print(f"{spec['id']} {spec['title']}　{told['text']}　{told['light']['text']}")
    print(f"{place} · {told['period']} · 截至 {told['as_of']} · 第 {told['release']} 版")
    for title, text in (("定义", spec["definition"]), ("公式", spec["formula"]), ("代入", told["substituted"] or "没有数值"),
                        ("依据", spec["basis"]), ("判定", told["light"]["reason"]), ("未报", told["missing_words"])):
        print(f"{title}\t{text}")
    for row in told["thresholds"]:
        until = f"至 {row['effective_to']}" if row["effective_to"] else "起"
        kind = "建议口径" if row["standing"] == OWN else "标准"
        print(f"{kind}\t{row['title']} {row['text']}（{row['basis']}，{row['effective_from']} {until}，{row['state']}）")
    for one in told["sources"]:
        title = DATASETS[one["dataset"]].title
        print(f"来源\t{one['file']}（《{title}》{one['period']}，{one['sent_by']} 报送，编号 {one['submission']}）")
        if not one["rows"]:
            print("\t只用于判断哪些行计入")
        for where in one["places"]:
            print(f"\t{PART_WORDS[where['part']]}\t{where['sheet']}\t{len(where['rows'])} 行：{spans(where['rows'])}")


def spans(numbers: list[int]) -> str:
    """Whole numbers in order as spans: 5–7、9."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1] = [parts[-1][0], number]
        else:
            parts.append([number])
    return "、".join(str(part[0]) if len(part) == 1 else f"{part[0]}–{part[-1]}" for part in parts)
