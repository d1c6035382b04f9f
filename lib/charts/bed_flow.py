"""The stages of 一张床 from the reserve list to the review, with the projects and the beds at each.

Its one rule: bars are projects; beds stand beside them as words, in a unit of their own, and share no axis with them.
"""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from lib.charts.figure import nothing, rows_and_figures
from lib.charts.palette import GUIDE, accent
from lib.datasets.ladders import BEDS
from lib.spec.numbers import show

LISTED = BEDS.stages.index("挂牌")
"""From here on a project is supplied."""


def bed_stages(stages: pd.DataFrame, *, selected: frozenset[str] = frozenset(), dark: bool = False) -> go.Figure:
    """One row per stage in order, those where nothing stands too; what is supplied below a dashed line.

    stages: stage, projects, beds (NaN: nobody told). selected: stages that are outlined and marked ▸. customdata of a bar: its stage.
    """
    if stages.empty:
        return nothing("", "没有“一张床”项目")
    table = stages.set_index("stage").reindex(list(BEDS.stages))
    counts = table["projects"].fillna(0).astype(int).tolist()
    figure = go.Figure()
    figure.add_bar(
        x=[count or None for count in counts], y=list(range(len(counts))), orientation="h", width=0.66, name="项目",
        customdata=list(BEDS.stages), hoverinfo="text",
        text=[show(count) if count else "" for count in counts], textposition="inside", insidetextanchor="middle", textangle=0,
        constraintext="none", textfont={"size": 13, "color": "#FFFFFF"},
        hovertext=[f"{stage}：{show(count)} 个项目，点击打开清单" for stage, count in zip(BEDS.stages, counts, strict=True)],
        marker={
            "color": [accent(dark, soft=False) if at >= LISTED else GUIDE for at in range(len(counts))],
            "line": {"color": GUIDE, "width": [3 if stage in selected else 0 for stage in BEDS.stages]},
        },
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
    )
    names = [f"<b>▸ {stage}</b>" if stage in selected else stage for stage in BEDS.stages]
    texts = [_words(count, beds) for count, beds in zip(counts, table["beds"], strict=True)]
    rows_and_figures(figure, names, texts, "", row=32, notes=["虚线以下（挂牌起）为已供应；条形为项目数，床位另列"])
    figure.update_xaxes(range=[0, max([*counts, 1]) * 1.02])
    figure.add_shape(type="line", x0=0, x1=1, xref="paper", y0=LISTED - 0.5, y1=LISTED - 0.5, yref="y",
                     line={"color": GUIDE, "width": 1.5, "dash": "dash"})
    return figure


def _words(count: int, beds: float) -> str:
    if not count:
        return "0"
    return f"<b>{show(count)}</b> 个 · " + (f"{show(beds)} 张" if beds == beds else "床位未填")
