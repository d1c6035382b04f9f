"""What all Plotly figures share: the frame around the drawing, the settings of the browser part, texts that fit.

Its one rule: no colour of text or ground is set here, so that the Streamlit theme sets both, light or dark.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from lib.charts.palette import FAINT, FONT, GUIDE

PLOTLY_CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "displaylogo": False,
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
    "showTips": False,
    "locale": "zh-CN",
    "locales": {
        "zh-CN": {
            "dictionary": {
                "Autoscale": "自动缩放",
                "Reset axes": "恢复原状",
                "Zoom": "缩放",
                "Zoom in": "放大",
                "Zoom out": "缩小",
                "Pan": "平移",
                "Box Select": "框选",
                "Lasso Select": "套索选择",
                "Download plot as a PNG": "下载图片",
                "Download plot": "下载图片",
                "Click to enter Colorscale title": "",
                "Double-click to zoom back out": "双击恢复",
                "Double-click on legend to isolate one trace": "双击图例只看一项",
                "Taking snapshot - this may take a few seconds": "正在生成图片",
                "Snapshot succeeded": "图片已生成",
                "Sorry, there was a problem downloading your snapshot!": "图片生成失败",
                "Reset": "恢复",
                "trace": "系列",
            },
            "format": {
                "days": ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"],
                "shortDays": ["周日", "周一", "周二", "周三", "周四", "周五", "周六"],
                "months": [
                    "一月",
                    "二月",
                    "三月",
                    "四月",
                    "五月",
                    "六月",
                    "七月",
                    "八月",
                    "九月",
                    "十月",
                    "十一月",
                    "十二月",
                ],
                "shortMonths": [f"{month}月" for month in range(1, 13)],
                "date": "%Y-%m-%d",
                "decimal": ".",
                "thousands": ",",
                "grouping": [3],
            },
        }
    },
}
"""Pass as `config=` to st.plotly_chart: no toolbar, no zoom by accident, Chinese words, nothing fetched."""

NARROW = 340
"""Pixels of a phone's column: what must fit is reckoned for this width."""
SMALL = 12
"""Size of notes and legends in pixels."""


ROW = 30
"""Height of one row of a bar chart in pixels."""


_HARMLESS = str.maketrans({"<": "＜", ">": "＞", "&": "＆", '"': "＂", "'": "＇", "{": "｛", "}": "｝"})


def safe(text: object) -> str:
    """A name that nobody downstream can read as markup, however often it is escaped on its way."""
    return str(text).translate(_HARMLESS)


def text_width(text: str, size: float) -> float:
    """About how many pixels a text takes at a font size: Chinese one em, other signs a little over half."""
    return sum(size if ord(sign) > 0x2E80 else size * 0.58 for sign in text)


def wrapped(text: str, size: float = 16, width: float = NARROW - 10) -> str:
    """The text broken by <br> into lines of about equal length, none wider than `width` pixels."""
    count = math.ceil(text_width(text, size) / width)
    limit = min(width, text_width(text, size) / max(count, 1) + size)
    lines = [""]
    for sign in text:
        if lines[-1] and text_width(lines[-1] + sign, size) > limit:
            lines.append("")
        lines[-1] += sign
    return "<br>".join(lines)


def strong(text: str) -> str:
    """The text in the full colour of the page's text: Plotly under the Streamlit theme writes tick labels in a faded one."""
    return "<br>".join(f"<span style='color:currentColor'>{line}</span>" for line in text.split("<br>"))


def key(colours: Mapping[str, str]) -> list[str]:
    """The lines of a legend as text (■ name), broken for a phone; Plotly's own legend moves the drawing when it grows."""
    lines: list[list[str]] = [[]]
    used = 0.0
    for name, colour in colours.items():
        width = text_width(f"{name}\u3000", SMALL) + 22
        if lines[-1] and used + width > NARROW:
            lines.append([])
            used = 0.0
        lines[-1].append(f"<span style='color:{colour};font-size:17px'>■</span> {name}")
        used += width
    return ["\u3000".join(line) for line in lines if line]


