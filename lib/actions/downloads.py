"""What may be taken out as a file. It changes nothing; it stands here because it asks `may` with the actor, as actions do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from lib import clock
from lib.actions.coloured import coloured_workbook
from lib.actions.opening import open_database
from lib.actions.queue import findings_of, one_submission
from lib.actions.weights import weights_asked
from lib.auth.demo import account_names
from lib.auth.permissions import Action, User, may
from lib.datasets import DATASETS
from lib.datasets.ladders import RENEWAL_LADDERS
from lib.datasets.places import subdistrict_codes
from lib.errors import Blocked, Forbidden, NotFound
from lib.figures.content import contents_of, registry_at
from lib.figures.history import DAY, rows_over_time
from lib.figures.rows import passport_rows
from lib.figures.snapshot import (
    Filters,
    Snapshot,
    decoded,
    filtered,
    release_snapshot,
    standing_rows,
    to_frame,
)
from lib.figures.values import figures_table
from lib.indicators import CATALOGUE
from lib.indicators.algebra import Indicator
from lib.indicators.evaluate import part_of, rows_behind
from lib.ingest.conversation import WorkerFailed
from lib.ingest.intake import make_returned
from lib.ingest.returned import returned_name
from lib.ingest.template import write_template
from lib.reports.calendar_ics import calendar_file, calendar_name, to_do_table
from lib.reports.catalogue import catalogue_table
from lib.reports.csv import to_csv
from lib.reports.renewal_export import (
    HISTORIES,
    MONTHS_SEEN,
    SECTIONS,
    TABLES,
    Selection,
    about,
    section_tables,
)
from lib.reports.rental import Choice as RentalChoice
from lib.reports.rental import rental_table
from lib.reports.sites import assess, chosen_sites, notes_of, sites_table, sites_workbook
from lib.reports.workbook import to_workbook
from lib.settings import settings
from lib.spec.findings import Finding
from lib.spec.period import Period, parse_period, shift, title_of
from lib.store import releases
from lib.store.blobs import get_blob, get_blobs
from lib.store.submissions import Submission, submissions_by_id

LONGEST_NUMBER = 10
"""Digits of a release or submission; longer ones are none."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a download is asked for: a release, a period, 街镇 (empty: all) and filters, as they stand in an address."""

    release: str
    period: str
    units: tuple[str, ...] = ()
    filters: Filters = ()


def rows_csv(*, by: User | None, indicator: str, part: str, asked: Asked) -> bytes:
    """The rows behind a figure of a release as CSV. Raises Forbidden or NotFound."""
    spec, snapshot = _figure(by, indicator, part, asked)
    return to_csv(passport_rows(spec, filtered(snapshot, asked.filters), part, asked.units, account_names()))


def coloured_rows(*, by: User | None, indicator: str, part: str, asked: Asked, submission: int) -> tuple[str, bytes]:
    """Name and content of the workbook of a submission with its rows behind a figure coloured. Raises Forbidden, NotFound, or
    Blocked when the copy cannot be made.
    """
    spec, snapshot = _figure(by, indicator, part, asked)
    if part_of(spec, part).how in {"all_places", "reference", "rule"}:
        raise NotFound("这一部分不是按报表的行计数的，没有可标色的行。", "请下载明细。")
    rows = rows_behind(spec, filtered(snapshot, asked.filters), part=part, units=asked.units)
    own = rows[rows["_submission"] == str(submission)]
    sheets = {str(sheet): [int(row) for row in group["_row"]] for sheet, group in own.groupby("_sheet", observed=True)}
    words = f"{title_of(snapshot.period)}（第 {asked.release} 版）"
    return coloured_workbook(by=by, indicator=indicator, part=part, submission=submission, rows_by_sheet=sheets, period=words)


def figures_csv(*, by: User | None, asked: Asked) -> bytes:
    """All figures of a release and period, for the district and each 街镇, as CSV: value, parts, light and why, who had not reported,
    and the address of the passport. Raises Forbidden or NotFound.
    """
    if not may(by, Action.EXPORT):
        raise Forbidden()
    snapshot = snapshot_asked(asked)
    kinds = tuple(value for _, values in asked.filters for value in values)
    return to_csv(figures_table(filtered(snapshot, asked.filters), asked.release, asked.units, kinds))


def sites_file(
    *, by: User | None, asked: Asked, statuses: tuple[str, ...], text: str, weights: str, trial: str, workbook: bool
) -> bytes:
    """The ranked list of site candidates as it is seen, as CSV or as a workbook with its notes. weights: number of a version, empty for
    the one in force; trial: weights that are tried instead. Raises Forbidden or NotFound.
    """
    if by is None or not may(by, Action.EXPORT):
        raise Forbidden()
    data = snapshot_asked(asked)
    used = weights_asked(open_database(), by=by, number=weights, trial=trial)
    found = assess(data.frames["site_candidates"], used.weights)
    table = sites_table(found, chosen_sites(found.rows, asked.units, statuses, text), data, used.text)
    if not workbook:
        return to_csv(table)
    return sites_workbook(table, notes_of(data, asked.release, used.text, used.weights, demo=settings().demo))


