"""Loads what the first visitor would wait for: libraries, the newest release, its figures and its history."""

from __future__ import annotations

import importlib

from lib.ui import data

HEAVY_MODULES = ("plotly.graph_objects", "plotly.io", "pydeck", "pyarrow.compute", "lib.charts.bars", "lib.charts.bed_map")


def warm_up() -> None:
    """Fill the caches for the newest release; without effect when nothing has been published."""
    for name in HEAVY_MODULES:
        importlib.import_module(name)
    edition = data.edition(data.newest_release())
    for period in edition.periods[:2]:
        key, content = edition.contents[period]
        data.breakdowns(key, period, (), (), content)
    data.published(edition.number)
