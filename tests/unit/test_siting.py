"""Scores, ranks and coverage of site candidates, by values worked out by hand; nearest stations against the geodesic."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from lib.charts import geography
from lib.charts.palette import contrast, text_on
from lib.charts.sites import part_colours, stacked_totals
from lib.charts.sites_map import CHOSEN, OTHER, coverage_map
from lib.datasets.boundaries import Boundary, Outline, shipped_boundary
from lib.datasets.places import subdistrict_codes
from lib.datasets.stations import metro_stations
from lib.datasets.thresholds import shipped_registry
from lib.indicators.statistics import statistic
from lib.rules.derived.sites import (
    FAILED,
    FARTHER,
    PASSED,
    SHORTER,
    TO_MEND,
    UNKNOWN,
    derive,
    metro_points,
    nearest_station,
)
from lib.rules.siting import (
    EQUAL,
    PARTS,
    contributions,
    order_of,
    part_points,
    scored,
    shares,
    stability,
    weights_problem,
)
from lib.rules.siting_coverage import (
    LISTED,
    MILLION,
    best_choices,
    ground_of,
    new_places,
    reach_of,
)
from lib.spec.geodesy import shanghai_from_wgs84, wgs84_from_shanghai

ON = date(2026, 10, 31)
REGISTRY = shipped_registry()
IDS = [part.id for part in PARTS]
SWING = Fraction(1, 5)
NAN = float("nan")


def points(*rows: dict[str, float]) -> pd.DataFrame:
    """Candidates with 3 points of every part but those given; NaN: missing."""
    return pd.DataFrame([dict.fromkeys(IDS, 3.0) | row for row in rows])


def weights(**own: int) -> tuple[int, ...]:
    """Weights of the parts given, 0 for all others."""
    return tuple(own.get(name, 0) for name in IDS)


def candidates(*rows: dict[str, Any]) -> pd.DataFrame:
    """Rows of the form with places, as they come to the rules."""
    base = {"wgs_lon": NAN, "wgs_lat": NAN, "metro_m": NAN, "fire_check": PASSED, "structure_check": PASSED, "status": "储备"}
    return pd.DataFrame([base | row for row in rows]).astype(dict.fromkeys(("fire_check", "structure_check", "status"), "str"))


def told(*rows: dict[str, Any]) -> pd.DataFrame:
    return derive({"site_candidates": candidates(*rows)}, ON, REGISTRY)["site_candidates"]


# -- derived columns ---------------------------------------------------------------------------------------------------


def test_a_place_at_a_station_is_no_metres_from_it() -> None:
    stations = metro_stations()
    names, metres = nearest_station(np.array([one.lon for one in stations]), np.array([one.lat for one in stations]))
    assert names == [one.text for one in stations]
    assert metres.tolist() == [0.0] * len(stations) == [0.0] * 58
    assert stations[0].text == "上海西站（11、15号线）"


def test_nearest_station_is_that_of_the_geodesic() -> None:
    geod = Geod(ellps="WGS84")
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(121.33, 121.46, 50), rng.uniform(31.21, 31.31, 50)
    names, metres = nearest_station(lon, lat)
    for at in range(50):
        exact = {one.text: geod.inv(lon[at], lat[at], one.lon, one.lat)[2] for one in metro_stations()}
        nearest = min(exact, key=lambda name: exact[name])
        assert names[at] == nearest
        assert metres[at] == pytest.approx(exact[nearest], abs=0.51 + exact[nearest] * 1e-5)


def test_no_place_no_station() -> None:
    names, metres = nearest_station(np.array([NAN, 121.4]), np.array([31.2, NAN]))
    assert names == [None, None]
    assert np.isnan(metres).all()


def test_points_of_metres_at_the_edges_of_the_bands() -> None:
    edges = np.array([0, 300, 301, 600, 601, 1000, 1001, 1500, 1501, 9000, NAN])
    found = metro_points(edges, ON, REGISTRY)
    assert found[:-1].tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert np.isnan(found[-1])


@pytest.mark.parametrize(
    ("typed", "said"),
    [(0, ""), (500, ""), (501, FARTHER), (NAN, "")],
)
def test_what_the_form_says_of_the_way_is_held_against_the_line(typed: float, said: str) -> None:
    station = metro_stations()[0]
    row = told({"wgs_lon": station.lon, "wgs_lat": station.lat, "metro_m": typed}).iloc[0]
    assert (row["metro_line_m"], row["metro_points"], row["metro_gap"]) == (0, 5, said)


def test_on_foot_it_cannot_be_nearer_than_straight() -> None:
    station = metro_stations()[0]
    east, north = shanghai_from_wgs84(station.lon, station.lat)
    lon, lat = wgs84_from_shanghai(east, north + 400)
    near = told(*({"wgs_lon": lon, "wgs_lat": lat, "metro_m": typed} for typed in (149, 150, 900, 901)))
    assert near["metro_line_m"].tolist() == [400] * 4
    assert near["metro_gap"].tolist() == [SHORTER, "", "", FARTHER]


@pytest.mark.parametrize(
    ("fire", "structure", "said"),
    [
        (PASSED, PASSED, PASSED),
        (PASSED, TO_MEND, TO_MEND),
        (TO_MEND, None, TO_MEND),
        (None, PASSED, UNKNOWN),
        (None, None, UNKNOWN),
        (FAILED, PASSED, FAILED),
        (None, FAILED, FAILED),
    ],
)
def test_first_checks_together(fire: str | None, structure: str | None, said: str) -> None:
    row = told({"fire_check": fire, "structure_check": structure}).iloc[0]
    assert row["first_check"] == said
    assert row["ranked"] == (said != FAILED)


def test_who_was_dropped_is_not_ranked() -> None:
    assert told(*({"status": one} for one in ("储备", "预选", "放弃")))["ranked"].tolist() == [True, True, False]


def test_a_table_read_for_figures_alone_stays_as_it_is() -> None:
    assert derive({"site_candidates": candidates({}).drop(columns="metro_m")}, ON, REGISTRY) == {}


# -- points and totals -------------------------------------------------------------------------------------------------


def test_points_of_a_row() -> None:
    typed = {f"{name}_score": 4 for name in ("amenities", "demand", "industry", "operator", "conversion", "balance")}
    rows = pd.DataFrame([
        {**typed, "metro_points": 2.0, "operator_willing": True, "clear_title": False},
        {**typed, "metro_points": NAN, "demand_score": 7, "balance_score": None, "operator_willing": None, "clear_title": True},
    ]).astype({"operator_willing": "boolean", "clear_title": "boolean"})
    found = part_points(rows)
    assert list(found) == IDS
    assert found.iloc[0].tolist() == [2, 4, 4, 4, 4, 4, 4, 5, 1]
    missing = [name for name in IDS if found.loc[1, name] != found.loc[1, name]]
    assert missing == ["traffic", "demand", "balance", "will"], "7 points there are none"
    assert found.loc[1, "title"] == 5


def test_totals_are_the_sum_of_their_parts() -> None:
    own = points({"traffic": 5, "demand": 1}, {"traffic": 1, "demand": 5})
    used = weights(traffic=30, demand=10)
    table = scored(own, used)
    # (5×30 + 1×10) ÷ (5×40) × 100 = 80; (1×30 + 5×10) ÷ 200 × 100 = 40
    assert table["low"].tolist() == pytest.approx([80, 40])
    assert table["known"].all()
    parts = contributions(own, used)
    assert parts.loc[0, ["traffic", "demand"]].tolist() == pytest.approx([75, 5])
    assert parts.sum(axis=1).tolist() == pytest.approx(table["low"].tolist())
    assert scored(points(dict.fromkeys(IDS, 5.0)), EQUAL)["low"].tolist() == [100]
    assert scored(points(dict.fromkeys(IDS, 1.0)), EQUAL)["low"].tolist() == [20]


def test_only_proportions_of_weights_count() -> None:
    own = points({"traffic": 5}, {"demand": 4}, {"title": 1})
    pd.testing.assert_frame_equal(scored(own, (1,) * 9), scored(own, (100,) * 9))
    assert shares(weights(traffic=30, demand=10))[:3] == (Fraction(3, 4), 0, Fraction(1, 4))


def test_equal_totals_share_a_rank() -> None:
    own = points({"traffic": 5, "demand": 1}, {"traffic": 1, "demand": 5}, {"traffic": 5, "demand": 5}, {"traffic": 1, "demand": 1})
    table = scored(own, weights(traffic=10, demand=10))
    assert table["best"].tolist() == [2, 2, 1, 4] == table["worst"].tolist()
    assert table["tied"].tolist() == [True, True, False, False]


def test_a_missing_part_makes_a_band_and_a_range_of_ranks() -> None:
    own = points({"traffic": NAN, "demand": 4}, {"traffic": 3, "demand": 4}, {"traffic": 1, "demand": 1})
    table = scored(own, weights(traffic=10, demand=10))
    assert table.loc[0, ["low", "high"]].tolist() == pytest.approx([50, 90])
    assert table["known"].tolist() == [False, True, True]
    # the second (70) may be passed by the first; the third (20) cannot pass anybody
    assert list(zip(table["best"], table["worst"], strict=True)) == [(1, 2), (1, 2), (3, 3)]
    assert not table["tied"].any(), "a band is never a tie"


def test_a_missing_part_that_weighs_nothing_leaves_the_total_known() -> None:
    table = scored(points({"traffic": NAN}, {}), weights(demand=10))
    assert table["known"].all()
    assert table["low"].tolist() == pytest.approx([60, 60])
    assert table["tied"].all()


def test_nobody_is_no_trouble() -> None:
    none = pd.DataFrame(columns=IDS, dtype="float64")
    assert scored(none, EQUAL).empty
    assert stability(none, EQUAL, SWING, 5).table.empty


def test_order_is_by_rank_then_code() -> None:
    own = points({"traffic": 1}, {"traffic": 5}, {"traffic": 5})
    table = scored(own, weights(traffic=1))
    assert order_of(table, pd.Series(["a", "z", "y"])).tolist() == [2, 1, 0]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (EQUAL, ""),
        ((0,) * 8 + (1,), ""),
        ((0,) * 9, "至少一项权重应大于 0。"),
        ((10,) * 8, "应有 9 项权重，现在是 8 项。"),
        ((101, *EQUAL[1:]), "权重应为 0～100 的整数：交通便利。"),
        ((-1, 200, *EQUAL[2:]), "权重应为 0～100 的整数：交通便利、配套资源。"),
    ],
)
def test_weights_that_will_not_do(given: tuple[int, ...], words: str) -> None:
    assert weights_problem(given) == words


# -- sensitivity -------------------------------------------------------------------------------------------------------


def test_who_is_better_in_every_part_is_never_passed() -> None:
    found = stability(points({"traffic": 5, "demand": 5}, {"traffic": 4, "demand": 4}), weights(traffic=10, demand=30), SWING, 1)
    assert found.table[["best", "worst", "best_seen", "worst_seen"]].to_numpy().tolist() == [[1, 1, 1, 1], [2, 2, 2, 2]]
    assert found.table["often"].tolist() == [100, 0]
    assert (found.stays.tolist(), found.never.tolist()) == ([True, False], [False, True])
    assert found.examined == 9


def test_two_that_pass_each_other_at_the_corners() -> None:
    # 5·t + 1·d against 1·t + 5·d, both weights 10 ± 2: level wherever the weights are equal, 3 of 9 looked at
    found = stability(points({"traffic": 5, "demand": 1}, {"traffic": 1, "demand": 5}), weights(traffic=10, demand=10), SWING, 1)
    assert found.table[["best", "worst", "best_seen", "worst_seen"]].to_numpy().tolist() == [[1, 2, 1, 2]] * 2
    assert found.table["often"].tolist() == pytest.approx([600 / 9] * 2), "level ones are both first"


def test_just_enough_and_just_not_enough_to_pass() -> None:
    # 5·t + 2·d against 1·t + 5·d with t = d = 10: 70 against 60. With t ≥ 8, d ≤ 12: 64 against 68, so it can pass.
    # 5·t + 3·d against 1·t + 5·d: 80 against 60; at the corner 76 against 68: never.
    can = stability(points({"traffic": 5, "demand": 2}, {"traffic": 1, "demand": 5}), weights(traffic=10, demand=10), SWING, 1)
    cannot = stability(points({"traffic": 5, "demand": 3}, {"traffic": 1, "demand": 5}), weights(traffic=10, demand=10), SWING, 1)
    assert can.table["worst"].tolist() == [2, 2]
    assert cannot.table["worst"].tolist() == [1, 2]


def test_a_missing_part_counts_at_its_least_and_its_most() -> None:
    found = stability(points({"traffic": NAN}, {"traffic": 3}), weights(traffic=10), SWING, 1)
    assert found.table[["best", "worst"]].to_numpy().tolist() == [[1, 2], [1, 2]]
    assert found.table["often"].tolist() == [0, 0], "never certainly first"


def test_many_candidates_are_looked_at_in_fewer_places() -> None:
    rng = np.random.default_rng(3)
    own = pd.DataFrame(rng.integers(1, 6, (201, len(IDS))).astype("float64"), columns=IDS)
    found = stability(own, EQUAL, SWING, 5)
    assert found.examined == 2**9 + 1
    assert stability(own.head(20), EQUAL, SWING, 5).examined == 3**9
    assert (found.table["best"] <= found.table["best_seen"]).all()
    assert (found.table["worst"] >= found.table["worst_seen"]).all()


# -- coverage ----------------------------------------------------------------------------------------------------------


def every_choice(covers: np.ndarray, worth: np.ndarray, k: int) -> tuple[int, list[tuple[int, ...]]]:
    """The most that k candidates cover and all choices that do, by trying every one."""
    found: dict[tuple[int, ...], int] = {}
    for some in combinations(range(len(covers)), min(k, len(covers))):
        found[some] = int(worth[covers[list(some)].any(axis=0)].sum())
    most = max(found.values())
    return most, [some for some, value in found.items() if value == most]


def test_the_best_choice_is_not_the_greedy_one() -> None:
    covers = np.array([[1, 1, 1, 1, 0, 0], [1, 1, 0, 0, 1, 0], [0, 0, 1, 1, 0, 1]], bool)
    worth = np.array([2, 2, 2, 2, 3, 3])
    found = best_choices(covers, worth, 2)
    assert (found.gain, found.count, found.choices) == (14, 1, ((1, 2),)), "the first alone covers most, but 11 with either of the others"


def test_candidates_that_cover_the_same_are_ties_that_are_counted() -> None:
    covers = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [0, 1], [0, 0]], bool)
    worth = np.array([5, 5])
    assert best_choices(covers, worth, 1).count == 5
    two = best_choices(covers, worth, 2)
    assert (two.gain, two.count) == (10, 6)
    assert two.choices == ((0, 3), (0, 4), (1, 3), (1, 4), (2, 3), (2, 4))
    three = best_choices(covers, worth, 3)
    assert (three.gain, three.count) == (every_choice(covers, worth, 3)[0], len(every_choice(covers, worth, 3)[1])) == (10, 15)


def test_nothing_to_gain_leaves_every_choice_level() -> None:
    found = best_choices(np.zeros((30, 4), bool), np.array([1, 1, 1, 1]), 3)
    assert (found.gain, found.count, len(found.choices)) == (0, 4060, LISTED)
    assert best_choices(np.zeros((3, 0), bool), np.zeros(0, np.int64), 5).choices == ((0, 1, 2),), "no more than there are"
    assert best_choices(np.zeros((0, 2), bool), np.array([1, 1]), 2).choices == ((),)


def test_first_in_which_place() -> None:
    a, b, c, d = subdistrict_codes()[:4]
    found = new_places([a, b, a, c, d], covered={b}, known={a, b, c})  # d has not reported: not judged
    assert found.tolist() == [[True, False], [False, False], [True, False], [False, True], [False, False]]


def square(code: str, west: float, south: float, edge: float) -> Outline:
    """A square on the plane, metres from its origin."""
    corners = [(west, south), (west + edge, south), (west + edge, south + edge), (west, south + edge), (west, south)]
    return Outline(code, ((tuple(wgs84_from_shanghai(*one) for one in corners),),), wgs84_from_shanghai(west + edge / 2, south + edge / 2))


def test_jobs_are_spread_over_the_ground_and_counted_once() -> None:
    a, b = subdistrict_codes()[:2]
    boundary = Boundary((square(a, 0, 0, 4000), square(b, 4000, 0, 4000)))
    ground = ground_of(boundary, {a: 16_000.0, b: 32_000.0})
    assert len(ground.places) == 2 * 200 * 200
    assert ground.worth.sum() == 48_000 * MILLION
    places = np.array([wgs84_from_shanghai(*one) for one in ((2000, 2000), (6000, 2000), (2000, 2000), (2100, 2000))])
    circle = np.pi * 0.8**2
    reach = reach_of(ground, places, np.zeros((0, 2)), 800)
    assert reach.before == 0
    assert reach.after([0])[0] == pytest.approx(1000 * circle, rel=0.002), "1,000 jobs to the km²"
    assert reach.after([1])[0] == pytest.approx(2000 * circle, rel=0.002)
    assert reach.after([0, 2]) == reach.after([0]), "the same place twice covers once"
    assert reach.after([0])[1] == pytest.approx(500 * circle / 16, rel=0.002)
    lens = shapely.Point(0, 0).buffer(800, 256).union(shapely.Point(100, 0).buffer(800, 256)).area / 1e6
    assert reach.after([0, 3])[0] == pytest.approx(1000 * lens, rel=0.002)
    after = reach_of(ground, places, places[:1], 800)
    assert after.before == pytest.approx(1000 * circle * MILLION, rel=0.002)
    assert after.after([0])[0] == after.before / MILLION, "what is covered already adds nothing"
    best = best_choices(after.covers, after.worth, 1)
    assert best.choices == ((1,),)


def test_jobs_of_the_district_within_a_radius_are_those_of_the_polygons() -> None:
    boundary = shipped_boundary()
    jobs = dict(zip(subdistrict_codes(), statistic("jobs_2023").tolist(), strict=True))
    ground = ground_of(boundary, jobs)
    assert ground.worth.sum() / MILLION == pytest.approx(512_000, abs=1)
    place = (121.415, 31.245)
    circle = shapely.Point(shanghai_from_wgs84(*place)).buffer(1500, 256)
    exact = 0.0
    for one in boundary.outlines:
        shape = shapely.MultiPolygon([([shanghai_from_wgs84(*p) for p in rings[0]], []) for rings in one.polygons])
        exact += jobs[one.code] * shape.intersection(circle).area / shape.area
    reach = reach_of(ground, np.array([place]), np.zeros((0, 2)), 1500)
    assert reach.after([0])[0] == pytest.approx(exact, rel=0.003)


def test_a_place_without_jobs_counts_none() -> None:
    a, b = subdistrict_codes()[:2]
    ground = ground_of(Boundary((square(a, 0, 0, 400), square(b, 400, 0, 400))), {a: 1000.0, b: NAN})
    assert ground.worth.sum() == 1000 * MILLION
    assert ground.margin.sum() == pytest.approx(500)


# -- drawn -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dark", [False, True])
def test_every_part_has_a_colour_of_its_own_that_reads_in_grey(dark: bool) -> None:
    colours = list(part_colours(tuple(part.title for part in PARTS), dark).values())
    assert len(set(colours)) == len(PARTS) == 9
    assert min(contrast(*pair) for pair in pairwise(colours)) > 1.4, "neighbours differ in lightness"
    assert min(contrast(text_on(colour), colour) for colour in colours) > 4.5, "the number reads on it"
    with pytest.raises(ValueError, match="colours for nine parts, not 10"):
        part_colours(tuple("abcdefghij"))


def test_a_part_carries_the_number_of_its_name() -> None:
    frame = pd.DataFrame({"id": ["A"], "name": ["甲"], "words": ["15.0"], "low": [15.0], "high": [15.0], "交通": [12.0], "需求": [3.0],
                          "交通_text": [""], "需求_text": [""]})
    desk, phone = (stacked_totals(frame, ("交通", "需求"), narrow=narrow) for narrow in (False, True))
    assert [one.text[0] for one in desk.data[:2]] == ["1", "2"]
    assert [one.text[0] for one in phone.data[:2]] == ["1", ""], "no room for it on a phone"
    assert "1 交通" in desk.layout.title.text
    assert "2 需求" in desk.layout.title.text


def test_no_circle_is_cut() -> None:
    west, south, east, north = geography.bounds()
    sites = pd.DataFrame([
        {"name": "东南", "lon": east, "lat": south, "kind": CHOSEN},
        {"name": "远", "lon": west - 1, "lat": north + 1, "kind": OTHER},
    ])
    figure = coverage_map(sites, radius=1500, boundary=shipped_boundary(), covered=frozenset(), added=frozenset())
    circle = next(one for one in figure.data if one.name == f"{CHOSEN}范围")
    (left, right), (bottom, top) = figure.layout.xaxis.range, figure.layout.yaxis.range
    assert left < west < east + 0.0157 < max(circle.x) < right, "1,500 m are 0.0157° of longitude here"
    assert bottom < min(circle.y) < south - 0.0135
    assert top == pytest.approx(north + 0.002), "what has no circle makes no room"
