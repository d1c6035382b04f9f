"""Commands that take files: check, publish."""

from __future__ import annotations

import argparse
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from lib.actions.corrections import with_remembered
from lib.actions.downloads import annotated_workbook
from lib.actions.opening import database_exists, open_database
from lib.actions.publishing import publish
from lib.actions.reasons import explain
from lib.actions.staging import effect, stage
from lib.actions.standing import context_for, with_thresholds
from lib.auth.permissions import Action, may
from lib.cli.answers import BLOCKED, PUBLISHABLE, UNREADABLE, print_json
from lib.cli.arguments import content_of_file, dataset_named, period_named, unit_named, user_named
from lib.datasets import DATASETS
from lib.datasets.places import unit_name
from lib.errors import Blocked, Forbidden, NotFound
from lib.indicators import CATALOGUE
from lib.ingest.expected import Ask, Expected, nothing_published
from lib.ingest.intake import read_upload
from lib.ingest.staging import FileReading, Staging
from lib.spec.findings import Finding
from lib.spec.level import Level


def check(options: argparse.Namespace) -> int:
    """Read files as an upload would be read, against what stands published where there is a database; keeps nothing."""
    expected = _expected(options)
    paths = list(_files(options.files))
    several = len(options.files) > 1 or options.files[0].is_dir()
    if options.returned is not None and several:
        raise Blocked("returned", "--returned 只能用于一个文件。", "请逐个检查。")
    ask: Ask = nothing_published
    if database_exists():
        database = open_database()
        ask = partial(context_for, database)
        expected = with_thresholds(database, expected)
        if options.by or expected.unit:
            expected = with_remembered(database, expected, expected.unit)
    told: list[dict[str, Any]] = []
    worst = PUBLISHABLE
    for path in paths:
        data = content_of_file(path)
        reading = read_upload(path.name, data, expected, ask=ask)
        worst = max(worst, _status(reading))
        if options.json:
            told.append({**reading.as_dict(), "corrections": [asdict(one) for one in expected.corrections]})
        else:
            _print(reading)
        if options.returned is not None:
            _write(options.returned, annotated_workbook(path.name, data, reading.all_findings))
    if options.json:
        print_json(told if several else told[0])
    return worst


def _expected(options: argparse.Namespace) -> Expected:
    by = user_named(options.by) if options.by else None
    unit = unit_named(options.unit) if options.unit else ""
    return Expected(dataset_named(options.dataset), period_named(options.period), by.unit if by and by.unit else unit,
                    drop_personal=options.drop_personal)


def _files(paths: list[Path]) -> Iterator[Path]:
    """The files named, and of a folder all that are not hidden, in order."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(one for one in path.rglob("*") if one.is_file() and not one.name.startswith("."))
        if not inside:
            raise NotFound(f"文件夹 {path} 中没有文件。")
        yield from inside


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise NotFound(f"不能写入 {path}：{error.strerror}。", "请检查路径。") from None


def send(options: argparse.Namespace) -> int:
    """Stage a file and publish every form in it as one release."""
    by = user_named(options.by)
    if not may(by, Action.PUBLISH):
        raise Forbidden("发布须由区局科室办理。", "请通知科室编辑审核发布。")
    database = open_database()
    staged = stage(database, by=by, name=options.file.name, data=content_of_file(options.file))
    reading = staged.reading
    if not staged.publishable:
        if options.json:
            print_json({**reading.as_dict(), "release": None})
        else:
            _print(reading)
        return max(_status(reading), BLOCKED)
    changes = [one for identity in staged.kept for one in effect(database, by=by, submission=identity)]
    if options.reason:
        for form, identity in staged.submissions:
            if identity is not None and form.count(Level.WARNING):
                explain(database, by=by, submission=identity, text=options.reason)
    number = publish(database, by=by, submission_ids=staged.kept, key=f"cli-{uuid.uuid4().hex}", note=options.note)
    if options.json:
        print_json({**reading.as_dict(), "release": number, "changed": len(changes)})
        return PUBLISHABLE
    print(f"已发布为第 {number} 版，{len(changes)} 个数有变化：")
    for one in changes:
        print(f"  {unit_name(one.unit)} {CATALOGUE[one.indicator].title}：{one.before.text if one.before else '—'} → {one.after.text}")
    return PUBLISHABLE


def _status(reading: FileReading) -> int:
    """A file in which some form was found is readable, even when none of its rows may be kept."""
    if not reading.stagings:
        return UNREADABLE
    return PUBLISHABLE if reading.publishable else BLOCKED


def _print(reading: FileReading) -> None:
    if len(reading.stagings) == 1:
        print(f"{reading.file_name}：{_title(reading.stagings[0])}")
    else:
        print(f"{reading.file_name}：{len(reading.stagings)} 种报表")
    _print_findings(reading.findings)
    for staging in reading.stagings:
        if len(reading.stagings) > 1:
            print(_title(staging))
        for column in staging.mapping:
            words = f"  {column.column:>3} {column.header} → {column.field or '（不读取）'} {column.unit} {column.reason}"
            print(words.rstrip())
        print("，".join(f"{level.value} {staging.count(level)}" for level in Level))
        _print_findings(staging.findings)


def _title(staging: Staging) -> str:
    title = DATASETS[staging.dataset].title if staging.dataset else "未识别"
    rows = 0 if staging.rows is None else staging.rows.num_rows
    return f"{title}，{staging.period or '报告期不明'}，{staging.reporter or '未写填报单位'}，{'零报告' if staging.zero else f'{rows} 行'}"


def _print_findings(findings: tuple[Finding, ...]) -> None:
    for one in findings:
        print(f"  [{one.level.value}] {one.sheet}!{one.cell} {one.code} {one.message}{one.advice}")
