"""What the map asks of our own server besides its page: pictures of points and the shapes around. No data of the bureau's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lib.charts.bed_map import ATLAS
from lib.charts.map_files import MAP_FILES, address, map_file
from lib.charts.map_points import icon_atlas

SVG, GEOJSON = "image/svg+xml", "application/geo+json"
MAP_ASSETS: dict[str, tuple[str, Callable[[], str]]] = {
    **{path: (SVG, partial(icon_atlas, dark)) for dark, path in ATLAS.items()},
    **{address(name): (GEOJSON, partial(map_file, name)) for name in MAP_FILES},
}
"""Address → media type and what makes the text."""
