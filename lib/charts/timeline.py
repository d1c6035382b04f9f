"""Milestones of projects on one time line: plan against actual, what is late as a hatched part with its days written on it.

Its one rule: nothing is told by colour alone; a node is a shape, plan is hollow, actual is filled, late is hatched and labelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lib.charts.figure import gate, nothing, plain, rows_and_figures, safe, strong, wrapped
from lib.charts.palette import FAINT, GUIDE, STATUS, StatusKey, accent
from lib.datasets.renewal_projects import MILESTONES
from lib.spec.numbers import show

SHAPES: dict[str, tuple[str, str, str]] = dict(
    zip(
        (title for _, title in MILESTONES),
        (
            ("circle", "○", "●"),
            ("diamond", "◇", "◆"),
            ("triangle-up", "△", "▲"),
            ("square", "□", "■"),
            ("star", "☆", "★"),
        ),
        strict=True,
    )
)
"""Node → the symbol that Plotly draws, and the same in a line of text, hollow and filled."""
LIGHT_STATUS: dict[str, StatusKey] = {"绿": "good", "黄": "watch", "红": "late"}
"""Light → the colour it is drawn in; any other is grey."""

_ROW, _NARROW_ROW = 24, 72
_LABEL = 260
"""Pixels of a line of a name: the longest of a project in one."""
_DAY_MS = 86_400_000
_LEAST_SHARE = 0.06
"""A late part narrower than this share of the drawing carries no label of its own; the words of its row and the table have its days."""
_PARTS: tuple[tuple[bool, StatusKey, str, str], ...] = ((False, "watch", "/", "迟"), (True, "late", "x", "超期"))
"""Late and done, late and open: status, hatch and word."""
_HEADING, _PROJECT = 0, 1


def timeline(projects: pd.DataFrame, nodes: pd.DataFrame, *, today: date, narrow: bool = False, dark: bool = False) -> go.Figure:
    """One row per project, in the order given, with a heading before each new `group`.

    projects: project_id, project_name (of one line or several), group (empty: none), light (绿, 黄, 红 or other), words (where it
    stands, in few words).
    nodes: project_id, node, plan, actual (either may be NaT), late (days late or over, NaN or 0 where none), open (late and not done).
    customdata of every mark and bar is the project_id (on_select, selection_mode="points"). narrow: for a phone, names above the rows.
    """
    dated = nodes[nodes["plan"].notna() | nodes["actual"].notna()]
    if projects.empty or dated.empty:
        return nothing("", "没有排过日期的节点")
    rows = _rows(projects)
    places = {key: at for at, (kind, key, _, _) in enumerate(rows) if kind == _PROJECT}
    dated = dated[dated["project_id"].isin(places)]
    dated = dated.assign(at=dated["project_id"].map(places).astype("float64") + (0.06 if narrow else 0.0))
    figure = go.Figure()
    first, last = _span(dated, today)
    _tracks(figure, dated)
    _late(figure, dated, pd.Timestamp(today), (last - first).days, narrow, dark)
    _marks(figure, dated, dark)
    _frame(figure, rows, projects, narrow, dark)
    figure.update_layout(barmode="overlay", barcornerradius=0)
    figure.update_xaxes(visible=True, type="date", range=[first, last], showgrid=True, ticks="", **_years(first, last, narrow))
    gate(figure, pd.Timestamp(today).timestamp() * 1000, f"截至 {today.isoformat()}", "center")
    return figure


def legend() -> str:
    """What the shapes and hatches mean, as one line of Markdown text."""
    nodes = "　".join(f"{hollow} {name}" for name, (_, hollow, _) in SHAPES.items())
    return f"{nodes}　·　空心为计划，实心为实际　·　╱╱ 斜纹为已完成但迟到的一段，╳╳ 交叉纹为超期未完成的一段，数字为天数"


def _rows(projects: pd.DataFrame) -> list[tuple[int, str, str, str]]:
    """Headings and projects in order: kind, key, name, light."""
    rows: list[tuple[int, str, str, str]] = []
    before = ""
    columns = (projects[name].astype("str") for name in ("project_id", "project_name", "group", "light"))
    for key, name, group, light in zip(*columns, strict=True):
        if group and group != before:
            rows.append((_HEADING, f"#{group}", group, ""))
        before = group
        rows.append((_PROJECT, key, name, light))
    return rows


def _span(nodes: pd.DataFrame, today: date) -> tuple[pd.Timestamp, pd.Timestamp]:
    days = pd.concat([nodes["plan"], nodes["actual"], pd.Series([pd.Timestamp(today)])]).dropna()
    first, last = days.min(), days.max()
    room = max((last - first).days // 25, 20)
    return first - pd.Timedelta(days=room), last + pd.Timedelta(days=room)


def _years(first: pd.Timestamp, last: pd.Timestamp, narrow: bool) -> dict[str, Any]:
    years = list(range(first.year + 1, last.year + 1))
    step = max(1, -(-len(years) // (4 if narrow else 10)))
    ticks = [pd.Timestamp(year, 1, 1) for year in years[::step]]
    if len(ticks) < 2:
        return {"tickformat": "%Y-%m", "nticks": 4 if narrow else 8}
    return {"tickmode": "array", "tickvals": ticks, "ticktext": [str(tick.year) for tick in ticks]}


def _bars(figure: go.Figure, at: Sequence[float], start: pd.Series, end: pd.Series, width: float, **more: Any) -> None:
    figure.add_bar(
        y=list(at),
        base=[one.isoformat() for one in start],
        x=[(two - one).days * _DAY_MS for one, two in zip(start, end, strict=True)],
        orientation="h",
        width=width,
        showlegend=False,
        hoverinfo=more.pop("hoverinfo", "skip"),
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
        **more,
    )


def _tracks(figure: go.Figure, nodes: pd.DataFrame) -> None:
    """A faint bar from the first day of a project to its last: what a click easily meets."""
    days = pd.concat([nodes[["project_id", "at", "plan"]].set_axis(["project_id", "at", "day"], axis=1),
                      nodes[["project_id", "at", "actual"]].set_axis(["project_id", "at", "day"], axis=1)]).dropna()
    ends = days.groupby("project_id", sort=False).agg(at=("at", "first"), first=("day", "min"), last=("day", "max"))
    _bars(figure, ends["at"].tolist(), ends["first"], ends["last"], 0.12, name="起止", customdata=ends.index.tolist(),
          marker={"color": FAINT})


def _late(figure: go.Figure, nodes: pd.DataFrame, today: pd.Timestamp, span: int, narrow: bool, dark: bool) -> None:
    """Of done nodes from plan to actual, of open ones from plan to today; hatched, the worst of a row with its days where there is room."""
    late = nodes[(nodes["late"].fillna(0) > 0) & nodes["plan"].notna()]
    for still_open, key, shape, word in _PARTS:
        part = late[late["open"].astype(bool) == still_open]
        if part.empty:
            continue
        colour = STATUS[key].colour(dark)
        _bars(
            figure, part["at"].tolist(), part["plan"], _late_until(part, today), 0.2 if narrow else 0.3,
            name=f"{word}的一段", customdata=part["project_id"].tolist(), hoverinfo="text",
            hovertext=[f"{node}：{word} {show(days)} 天" for node, days in zip(part["node"], part["late"], strict=True)],
            marker={"color": "rgba(0,0,0,0)", "line": {"color": colour, "width": 1},
                    "pattern": {"shape": shape, "fgcolor": colour, "bgcolor": "rgba(0,0,0,0)", "size": 6, "solidity": 0.35}},
        )
    if narrow:
        return
    worst = late.sort_values(["open", "late"], ascending=False, kind="stable").drop_duplicates("project_id")
    worst = worst[worst["late"] >= span * _LEAST_SHARE]
    until = _late_until(worst, today)
    words = {still_open: word for still_open, _, _, word in _PARTS}
    figure.add_scatter(
        x=[(start + (end - start) / 2).isoformat() for start, end in zip(worst["plan"], until, strict=True)],
        y=[at - 0.13 for at in worst["at"]], mode="text", textposition="top center",
        text=[strong(f"{words[bool(one)]} {show(days)} 天") for one, days in zip(worst["open"], worst["late"], strict=True)],
        textfont={"size": 11}, hoverinfo="skip", showlegend=False, name="迟延天数", cliponaxis=False,
    )


def _late_until(nodes: pd.DataFrame, today: pd.Timestamp) -> pd.Series:
    return nodes["actual"].where(~nodes["open"].astype(bool), today)


def _marks(figure: go.Figure, nodes: pd.DataFrame, dark: bool) -> None:
    ink = accent(dark)
    for column, word, suffix, fill in (("plan", "计划", "-open", None), ("actual", "实际", "", ink)):
        part = nodes[nodes[column].notna()]
        figure.add_scatter(
            x=[day.isoformat() for day in part[column]],
            y=part["at"].tolist(),
            mode="markers",
            name=word,
            showlegend=False,
            customdata=part["project_id"].tolist(),
            hoverinfo="text",
            hovertext=[f"{node}（{word}）{day.date().isoformat()}" for node, day in zip(part["node"], part[column], strict=True)],
            marker={"symbol": [SHAPES[node][0] + suffix for node in part["node"]], "size": 11 if fill is None else 10,
                    "color": GUIDE if fill is None else fill, "line": {"width": 1.6 if fill is None else 0, "color": GUIDE}},
            selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 1}},
        )


def _frame(figure: go.Figure, rows: list[tuple[int, str, str, str]], projects: pd.DataFrame, narrow: bool, dark: bool) -> None:
    words = dict(zip(projects["project_id"], projects["words"], strict=True))
    lights = {key: light for kind, key, _, light in rows if kind == _PROJECT}
    told = {key: coloured(str(words[key]), lights[key], dark) for key in lights}
    if narrow:
        above(figure, [(f"<b>{on_one_line(name)}</b>", told.get(key, "")) for _, key, name, _ in rows])
    else:
        names = [f"<b>{safe(name)}</b>" if kind == _HEADING else label(name, _LABEL) for kind, _, name, _ in rows]
        rows_and_figures(figure, names, [told.get(key, "") for _, key, _, _ in rows], "", row=_ROW, headroom=26)
        figure.update_yaxes(tickfont={"size": 12})
    starts = [at for at, (kind, _, _, _) in enumerate(rows) if kind == _HEADING]
    for at in starts[1:]:
        figure.add_shape(type="line", x0=0, x1=1, xref="paper", y0=at - 0.5, y1=at - 0.5, yref="y", line={"color": FAINT, "width": 1})


def label(name: str, width: float) -> str:
    """A name for the left of a row: each of its lines broken where it is wider than `width` pixels."""
    return "<br>".join(wrapped(safe(line), 12, width) for line in name.split("\n"))


def on_one_line(name: str) -> str:
    """The same where there is room for one line only."""
    return safe(name.replace("\n", " "))


def coloured(words: str, light: str, dark: bool) -> str:
    """Words with the mark that they begin with, where they do, in the colour of a light."""
    key = LIGHT_STATUS.get(light, "missing")
    mark, _, rest = words.partition(" ")
    return f"<span style='color:{STATUS[key].colour(dark)}'>{mark}</span> {safe(rest)}" if rest and len(mark) == 1 else safe(words)


def above(figure: go.Figure, rows: Sequence[tuple[str, str]], *, row: int = _NARROW_ROW, lift: float = 0.12) -> None:
    """The frame for a narrow screen: no columns beside the drawing, the two texts of each row above it instead."""
    plain(figure, height=len(rows) * row + 24, headroom=30)
    figure.update_layout(yaxis={"range": [len(rows) - 0.45, -0.6], "visible": False, "fixedrange": True})
    figure.update_xaxes(visible=False)
    for at, (name, words) in enumerate(rows):
        figure.add_annotation(
            x=0, xref="paper", y=at - lift, yref="y", text=strong(f"{name}<br>{words}" if words else name), showarrow=False,
            xanchor="left", yanchor="bottom", align="left", font={"size": 12},
        )
