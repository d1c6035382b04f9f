"""The calendar file: RFC 5545 line by line, read back, the same identity from release to release; and the list of work."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from icalendar import Calendar

from lib.actions import downloads, opening
from lib.actions.downloads import Asked
from lib.auth.permissions import User
from lib.errors import Forbidden, NotFound
from lib.reports.calendar_ics import OVER, UNTOLD, calendar_file, to_do_table
from lib.rules.term_calendar import OWNERS
from tests.support.committee_stories import story_world
from tests.support.published import CAOYANG, LEADER, committee, new_database, publish_rows
from tests.support.small import A, B, snapshot

RELEASE = 7
TODAY = date(2024, 9, 15)
OCTOBER = "2024年10月到期"


def lines(content: bytes) -> list[str]:
    """The lines as they stand, unfolded."""
    return content.decode().replace("\r\n ", "").split("\r\n")


def events(content: bytes) -> dict[tuple[str, str], dict[str, object]]:
    """(summary, day) → what an event says, as another reader has it."""
    found = {}
    for one in Calendar.from_ical(content).walk("VEVENT"):
        found[str(one["SUMMARY"]), one.decoded("DTSTART").isoformat()] = {name: one.decoded(name) for name in one}
    return found


def test_the_file_is_of_the_form() -> None:
    content = calendar_file(story_world(), (), RELEASE, TODAY)
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75, "in octets"
    told = lines(content)
    assert told[0] == "BEGIN:VCALENDAR"
    assert {"VERSION:2.0", "METHOD:PUBLISH", "X-WR-CALNAME:业委会换届日历 普陀区"} <= set(told)
    assert sum(line == "BEGIN:VEVENT" for line in told) == sum(line == "END:VEVENT" for line in told) == len(events(content))
    for line in told:
        assert re.match(r"[A-Z-]+[:;]", line) or not line, line
    content.decode()


def test_what_stands_in_it() -> None:
    found = events(calendar_file(story_world(), (), RELEASE, TODAY))
    report = found["小区E01：换届书面报告", "2024-10-15"]
    assert report["DTEND"] == date(2024, 10, 16), "all day: the end is the day after"
    assert (report["SEQUENCE"], report["DTSTAMP"].isoformat()) == (RELEASE, "2024-09-30T00:00:00+00:00")  # type: ignore[attr-defined]
    assert report["DESCRIPTION"] == "由谁办理：业委会\n截至2024-09-30：还有15天\n依据：上海市住宅物业管理规定第28条\n小区编码：E01"
    assert not [key for key in found if key[1] <= "2024-09-30"], "what is over stands where somebody still sees it"
    behind = found["【已到期未办】普陀区 12 项", "2024-10-01"]
    told = str(behind["DESCRIPTION"]).split("\n")
    assert told[:4] == [
        "截至2024-09-30已到期未办：",
        "2024-09-30 小区K03：换届：业主大会选举（换届改选小组，今天到期）",
        "2024-07-31 小区K04：换届：组建换届改选小组（街镇，已超期61天）",
        "2024-09-28 小区K05：换届：换届书面报告（业委会，已超期2天）",
    ]
    assert len(told) == 13
    assert not [one for one in told if "换届财务审计" in one], "nobody said whether that was done"
    assert not [key for key in found if key[1] > "2025-09-30"], "twelve months ahead"
    assert ("小区E01：组建换届改选小组", "2024-12-14") in found, "what waits is told at its expected day"


def test_an_alarm_before_each_day() -> None:
    calendar = Calendar.from_ical(calendar_file(story_world(), (B,), RELEASE, TODAY))
    told = {str(one["SUMMARY"]): [(part["TRIGGER"].to_ical(), str(part["DESCRIPTION"])) for part in one.walk("VALARM")]
            for one in calendar.walk("VEVENT")}
    assert told["小区K03：换届备案"] == [(b"-P10D", "10 天后到期：小区K03：换届备案")]
    assert [name for name, alarms in told.items() if not alarms] == ["【已到期未办】长风新村街道 5 项"]


def test_one_place() -> None:
    found = events(calendar_file(story_world(), (B,), RELEASE, TODAY))
    assert {name.partition("小区")[2][:3] for name, _ in found} == {"K03", "K04", "K08", "K12", ""}
    assert "X-WR-CALNAME:业委会换届日历 长风新村街道" in lines(calendar_file(story_world(), (B,), RELEASE, TODAY))


def identities(content: bytes) -> dict[str, str]:
    return {str(one["SUMMARY"]): str(one["UID"]) for one in Calendar.from_ical(content).walk("VEVENT")}


def test_an_entry_keeps_its_identity_while_its_day_moves() -> None:
    """It reports six days before its time: the group moves with it, and is the same entry."""
    before = snapshot({"committees": [committee("X", A, start="2021-03-16", end="2025-03-15")]})
    after = snapshot({"committees": [committee("X", A, start="2021-03-16", end="2025-03-15", renewal_report_date="2024-09-29")]})
    first, then = (calendar_file(one, (), number, TODAY) for number, one in ((7, before), (8, after)))
    old, new = identities(first), identities(then)
    assert "小区X：换届书面报告" in old
    assert "小区X：换届书面报告" not in new
    for name in new:
        assert name.startswith("【已到期未办】") or new[name] == old[name], name
    assert {key[1] for key in events(first) if "改选小组" in key[0]} == {"2024-12-14"}
    assert {key[1] for key in events(then) if "改选小组" in key[0]} == {"2024-11-28"}


def test_every_identity_is_there_once() -> None:
    uids = [str(one["UID"]) for one in Calendar.from_ical(calendar_file(story_world(), (), RELEASE, TODAY)).walk("VEVENT")]
    assert len(set(uids)) == len(uids) > 20


def test_names_are_escaped_and_long_ones_folded() -> None:
    name = "一,二;三\\四\n" + "长" * 40
    row = committee("X", A, start="2021-02-01", end="2025-01-31") | {"compound_name": name}
    content = calendar_file(snapshot({"committees": [row]}), (), 1, TODAY)
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    content.decode()  # no sign is cut in two
    assert "一\\,二\\;三\\\\四\\n" in "".join(lines(content))
    assert any(key[0].startswith("一,二;三\\四\n长长") for key in events(content))


def test_nothing_to_do_is_an_empty_calendar() -> None:
    content = calendar_file(snapshot({}), (A,), 1, TODAY)
    assert content.decode().split("\r\n")[0] == "BEGIN:VCALENDAR"
    assert not events(content)


def test_nobody_is_named() -> None:
    told = to_do_table(story_world())
    assert list(told.columns) == ["期限", "灯色", "小区名称", "小区编码", "街镇", "事项", "由谁办理", "时限", "依据", "类别"]
    assert set(told["由谁办理"]) <= set(OWNERS.values()), "bodies and offices"


# -- the list --------------------------------------------------------------------------------------------------------------


def test_the_list_of_a_month_by_day() -> None:
    told = to_do_table(story_world(), (B,))
    told["期限"] = told["期限"].dt.strftime("%Y-%m-%d")
    rows = list(told[["类别", "期限", "小区名称", "事项", "由谁办理", "灯色"]].itertuples(index=False, name=None))
    assert rows[:2] == [
        (OCTOBER, "2024-10-30", "小区K03", "换届：换届财务审计", "业委会", "● 正常"),
        (OCTOBER, "2024-10-30", "小区K03", "换届：换届备案", "业委会", "● 正常"),
    ]
    assert [row for row in rows if row[0] == OVER and row[3] != "年度审计：上年度审计"] == [
        (OVER, "2024-09-30", "小区K03", "换届：业主大会选举", "换届改选小组", "▲ 关注"),
        (OVER, "2024-07-31", "小区K04", "换届：组建换届改选小组", "街镇", "■ 预警"),
        (OVER, "2024-03-30", "小区K12", "换届：换届备案", "业委会", "■ 预警"),
    ]
    assert [row[1:] for row in rows if row[0] == UNTOLD] == [("2024-03-29", "小区K12", "换届：换届财务审计", "业委会", "▲ 关注")]
    assert rows[-1][0] == UNTOLD
    assert to_do_table(snapshot({}), (B,)).empty


# -- who may have it ---------------------------------------------------------------------------------------------------


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = new_database(tmp_path)
    publish_rows(database, "committees", [committee("X", CAOYANG, start="2021-02-01", end="2025-01-31")])
    monkeypatch.setattr(downloads, "open_database", lambda: database)
    monkeypatch.setattr(opening, "open_database", lambda: database)


def test_the_files_of_a_release(published: None) -> None:
    asked = Asked("1", "2024-09", (CAOYANG,))
    assert ("小区X：业主大会选举", "2025-01-31") in events(downloads.committee_calendar(by=LEADER, asked=asked)[1])
    table = pd.read_csv(BytesIO(downloads.to_do_csv(by=LEADER, asked=asked)))
    assert table["期限"].tolist() == ["2024-10-30", "2024-08-31", "2024-06-30"], "its group this month; report and audit over"


@pytest.mark.parametrize("by", [None, LEADER], ids=["nobody", "viewer"])
def test_who_may_not_has_no_file(published: None, by: User | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "may", lambda user, action: False)
    for make in (downloads.committee_calendar, downloads.to_do_csv):
        with pytest.raises(Forbidden):
            make(by=by, asked=Asked("1", "2024-09"))


def test_what_is_not_there_is_told(published: None) -> None:
    for asked in (Asked("2", "2024-09"), Asked("1", "2024-08"), Asked("1", "2024-09", ("x",))):
        with pytest.raises(NotFound):
            downloads.committee_calendar(by=LEADER, asked=asked)
