"""Lights as data: a colour, a shape and a word. Its one rule: a light is computed, never typed, and never colour alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Codes = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Light:
    """name: its colour, as kept in frames; shape and word: what says the same without colour."""

    name: str
    shape: str
    word: str

    @property
    def text(self) -> str:
        """Shape and word: ■ 预警."""
        return f"{self.shape} {self.word}"


GREEN, YELLOW, RED, UNJUDGED = "绿", "黄", "红", "不判定"
LIGHTS: tuple[Light, ...] = (
    Light(UNJUDGED, "○", "不判定"),
    Light(GREEN, "●", "正常"),
    Light(YELLOW, "▲", "关注"),
    Light(RED, "■", "预警"),
)
"""From the least to the most urgent: the order of `worst`."""
LIGHT_NAMES: tuple[str, ...] = tuple(one.name for one in LIGHTS)
LIGHT: dict[str, Light] = {one.name: one for one in LIGHTS}
_URGENCY = {name: at for at, name in enumerate(LIGHT_NAMES)}


def worst(lights: Iterable[str]) -> str:
    """The most urgent of some lights, by name; 不判定 when there is none. Raises KeyError for what is no light."""
    return LIGHT_NAMES[max((_URGENCY[one] for one in lights), default=0)]


def codes_of(lights: pd.Series) -> Codes:
    """Names → places in `LIGHTS`; what is empty is 不判定."""
    return np.asarray(lights.map(_URGENCY).fillna(0), np.int8)


def named(codes: Codes, index: pd.Index | None = None) -> pd.Series:
    """Places in `LIGHTS` → names, as a column of text."""
    return pd.Series(pd.array(LIGHT_NAMES, dtype="str").take(codes), index=index)
