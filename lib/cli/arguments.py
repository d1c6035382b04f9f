"""Words of the command line as the things they name. Each raises NotFound or Forbidden with a Chinese sentence."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pandas as pd

from lib.auth.demo import account
from lib.auth.permissions import Action, User, may
from lib.datasets import DATASETS
from lib.datasets.places import DISTRICT, find_subdistrict, subdistrict_codes, unit_name
from lib.errors import Forbidden, NotFound
from lib.indicators import CATALOGUE
from lib.indicators.algebra import Indicator
from lib.spec.period import parse_period
from lib.spec.text import compact

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def indicator_named(name: str) -> Indicator:
    """An indicator by its number."""
    found = CATALOGUE.get(name)
    if found is None:
        raise NotFound(f"没有指标“{name}”。", "全部指标的编号见 indicators 命令。")
    return found


def dataset_named(name: str) -> str:
    """The id of a form; empty stays empty."""
    if name and name not in DATASETS:
        raise NotFound(f"没有报表“{name}”。", f"可用的有：{'、'.join(sorted(DATASETS))}。")
    return name


def period_named(text: str) -> str:
    """A period as YYYY-MM; empty stays empty."""
    try:
        return parse_period(text) if text else ""
    except ValueError:
        raise NotFound(f"报告期“{text}”不正确。", "请写成 2026-10 的形式。") from None


def day_named(text: str) -> date | None:
    """A day; None for nothing."""
    if not text:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise NotFound(f"日期“{text}”不正确。", "请写成 2026-10-31 的形式。")


def compound_named(text: str, compounds: pd.DataFrame, unit: str = "") -> dict[str, str]:
    """A compound by id, else by its exact name or one of its aliases: compound_id, compound_name, subdistrict. `compounds` has these
    columns and compound_alias; `unit`: only of this 街镇.
    """
    wanted = compact(text)
    own = compounds[compounds["subdistrict"] == unit] if unit else compounds
    found = own[own["compound_id"] == text.strip()]
    if found.empty:
        called = own["compound_name"].fillna("") + "、" + own["compound_alias"].fillna("")
        found = own[[wanted in map(compact, re.split("[、,，;；]", names)) for names in called]]
    if found.empty:
        raise NotFound(f"没有小区“{text}”。", "请写小区编码，或完整的小区名称、别名。")
    if len(found) > 1:
        some = zip(found["compound_id"][:5], found["subdistrict"][:5], strict=True)
        told = "、".join(f"{identity}（{unit_name(place)}）" for identity, place in some)
        raise NotFound(f"叫“{text}”的小区有 {len(found)} 个：{told}。", "请写小区编码，或用 --unit 指明街镇。")
    row = found.iloc[0]
    return {name: str(row[name]) for name in ("compound_id", "compound_name", "subdistrict")}


def user_named(name: str) -> User:
    """An account by its id."""
    user = account(name)
    if not may(user, Action.VIEW) or user is None:
        raise Forbidden(f"没有账号“{name}”。", "")
    return user


def unit_named(text: str) -> str:
    """A 街镇 by code or name; empty: the district."""
    if not text:
        return DISTRICT
    code = text if text in (*subdistrict_codes(), DISTRICT) else find_subdistrict(text)
    if code is None:
        raise NotFound(f"“{text}”不是街镇代码，也不是街镇名称。")
    return code


def content_of_file(path: Path) -> bytes:
    """The bytes of a file."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFound(f"打不开文件 {path}：{error.strerror}。", "请检查路径。") from None
