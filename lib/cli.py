"""The command line: `python -m lib.cli`. The same doors as the screens, for scripts and for support.

Its one rule: it prints what the screens would show; `--json` prints plain JSON on standard output and nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import uuid
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd

from lib.actions.opening import open_database
from lib.actions.publishing import publish
from lib.actions.staging import effect, stage
from lib.auth.demo import account, account_names
from lib.auth.permissions import Action, User, may
from lib.datasets import DATASETS
from lib.datasets.places import DISTRICT, find_subdistrict, subdistrict_codes, unit_name
from lib.errors import AppError, Forbidden, NotFound
from lib.figures.rows import passport_rows
from lib.figures.snapshot import Snapshot, content_of, load_snapshot, periods_of
from lib.indicators import CATALOGUE
from lib.indicators.algebra import Indicator
from lib.indicators.evaluate import Value, evaluate
from lib.ingest.intake import read_upload
from lib.ingest.reading import Expected
from lib.ingest.staging import Staging
from lib.spec.findings import Level
from lib.spec.period import Period, parse_period
from lib.store import releases

PUBLISHABLE, BLOCKED, UNREADABLE, REFUSED, USAGE, CLOSED = 0, 1, 2, 3, 64, 141
"""Exit status: publishable (or done), blocked by a 致命 finding, not readable, refused (permission, unknown thing), words
that are no command (as sysexits.h has it), and nobody reads on (as a shell has it for a closed pipe).
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; gives the exit status."""
    options = _parser().parse_args(arguments)
    try:
        command: Callable[[argparse.Namespace], int] = options.command
        status = command(options)
        sys.stdout.flush()
        return status
    except AppError as refused:
        print(refused.text, file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        # Whoever read has seen enough. What is still held back goes nowhere, so that the end is quiet too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED


class _Parser(argparse.ArgumentParser):
    """A parser whose errors do not look like a file that cannot be read."""

    def error(self, message: str) -> NoReturn:
        """Say how it is used, and end."""
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}：命令的写法不正确（{message}）。用 --help 查看用法。\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m lib.cli", description="宜居普陀 命令行")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, function: Callable[[argparse.Namespace], int], words: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(command=function)
        command.add_argument("--json", action="store_true", help="输出 JSON")
        return command

    check = add("check", _check, "检查一个文件：识别的报表、列对应、读到的行数、问题清单；不保存")
    check.add_argument("file", type=Path)
    check.add_argument("--dataset", default="", help=f"应为哪种报表：{'、'.join(sorted(DATASETS))}")
    check.add_argument("--period", default="", help="应为哪个报告期，例如 2026-10")
    send = add("publish", _publish, "上传并发布一个文件，与屏幕上的办理相同")
    send.add_argument("file", type=Path)
    send.add_argument("--by", required=True, help="账号")
    send.add_argument("--note", default="", help="说明")
    figures = add("indicators", _indicators, "指标值：全区或一个街镇")
    _place_options(figures)
    rows = add("rows", _rows, "一项指标背后的行：来源文件、工作表、行号")
    rows.add_argument("indicator", metavar="INDICATOR", help="指标编号，例如 G05")
    rows.add_argument("--part", choices=("numerator", "denominator"), default="numerator", help="分子或分母")
    _place_options(rows)
    add("releases", _releases, "各版次：编号、发布人、时间、说明")
    return parser


def _place_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--period", default="", help="报告期，默认最新")
    command.add_argument("--unit", default="", help="街镇代码或名称，默认全区")
    command.add_argument("--release", type=int, default=0, help="版次，默认最新")


def _check(options: argparse.Namespace) -> int:
    expected = Expected(_dataset(options.dataset), _period(options.period))
    staging = read_upload(options.file.name, _bytes(options.file), expected)
    if options.json:
        _json(staging.as_dict())
    else:
        _print_staging(staging)
    return _status(staging)


def _publish(options: argparse.Namespace) -> int:
    by = _user(options.by)
    if not may(by, Action.PUBLISH):
        raise Forbidden("发布须由区局科室办理。", "请通知科室编辑审核发布。")
    database = open_database()
    staged = stage(database, by=by, name=options.file.name, data=_bytes(options.file))
    if staged.submission is None or not staged.staging.publishable:
        if options.json:
            _json({**staged.staging.as_dict(), "release": None})
        else:
            _print_staging(staged.staging)
        return _status(staged.staging)
    changes = effect(database, by=by, submission=staged.submission)
    number = publish(database, by=by, submission_ids=[staged.submission], key=f"cli-{uuid.uuid4().hex}", note=options.note)
    if options.json:
        _json({**staged.staging.as_dict(), "release": number, "changed": len(changes)})
        return PUBLISHABLE
    print(f"已发布为第 {number} 版，{len(changes)} 个数有变化：")
    for one in changes:
        print(f"  {unit_name(one.unit)} {CATALOGUE[one.indicator].title}：{one.before.text if one.before else '—'} → {one.after.text}")
    return PUBLISHABLE


def _indicators(options: argparse.Namespace) -> int:
    number, snapshot = _snapshot(options)
    unit = _unit(options.unit)
    values = [evaluate(indicator, snapshot).of(unit) for indicator in CATALOGUE.values()]
    if options.json:
        _json({"release": number, "period": snapshot.period, "as_of": snapshot.as_of.isoformat(), "unit": unit,
               "indicators": [_value(one) for one in values]})
        return PUBLISHABLE
    print(f"第 {number} 版 · {snapshot.period} · {unit_name(unit)}")
    for one in values:
        missing = f"（未报：{'、'.join(unit_name(code, short=True) for code in one.missing)}）" if one.missing else ""
        print(f"{one.indicator.id:6}{one.indicator.title}\t{one.text}\t{one.fraction}{missing}")
    return PUBLISHABLE


def _rows(options: argparse.Namespace) -> int:
    indicator = _indicator(options.indicator)
    if options.part == "denominator" and indicator.denominator is None:
        raise NotFound(f"指标 {indicator.id} 没有分母。")
    _, snapshot = _snapshot(options)
    unit = _unit(options.unit)
    names = account_names()
    table = passport_rows(indicator, snapshot, options.part, () if unit == DISTRICT else (unit,), names)
    if options.json:
        _json([{str(name): _plain(value) for name, value in row.items()} for row in table.to_dict("records")])
    else:
        print("\t".join(map(str, table.columns)))
        for row in table.itertuples(index=False):
            print("\t".join("" if _plain(value) is None else str(_plain(value)) for value in row))
    return PUBLISHABLE


def _releases(options: argparse.Namespace) -> int:
    with open_database().reading() as connection:
        listed = releases.list_releases(connection)
    if options.json:
        _json([asdict(one) for one in listed])
    else:
        for one in listed:
            print(f"第 {one.number} 版\t{one.published_at[:16]}\t{one.published_by}\t{one.note}")
    return PUBLISHABLE


def _snapshot(options: argparse.Namespace) -> tuple[int, Snapshot]:
    with open_database().reading() as connection:
        newest = releases.head(connection)
        number = options.release or newest
        if not 1 <= number <= newest:
            raise NotFound(f"没有第 {number} 版数据，最新为第 {newest} 版。" if newest else "还没有发布任何数据。")
        state = releases.state_at(connection, number)
        period = _period(options.period) or next(iter(periods_of(state)), "")
        content = content_of(state, Period(period))
        if not content:
            raise NotFound(f"第 {number} 版没有 {period or '任何报告期'} 的数据。")
        return number, load_snapshot(connection, content, Period(period))


def _indicator(name: str) -> Indicator:
    found = CATALOGUE.get(name)
    if found is None:
        raise NotFound(f"没有指标“{name}”。", "全部指标的编号见 indicators 命令。")
    return found


def _dataset(name: str) -> str:
    if name and name not in DATASETS:
        raise NotFound(f"没有报表“{name}”。", f"可用的有：{'、'.join(sorted(DATASETS))}。")
    return name


def _period(text: str) -> str:
    try:
        return parse_period(text) if text else ""
    except ValueError:
        raise NotFound(f"报告期“{text}”不正确。", "请写成 2026-10 的形式。") from None


def _user(name: str) -> User:
    user = account(name)
    if not may(user, Action.VIEW) or user is None:
        raise Forbidden(f"没有账号“{name}”。", "")
    return user


def _unit(text: str) -> str:
    if not text:
        return DISTRICT
    code = text if text in (*subdistrict_codes(), DISTRICT) else find_subdistrict(text)
    if code is None:
        raise NotFound(f"“{text}”不是街镇代码，也不是街镇名称。")
    return code


def _value(one: Value) -> dict[str, Any]:
    return {"id": one.indicator.id, "title": one.indicator.title, "unit_of_measure": one.indicator.unit, "numerator": one.numerator,
            "denominator": one.denominator, "value": one.value, "text": one.text, "missing": list(one.missing)}


def _plain(value: Any) -> Any:
    """A cell of a table as JSON has it; a date without its empty time."""
    if pd.isna(value):
        return None
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else value


def _status(staging: Staging) -> int:
    if not staging.readable:
        return UNREADABLE
    return PUBLISHABLE if staging.publishable else BLOCKED


def _print_staging(staging: Staging) -> None:
    title = DATASETS[staging.dataset].title if staging.dataset else "未识别"
    rows = 0 if staging.rows is None else staging.rows.num_rows
    print(f"{staging.file_name}：{title}，{staging.period or '报告期不明'}，{staging.reporter or '未写填报单位'}，{rows} 行")
    for column in staging.mapping:
        print(f"  {column.column:>3} {column.header} → {column.field or '（不读取）'} {column.unit}")
    print("，".join(f"{level.value} {staging.count(level)}" for level in Level))
    for one in staging.findings:
        print(f"  [{one.level.value}] {one.sheet}!{one.cell} {one.code} {one.message}{one.advice}")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFound(f"打不开文件 {path}：{error.strerror}。", "请检查路径。") from None


def _json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    sys.exit(main())
