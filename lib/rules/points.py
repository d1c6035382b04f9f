"""Red points on their way to the share that was announced: how many that is, how many are short, and when at the present pace.

Its one rule: a target that is a share is a whole number of compounds, rounded up, over the denominator that is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lib.datasets.thresholds import Threshold
from lib.rules.pace import Pace, Seen, pace_of
from lib.rules.votes import least


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the points stand. count, base: points and compounds; target: ⌈share × base⌉; short: 0 when reached; pace: of the
    observations; expected: the day on which the target is reached at that pace, None when it is reached or no pace is known.
    """

    count: int
    base: int
    target: int
    short: int
    pace: Pace
    expected: date | None


def progress(seen: Seen, base: int, share: Threshold, on: date, least_days: int, what: str = "点数") -> Progress:
    """The progress of points, or of anything counted by compound, towards a share of the compounds.

    seen: (day, points), oldest first, the last one of `on`; base: compounds (678, not 657: the article says 住宅小区); least_days: below
    which no pace is told; what: the word for what is counted. Raises ValueError without an observation.
    """
    if not seen:
        raise ValueError("no observation")
    count, target = seen[-1][1], least(base, share)
    short = max(target - count, 0)
    pace = pace_of(seen, least_days, what)
    return Progress(count, base, target, short, pace, None if pace.doubt or not short else pace.day_of(short, on))
