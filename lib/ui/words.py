"""Words from files and people, made safe to stand in Markdown: shown as they are, never as markup, link or picture."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-!|<>~$:])")


def literal(text: str) -> str:
    """The text with everything that Markdown would take for markup escaped."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
