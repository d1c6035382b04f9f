"""Words of the command line as the things they name. Each raises NotFound or Forbidden with a Chinese sentence."""

from __future__ import annotations

from pathlib import Path

from lib.auth.demo import account
from lib.auth.permissions import Action, User, may
from lib.datasets import DATASETS
from lib.datasets.places import DISTRICT, find_subdistrict, subdistrict_codes
from lib.errors import Forbidden, NotFound
from lib.indicators import CATALOGUE
from lib.indicators.algebra import Indicator
from lib.spec.period import parse_period


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
