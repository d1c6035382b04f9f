"""Lights on screen: colour, shape and word together, the same everywhere."""

from __future__ import annotations

from lib.indicators.lights import Judged
from lib.rules.lights import GREEN, RED, UNJUDGED, YELLOW

_BADGES = {GREEN: "green", YELLOW: "orange", RED: "red", UNJUDGED: "gray"}
KEY_WORDS = "● 正常　▲ 关注　■ 预警"
"""What the shapes mean, for captions."""


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
