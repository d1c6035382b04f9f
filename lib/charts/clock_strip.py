"""The statutory clock of committees as strips of steps: each with its mark, its day and the days left or over; the freeze hatched.

Its one rule: it is text in cells, so it reads in grey, on a phone and aloud; colour only repeats what a mark and words have said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from lib.charts.palette import FAINT, GUIDE, STATUS, StatusKey

LIGHT_STATUS: dict[str, StatusKey] = {"绿": "good", "黄": "watch", "红": "late"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One step. day: as shown; words: what is left or over; light: 绿, 黄, 红 or other; done: ✓; waits: an earlier step is not done."""

    title: str
    day: str
    words: str
    light: str
    done: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """The clock of one committee. head: what stands beside its name; freeze: (first, last) places of the steps between which the
    freeze runs, None where there is none; freeze_words: since when.
    """

    name: str
    link: str
    head: str
    cells: tuple[Cell, ...]
    freeze: tuple[int, int] | None = None
    freeze_words: str = ""


def strips(rows: Sequence[Strip], *, narrow: bool = False, dark: bool = False) -> str:
    """The strips as one piece of HTML: a list, each entry with its steps as a list of its own. Names are escaped; links are relative.

    narrow: for a phone; what is done stands in one line, and only what is still open has cells.
    """
    if not rows:
        return "<p>没有可以显示的换届时钟。</p>"
    return f"<style>{_style(dark)}</style><div class='clk' role='list'>{''.join(_strip(row, narrow) for row in rows)}</div>"


def legend() -> str:
    """What marks and hatch mean, as one line."""
    return "✓ 已办　● 正常　▲ 临近　■ 已过期　… 待前一步办结（按计划推算）　╱╱ 斜纹格为冻结期：不得就选聘解聘物业、调价、重大维修召集表决"


def _strip(row: Strip, narrow: bool) -> str:
    cells = "".join(_cell(cell, _frozen(row, at)) for at, cell in enumerate(row.cells) if not (narrow and cell.done))
    past = "　".join(f"{escape(cell.title)} {escape(cell.day)}" for cell in row.cells if cell.done) if narrow else ""
    done = f"<div class='past'>✓ {past}</div>" if past else ""
    freeze = f"<span class='fz-word'>◇ {escape(row.freeze_words)}</span>" if row.freeze_words else ""
    name = f"<a href='{escape(row.link, quote=True)}' target='_self'>{escape(row.name)}</a>" if row.link else escape(row.name)
    label = escape(f"{row.name}：{row.head}", quote=True)
    return (
        f"<div class='row' role='listitem' aria-label='{label}'>"
        f"<div class='head'><b>{name}</b> <span>{escape(row.head)}</span>{freeze}</div>"
        f"{done}<ol class='cells'>{cells}</ol></div>"
    )


def _frozen(row: Strip, at: int) -> bool:
    return row.freeze is not None and row.freeze[0] <= at <= row.freeze[1]


def _cell(cell: Cell, frozen: bool) -> str:
    status = None if cell.waits else LIGHT_STATUS.get(cell.light)
    mark = "✓" if cell.done else "…" if cell.waits else STATUS[status].mark if status else "○"
    kinds = ["cell", *(["done"] if cell.done else []), *(["fz"] if frozen else []), f"l-{status or 'none'}"]
    spoken = "（冻结期内）" if frozen else ""
    return (
        f"<li class='{' '.join(kinds)}'><span class='t'><i class='m'>{mark}</i>{escape(cell.title)}</span>"
        f"<span class='d'>{escape(cell.day)}</span><span class='w'>{escape(cell.words)}<span class='sr'>{spoken}</span></span></li>"
    )


def _style(dark: bool) -> str:
    """Sizes and colours; cells flow into as many columns as there is room for."""
    lines = {key: STATUS[key].colour(dark) for key in ("good", "watch", "late")}
    lights = "".join(
        f".clk .l-{key}:not(.done) {{border-left-color:{colour}}} .clk .l-{key}:not(.done) .m {{color:{colour}}}"
        for key, colour in lines.items()
    )
    return (
        ".clk{font-size:13px;line-height:1.35}"
        f".clk .row{{padding:8px 0;border-top:1px solid {FAINT}}}"
        ".clk .head{display:flex;flex-wrap:wrap;gap:2px 10px;margin-bottom:4px}.clk .head a{color:inherit}"
        f".clk .fz-word{{color:{GUIDE}}}.clk .past{{margin-bottom:4px;opacity:.78}}"
        ".clk ol{list-style:none;margin:0;padding:0;display:grid;gap:4px;grid-template-columns:repeat(auto-fit,minmax(118px,1fr))}"
        f".clk li{{margin:0;padding:4px 6px;border:1px solid {FAINT};border-left:4px solid {GUIDE};border-radius:3px;display:flex;"
        "flex-direction:column}"
        f".clk li.fz{{background-image:repeating-linear-gradient(135deg,{FAINT} 0 4px,transparent 4px 9px)}}"
        ".clk li.done{opacity:.78}.clk .m{font-style:normal;margin-right:4px}.clk .t{font-weight:600}"
        ".clk .sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}" + lights
    )