def rental_csv(*, by: User | None, asked: Asked, choice: RentalChoice) -> bytes:
    """The list of rental projects as it is seen, as CSV. Raises Forbidden or NotFound."""
    if not may(by, Action.EXPORT):
        raise Forbidden()
    return to_csv(rental_table(snapshot_asked(asked), units=asked.units, choice=choice))


def to_do_csv(*, by: User | None, asked: Asked) -> bytes:
    """What committees have to do in the month after the period and what is over, by day, as CSV. Raises Forbidden or NotFound."""
    if not may(by, Action.EXPORT):
        raise Forbidden()
    return to_csv(to_do_table(snapshot_asked(asked), asked.units))


def committee_calendar(*, by: User | None, asked: Asked) -> tuple[str, bytes]:
    """Name and content of the due days of committees as a calendar file. Raises Forbidden or NotFound."""
    if not may(by, Action.EXPORT):
        raise Forbidden()
    units = tuple(dict.fromkeys(asked.units))
    return calendar_name(asked.period, units, asked.release), calendar_file(snapshot_asked(asked), units, int(asked.release), clock.today())


def renewal_csv(*, by: User | None, table: str, release: str, period: str, wanted: Selection) -> tuple[str, bytes]:
    """Name and content of one table of 更新进度 as it is seen, as CSV under a line that says what it is. Raises Forbidden or NotFound."""
    section = TABLES.get(table, "")
    told, tables = _renewal(by, section, release, period, wanted)
    title, name = SECTIONS[section][0], SECTIONS[section][1][table]
    head = "；".join((f"{told[0][1]} · {name}", *(f"{word}：{words}" for word, words in told[1:])))
    return f"更新进度_{title}_{name}_{period}_v{release}.csv", to_csv(tables[name], head)


def renewal_workbook(*, by: User | None, section: str, release: str, period: str, wanted: Selection) -> tuple[str, bytes]:
    """Name and content of all tables of a section of 更新进度 as a workbook. Raises Forbidden or NotFound."""
    told, tables = _renewal(by, section, release, period, wanted)
    return f"更新进度_{SECTIONS[section][0]}_{period}_v{release}.xlsx", to_workbook(told, tables)


def _renewal(
    by: User | None, section: str, release: str, period: str, wanted: Selection
) -> tuple[list[tuple[str, str]], dict[str, pd.DataFrame]]:
    if not may(by, Action.EXPORT):
        raise Forbidden()
    if section not in SECTIONS:
        raise NotFound("没有这张表。", "请从“更新进度”页面重新下载。")
    snapshot = snapshot_asked(Asked(release, period, wanted.units, wanted.filters))
    history = pd.DataFrame()
    if section in HISTORIES:
        months = {shift(snapshot.period, -back) for back in range(MONTHS_SEEN)}
        with open_database().reading() as connection:
            contents = contents_of(releases.state_at(connection, int(release)), registry_at(connection, int(release)))
            seen = [content for month, content in contents.items() if month in months]
            history = rows_over_time(connection, seen, *HISTORIES[section]).rename(columns={DAY: "day"})
    return about(section, snapshot, release, wanted), section_tables(section, snapshot, wanted, history)


def catalogue_csv(*, by: User | None, release: str, period: str) -> bytes:
    """Every indicator with its words and thresholds, as they held in a release at the end of a period, as CSV. Raises Forbidden or
    NotFound.
    """
    if not may(by, Action.EXPORT):
        raise Forbidden()
    snapshot = snapshot_asked(Asked(release, period))
    return to_csv(catalogue_table(snapshot.registry, snapshot.as_of))


def _figure(by: User | None, indicator: str, part: str, asked: Asked) -> tuple[Indicator, Snapshot]:
    if not may(by, Action.EXPORT):
        raise Forbidden()
    spec = CATALOGUE.get(indicator)
    if spec is None or part not in {"numerator", "denominator"} or (part == "denominator" and spec.denominator is None):
        raise NotFound("没有这项指标或明细。", "请从页面上的“数据护照”重新下载。")
    return spec, snapshot_asked(asked)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER


