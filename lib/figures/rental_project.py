"""One rental project of a period: its row, the stages of its own ladder with their days, its rents beside their limits, its source.

Its one rule: what the form does not say stays None; nothing is guessed from a stage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lib.datasets.ladders import RENTAL_LADDERS
from lib.datasets.thresholds import Threshold
from lib.figures.project import AHEAD, DONE, NOW, PASSED, STATE_MARKS, day_text, marks_of, row_values
from lib.figures.snapshot import Snapshot
from lib.store.submissions import Submission

GONE = "退出"
RENT_RULE = "rental.rent_ratio"
STAGE_DAYS: dict[str, str] = {
    "储备清单": "reserve_date", "预选清单": "preselect_date", "改造": "convert_date", "核验": "verify_date", "认定": "recognition_date",
    "挂牌": "listing_date", "复核": "review_date", "供应备案": "supply_date",
}
"""Stage → the column with its day; the form asks for none of the others."""


@dataclass(frozen=True, slots=True)
class StageTold:
    """A stage of the ladder: its state (DONE, PASSED: behind, but no day told, NOW, AHEAD) and its day, empty when not told."""

    stage: str
    state: str
    day: str

    @property
    def mark(self) -> str:
        """A shape for the state."""
        return STATE_MARKS[self.state]


@dataclass(frozen=True)
class RentalProject:
    """A project as it stands for a period. row: its row of `rental_projects` with derived columns, None where nothing was told;
    source: the submission it was told in, with `_sheet` and `_row` of its row.
    """

    id: str
    row: Mapping[str, Any]
    marks: Mapping[str, str]
    source: Submission | None

    @property
    def name(self) -> str:
        """Its name, its code where it has none."""
        return str(self.row["project_name"] or self.id)

    @property
    def is_bed(self) -> bool:
        """Whether it counts beds; else it counts homes."""
        return bool(self.row["is_bed"])

    def number(self, name: str) -> float | None:
        """A number of its row."""
        value = self.row[name]
        return None if value is None else float(value)

    def day(self, name: str) -> str:
        """A day of its row as exactly as it was told; empty when it was not."""
        return day_text(self.row[name], self.marks.get(name, ""))

    @property
    def stages(self) -> tuple[StageTold, ...]:
        """The stages of the ladder of its tier, 退出 only when it has left."""
        ladder, stage = RENTAL_LADDERS[str(self.row["product_tier"])].stages, self.row["stage"]
        at = ladder.index(stage) if stage in ladder else -1
        shown = ladder if stage == GONE else ladder[:-1]
        told = []
        for place, name in enumerate(shown):
            day = self.day(STAGE_DAYS[name]) if name in STAGE_DAYS else ""
            state = NOW if place == at else AHEAD if place > at else DONE if day or name not in STAGE_DAYS else PASSED
            told.append(StageTold(name, state, day))
        return tuple(told)

    @property
    def rent_share(self) -> float | None:
        """Filed rent ÷ market rent (S12: at most what `RENT_RULE` says); None when one of them is missing."""
        filed, market = self.number("filed_rent"), self.number("market_rent")
        return float(Fraction(str(filed)) / Fraction(str(market))) if filed is not None and market else None


def rental_project_of(data: Snapshot, identity: str) -> RentalProject | None:
    """A project of a snapshot; None when the form does not have it."""
    rows = data.frames["rental_projects"]
    own = rows[(rows["project_id"] == identity).to_numpy(bool, na_value=False)].head(1)
    if own.empty:
        return None
    row = row_values(own)
    return RentalProject(identity, row, marks_of(row), data.sources.get(int(row["_submission"] or 0)))


def rent_limit(data: Snapshot) -> tuple[Threshold, str]:
    """The limit of a filed rent on the day of a snapshot, and whether it is in force."""
    row = data.registry.at(RENT_RULE, data.as_of)
    return row, data.registry.state_of(row, data.as_of)
