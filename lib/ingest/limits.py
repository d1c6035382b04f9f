"""How many findings are told, and in which order. Its one rule: what is not listed is counted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from lib.ingest.sheet import column_index
from lib.spec.findings import Finding
from lib.spec.level import Level

MAX_PER_CODE = 200
"""At most so many findings of one code in one column are listed; the rest is counted in the last one."""
MOST_MADE = 2_000
"""No more findings of one code are made for one column or check: a file that is wrong all through is answered at once, too."""
MAX_TOLD = 2_000
"""At most so many findings of a form, or of a file, are listed."""
_CELL = re.compile(r"([A-Z]+)([0-9]+)")
_LEVELS = list(Level)


def _place(one: Finding) -> tuple[int, str, int, int]:
    cell = _CELL.fullmatch(one.cell)
    row, column = (int(cell.group(2)), column_index(cell.group(1))) if cell else (0, 0)
    return _LEVELS.index(one.level), one.sheet, row, column


def limited(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in order of level, then place; of one code and field MAX_PER_CODE, the last of which tells how many more."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for one in sorted(findings, key=_place):
        groups.setdefault((one.code, one.field), []).append(one)
    kept: list[Finding] = []
    for group in groups.values():
        more = len(group) - MAX_PER_CODE
        kept += group[:MAX_PER_CODE]
        if more > 0:
            rest = f"{more} 处以上" if len(group) >= MOST_MADE else f"{more} 处"
            kept[-1] = replace(kept[-1], message=f"{kept[-1].message}（另有 {rest}同样的问题未逐一列出。）")
    kept.sort(key=_place)
    more = len(kept) - MAX_TOLD
    if more > 0:
        kept = kept[:MAX_TOLD]
        kept[-1] = replace(kept[-1], message=f"{kept[-1].message}（另有 {more} 处其他问题未逐一列出。）")
    return tuple(kept)
