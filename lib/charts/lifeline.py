"""One compound on one time line: a lane for each side of its life, spans and points on it, tickets by month, the line of the day.

Its one rule: nothing is told by colour alone: what came is filled, what is to come hollow, what was missed crossed; a term is a plain
bar, a freeze dotted, a standing-in lined, late parts hatched and labelled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lib.charts.figure import gate, plain, safe, strong, text_width, wrapped
from lib.charts.palette import FAINT, GUIDE, STATUS, accent
from lib.charts.timeline import coloured

_DAY_MS = 86_400_000
_BODY, _VOLUME, _HEAD, _TRACK = 40, 60, 40, 20
"""Pixels of a lane, of that of the tickets, of the texts above it on a phone, of each further line."""
_THIN = 8
_MANY = 6
"""From so many lines on they are drawn thin."""
_DEEPEST = 200
"""Pixels that the lines of one lane take at most."""
_WIDE = 1000
"""Pixels of the drawing on a desk, to reckon whether a label fits; on a phone about a third."""
_LIFT = 15
"""Pixels by which a label stands above the middle of its bar, on further lines below it: clear of the points."""
_CLEAR = "rgba(0,0,0,0)"
_THICK = {"run": 5, "term": 14, "frozen": 14, "stand_in": 14, "late": 12, "open_late": 12}
_LABELLED = ("term", "frozen", "stand_in", "open_late")
_NAMES = {"run": "进行", "term": "任期", "frozen": "冻结期", "stand_in": "替代履职", "late": "迟到的一段", "open_late": "超期的一段"}
LEGEND = ("● 已发生　○ 计划或期限　⊗ 已过期未完成　·　浅色条为任期，点纹为冻结期，横纹为替代履职，╱╱ 斜纹为已完成但迟到，"
          "╳╳ 交叉纹为超期未完成　·　竖虚线为截至日，右侧为计划")


def lifeline(
    lanes: pd.DataFrame, spans: pd.DataFrame, points: pd.DataFrame, volume: pd.DataFrame, *, today: date, first: date, last: date,
    narrow: bool = False, dark: bool = False,
) -> go.Figure:
    """The lanes in the order given, from one day to another; what lies outside of it is not drawn.

    lanes: name, words, light (of the words' first mark), volume (whether the tickets stand in it). spans: lane, track (which line of
    it), day, until (days), kind (run, term, frozen, stand_in, late, open_late), text, label (on the drawing where it fits). points:
    lane, track, day, kind (happened, planned, over), text. volume: day (of a month), count (NaN: not reported). All may be empty but
    `lanes`. narrow: for a phone, the names above the lanes.
    """
    figure = go.Figure()
    seen = (pd.Timestamp(first), pd.Timestamp(last))
    spans = spans[(spans["until"] > seen[0]) & (spans["day"] < seen[1])]
    points = points[(points["day"] >= seen[0]) & (points["day"] <= seen[1])]
    places, height = _places(lanes, pd.concat([spans[["lane", "track"]], points[["lane", "track"]]]), narrow)
    for kind in _THICK:
        _spans(figure, spans[spans["kind"] == kind], kind, places, seen, narrow, dark)
    _points(figure, points, places, dark)
    for lane in lanes.loc[lanes["volume"].astype(bool), "name"]:
        _volume(figure, volume, places[lane], dark)
    plain(figure, height=round(height) + 26, headroom=24)
    _texts(figure, lanes, places, height, narrow, dark)
    figure.update_layout(barmode="overlay", barcornerradius=0)
    figure.update_xaxes(visible=True, type="date", range=list(seen), showgrid=True, ticks="", **_ticks(*seen, narrow))
    gate(figure, pd.Timestamp(today).timestamp() * 1000, f"截至 {today.isoformat()}", "center")
    return figure


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a lane is drawn: top and bottom of its body and the way from line to line in pixels; its lines by track."""

    top: float
    bottom: float
    step: float
    lines: Mapping[int, int]

    @property
    def thin(self) -> bool:
        """Whether it has so many lines that they are drawn thin and without labels."""
        return len(self.lines) >= _MANY

    def at(self, track: int) -> float:
        """The middle of a line."""
        return (self.top + self.bottom) / 2 + (self.lines[track] - (len(self.lines) - 1) / 2) * self.step


def _places(lanes: pd.DataFrame, drawn: pd.DataFrame, narrow: bool) -> tuple[dict[str, _Place], float]:
    """Lane → where it is drawn, with a line for each track of it that has anything on it; the height of all."""
    found: dict[str, _Place] = {}
    at = 4.0
    for name, volume in zip(lanes["name"], lanes["volume"], strict=True):
        tracks = sorted(set(drawn.loc[drawn["lane"] == name, "track"]))
        more = max(len(tracks) - 1, 0)
        step = _TRACK if len(tracks) < _MANY else min(_THIN, _DEEPEST / more)
        at += _HEAD if narrow else 0
        body = _VOLUME if volume else _BODY + more * step
        found[str(name)] = _Place(at, at + body, step, {track: line for line, track in enumerate(tracks)})
        at += body + 6
    return found, at