def snapshot_asked(asked: Asked) -> Snapshot:
    """What stands for what is asked. Raises NotFound."""
    if not set(asked.units) <= set(subdistrict_codes()) or not _is_number(asked.release):
        raise NotFound("链接中的街镇或版次不正确。", "请从页面上重新下载。")
    if not all(set(values) <= set(RENEWAL_LADDERS) for column, values in asked.filters if column == "project_type"):
        raise NotFound("链接中的改造类别不正确。", "请从页面上重新下载。")
    with open_database().reading() as connection:
        number = int(asked.release)
        if not 1 <= number <= releases.head(connection):
            raise NotFound(f"没有第 {number} 版数据。")
        try:
            when = parse_period(asked.period)
        except ValueError:
            raise NotFound("链接中的报告期不正确。", "请从页面上重新下载。") from None
        snapshot = release_snapshot(connection, number, when)
    if snapshot is None:
        raise NotFound(f"第 {number} 版没有 {when} 的数据。")
    return snapshot


def template_workbook(*, by: User | None, dataset: str, period: str, filled: bool) -> bytes:
    """The workbook to fill in for a dataset and period: empty, or filled with what stands published for the latest
    earlier month of the actor's 街镇 (of the bureau: of any). Raises Forbidden or NotFound.
    """
    if not may(by, Action.SUBMIT) or by is None:
        raise Forbidden()
    spec = DATASETS.get(dataset)
    if spec is None:
        raise NotFound("没有这种报表。", "请从“数据—报送”页面下载模板。")
    try:
        when = parse_period(period)
    except ValueError:
        raise NotFound("报告期不正确。", "请从“数据—报送”页面下载模板。") from None
    rows = _standing_rows(by, spec.id, when) if filled else []
    return write_template(spec, when, by.unit or None, rows)


def zero_workbook(*, by: User, dataset: str, period: str) -> bytes:
    """The workbook of a 零报告: this 街镇 has nothing to report in the form for the month. Raises Forbidden or NotFound."""
    if not may(by, Action.SUBMIT):
        raise Forbidden()
    spec = DATASETS.get(dataset)
    if spec is None or spec.everywhere:
        raise NotFound("这种报表没有零报告。", "请填写数据后上传。")
    return write_template(spec, parse_period(period), by.unit or None, zero=True)


def original_file(*, by: User | None, submission: int) -> tuple[str, bytes]:
    """Name and content of the file that a submission keeps. Raises Forbidden for one of another 街镇, NotFound."""
    one, content, _ = _kept_file(by, submission)
    return one.file_name, content


def returned_file(*, by: User | None, submission: int) -> tuple[str, bytes]:
    """Name and content of the workbook with every finding marked at its cell. Raises Forbidden for one of another 街镇,
    NotFound, Blocked when the copy cannot be made.
    """
    one, content, findings = _kept_file(by, submission)
    return returned_name(one.file_name), annotated_workbook(one.file_name, content, findings)


def annotated_workbook(name: str, content: bytes, findings: Sequence[Finding]) -> bytes:
    """A workbook with findings marked at their cells. Raises Blocked when the copy cannot be made."""
    try:
        return make_returned(name, content, findings)
    except WorkerFailed as failed:
        raise Blocked("returned", f"不能生成带标注的工作簿：{failed.finding.message}", "请按页面上的问题清单改正原文件。") from None


def _kept_file(by: User | None, submission: int) -> tuple[Submission, bytes, list[Finding]]:
    if by is None or not may(by, Action.SUBMIT):
        raise Forbidden()
    findings = findings_of(by, submission)
    one = one_submission(by, submission).submission
    with open_database().reading() as connection:
        return one, get_blob(connection, one.file_sha256), findings


def _standing_rows(by: User, dataset: str, period: Period) -> list[dict[str, object]]:
    """The rows of the newest earlier month of which the actor's 街镇 (for the bureau: any) has published something."""
    spec = DATASETS[dataset]
    with open_database().reading() as connection:
        state = releases.state_at(connection, releases.head(connection))
        own = {place: identity for place, identity in state.items()
               if place[0] == dataset and place[1] < period and by.unit in ("", place[2])}
        latest = max((when for _, when, _ in own), default="")
        units: dict[int, set[str]] = {}
        for (_, when, unit), identity in own.items():
            if when == latest:
                units.setdefault(identity, set()).add(unit)
        sources = submissions_by_id(connection, sorted(units))
        stored = get_blobs(connection, (one.rows_sha256 for one in sources.values()))
    tables = [standing_rows(spec, decoded(spec, identity, stored[one.rows_sha256]), units[identity]) for identity, one in sources.items()]
    frame = to_frame(pa.concat_tables([spec.schema.empty_table(), *tables]))
    names = [one.name for one in spec.fields]
    return [{str(name): _python(value) for name, value in row.items()} for row in frame[names].to_dict("records")]


def _python(value: Any) -> object:
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value
