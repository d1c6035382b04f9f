"""The ten 街镇 and their exact aliases, from data/reference/subdistricts.csv.

Its one rule: a name is matched through the table or not at all; never by similarity (domain.md, "Seven things", 1).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache

from lib.settings import REFERENCE
from lib.spec.text import fold

DISTRICT = "310107"
DISTRICT_NAME = "普陀区"


@dataclass(frozen=True, slots=True)
class Subdistrict:
    """One 街镇: national code, official name, short name for tight places, 街道 or 镇, and its aliases."""

    code: str
    name: str
    short_name: str
    kind: str
    aliases: tuple[str, ...]


@lru_cache(maxsize=1)
def subdistricts() -> tuple[Subdistrict, ...]:
    """All ten, in the order of their codes."""
    with (REFERENCE / "subdistricts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return tuple(Subdistrict(row["code"], row["name"], row["short_name"], row["kind"], tuple(row["aliases"].split("、"))) for row in rows)


@lru_cache(maxsize=1)
def subdistrict_codes() -> tuple[str, ...]:
    """The ten codes."""
    return tuple(one.code for one in subdistricts())


@lru_cache(maxsize=1)
def _aliases() -> dict[str, str]:
    table: dict[str, str] = {}
    for one in subdistricts():
        for name in (one.name, one.short_name, *one.aliases, one.code):
            for form in (name, f"普陀区{name}", f"{name}办事处", f"{name}人民政府", f"普陀区{name}办事处", f"普陀区{name}人民政府"):
                if table.setdefault(fold(form), one.code) != one.code:
                    raise ValueError(f"the alias {form} stands for two 街镇")
    return table


def find_subdistrict(text: str) -> str | None:
    """The code behind a name or alias; None when the table does not have it."""
    return _aliases().get(fold(text).removeprefix("上海市"))


@lru_cache(maxsize=1)
def _by_code() -> dict[str, Subdistrict]:
    return {one.code: one for one in subdistricts()}


def unit_name(code: str, *, short: bool = False) -> str:
    """The name of a 街镇 or of the district; the code itself when it is neither."""
    if code == DISTRICT:
        return "全区" if short else DISTRICT_NAME
    one = _by_code().get(code)
    return code if one is None else (one.short_name if short else one.name)


BUREAU_NAMES = frozenset(
    fold(name) for name in ("普陀区住房保障和房屋管理局", "普陀区房屋管理局", "普陀区房管局", "区房管局", "普陀区", "全区", "区局")
)


def is_bureau(text: str) -> bool:
    """Whether a 填报单位 is the bureau itself, which reports for all ten 街镇."""
    folded = fold(text).removeprefix("上海市")
    return folded in BUREAU_NAMES or any(
        folded.startswith(name) and len(folded) - len(name) <= 6 for name in BUREAU_NAMES if name.endswith("局")
    )
