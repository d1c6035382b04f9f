"""The one place for colours, marks and fonts. Its one rule: a colour means one thing everywhere and never speaks alone.

A status always comes with a mark and a word, so it is read in grey, in print and by colour-blind people. The sequential
ramp is one hue whose lightness runs one way. Missing is grey and hatched, never the lightest class.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FONT = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, Hiragino Sans GB, WenQuanYi Micro Hei, sans-serif"
"""The font stack of every chart; nothing is loaded from elsewhere."""
MAP_FONT = "Noto Sans CJK SC, Microsoft YaHei, sans-serif"
"""The font stack of text drawn on the WebGL map."""

NOT_REPORTED = "未报"
NO_BASE = "没有基数"
"""Of a share or a mean whose base is none, where the table has been reported: 曹杨 has no supplied beds to be let."""
"""The word for a value that is missing, on every chart."""

StatusKey = Literal["good", "watch", "late", "missing", "frozen"]


@dataclass(frozen=True, slots=True)
class Status:
    """A light: its colour on light and on dark ground, its mark and its word."""

    light: str
    dark: str
    mark: str
    word: str

    def colour(self, dark: bool = False) -> str:
        """The colour, as #RRGGBB."""
        return self.dark if dark else self.light

    @property
    def text(self) -> str:
        """Mark and word: ● 正常."""
        return f"{self.mark} {self.word}"


STATUS: dict[StatusKey, Status] = {
    "good": Status("#1B7F4D", "#4CC38A", "●", "正常"),
    "watch": Status("#B87A00", "#F2B84B", "▲", "关注"),
    "late": Status("#C0302B", "#FF7B72", "■", "逾期"),
    "missing": Status("#7A828C", "#9AA4B0", "○", NOT_REPORTED),
    "frozen": Status("#7A828C", "#9AA4B0", "◇", "冻结"),
}
"""绿 good, 黄 watch, 红 late, 灰 missing or frozen. Red and amber are used for nothing else."""

_ACCENT = {False: ("#2F75B5", "#A9C9E6"), True: ("#5C9FD8", "#2F4E6B")}
GUIDE = "#8A8F98"
"""Target lines, gates and axes: the grey that reads on both grounds."""
FAINT = "rgba(138,143,152,0.28)"
"""Grid lines, empty tracks and separators."""

CATEGORICAL: tuple[str, ...] = ("#2F75B5", "#8B5FBF", "#1F9AA5", "#A06A3F", "#6F7FB8", "#B2669B")
"""Unordered kinds (tiers, types of project), in this order. No red, amber or status green among them."""

TIERS: dict[str, str] = {"一套房": CATEGORICAL[0], "一间房": CATEGORICAL[1], "一张床": CATEGORICAL[2]}
"""Product tier → colour."""

_SEQUENTIAL_LIGHT = ("#E3EDF6", "#BDD5EA", "#90B9DC", "#659CCD", "#3F7DB8")
_SEQUENTIAL_DARK = ("#1C3044", "#264A6A", "#346893", "#5690C0", "#93C3E8")


@dataclass(frozen=True, slots=True)
class Supply:
    """How the point of a rental project is drawn: fill and outline on both grounds, its mark and its word."""

    light_fill: str
    dark_fill: str
    light_line: str
    dark_line: str
    mark: str
    word: str

    def fill(self, dark: bool = False) -> str:
        """The fill, as #RRGGBB."""
        return self.dark_fill if dark else self.light_fill

    def line(self, dark: bool = False) -> str:
        """The outline, as #RRGGBB."""
        return self.dark_line if dark else self.light_line


SUPPLY: dict[str, Supply] = {
    "supplied": Supply("#5B2A86", "#D3A6F5", "#FFFFFF", "#12161C", "●", "已供应"),
    "preparing": Supply("#C9A4E4", "#7D4BA8", "#5B2A86", "#F0E0FC", "◐", "入市准备"),
    "planned": Supply("#FFFFFF", "#12161C", "#5B2A86", "#D3A6F5", "○", "储备改造"),
}
"""One hue in three strengths: full, half, hollow. Told apart in grey."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The colours of the map that carry no figure: context, borders and lettering."""

    outside: str
    outside_line: str
    outside_text: str
    outside_halo: str
    border: str
    missing: str
    hatch: str
    water: str
    road: str
    station: str
    text: str
    halo: str
    selected: str


GROUND_LIGHT = Ground(
    outside="#A7AFB9",
    outside_line="#FFFFFF",
    outside_text="#5C6570",
    outside_halo="#E9EBED",
    border="#FFFFFF",
    missing="#E4E6E9",
    hatch="#9AA1AB",
    water="#29A3CC",
    road="#8D949E",
    station="#4A525C",
    text="#0E2238",
    halo="#FFFFFF",
    selected="#0B1B2E",
)
GROUND_DARK = Ground(
    outside="#6B7480",
    outside_line="#0E1117",
    outside_text="#A9B3BF",
    outside_halo="#24282D",
    border="#0E1117",
    missing="#33383F",
    hatch="#7C8590",
    water="#2FB4D9",
    road="#7B838E",
    station="#D5DBE2",
    text="#FFFFFF",
    halo="#0B1118",
    selected="#FFFFFF",
)


def ground(dark: bool = False) -> Ground:
    """The colours of the map's context for a light or dark page."""
    return GROUND_DARK if dark else GROUND_LIGHT


def rgb(colour: str) -> tuple[int, int, int]:
    """#RRGGBB as three numbers from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def rgba(colour: str, alpha: int = 255) -> list[int]:
    """#RRGGBB as the four numbers a map layer takes; alpha from 0 to 255."""
    return [*rgb(colour), alpha]


def accent(dark: bool = False, *, soft: bool = False) -> str:
    """The one colour of plain bars and lines; soft = nearer to the ground, for what has not reached its target."""
    return _ACCENT[dark][soft]


def lightness(colour: str) -> float:
    """Relative luminance of #RRGGBB from 0 (black) to 1 (white), as WCAG 2 defines it."""
    parts = [part / 255 for part in rgb(colour)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast of two colours, 1 to 21; lettering needs 4.5, marks and lines need 3."""
    low, high = sorted((lightness(one), lightness(other)))
    return (high + 0.05) / (low + 0.05)


def text_on(fill: str) -> str:
    """Near-black or white, whichever reads better on this fill."""
    return max(("#0E2238", "#FFFFFF"), key=lambda ink: contrast(ink, fill))


def sequential(count: int, dark: bool = False) -> tuple[str, ...]:
    """`count` colours of the ramp from little to much, as #RRGGBB; away from the ground means more."""
    stops = _SEQUENTIAL_DARK if dark else _SEQUENTIAL_LIGHT
    if count <= 0:
        return ()
    if count == 1:
        return (stops[2],)
    return tuple(_between(stops, place * (len(stops) - 1) / (count - 1)) for place in range(count))


def categorical(names: list[str]) -> dict[str, str]:
    """Name → colour in the order given; tiers keep their own colour, the colours repeat after six."""
    return {name: TIERS.get(name, CATEGORICAL[place % len(CATEGORICAL)]) for place, name in enumerate(names)}


def _between(stops: tuple[str, ...], place: float) -> str:
    low = min(int(place), len(stops) - 2)
    share = place - low
    mixed = (round(a + (b - a) * share) for a, b in zip(rgb(stops[low]), rgb(stops[low + 1]), strict=True))
    return "#" + "".join(f"{part:02X}" for part in mixed)
