"""One compound over all pillars: its rows of every form for a period, what each form says nothing of, and where the rows stand.

Its one rule: a form without a row for it is named, as silent or as not reported; nothing is filled in from another form but its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from lib.datasets import DATASETS
from lib.figures.content import Content
from lib.figures.history import DAY
from lib.figures.project import ProjectSource, day_text, marks_of, row_values
from lib.figures.snapshot import Snapshot
from lib.rules.terms import DISSOLVED, FORMED
from lib.spec.period import Period, shift
from lib.store.releases import publications

KEYED = ("compounds", "committees", "renewal_projects", "lifts", "fee_changes", "maintenance_funds", "red_points")
"""Forms whose rows name a compound by its code, in the order in which they are told; the first that has one gives its name."""
OF_PROJECTS = ("milestones", "consent_rounds")
"""Forms whose rows belong to it through a renewal project."""
FORMS = (*KEYED, *OF_PROJECTS, "hotline")
PROPERTY_TICKETS = "物业服务"
TICKET_COLUMNS = ("compound_id", "category", "received")


@dataclass(frozen=True)
class Compound:
    """A compound as it stands for a period. row: its row of the register, None where the register does not have it; committee: that of
    the form of committees; frames: form → its rows, with derived columns. hotline: its rows of all
    months that the snapshot holds. told: form → whether its 街镇 has reported it at all.
    """

    id: str
    name: str
    subdistrict: str
    row: Mapping[str, Any] | None
    committee: Mapping[str, Any] | None
    frames: Mapping[str, pd.DataFrame] = field(repr=False)
    hotline: pd.DataFrame = field(repr=False)
    told: Mapping[str, bool] = field(repr=False)

    @property
    def dissolved(self) -> bool:
        """Whether its committee was dissolved: small compounds that were merged."""
        return self.committee is not None and self.committee["formation_status"] == DISSOLVED

    @property
    def formed(self) -> bool:
        """Whether it has a committee."""
        return self.committee is not None and self.committee["formation_status"] == FORMED

    def rows_of(self, form: str) -> int:
        """How many rows a form has of it."""
        return len(self.hotline) if form == "hotline" else len(self.frames[form])

    @property
    def silent(self) -> tuple[str, ...]:
        """Forms that its 街镇 has reported and that have no row of it."""
        return tuple(form for form in FORMS if self.told[form] and not self.rows_of(form))

    @property
    def unreported(self) -> tuple[str, ...]:
        """Forms that its 街镇 has not reported, not even in an earlier month."""
        return tuple(form for form in FORMS if not self.told[form] and not self.rows_of(form))

    def day(self, row: Mapping[str, Any], name: str) -> str:
        """A day of one of its rows as exactly as it was told; empty when it was not."""
        return day_text(row[name], marks_of(row).get(name, ""))


def compound_of(data: Snapshot, identity: str) -> Compound | None:
    """A compound of a snapshot; None when no form that names compounds has it."""
    frames = {name: _own(data.frames[name], "compound_id", (identity,)) for name in KEYED}
    first = next((frame for frame in frames.values() if len(frame)), None)
    if first is None:
        return None
    projects = tuple(str(one) for one in frames["renewal_projects"]["project_id"])
    frames |= {name: _own(data.frames[name], "project_id", projects) for name in OF_PROJECTS}
    known = row_values(first)
    unit = str(known["subdistrict"])
    log = [_own(table.frame, "compound_id", (identity,)) for _, (table, _) in sorted(data.months["hotline"].items())]
    hotline = pd.concat(log, ignore_index=True) if log else data.frames["hotline"].head(0)
    told = {name: unit in data.standing[name] for name in FORMS if name != "hotline"}
    told["hotline"] = any(unit in units for _, units in data.months["hotline"].values())
    return Compound(
        identity, str(known.get("compound_name") or identity), unit,
        row_values(frames["compounds"]) if len(frames["compounds"]) else None,
        row_values(frames["committees"]) if len(frames["committees"]) else None,
        frames, hotline, told,
    )


def _own(frame: pd.DataFrame, column: str, wanted: tuple[str, ...]) -> pd.DataFrame:
    return frame[frame[column].isin(wanted).to_numpy(bool)]


@dataclass(frozen=True, slots=True)
class TicketMonth:
    """Tickets of a compound in a month: all, and those of 物业服务. reported: whether its 街镇 has reported the month; of a reported one
    without a row both are None, too: nothing is told of this compound.
    """

    period: Period
    received: int | None
    owned: int | None
    reported: bool


def ticket_months(rows: pd.DataFrame, contents: Iterable[Content], compound: Compound) -> tuple[TicketMonth, ...]:
    """Every month from the first to the last of `contents` in which its 街镇 reported the hotline, oldest first; none where no month has
    a row of the compound. rows: from `lib.figures.history.rows_over_time` with `TICKET_COLUMNS`, of any compounds.
    """
    own = rows[rows["compound_id"].eq(compound.id).to_numpy(bool, na_value=False)]
    reported = sorted(one.period for one in contents if compound.subdistrict in one.reported("hotline"))
    if own.empty or not reported:
        return ()
    owned = own["received"].where(own["category"].eq(PROPERTY_TICKETS).to_numpy(bool, na_value=False), 0)
    sums = pd.DataFrame({"period": own[DAY].dt.strftime("%Y-%m"), "received": own["received"], "owned": owned}).groupby("period").sum()
    told = {str(period): (int(all_), int(some)) for period, all_, some in zip(sums.index, sums["received"], sums["owned"], strict=True)}
    found, month = [], reported[0]
    while month <= reported[-1]:
        received, property_own = told.get(month, (None, None))
        found.append(TicketMonth(month, received, property_own, month in reported))
        month = shift(month, 1)
    return tuple(found)


def compound_sources(connection: Connection, data: Snapshot, compound: Compound) -> tuple[ProjectSource, ...]:
    """Where the rows of a compound stand, in order of form, newest month, submission and sheet."""
    found: list[tuple[int, str, int, str, tuple[int, ...]]] = []
    for at, name in enumerate(FORMS):
        rows = compound.hotline if name == "hotline" else compound.frames[name]
        for (submission, sheet), own in rows.groupby(["_submission", "_sheet"], observed=True, sort=True):
            found.append((at, name, int(str(submission)), str(sheet), tuple(sorted(int(row) for row in own["_row"]))))
    published = publications(connection, sorted({submission for _, _, submission, _, _ in found}))
    told = []
    for at, name, identity, sheet, numbers in found:
        one = data.sources[identity]
        told.append((at, ProjectSource(identity, name, one.file_name, sheet, numbers, Period(one.period), one.units, one.submitted_by,
                                       one.submitted_at, published.get(identity))))
    told.sort(key=lambda pair: pair[1].period, reverse=True)
    return tuple(one for _, one in sorted(told, key=lambda pair: pair[0]))


def form_title(form: str) -> str:
    """The title of a form in book marks."""
    return f"《{DATASETS[form].title}》"
