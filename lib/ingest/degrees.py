"""Longitudes and latitudes as people write them. Its one rule: what is not a plain number is told, and a comma is never guessed at."""

from __future__ import annotations

import re

_NAMED = re.compile(r"(?:东经|北纬|经度|纬度|[EN])?[:\s]*(.*?)\s*[EN]?", re.IGNORECASE | re.DOTALL)
_PART = r"([0-9]{1,2}(?:\.[0-9]+)?)"
_SIGNED = re.compile(rf"([0-9]{{1,3}})\s*[°度]\s*(?:{_PART}\s*[′'’分]\s*(?:{_PART}\s*(?:[″\"”秒]|[′'’]{{2}})?)?)?")
_BARE = re.compile(r"([0-9]{2,3})([-.: ])([0-9]{1,2})\2([0-9]{1,2}(?:\.[0-9]+)?)")
_NUMBER = re.compile(r"[0-9]{1,3}(?:\.[0-9]+)?")
_COMMA = re.compile(r"(?:12[0-3]|3[0-2]),[0-9]+")
_TWO = re.compile(r"[0-9]{2,3}\.[0-9]+\s*[,;、/\s]\s*[0-9]{2,3}\.[0-9]+")


def read_degrees(text: str) -> tuple[float | None, str]:
    """(degrees, code of the finding) of a cell of text, NFKC; (None, "") when it is neither degrees nor a fault of theirs, but may be a
    plain number. The finding is that it was converted (D01, D02) or why it was not (D03, D04).
    """
    if _COMMA.fullmatch(text):
        return None, "D03"
    if _TWO.fullmatch(text):
        return None, "D04"
    named = _NAMED.fullmatch(text)
    bare = named.group(1) if named else text
    if bare != text and _NUMBER.fullmatch(bare):
        return float(bare), "D01"
    if (match := _SIGNED.fullmatch(bare)) and (match.group(2) or bare != text):
        return _sum("D01", *match.groups())
    if match := _BARE.fullmatch(bare):
        return _sum("D02", match.group(1), match.group(3), match.group(4))
    return None, ""


def _sum(code: str, degrees: str, minutes: str | None, seconds: str | None) -> tuple[float | None, str]:
    """Degrees of their parts, with the code; neither where there are sixty or more of one."""
    m, s = float(minutes or 0), float(seconds or 0)
    return (round(int(degrees) + m / 60 + s / 3600, 8), code) if m < 60 and s < 60 else (None, "")


def packed_degrees(value: float) -> float | None:
    """Degrees of a number whose decimals are minutes and seconds: 121.2304 as 121°23′04″. None where they cannot be: sixty or more of
    one, or more than six decimals (seconds with two of their own).
    """
    decimals = f"{value:.8f}".partition(".")[2]
    if not decimals.endswith("00"):
        return None
    minutes, seconds = int(decimals[:2]), int(decimals[2:6]) / 100
    return round(int(value) + minutes / 60 + seconds / 3600, 8) if minutes < 60 and seconds < 60 else None
