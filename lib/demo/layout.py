"""Columns and header names of one workbook, as an office might have typed them.

Its one rule: every header is a declared title or alias that, with its group where there is one, means one field only.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

from lib.demo.styles import Style
from lib.spec.fields import Dataset, Field, Need
from lib.spec.text import fold_header

NAMED_UNITS = {"㎡", "万元", "元/㎡·月", "元/床·月"}
"""Units that are always written: in the header, or in the corner where the style does so for areas and money."""

_NAMED = ("compound_name", "compound_id")
_SOMETIMES = {"户", "张", "台", "个", "幢", "人", "间"}


@dataclass(frozen=True, slots=True)
class Heading:
    """One column: its field, or none for 序号 and columns that no form knows."""

    field: Field | None
    group: str
    text: str


def headings(dataset: Dataset, style: Style, rng: random.Random) -> list[Heading]:
    """The columns from left to right: what identifies a row first, the other blocks shuffled."""
    plain = _plain_names(dataset)
    blocks: dict[str, list[Field]] = {}
    for one in dataset.fields:
        blocks.setdefault(one.group or one.name, []).append(one)
    leading = [name for name in blocks if name in {*dataset.key, dataset.owner, "project_name"} or (name, dataset.key[0]) == _NAMED]
    rest = [name for name in blocks if name not in leading]
    rng.shuffle(leading)
    rng.shuffle(rest)
    if style.merged_streets:
        leading.sort(key=lambda name: name != dataset.owner)
    found = [Heading(None, "", "序号")] if style.serial else []
    for name in (*leading, *rest):
        fields = list(blocks[name])
        if len(fields) > 2 or not fields[0].group:
            rng.shuffle(fields)
        two = style.levels == 2 and bool(fields[0].group)
        found += [Heading(one, one.group if two else "", _decorate(one, _name(one, plain, two, rng), style, rng)) for one in fields]
    if style.extra:
        found.insert(rng.randint(len(found) - 6, len(found)), Heading(None, "", style.extra))
    return _ungrouped_apart(found)


def _ungrouped_apart(found: list[Heading]) -> list[Heading]:
    """A foreign column may not stand inside a group."""
    for index, one in enumerate(found):
        inner = 0 < index < len(found) - 1
        if one.field is None and inner and found[index - 1].group and found[index - 1].group == found[index + 1].group:
            return [*found[:index], *found[index + 1:], one]
    return found


def _plain_names(dataset: Dataset) -> dict[str, list[str]]:
    """Field → the names that mean this field even without its group."""
    uses = Counter(name for one in dataset.fields for name in {fold_header(text) for text in (one.title, *one.aliases)})
    groups = {fold_header(one.group) for one in dataset.fields if one.group}
    return {one.name: [text for text in (one.title, *one.aliases) if uses[fold_header(text)] == 1 and len(text) > 1
                       and not text.isascii() and fold_header(text) not in groups] for one in dataset.fields}


def _name(one: Field, plain: dict[str, list[str]], two: bool, rng: random.Random) -> str:
    if two:
        short = [text for text in one.aliases if len(text) <= 2]
        if short and rng.random() < 0.6:
            return short[0]
        return one.title if rng.random() < 0.6 else rng.choice([text for text in (one.title, *one.aliases) if not text.isascii()])
    names = plain[one.name]
    return names[0] if rng.random() < 0.55 else rng.choice(names)


def written_unit(one: Field, style: Style) -> str:
    """The unit in which a column is written."""
    return style.area if one.unit == "㎡" else one.unit


def _decorate(one: Field, text: str, style: Style, rng: random.Random) -> str:
    unit = written_unit(one, style)
    cornered = style.corner and one.unit in {"㎡", "万元"}
    if (one.unit in NAMED_UNITS and not cornered) or (one.unit in _SOMETIMES and rng.random() < 0.25 and "（" not in text):
        text = f"{text}（{unit}）"
    elif style.breaks and len(text) > 6 and rng.random() < 0.6:
        text = f"{text[:len(text) // 2]}\n{text[len(text) // 2:]}"
    return f"*{text}" if style.stars and one.need is Need.REQUIRED else text
