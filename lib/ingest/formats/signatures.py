"""Files that are no tables, known by their first bytes. Its one rule: each gets a sentence that says what to do instead."""

from __future__ import annotations

import re
from pathlib import PurePath

from lib.ingest.sheet import Unreadable
from lib.spec.findings import finding

_IMAGE, _ARCHIVE = ("F11", "图片"), ("F12", "压缩包")
_STARTS: tuple[tuple[bytes, tuple[str, str]], ...] = (
    (b"%PDF", ("F11", "PDF 文档")),
    (b"%!PS", ("F11", "PostScript 文档")),
    (b"\x89PNG", _IMAGE),
    (b"\xff\xd8\xff", _IMAGE),
    (b"GIF8", _IMAGE),
    (b"II*\x00", _IMAGE),
    (b"MM\x00*", _IMAGE),
    (b"8BPS", _IMAGE),
    (b"AC10", ("F11", "CAD 图纸")),
    (b"Rar!", ("F12", "压缩包（.rar）")),
    (b"7z\xbc\xaf", ("F12", "压缩包（.7z）")),
    (b"\x1f\x8b", _ARCHIVE),
    (b"BZh", _ARCHIVE),
    (b"\xfd7zXZ", _ARCHIVE),
    (b"{\\rtf", ("F13", "RTF 文档")),
    (b"MZ", ("F15", "程序")),
    (b"\x7fELF", ("F15", "程序")),
    (b"#!/", ("F15", "脚本")),
    (b"ID3", ("F11", "音频")),
    (b"RIFF", ("F11", "音频或视频")),
    (b"SQLite format 3", ("F11", "数据库")),
)
_HEIF = {b"heic", b"heix", b"heif", b"hevc", b"mif1", b"msf1", b"avif"}
_MAIL = re.compile(rb"\A(?:[A-Za-z][A-Za-z-]{1,40}:[^\r\n]{0,2000}\r?\n(?:[ \t][^\r\n]{0,2000}\r?\n){0,50}){0,80}?"
                   rb"(?:From|Received|Return-Path|Message-ID|Subject):[ \t]", re.IGNORECASE)
_WEB_ARCHIVE = re.compile(rb"\A(?:MIME-Version|From|Subject|Date|Content-)[^\0]{0,600}multipart/related", re.IGNORECASE)
_SAFENET = b"E-SafeNet"
_LOCK_SIZE = 1024


def check_signature(name: str, data: bytes) -> None:
    """Raise Unreadable for an empty file and for one that is known to be no table."""
    if name.startswith(("~$", ".~lock.")) or _is_lock(data):
        raise Unreadable(finding("F10", name=name))
    if not data.strip(b"\x00 \r\n\t") or data in {b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"}:
        raise Unreadable(finding("F01", name=name))
    if _SAFENET in data[:1024]:
        raise Unreadable(finding("F23", name=name))
    code, kind = _known(data, PurePath(name).suffix.lower())
    if code:
        raise Unreadable(finding(code, name=name, kind=kind))
    if _WEB_ARCHIVE.match(data[:4096]):
        raise Unreadable(finding("F02", name=name, reason="这是网页存档（.mht）"))
    if _MAIL.match(data[:16_384]):
        raise Unreadable(finding("F14", name=name, kind="邮件"))


def _known(data: bytes, suffix: str) -> tuple[str, str]:
    for start, known in _STARTS:
        if data.startswith(start) and not (start in {b"MZ", b"AC10", b"BZh", b"ID3", b"GIF8"} and suffix in {".csv", ".txt"}):
            return ("F11", "图片") if start == b"RIFF" and data[8:12] == b"WEBP" else known
    if data[:2] == b"BM" and len(data) >= 26 and data[6:10] == b"\0\0\0\0" and int.from_bytes(data[2:6], "little") <= len(data) + 4:
        return _IMAGE
    if data[4:8] == b"ftyp":
        return _IMAGE if data[8:12] in _HEIF else ("F11", "视频")
    return "", ""


def _is_lock(data: bytes) -> bool:
    """Whether it is the file that Excel and WPS lay beside an open one: a length, the user's name, filled up with blanks, twice."""
    if not 55 <= len(data) < _LOCK_SIZE or not 0 < data[0] <= 54:
        return False
    return not data[1 + data[0] : 55].strip(b" \x00") and 0 < data[55] <= data[0] and not data[57 + 2 * data[0] :].strip(b" \x00")