def _spans(
    figure: go.Figure, spans: pd.DataFrame, kind: str, places: Mapping[str, _Place], seen: tuple[pd.Timestamp, pd.Timestamp], narrow: bool,
    dark: bool,
) -> None:
    """Bars of one kind, those of a line that overlap made one; with their labels where there is room."""
    if spans.empty:
        return
    rows = _joined(spans)
    own = [places[row["lane"]] for row in rows]
    at = [place.at(row["track"]) for place, row in zip(own, rows, strict=True)]
    thick = [min(_THICK[kind], place.step * 0.6) if place.thin else _THICK[kind] for place in own]
    starts = [max(row["day"], seen[0]) for row in rows]
    ends = [min(row["until"], seen[1]) for row in rows]
    figure.add_bar(
        y=at, base=[one.isoformat() for one in starts],
        x=[max((two - one).days, 1) * _DAY_MS for one, two in zip(starts, ends, strict=True)], orientation="h",
        width=thick, name=_NAMES[kind], marker=_look(kind, dark), hoverinfo="text",
        hovertext=[_hover(row["text"], row["day"], row["until"]) for row in rows],
    )
    if kind not in _LABELLED:
        return
    room = (_WIDE / 3 if narrow else _WIDE) / max((seen[1] - seen[0]).days, 1)
    lifts = [-_LIFT if place.lines[row["track"]] == 0 else _LIFT for place, row in zip(own, rows, strict=True)]
    fitting = [
        (one, two, y + lift, row["label"]) for one, two, y, lift, place, row in zip(starts, ends, at, lifts, own, rows, strict=True)
        if row["label"] and text_width(row["label"], 11) < (two - one).days * room and not place.thin
    ]
    figure.add_scatter(
        x=[(one + (two - one) / 2).isoformat() for one, two, _, _ in fitting], y=[y for _, _, y, _ in fitting], mode="text",
        text=[strong(safe(label)) for *_, label in fitting], textfont={"size": 11}, hoverinfo="skip", name=f"{_NAMES[kind]}文字",
    )


def _joined(spans: pd.DataFrame) -> list[dict[str, Any]]:
    """Spans of one lane and line that touch each other as one: the first text, the whole time."""
    found: list[dict[str, Any]] = []
    for row in spans.sort_values(["lane", "track", "day"], kind="stable").to_dict("records"):
        last = found[-1] if found else None
        if last is not None and (last["lane"], last["track"]) == (row["lane"], row["track"]) and row["day"] <= last["until"]:
            last["text"] += f"<br>{safe(row['text'])}"
            last["until"] = max(last["until"], row["until"])
        else:
            found.append({**{str(name): value for name, value in row.items()}, "text": safe(row["text"])})
    return found


def _look(kind: str, dark: bool) -> dict[str, Any]:
    if kind == "run":
        return {"color": FAINT}
    if kind == "term":
        return {"color": accent(dark, soft=True)}
    shape = {"frozen": ".", "stand_in": "-", "late": "/", "open_late": "x"}[kind]
    colour = STATUS["watch" if kind == "late" else "late" if kind == "open_late" else "frozen"].colour(dark)
    pattern = {"shape": shape, "fgcolor": colour, "bgcolor": _CLEAR, "size": 6, "solidity": 0.35}
    return {"color": _CLEAR, "line": {"color": colour, "width": 1}, "pattern": pattern}


def _hover(text: str, day: pd.Timestamp, until: pd.Timestamp) -> str:
    return f"{text}<br>{day.date().isoformat()} 至 {until.date().isoformat()}"


def _points(figure: go.Figure, points: pd.DataFrame, places: Mapping[str, _Place], dark: bool) -> None:
    ink, red = accent(dark), STATUS["late"].colour(dark)
    looks: tuple[tuple[str, str, str, str, float], ...] = (
        ("happened", "已发生", "circle", ink, 0),
        ("planned", "计划", "circle-open", GUIDE, 1.8),
        ("over", "过期未完成", "circle-x-open", red, 1.6),
    )
    for kind, name, symbol, colour, line in looks:
        part = points[points["kind"] == kind]
        if part.empty:
            continue
        own = [places[lane] for lane in part["lane"]]
        figure.add_scatter(
            x=[day.isoformat() for day in part["day"]],
            y=[place.at(track) for place, track in zip(own, part["track"], strict=True)],
            mode="markers",
            name=name,
            hoverinfo="text",
            hovertext=[f"{safe(text)}<br>{day.date().isoformat()}" for text, day in zip(part["text"], part["day"], strict=True)],
            marker={"symbol": symbol, "size": [max(2.5, place.step / 2) if place.thin else 10 for place in own], "color": colour,
                    "line": {"width": line, "color": colour}},
        )


