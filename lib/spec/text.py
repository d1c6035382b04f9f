"""Folding of Chinese office text for *matching*. Its one rule: a folded text is compared, never stored or shown."""

from __future__ import annotations

import re
import unicodedata

_MARKS = "\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad"
_INVISIBLE = re.compile(rf"[\s{_MARKS}]+")
_PUNCTUATION = str.maketrans({"—": "-", "–": "-", "―": "-", "•": "·", "・": "·", "、": ",", "，": ",", "。": ".", "％": "%"})
_BRACKETS = str.maketrans("【】〔〕{}", "()()()")
_DECORATION = re.compile(r"[*※★\"'“”]+")


def compact(text: str) -> str:
    """NFKC without any white space or invisible mark: full-width digits become digits."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def fold(text: str) -> str:
    """`compact`, lower case, with one form of each punctuation."""
    return compact(text).translate(_PUNCTUATION).lower()


def fold_header(text: str) -> str:
    """`fold`, and without the stars, quotes and colons with which offices decorate titles; 【】 become brackets."""
    return _DECORATION.sub("", fold(text)).translate(_BRACKETS).rstrip(":")


def tidy(text: str) -> str:
    """A text as it may be stored: outer white space gone, inner runs and line breaks become one blank."""
    return re.sub(r"\s+", " ", text.replace("\u3000", " ")).strip()
