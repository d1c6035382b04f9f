"""Bytes into text, as tables from Chinese offices need it. Its one rule: decoded strictly or not at all, and garbled text is noticed."""

from __future__ import annotations

import re

from lib.ingest.sheet import Unreadable
from lib.spec.findings import finding

_BEYOND_GREEK = re.compile("[\u0800-\U0010ffff]")


def decode(data: bytes) -> str | None:
    """The text of a file, its encoding decided strictly; None when none fits.

    By its mark (UTF-8, UTF-16), else UTF-8, else GB18030, which holds GBK and the rare characters of names that GBK lacks.
    What a page declares of itself is not asked: Chinese that decodes as UTF-8 is UTF-8, and systems declare what they like.
    A few Chinese words in GBK may pass for Greek in UTF-8; they are taken for Chinese.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig",) if data.startswith(b"\xef\xbb\xbf") else ("utf-8", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding, errors="strict")
        except UnicodeError:
            continue
        if encoding != encodings[-1] and not text.isascii() and not _BEYOND_GREEK.search(text):
            continue
        return text
    return None


def decoded(name: str, data: bytes) -> str:
    """The text of a file. Raises Unreadable when its encoding is unknown, or UTF-16 without a mark, or it holds NUL bytes."""
    text = decode(data)
    if text is not None and "\x00" not in text:
        return text
    if _is_bare_utf16(data):
        raise Unreadable(finding("F22", name=name))
    if text is None:
        raise Unreadable(finding("F07", name=name))
    raise Unreadable(finding("F03", name=name, reason="文本中有空字节"))


def _is_bare_utf16(data: bytes) -> bool:
    """Whether it is UTF-16 without a mark: line ends, commas and digits leave NUL bytes at places of one parity only."""
    even, odd = data[0:100_000:2].count(0), data[1:100_000:2].count(0)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or bool(even) == bool(odd):
        return False
    try:
        data[: len(data) // 2 * 2].decode("utf-16-be" if even else "utf-16-le")
    except UnicodeDecodeError:
        return False
    return True


def _misread() -> tuple[str, ...]:
    """Words that every such table has, as they look when UTF-8 is taken for GBK or Latin, or GBK for Latin."""
    words = ("小区", "名称", "编码", "街道", "普陀", "上海", "业委", "物业", "项目", "日期", "面积", "序号", "单位", "数量", "备注", "地址")
    gbk = [word.encode().decode("gb18030") for word in words]
    latin = [word.encode().decode("latin-1") for word in words] + [word.encode("gbk").decode("latin-1") for word in words]
    western = [word.encode().decode("cp1252", "ignore") for word in words]
    return (*gbk, *latin, *(one for one in western if len(one) >= 5))


_PIECES = ("\ufffd", "锟斤拷", "ï»¿", "烫烫烫", "屯屯屯", *_misread())
_GARBLED = re.compile("|".join(map(re.escape, _PIECES)))
_BEGINNINGS = re.compile("[锘" + "".join(map(re.escape, sorted({one[0] for one in _PIECES}))) + "]")


def maybe_garbled(text: str) -> bool:
    """Whether it is worth asking `garbled`; quick on long texts."""
    return _BEGINNINGS.search(text) is not None


def garbled(text: str) -> str:
    """The first piece of a text that shows it was read in a wrong encoding before it came here; empty when none does."""
    if text.startswith("锘"):  # how the mark of UTF-8 begins in GBK
        return "锘"
    found = _GARBLED.search(text)
    return found.group() if found else ""
