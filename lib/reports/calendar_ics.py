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
from lib.rules.lights import LIGHT
from lib.rules.marks import looked_up
from lib.rules.term_calendar import open_steps, to_do
from lib.spec.numbers import MISSING
from lib.spec.period import add_months

if TYPE_CHECKING:
    from icalendar import Event

MONTHS_AHEAD = 12
"""So far ahead a calendar file reaches."""
THIS_MONTH, OVER = "本月到期", "已到期未办"
_NAMESPACE = UUID("7c3c1e0e-6f0a-5d0e-9a57-0d5a3b7c9f10")
_PRODUCT = "-//宜居普陀//业委会换届日历//ZH"


def to_do_table(snapshot: Snapshot, units: tuple[str, ...] = ()) -> pd.DataFrame:
    """What has to be done in the month after the as-of day and what is over, by day, for some 街镇 (empty: all): columns 期限, 灯色,
    小区名称, 小区编码, 街镇, 事项, 由谁办理, 时限, 依据, 类别 (本月到期 before 已到期未办).
    """
    steps = steps_of(snapshot, units)
    found = to_do(steps, snapshot.as_of)
    over = found["due"] <= pd.Timestamp(snapshot.as_of)
    found = pd.concat([found[~over], found[over]])
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
        "类别": np.where(found["due"] <= pd.Timestamp(snapshot.as_of), OVER, THIS_MONTH),
    }).reset_index(drop=True)


def steps_of(snapshot: Snapshot, units: tuple[str, ...] = ()) -> pd.DataFrame:
    """Every open step of the committees of a snapshot, for some 街镇 (empty: all), as `open_steps` gives them."""
    committees = snapshot.frames["committees"]
    own = committees[committees["subdistrict"].isin(units)] if units else committees
    return open_steps(own, snapshot.as_of, snapshot.registry)


def calendar_file(snapshot: Snapshot, units: tuple[str, ...], release: int) -> bytes:
    """The due days of some 街镇 (empty: all) from the as-of day on, twelve months ahead, and what is over at its day, as RFC 5545.

    One all-day entry per open step. Its identity follows from compound, step and term, its SEQUENCE is the release.
    """
    # Only who asks for a file pays for the library.
    from icalendar import Calendar

    steps = steps_of(snapshot, units)
    ahead = steps["due"] <= pd.Timestamp(add_months(snapshot.as_of, MONTHS_AHEAD))
    waiting_behind = steps["waits"] & (steps["due"] <= pd.Timestamp(snapshot.as_of))
    chosen = steps[ahead & ~waiting_behind]
    names = _names(snapshot)
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    where = "、".join(unit_name(code) for code in units) or unit_name(DISTRICT)
    calendar.add("x-wr-calname", f"业委会换届日历 {where}")
    for row in chosen.to_dict("records"):
        compound = row["compound_id"]
        name = names.get(compound)
        calendar.add_component(_event(row, compound if pd.isna(name) else str(name), snapshot.as_of, release))
    return bytes(calendar.to_ical())


def _event(row: Mapping[Hashable, Any], name: str, as_of: date, release: int) -> Event:
    from icalendar import Event

    due, term = row["due"].date(), "" if pd.isna(row["term"]) else row["term"].date().isoformat()
    over = due < as_of and not row["waits"]
    event = Event()
    event.add("uid", f"{uuid5(_NAMESPACE, '|'.join((str(row['compound_id']), str(row['step']), term)))}@yjpt.putuo")
    event.add("dtstamp", datetime.combine(as_of, time(), UTC))
    event.add("sequence", release)
    event.add("dtstart", due)
    event.add("dtend", due + timedelta(days=1))
    event.add("summary", f"{'【已超期】' if over else ''}{name}：{row['title']}")
    event.add("description", "\n".join(_details(row, as_of)))
    event.add("location", unit_name(str(row["subdistrict"])))
    event.add("categories", [str(row["theme"])])
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
