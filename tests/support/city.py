"""Published months made straight into a database, without workbooks: the demonstration, and a city of 13,000 compounds.

Its one rule: seeded, so that the same size and seed give the same rows; what is stored is stored by the functions of lib/store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lib.datasets import DATASETS
from lib.datasets.ladders import RENEWAL_LADDERS, RENTAL_LADDERS
from lib.datasets.places import subdistrict_codes
from lib.demo import world
from lib.demo.samples import SILENT, SPLIT
from lib.spec.fields import PLACE, Field
from lib.spec.kinds import ARROW_TYPES, Kind
from lib.spec.period import Period, shift
from lib.store import releases
from lib.store.blobs import get_blobs, rows_from_parquet
from lib.store.database import Database
from lib.store.submissions import Status, add_submission, set_status, submissions_by_id

Month = tuple[Period, Mapping[str, pa.Table]]
Numbers = npt.NDArray[Any]
Columns = dict[str, pa.Array]
WHEN = "2026-11-01T09:00:00+08:00"

SIZES: dict[str, int] = {
    "compounds": 13_000,
    "committees": 13_000,
    "maintenance_funds": 13_000,
    "renewal_projects": 5_000,
    "milestones": 20_000,
    "consent_rounds": 10_000,
    "lifts": 20_000,
    "rental_projects": 2_000,
    "site_candidates": 1_000,
    "fee_changes": 5_000,
    "red_points": 6_000,
    "hotline": 20_000,
    "trainings": 400,
    "targets": 1_000,
    "campaign_works": 60,
}
"""Rows of each form in the last month of the city; of a log in every month."""
CITY_MONTHS = 36
CITY_END = Period("2026-10")
_EPOCH = np.datetime64("1970-01-01", "D")
_FIRST, _LAST = (int((np.datetime64(day, "D") - _EPOCH).astype(int)) for day in ("2021-01-01", "2028-12-31"))


def keep_month(database: Database, period: Period, tables: Mapping[str, pa.Table], units: Mapping[str, Iterable[str]] | None = None) -> int:
    """Store one submission per form and publish them together; gives the number of the release. units: form → the 街镇 that its
    submission speaks for, where those are not all ten.
    """
    with database.writing() as connection:
        changes: dict[releases.Place, int | None] = {}
        for name, rows in tables.items():
            own = tuple((units or {}).get(name, subdistrict_codes()))
            reading = {"dataset": name, "period": period, "reporter": "普陀区房管局", "file": f"{name}.xlsx", "sheet": "表",
                       "publishable": True, "findings": [], "units": own}
            identity = add_submission(connection, reading=reading, file=b"", rows=rows, fingerprint=DATASETS[name].fingerprint,
                                      base_release=0, by="bureau", at=WHEN)
            changes |= {(name, period, unit): identity for unit in own}
        number = releases.head(connection) + 1
        releases.add_release(connection, by="bureau", at=WHEN, note="", key=f"made-{number}", changes=changes)
        set_status(connection, sorted({one for one in changes.values() if one is not None}), Status.PUBLISHED)
    return number


def keep_demonstration(database: Database) -> None:
    """The rows of data/samples in all their months. One 街镇 is silent in the last month, as there."""
    for period in world.PERIODS:
        tables = {name: _table(name, rows) for name, rows in world.tables(period).items()}
        spoken = {SPLIT[0]: [code for code in subdistrict_codes() if code != SILENT]} if period == SPLIT[1] else {}
        for name, units in spoken.items():
            tables[name] = tables[name].filter(pc.is_in(tables[name]["subdistrict"], value_set=pa.array(units)))
        keep_month(database, period, tables, spoken)


def keep_further_months(database: Database, until: int) -> None:
    """Months after the newest one, each with the rows of the month `until` − those there before it, as submissions of their own,
    so that there are `until` months in all.
    """
    with database.reading() as connection:
        state = releases.state_at(connection, releases.head(connection))
    periods = sorted({Period(period) for _, period, _ in state})
    more = until - len(periods)
    for old in periods[-more:] if more > 0 else ():
        with database.reading() as connection:
            known = submissions_by_id(connection, sorted({one for (_, period, _), one in state.items() if period == old}))
            blobs = get_blobs(connection, [one.rows_sha256 for one in known.values()])
        whole = {one.dataset: one for one in known.values() if sum(other.dataset == one.dataset for other in known.values()) == 1}
        tables = {name: rows_from_parquet(blobs[one.rows_sha256]) for name, one in whole.items()}
        for name in {one.dataset for one in known.values()} - set(whole):
            tables[name] = pa.concat_tables([rows_from_parquet(blobs[one.rows_sha256]) for one in known.values() if one.dataset == name])
        spoken = {name: {unit for dataset, period, unit in state if (dataset, period) == (name, old)} for name in tables}
        keep_month(database, shift(old, more), tables, spoken)


def _table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    source = {"_submission": "", "_sheet": "表", "_marks": None}
    return pa.Table.from_pylist([{**row, **source, "_row": at + 4} for at, row in enumerate(rows)], schema=DATASETS[name].schema)


def city(months: int = CITY_MONTHS, seed: int = 310107, end: Period = CITY_END) -> Iterator[Month]:
    """The months of the city, oldest first: 90 % of the rows of `SIZES` in the first month, all of them in the last."""
    fixed = {name: _fixed(name, seed) for name in SIZES}
    for at in range(months):
        yield shift(end, at + 1 - months), {name: _city_table(name, columns, at, months, seed) for name, columns in fixed.items()}


def _city_table(name: str, fixed: Columns, at: int, months: int, seed: int) -> pa.Table:
    schema, count = DATASETS[name].schema, SIZES[name]
    moving = _MOVING[name](np.random.default_rng([seed, list(SIZES).index(name), at]), fixed, at) if name in _MOVING else {}
    table = pa.table([moving.get(one.name, fixed[one.name]).cast(one.type) for one in schema], schema=schema)
    return table if name in {"hotline", "trainings"} else table.slice(0, count * (9 * months + at) // (10 * months - 1))


def _fixed(name: str, seed: int) -> Columns:
    """The columns of a form as they stay through all months: by the kind of each field, then those that must agree."""
    rng, count = np.random.default_rng([seed, list(SIZES).index(name)]), SIZES[name]
    columns = {one.name: _drawn(one, rng, count) for one in DATASETS[name].fields}
    sources = {"_submission": pa.repeat("", count), "_sheet": pa.repeat("表", count), "_row": pa.array(np.arange(count) + 4)}
    if DATASETS[name].placed:
        sources |= {column: pa.nulls(count, kind) for column, kind in PLACE}
    return columns | sources | {"_marks": pa.nulls(count, pa.string())} | _AGREEING[name](rng, count)


def _drawn(one: Field, rng: np.random.Generator, count: int) -> pa.Array:
    """Values of a kind, one in eight of them missing."""
    if one.kind is Kind.DATE:
        return _days(rng, count, rng.integers(_FIRST, _LAST, count), 0.125)
    if one.kind in {Kind.CHOICE, Kind.MULTI}:
        return _picked(one.choices or ("甲", "乙"), rng.integers(0, len(one.choices or ("甲", "乙")), count), rng.random(count) < 0.125)
    missing = rng.random(count) < 0.125
    if one.kind is Kind.BOOLEAN:
        return pa.array(rng.random(count) < 0.7, mask=missing)
    if one.kind in {Kind.INTEGER, Kind.YEAR}:
        return pa.array(rng.integers(1980, 2026, count) if one.kind is Kind.YEAR else rng.integers(0, 400, count), mask=missing)
    if one.kind in {Kind.DECIMAL, Kind.PERCENT}:
        return pa.array(np.round(rng.uniform(0.5, 100, count), 2), mask=missing)
    return _picked([f"{one.title}{number}" for number in range(500)], rng.integers(0, 500, count), missing)


def _picked(words: Iterable[str], places: Numbers, missing: Numbers | None = None) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(places.astype("int32"), mask=missing), pa.array(list(words))).cast(pa.string())


def _days(rng: np.random.Generator, count: int, days: Numbers, missing: float = 0.0) -> pa.Array:
    return pa.array(days.astype("int32"), mask=rng.random(count) < missing).cast(ARROW_TYPES[Kind.DATE])


def _ids(letter: str, numbers: Numbers) -> pa.Array:
    return _picked([f"{letter}{number:06d}" for number in range(int(numbers.max()) + 1)], numbers)


@cache
def _compound_places() -> Numbers:
    return np.random.default_rng(7).integers(0, 10, SIZES["compounds"])


@cache
def _project_places() -> tuple[Numbers, Numbers]:
    """For each renewal project the position of its 街镇 and of its type."""
    rng = np.random.default_rng(11)
    return rng.integers(0, 10, SIZES["renewal_projects"]), rng.integers(0, len(RENEWAL_LADDERS), SIZES["renewal_projects"])


def _in_compounds(numbers: Numbers) -> Columns:
    return {"compound_id": _ids("C", numbers), "subdistrict": _picked(subdistrict_codes(), _compound_places()[numbers])}


def _of_projects(numbers: Numbers) -> Columns:
    return {"project_id": _ids("P", numbers), "subdistrict": _picked(subdistrict_codes(), _project_places()[0][numbers])}


def _one_each(rng: np.random.Generator, count: int) -> Columns:
    return _in_compounds(np.arange(count))


def _several_each(column: str, values: tuple[str, ...]) -> Callable[[np.random.Generator, int], Columns]:
    """Some compounds, spread over all of them, with each of some values: the key of the form."""
    def columns(rng: np.random.Generator, count: int) -> Columns:
        own, stride = np.arange(count), SIZES["compounds"] * len(values) // count
        return {**_in_compounds(own // len(values) * stride), column: _picked(values, own % len(values))}
    return columns


def _committees(rng: np.random.Generator, count: int) -> Columns:
    """Nine of ten formed; terms of three to five years, some of them over, some just begun."""
    ends = rng.integers(_FIRST + 1000, _LAST + 900, count)
    starts = ends - rng.integers(1095, 1826, count)
    kinds = ("已组建", "应建未建", "筹备中", "已注销")
    return {
        **_in_compounds(np.arange(count)),
        "formation_status": _picked(kinds, rng.choice(4, count, p=[0.9, 0.04, 0.03, 0.03])),
        "substitute": _picked(("无", "居委会代为履职", "物业治理委员会"), rng.choice(3, count, p=[0.97, 0.02, 0.01])),
        "term_start": _days(rng, count, starts),
        "term_end": _days(rng, count, ends, 0.01),
        "previous_term_end": _days(rng, count, starts + rng.integers(-90, 90, count)),
        "election_date": _days(rng, count, starts + rng.integers(-120, 30, count)),
        "filing_date": _days(rng, count, starts + rng.integers(0, 60, count)),
        "renewal_report_date": _days(rng, count, ends - rng.integers(100, 220, count), 0.3),
        "group_date": _days(rng, count, ends - rng.integers(30, 160, count), 0.3),
    }


def _funds(rng: np.random.Generator, count: int) -> Columns:
    initial = rng.uniform(50, 900, count)
    return {**_in_compounds(np.arange(count)), "initial": pa.array(initial), "balance": pa.array(initial * rng.uniform(0.1, 1.2, count))}


def _projects(rng: np.random.Generator, count: int) -> Columns:
    asked = rng.integers(20, 600, count)
    return {
        **_of_projects(np.arange(count)),
        "project_type": _picked(RENEWAL_LADDERS, _project_places()[1]),
        "households_to_sign": pa.array(asked, mask=rng.random(count) < 0.05),
        "households_to_return": pa.array(asked),
        "households_returned": pa.array(rng.integers(0, asked)),
    }


def _nodes(rng: np.random.Generator, count: int) -> Columns:
    """Four nodes of every project."""
    projects = np.arange(count) // (count // SIZES["renewal_projects"])
    nodes = ("意愿征询", "协议签订", "外搬过渡", "回搬")
    planned = rng.integers(_FIRST, _LAST - 400, count)
    return {
        **_of_projects(projects),
        "project_type": _picked(RENEWAL_LADDERS, _project_places()[1][projects]),
        "node": _picked(nodes, np.arange(count) % len(nodes)),
        "plan_date": _days(rng, count, planned),
        "actual_date": _days(rng, count, planned + rng.integers(-60, 200, count), 0.4),
    }


def _rounds(rng: np.random.Generator, count: int) -> Columns:
    """Two rounds of every project."""
    each = count // SIZES["renewal_projects"]
    choices = DATASETS["consent_rounds"].by_name["round"].choices
    own = np.arange(count)
    entitled = rng.integers(20, 600, count)
    agreed = np.floor(entitled * rng.uniform(0.7, 1, count)).astype("int64")
    return {
        **_of_projects(own // each),
        "round": _picked(choices, (own % each + _project_places()[1][own // each]) % len(choices)),
        **{name: pa.array(values) for name, values in (("households_entitled", entitled), ("households_agreed", agreed))},
    }


def _rentals(rng: np.random.Generator, count: int) -> Columns:
    return {
        "project_id": _ids("H", np.arange(count)),
        "subdistrict": _picked(subdistrict_codes(), rng.integers(0, 10, count)),
        "product_tier": _picked(RENTAL_LADDERS, np.arange(count) % len(RENTAL_LADDERS)),
        "market_rent": pa.array(np.round(rng.uniform(60, 140, count), 2)),
        "filed_rent": pa.array(np.round(rng.uniform(50, 130, count), 2)),
        "rental_area": pa.array(np.round(rng.uniform(2_000, 40_000, count), 2)),
        "bed_price": pa.array(rng.integers(500, 20_000, count)),
    }


def _fees(rng: np.random.Generator, count: int) -> Columns:
    old = rng.uniform(0.5, 3, count)
    return {
        **_in_compounds(np.arange(count)),
        "year": pa.array(rng.integers(2023, 2027, count)),
        "old_price": pa.array(np.round(old, 2)),
        "new_price": pa.array(np.round(old + rng.uniform(0, 0.6, count), 2)),
    }


def _lifts(rng: np.random.Generator, count: int) -> Columns:
    """One or two entrances of every compound, votes near the gates."""
    own = np.arange(count)
    compounds = own % SIZES["compounds"]
    heads = rng.integers(8, 40, count)
    voted = np.round(heads * rng.uniform(0.55, 1, count)).astype("int64")
    agreed = np.round(voted * rng.uniform(0.6, 1, count)).astype("int64")
    votes = {"base": heads, "voted": voted, "agreed": agreed}
    missing = rng.random(count) < 0.3
    return {
        **_in_compounds(compounds),
        "entrance": _picked([f"{number}号门" for number in range(1, 3)], own // SIZES["compounds"]),
        **{f"unit_vote_{side}_heads": pa.array(number, mask=missing) for side, number in votes.items()},
        **{f"unit_vote_{side}_area": pa.array(number * 68.5, mask=missing) for side, number in votes.items()},
    }


def _places(letter: str, column: str) -> Callable[[np.random.Generator, int], Columns]:
    """A number of their own, anywhere in the ten 街镇."""
    def columns(rng: np.random.Generator, count: int) -> Columns:
        return {column: _ids(letter, np.arange(count)), "subdistrict": _picked(subdistrict_codes(), rng.integers(0, 10, count))}
    return columns


def _trainings(rng: np.random.Generator, count: int) -> Columns:
    """One a day in each 街镇."""
    own = np.arange(count)
    return {"subdistrict": _picked(subdistrict_codes(), own % 10), "training_date": _days(rng, count, _FIRST + own // 10)}


def _works(rng: np.random.Generator, count: int) -> Columns:
    """Each kind of work in each 街镇."""
    own, kinds = np.arange(count), DATASETS["campaign_works"].by_name["work_kind"].choices
    return {"subdistrict": _picked(subdistrict_codes(), own % 10), "work_kind": _picked(kinds, own // 10 % len(kinds)),
            "work_name": _ids("W", own)}


_AGREEING: dict[str, Callable[[np.random.Generator, int], Columns]] = {
    "compounds": _one_each,
    "committees": _committees,
    "maintenance_funds": _funds,
    "renewal_projects": _projects,
    "milestones": _nodes,
    "consent_rounds": _rounds,
    "lifts": _lifts,
    "rental_projects": _rentals,
    "site_candidates": _places("S", "candidate_id"),
    "fee_changes": _fees,
    "red_points": _several_each("point_type", ("实践点", "示范点")),
    "hotline": _several_each("category", DATASETS["hotline"].by_name["category"].choices),
    "trainings": _trainings,
    "targets": _places("T", "indicator"),
    "campaign_works": _works,
}
"""Form → its keys and the columns that must agree with each other."""


def _stages(kinds: Mapping[str, Any], column: str) -> Callable[[np.random.Generator, Columns, int], Columns]:
    """Stages that move on along the ladder of each type."""
    ladders = [one.stages for one in kinds.values()]
    words = list(dict.fromkeys(stage for stages in ladders for stage in stages))
    steps = np.array([[words.index(stages[len(stages) * at // _STEPS]) for at in range(_STEPS)] for stages in ladders])

    def columns(rng: np.random.Generator, fixed: Columns, at: int) -> Columns:
        places = pc.index_in(fixed[column], value_set=pa.array(list(kinds))).to_numpy()
        return {"stage": _picked(words, steps[places, _step(len(places), at)])}
    return columns


_STEPS = 120


def _step(count: int, at: int) -> Numbers:
    """How far each row is on its ladder, below `_STEPS`: spread over it, all a month further each month."""
    return np.minimum(np.arange(count) * 7 % 100 + at, _STEPS - 1)


def _renewal_moves(rng: np.random.Generator, fixed: Columns, at: int) -> Columns:
    """The stage, and households that sign by and by."""
    asked = fixed["households_to_sign"].to_numpy(zero_copy_only=False)
    share = np.clip(0.6 + (np.arange(len(asked)) % 40 + at) / 190, 0, 1)
    signed = np.floor(np.nan_to_num(asked) * share).astype("int64")
    return {**_stages(RENEWAL_LADDERS, "project_type")(rng, fixed, at), "households_signed": pa.array(signed, mask=np.isnan(asked))}


def _lift_moves(rng: np.random.Generator, fixed: Columns, at: int) -> Columns:
    stages = DATASETS["lifts"].by_name["stage"].choices
    return {"stage": _picked(stages, len(stages) * _step(len(fixed["stage"]), at) // _STEPS)}


def _balances(rng: np.random.Generator, fixed: Columns, at: int) -> Columns:
    return {"balance": pc.multiply(fixed["balance"], pa.scalar(0.99**at))}


def _tickets(rng: np.random.Generator, fixed: Columns, at: int) -> Columns:
    received = rng.poisson(3, len(fixed["received"]))
    closed = rng.binomial(received, 0.9)
    rated = rng.binomial(closed, 0.8)
    said = {part: rng.binomial(rated, 0.85) for part in ("satisfied", "solved")}
    parts = {"received": received, "valid": received, "due": received, "closed": closed, "rated": rated, **said}
    return {name: pa.array(number) for name, number in parts.items()}


_MOVING: dict[str, Callable[[np.random.Generator, Columns, int], Columns]] = {
    "renewal_projects": _renewal_moves,
    "rental_projects": _stages(RENTAL_LADDERS, "product_tier"),
    "lifts": _lift_moves,
    "maintenance_funds": _balances,
    "hotline": _tickets,
}
"""Form → the columns that are others each month."""
