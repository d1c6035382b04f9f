"""Numbers that belong to a person, as they look in a text. Its one rule: a false alarm refuses a whole office file, so every
pattern asks for more than a count of digits: a check digit, a date of birth, or the word in front of it.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from lib.spec.text import compact

_DIGITS = re.compile(r"\d{4}")
"""Every personal number has so many in a row: what has not is looked at no further."""
IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{6}\s?\d{8}\s?\d{3}[\dXx](?:[1-7][1-4](?:[Bb]\d)?)?(?![\dA-Za-z])")
"""Also with the kind and degree behind it that make it the number of a 残疾人证."""
MOBILE_NUMBER = re.compile(r"(?<!\d)1[3-9]\d(?:[\s-]?\d{4}){2}(?!\d)")
_CARD = re.compile(r"(?<![\dA-Za-z.-])(?=[456]|35|9[4-9])\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?![\dA-Za-z.-])")
_ACCOUNT = re.compile(
    r"(?:[账帐]号|卡号|[账帐]户|银行)[^\d\n]{0,12}(?<![A-Za-z-])(?:\d{12,19}|\d{4}(?:[ -]\d{4}){2,3}(?:[ -]?\d{1,3})?)(?!\d)"
)
_LANDLINE = re.compile(
    r"(?:电话|联系|座机|手机|传真)(?:(?!日期|时间|编号|单号|期|年)[^\d\n]){0,10}(?:\(?0\d{2,3}\)?[\s-]?)?"
    r"(?!(?:19|20)\d{2}(?:0[1-9]|1[0-2])[0-3]\d(?!\d))[2-9]\d{2,3}[\s-]?\d{4}(?!\d)"
)
ROLES = r"填报人|填表人|制表人|审核人|复核人|经办人|联系人|负责人|主任|书记|经理|户主|业主|承租人|产权人|姓名"
_NAMED = re.compile(rf"((?:{ROLES}|审核|复核)(?:\([^)]{{0,6}}\)|签字|签名)?\s*:\s*)[\u4e00-\u9fff·]{{2,4}}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PROVINCES = {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82}


def is_identity_number(text: str) -> bool:
    """Whether 18 characters are an identity number: by its check digit (GB 11643), or, mistyped, by area and date of birth;
    those with a kind and degree of 残疾 behind them by all three.
    """
    checked = "10X98765432"[sum(int(d) * w for d, w in zip(text[:17], _WEIGHTS, strict=True)) % 11] == text[17].upper()
    born = int(text[:2]) in _PROVINCES and shows_birthday(text)
    return checked or born if len(text) == 18 else checked and born


def shows_birthday(digits: str) -> bool:
    """Whether the date of birth in an identity number is one."""
    try:
        day = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    return 1900 <= day.year < 2100


def _passes_luhn(text: str) -> bool:
    digits = [int(one) for one in text if one.isdigit()][::-1]
    return (sum(digits[::2]) + sum(sum(divmod(2 * one, 10)) for one in digits[1::2])) % 10 == 0


def personal_number(text: str) -> str:
    """What personal number a text holds, in Chinese; empty when it holds none."""
    if not _DIGITS.search(text):
        return ""
    plain = unicodedata.normalize("NFKC", text)
    if any(is_identity_number(compact(match)) for match in IDENTITY_NUMBER.findall(plain)):
        return "身份证号码"
    if MOBILE_NUMBER.search(plain):
        return "手机号码"
    if _ACCOUNT.search(plain) or any(_passes_luhn(match) for match in _CARD.findall(plain)):
        return "银行账号"
    return "电话号码" if _LANDLINE.search(plain) else ""


def mask_personal(text: str) -> str:
    """The text with every personal number, and every name behind a word such as 填报人, replaced by stars."""
    plain = unicodedata.normalize("NFKC", text)
    masked = plain
    for pattern in (IDENTITY_NUMBER, MOBILE_NUMBER, _ACCOUNT, _LANDLINE):
        masked = pattern.sub("***", masked)
    masked = _CARD.sub(lambda match: "***" if _passes_luhn(match.group()) else match.group(), masked)
    masked = _NAMED.sub(r"\1***", masked)
    return text if masked == plain else masked
