"""What committees have to do, as a table by day and as a calendar file of a 街镇.

Its one rule: bodies and compounds only, never a person; an entry keeps its identity from release to release, so that a calendar that
takes the file again moves what has moved.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

import numpy as np
import pandas as pd

from lib.datasets.places import DISTRICT, unit_name
from lib.figures.snapshot import Snapshot
from lib.rules.clock import NEAR_RULE
from lib.rules.lights import LIGHT
from lib.rules.marks import looked_up
from lib.rules.term_calendar import open_steps, to_do
from lib.spec.numbers import MISSING
from lib.spec.period import add_months, period_of, title_of

if TYPE_CHECKING:
    from icalendar import Event

MONTHS_AHEAD = 12
"""So far ahead a calendar file reaches."""
OVER, UNTOLD = "已到期未办", "上次换届移交、审计未填日期"
_NAMESPACE = UUID("7c3c1e0e-6f0a-5d0e-9a57-0d5a3b7c9f10")
_PRODUCT = "-//宜居普陀//业委会换届日历//ZH"


def to_do_table(snapshot: Snapshot, units: tuple[str, ...] = ()) -> pd.DataFrame:
    """What has to be done in the month after the as-of day, then what is over, in the order of `to_do`, for some 街镇 (empty: all): columns
    期限, 灯色, 小区名称, 小区编码, 街镇, 事项, 由谁办理, 时限, 依据, 类别 (`coming`, `OVER`, `UNTOLD`).
    """
    found = to_do(steps_of(snapshot, units), snapshot.as_of)
    kind = np.select([found["untold"], found["due"] <= pd.Timestamp(snapshot.as_of)], [UNTOLD, OVER], coming(snapshot))
    return pd.DataFrame({
        "期限": found["due"],
        "灯色": [LIGHT[one].text for one in found["light"]],
        "小区名称": looked_up(found["compound_id"], _names(snapshot)),
        "小区编码": found["compound_id"],
        "街镇": [unit_name(one, short=True) for one in found["subdistrict"]],
        "事项": found["theme"] + "：" + found["title"],
        "由谁办理": found["owner"],
        "时限": found["words"],
        "依据": found["basis"],
        "类别": kind,
    }).reset_index(drop=True)


def coming(snapshot: Snapshot) -> str:
    """What falls due in the month after the as-of day, named by that month."""
    return f"{title_of(period_of(snapshot.as_of + timedelta(days=1)))}到期"


def steps_of(snapshot: Snapshot, units: tuple[str, ...] = ()) -> pd.DataFrame:
    """Every open step of the committees of a snapshot, for some 街镇 (empty: all), as `open_steps` gives them."""
    committees = snapshot.frames["committees"]
    own = committees[committees["subdistrict"].isin(units)] if units else committees
    return open_steps(own, snapshot.as_of, snapshot.registry)


def calendar_name(period: str, units: tuple[str, ...], release: str) -> str:
    """The name of a calendar file, another for each 街镇."""
    where = "_".join(unit_name(code, short=True) for code in units) or "全区"
    return f"换届日历_{where}_{period}_v{release}.ics"


def calendar_file(snapshot: Snapshot, units: tuple[str, ...], release: int, today: date) -> bytes:
    """The due days of some 街镇 (empty: all) after the as-of day, twelve months ahead, as RFC 5545.

    One all-day entry per open step, with an alarm `light.near_days` before; what is over already stands in one entry on `today`, or on
    the day after the as-of day if that is later: where somebody still sees it. The identity of an entry follows from compound, step and
    term, its SEQUENCE is the release, its DTSTAMP the as-of day.
    """
    # Only who asks for a file pays for the library.
    from icalendar import Calendar

    steps = steps_of(snapshot, units)
    chosen = steps[(steps["due"] > pd.Timestamp(snapshot.as_of)) & (steps["due"] <= pd.Timestamp(add_months(snapshot.as_of, MONTHS_AHEAD)))]
    near = snapshot.registry.at(NEAR_RULE, snapshot.as_of).whole
    names = _names(snapshot)
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    where = "、".join(unit_name(code) for code in units) or unit_name(DISTRICT)
    calendar.add("x-wr-calname", f"业委会换届日历 {where}")
    behind = to_do_table(snapshot, units)
    if len(behind := behind[behind["类别"] == OVER]):
        calendar.add_component(_behind(behind, where, snapshot.as_of, release, max(today, snapshot.as_of + timedelta(days=1))))
    for row in chosen.to_dict("records"):
        compound = row["compound_id"]
        name = names.get(compound)
        calendar.add_component(_event(row, compound if pd.isna(name) else str(name), snapshot.as_of, release, near))
    return bytes(calendar.to_ical())


def _event(row: Mapping[Hashable, Any], name: str, as_of: date, release: int, near: int) -> Event:
    from icalendar import Alarm

    term = "" if pd.isna(row["term"]) else row["term"].date().isoformat()
    event = _all_day(row["due"].date(), (str(row["compound_id"]), str(row["step"]), term), as_of, release)
    event.add("summary", f"{name}：{row['title']}")
    event.add("description", "\n".join(_details(row, as_of)))
    event.add("location", unit_name(str(row["subdistrict"])))
    event.add("categories", [str(row["theme"])])
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{near} 天后到期：{name}：{row['title']}")
    alarm.add("trigger", timedelta(days=-near))
    event.add_component(alarm)
    return event


def _behind(rows: pd.DataFrame, where: str, as_of: date, release: int, day: date) -> Event:
    """One entry for everything that is over, the most urgent first."""
    event = _all_day(day, ("behind", where), as_of, release)
    event.add("summary", f"【已到期未办】{where} {len(rows)} 项")
    told = [
        f"{row['期限']:%Y-%m-%d} {row['小区名称']}：{row['事项']}（{row['由谁办理']}，{row['时限']}）" for row in rows.to_dict("records")
    ]
    event.add("description", "\n".join([f"截至{as_of.isoformat()}已到期未办：", *told]))
    event.add("categories", [OVER])
    return event


def _all_day(day: date, identity: tuple[str, ...], as_of: date, release: int) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{uuid5(_NAMESPACE, '|'.join(identity))}@yjpt.putuo")
    event.add("dtstamp", datetime.combine(as_of, time(), UTC))
    event.add("sequence", release)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event


def _details(row: Mapping[Hashable, Any], as_of: date) -> Iterable[str]:
    yield f"由谁办理：{row['owner']}"
    yield f"截至{as_of.isoformat()}：{row['words']}"
    yield f"依据：{row['basis'] or MISSING}"
    yield f"小区编码：{row['compound_id']}"


def _names(snapshot: Snapshot) -> pd.Series:
    committees = snapshot.frames["committees"]
    return committees.drop_duplicates("compound_id").set_index("compound_id")["compound_name"]
