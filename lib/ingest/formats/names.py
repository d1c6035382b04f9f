"""Names of files, for the screen. Its one rule: a name is shown as its writer meant it, and can neither hide its ending nor a path."""

from __future__ import annotations

import re
import unicodedata

_MANGLED = re.compile(r"#U([0-9A-Fa-f]{4})")
_DIRECTIONS = re.compile(r"[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def shown_name(name: str) -> str:
    """The last part of a name, with what zip programs write as #U4f4f read back, without control and direction marks."""
    decoded = _MANGLED.sub(lambda code: chr(int(code.group(1), 16)), name)
    decoded = decoded.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    base = re.split(r"[/\\]", decoded)[-1]
    kept = "".join(" " if unicodedata.category(one) in {"Cc", "Cs"} else one for one in _DIRECTIONS.sub("", base))
    return " ".join(kept.split()) or "未命名"