def plain(
    figure: go.Figure, *, height: int, title: str = "", notes: Sequence[str] = (), headroom: int = 8
) -> None:
    """Give a figure the common frame in place: transparent, no zoom, no toolbar, title and small notes at the top left.

    height: pixels of the drawing with its axes; the lines of title and notes come on top of it, and `headroom` below them.
    """
    heading = wrapped(title)
    lines = heading.count("<br>") + 1 if heading else 0
    block = ([f"<b>{line}</b>" for line in heading.split("<br>")] if heading else []) + [
        f"<span style='font-size:{SMALL}px;font-weight:normal'>{note}</span>" for note in notes
    ]
    top = lines * 22 + len(notes) * 20 + headroom
    figure.update_layout(
        height=height + top,
        margin={"l": 8, "r": 8, "t": top, "b": 8, "autoexpand": True},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": 13},
        hoverlabel={"font": {"family": FONT, "size": 13}, "align": "left"},
        dragmode=False,
        showlegend=False,
        barcornerradius=2,
        title={
            "text": "<br>".join(block),
            "font": {"size": 16},
            "x": 0,
            "xanchor": "left",
            "xref": "container",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            # Plotly puts the first of several lines higher than a single one.
            "pad": {"t": 4 if len(block) < 2 else 18, "l": 2},
        },
    )
    figure.update_xaxes(fixedrange=True, zeroline=False, automargin=True, gridcolor=FAINT, title=None)
    figure.update_yaxes(fixedrange=True, zeroline=False, automargin=True, gridcolor=FAINT, title=None)


def nothing(title: str, words: str = "暂无数据") -> go.Figure:
    """A figure that says there is nothing to draw."""
    figure = go.Figure()
    plain(figure, height=100, title=title)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.add_annotation(
        text=words, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False, font={"size": 14}
    )
    return figure


def rows_and_figures(
    figure: go.Figure,
    names: list[str],
    texts: list[str],
    title: str,
    *,
    row: int = ROW,
    headroom: int = 8,
    notes: Sequence[str] = (),
) -> None:
    """Names at the left, texts at the right, the first row on top.

    The texts are ticks of a second axis, so the browser itself measures them and makes room.
    """
    extra = sum(name.count("<br>") * 14 for name in names)
    plain(figure, height=len(names) * row + extra + 12, title=title, notes=notes, headroom=headroom)
    axis: dict[str, Any] = {
        "tickmode": "array",
        "tickvals": list(range(len(names))),
        "range": [len(names) - 0.45, -0.55],
        "showgrid": False,
        "ticks": "",
        "fixedrange": True,
        "automargin": True,
        "zeroline": False,
        "showline": False,
    }
    figure.update_layout(
        yaxis={**axis, "ticktext": [strong(name) for name in names], "ticklabelstandoff": 6},
        yaxis2={
            **axis,
            "ticktext": [strong(text) for text in texts],
            "overlaying": "y",
            "side": "right",
            "ticklabelstandoff": 8,
            "tickfont": {"size": 13},
        },
    )
    figure.add_scatter(
        x=[None], y=[None], yaxis="y2", mode="markers", showlegend=False, hoverinfo="skip", name="数值"
    )
    figure.update_xaxes(visible=False)


def gate(figure: go.Figure, level: float, words: str, side: str) -> None:
    """A dashed line over all rows, its words above it: centred, or ending ("right") or starting ("left") at the line."""
    figure.add_shape(
        type="line",
        x0=level,
        x1=level,
        xref="x",
        y0=0,
        y1=1,
        yref="paper",
        line={"color": GUIDE, "width": 1.5, "dash": "dash"},
    )
    figure.add_annotation(
        x=level,
        xref="x",
        y=1,
        yref="paper",
        text=words,
        showarrow=False,
        yanchor="bottom",
        xanchor=side,
        font={"size": 12},
    )


class FrozenFigure(go.Figure):  # type: ignore[misc]
    """A finished figure whose parts are worked out once: Streamlit asks for them at every rerun, which costs more than sending them."""

    def __init__(self, figure: go.Figure) -> None:
        super().__init__(figure)
        self._told: dict[str, Any] = super().to_dict()

    def to_dict(self) -> dict[str, Any]:
        """The parts of the figure."""
        return dict(self._told)


def frozen(figure: go.Figure, *, clickable: bool = False) -> FrozenFigure:
    """The same figure, to be kept and drawn again and again; it must not be changed any more.

    clickable: for `on_select`. The figure says itself that a click selects: Streamlit adds it only after the first drawing and may lose it
    again on a busy machine, when what Plotly first drew is told late; such a chart would take no click until the page is opened anew.
    """
    if clickable:
        figure.update_layout(clickmode="event+select", hovermode="closest")
    return FrozenFigure(figure)
