"""Lights on screen: colour, shape and word together, the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lib.indicators.lights import Judged
from lib.rules.lights import GREEN, LIGHTS, RED, UNJUDGED, YELLOW

_BADGES = {GREEN: "green", YELLOW: "orange", RED: "red", UNJUDGED: "gray"}
KEY_WORDS = "● 正常　▲ 关注　■ 预警"
"""What the shapes mean, for captions."""
WORDS: dict[str, str] = {one.text: one.name for one in LIGHTS}
"""What a light says in a table → its name."""


def light_column(words: Mapping[str, str] = WORDS, *, width: int = 80, help: str | None = None) -> Any:
    """The settings of a table's column whose cells are a shape and a word: each a badge in the colour of its light, as elsewhere.
    words: cell → name of its light. The browser colours them: nothing is styled at the server, however long the table.
    """
    return st.column_config.MultiselectColumn(
        width=width, help=help, options=list(words), color=[_BADGES[name] for name in words.values()]
    )


def badge(judged: Judged) -> str:
    """A light as Markdown; empty where nothing is judged."""
    light = judged.light
    return "" if light.name == UNJUDGED else f":{_BADGES[light.name]}-badge[{light.text}]"


def shape(judged: Judged) -> str:
    """The shape in its colour, for a line too short for the word; empty where nothing is judged."""
    light = judged.light
    return "" if light.name == UNJUDGED else f":{_BADGES[light.name]}[{light.shape}]"


def mark(judged: Judged) -> str:
    """The shape alone, for a cell that has its word in the legend; empty for what is well or not judged."""
    return judged.light.shape if judged.light.name in {YELLOW, RED} else ""