def _volume(figure: go.Figure, volume: pd.DataFrame, place: _Place, dark: bool) -> None:
    """Tickets by month as columns standing on the bottom of the lane; a month that was not reported as a low hatched one."""
    if volume.empty:
        return
    top, bottom = place.top, place.bottom
    known = volume[volume["count"].notna()]
    most = max(known["count"].max() if len(known) else 0, 1)
    days = [(one.replace(day=1) + pd.Timedelta(days=3)).isoformat() for one in known["day"]]
    figure.add_bar(
        x=days, y=[-float(count) / most * (bottom - top - 18) for count in known["count"]], base=bottom, offset=0, width=22 * _DAY_MS,
        name="12345工单", marker={"color": accent(dark)}, hoverinfo="text",
        hovertext=[f"{day.year}年{day.month}月：{int(count):,} 件" for day, count in zip(known["day"], known["count"], strict=True)],
    )
    highest = known[known["count"] == most].tail(1)
    figure.add_scatter(
        x=[(day + pd.Timedelta(days=14)).isoformat() for day in highest["day"]], y=[top + 8 for _ in highest["day"]], mode="text",
        text=[strong(f"{int(count):,} 件") for count in highest["count"]], textfont={"size": 11}, hoverinfo="skip", name="最多的月份",
    )
    silent = volume[volume["count"].isna()]
    if len(silent):
        colour = STATUS["missing"].colour(dark)
        figure.add_bar(
            x=[(one.replace(day=1) + pd.Timedelta(days=3)).isoformat() for one in silent["day"]],
            y=[-8.0] * len(silent), base=bottom, offset=0, width=22 * _DAY_MS,
            name="未报", hoverinfo="text", hovertext=[f"{day.year}年{day.month}月：未报" for day in silent["day"]],
            marker={"color": _CLEAR, "line": {"color": colour, "width": 1},
                    "pattern": {"shape": "/", "fgcolor": colour, "bgcolor": _CLEAR, "size": 4, "solidity": 0.3}},
        )


def _texts(
    figure: go.Figure, lanes: pd.DataFrame, places: Mapping[str, _Place], height: float, narrow: bool, dark: bool
) -> None:
    """Names at the left and words at the right, on a phone both above the lane; a faint line between the lanes."""
    told = [coloured(str(words), str(light), dark) for words, light in zip(lanes["words"], lanes["light"], strict=True)]
    axis: dict[str, Any] = {"range": [height, 0], "showgrid": False, "zeroline": False, "fixedrange": True, "ticks": ""}
    middles = [(places[name].top + places[name].bottom) / 2 for name in lanes["name"]]
    if narrow:
        figure.update_layout(yaxis={**axis, "visible": False})
        for name, words in zip(lanes["name"], told, strict=True):
            figure.add_annotation(
                x=0, xref="paper", y=places[name].top - 2, yref="y", text=strong(f"<b>{safe(name)}</b><br>{words}"), showarrow=False,
                xanchor="left", yanchor="bottom", align="left", font={"size": 12},
            )
    else:
        side = {**axis, "tickmode": "array", "tickvals": middles, "automargin": True, "showline": False}
        names = [strong(safe(name)) for name in lanes["name"]]
        figure.update_layout(
            yaxis={**side, "ticktext": names, "ticklabelstandoff": 6, "tickfont": {"size": 13}},
            yaxis2={**side, "ticktext": [_two_lines(one) for one in told], "overlaying": "y", "side": "right", "ticklabelstandoff": 8,
                    "tickfont": {"size": 12}},
        )
        figure.add_scatter(x=[None], y=[None], yaxis="y2", mode="markers", hoverinfo="skip", name="情况")
    for name in list(lanes["name"])[1:]:
        edge = places[name].top - (_HEAD if narrow else 0) - 3
        figure.add_shape(type="line", x0=0, x1=1, xref="paper", y0=edge, y1=edge, yref="y", line={"color": FAINT, "width": 1})


def _two_lines(words: str) -> str:
    """Words beside a lane: broken where they are wide; a mark in its colour stays before them."""
    mark, closed, rest = words.partition("</span> ")
    return strong(f"{mark}{closed}{wrapped(rest, 12, 170)}") if closed else strong(wrapped(words, 12, 170))


def _ticks(first: pd.Timestamp, last: pd.Timestamp, narrow: bool) -> dict[str, Any]:
    """Years where there are many, else quarters; none closer than reads."""
    months = (last - first).days / 30.4
    step = next(one for one in (3, 6, 12, 24, 60, 120) if months / one <= (4 if narrow else 12) or one == 120)
    years = range(first.year, last.year + 2)
    chosen = [year for year in years if step <= 12 or year % (step // 12) == 0]
    ticks = [pd.Timestamp(year, month, 1) for year in chosen for month in range(1, 13, min(step, 12))]
    ticks = [tick for tick in ticks if first <= tick <= last]
    return {"tickmode": "array", "tickvals": ticks, "ticktext": [f"{tick.year}" if step >= 12 else f"{tick:%Y-%m}" for tick in ticks]}
