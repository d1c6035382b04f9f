"""Loads what the first visitor would wait for: libraries, the newest release, its figures and its history."""

from __future__ import annotations

import gc
import importlib
import threading

from lib.ui import data

HEAVY_MODULES = (
    "plotly.graph_objects", "plotly.io", "pydeck", "pyarrow.compute", "lib.charts.bars", "lib.charts.bed_map",
    "lib.ui.renewal_consent", "lib.ui.renewal_timeline", "lib.ui.renewal_people", "lib.ui.renewal_lifts",
)


def warm_up() -> None:
    """Fill the caches for the newest release and freeze what is there, so that the collector which Streamlit runs after
    every script does not walk it again; without effect on the caches when nothing has been published.
    """
    for name in HEAVY_MODULES:
        importlib.import_module(name)
    edition = data.edition(data.newest_release())
    default = edition.default
    if default is not None:
        data.breakdowns(edition, default)
    for period in edition.periods:
        content = edition.contents[period]
        data.whole(content.key, content, edition.registry, period in edition.periods[:2])
    gc.collect()
    gc.freeze()


def warm_in_background() -> None:
    """`warm_up` after a publish, so that no leader pays for it."""
    threading.Thread(target=warm_up, name="warm", daemon=True).start()
