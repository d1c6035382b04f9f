"""Is a text from a file shown as it is, whatever it looks like?"""

from __future__ import annotations

import pytest

from lib.ui.words import literal


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("普通文件（2026年10月）.xlsx", "普通文件（2026年10月）.xlsx"),
        ("![x](http://a.example/p.png).xlsx", "\\!\\[x\\]\\(http\\://a.example/p.png\\).xlsx"),
        ("**粗** _斜_ `码` $x$ :red[红] <b>", "\\*\\*粗\\*\\* \\_斜\\_ \\`码\\` \\$x\\$ \\:red\\[红\\] \\<b\\>"),
        ("两\n行", "两 行"),
    ],
)
def test_markup_is_shown_as_it_is(text: str, shown: str) -> None:
    assert literal(text) == shown
