"""Reading a boundary file of the bureau: a GeoJSON with the ten 街镇, turned into WGS-84 and held against what a map needs.

Its one rule: all that is wrong is told at once, with the number of the feature; nothing is mended.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import MultiPolygon, Polygon, maximum_inscribed_circle

from lib.datasets.boundaries import Boundary, Outline, shipped_boundary
from lib.datasets.columns import datum_named
from lib.datasets.places import find_subdistrict, subdistrict_codes, unit_name
from lib.spec.geodesy import BD09, DATUMS, GCJ02, WGS84, Pair, plausible, shanghai_plane, to_wgs84
from lib.spec.text import tidy

MOST_POINTS = 20_000
"""More than every screen can draw at once."""
MOST_TOLD = 40
SLIVER = 2.0
"""Metres: neighbours whose shared border was rounded to five decimals (1 m) on each side overlap or gape by no more."""
BEYOND = 0.03
"""Degrees, about 3 km: no point of the district lies farther than that outside the frame of our own outlines."""
_BETTER = 0.5
_OFF = 0.02
_APPROVAL = re.compile(r"(?:GS[\u4e00-\u9fff]?|[\u4e00-\u9fff]S)[（(〔\[][0-9]{4}[）)〕\]]第?[0-9]{1,6}号")
_EPSG = re.compile(r"(?:EPSG:{1,2}|CRS:?)([0-9]+)$")
_DEGREES = {"4326", "84", "4490"}
"""EPSG codes (and CRS84) that are longitude and latitude of WGS-84 or CGCS2000."""
_REASONS = {
    "Self-intersection": "边线自相交",
    "Ring Self-intersection": "边线自相接",
    "Hole lies outside shell": "洞在外边线之外",
    "Holes are nested": "洞套着洞",
    "Interior is disconnected": "内部不连通",
    "Nested shells": "几块相互重叠",
    "Duplicate Rings": "边线重复",
    "Too few points in geometry component": "边线的点太少",
}
Points = npt.NDArray[np.float64]
Raw = tuple[tuple[tuple[Pair, ...], ...], ...]
"""Polygons of rings of pairs as the file has them."""


@dataclass(frozen=True)
class BoundaryFile:
    """A file as read. problems: in Chinese, empty when it may be used; then `boundary` is what it holds. datum: the system in which it
    was read, empty when that could not be told.
    """

    boundary: Boundary | None
    problems: tuple[str, ...]
    datum: str = ""


@dataclass
class _Feature:
    number: int
    code: str = ""
    raw: Raw = ()
    shape: MultiPolygon | None = None
    polygons: list[Any] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"第 {self.number} 个要素" + (f"（{unit_name(self.code)}）" if self.code else "")


def read_boundary(data: bytes, *, file: str, approval: str, datum: str) -> BoundaryFile:
    """Read a file. approval: the 审图号 as given, empty: as the file has it. datum: one of `DATUMS`, empty: as the file says."""
    brackets = data.count(b"[")
    if brackets > 4 * MOST_POINTS:  # one for each point: such a file is not even opened
        return BoundaryFile(None, (_too_many(brackets),))
    try:
        plain: Any = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        return BoundaryFile(None, ("文件不是 GeoJSON：不能按 UTF-8 的 JSON 打开。请从测绘软件中导出为 GeoJSON（UTF-8）。",))
    if not isinstance(plain, dict) or plain.get("type") != "FeatureCollection" or not isinstance(plain.get("features"), list):
        return BoundaryFile(None, ("文件不是要素集：应为 type 是 FeatureCollection、带 features 的 GeoJSON。",))
    listed: list[Any] = plain["features"]
    problems: list[str] = []
    system = _system(plain, datum, problems)
    number = _approval(plain, approval, problems)
    features = [_Feature(at) for at in range(1, len(listed) + 1)]
    for one, given in zip(features, listed, strict=True):
        problems += _take(one, given if isinstance(given, dict) else {})
    problems += _check_names(features)
    count = sum(len(ring) for one in features for rings in one.raw for ring in rings)
    if count > MOST_POINTS:
        problems.append(_too_many(count))
    elif system:
        problems += _check_shapes(features, system)
    if problems:
        more = len(problems) - MOST_TOLD
        told = (*problems[:MOST_TOLD], f"另有 {more} 处问题未列出。") if more > 0 else tuple(problems)
        return BoundaryFile(None, told, system)
    outlines = tuple(_outline(one) for one in sorted(features, key=lambda one: one.code))
    return BoundaryFile(Boundary(outlines, number, tidy(file)[-200:], system), (), system)


def _too_many(points: int) -> str:
    return f"边线共有约 {points:,} 个点，超过 {MOST_POINTS:,} 个，地图会很慢。请先抽稀（容差 1～2 米即可）再上传。"


def areas_km2(boundary: Boundary) -> dict[str, float]:
    """Area of each 街镇 in km², on the plane of Shanghai."""
    return {one.code: _on_plane(_shape(one.polygons)).area / 1e6 for one in boundary.outlines}


def _system(plain: dict[str, Any], datum: str, problems: list[str]) -> str:
    """The system of coordinates: as asked for, which must be what the file says where it says anything."""
    crs: Any = plain.get("crs")
    properties: Any = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    said = str(plain.get("坐标系") or plain.get("datum") or "")
    written: str = datum_named(said) if said else ""
    if said and not written:
        problems.append(f"文件写明的坐标系“{said[:40]}”不认识，只能是 {'、'.join(DATUMS)}。")
        return ""
    if isinstance(name, str) and name:
        code = _EPSG.search(name.upper())
        if code is None or code.group(1) not in _DEGREES:
            problems.append(f"文件写明的坐标参照系“{name[:60]}”不能读取，请转换为 CGCS2000 经纬度（EPSG:4490）后导出。")
            return ""
        if datum in ("", WGS84):
            written = written or WGS84
    if datum and written and datum != written:
        problems.append(f"文件写明的坐标系是 {written}，您选的是 {datum}。请核对后重选，或改正文件。")
        return ""
    if not datum and not written:
        problems.append("文件没有写明坐标系，请在上传时选择。")
    return datum or written


def _approval(plain: dict[str, Any], given: str, problems: list[str]) -> str:
    written = plain.get("审图号")
    text = re.sub(r"\s+", "", given or (written if isinstance(written, str) else ""))
    text = re.sub(r"^审图号[:：]?", "", text)
    if not text:
        problems.append("没有审图号。公开使用的地图须经审核并标明审图号，请填写。")
    elif not _APPROVAL.fullmatch(text):
        problems.append(f"审图号“{text[:30]}”的写法不对，应如 沪S〔2026〕012号 或 GS（2026）1234号。")
    return text


def _take(one: _Feature, given: dict[str, Any]) -> Iterator[str]:
    """The name and the raw geometry of a feature, and what is wrong with them."""
    properties: Any = given.get("properties")
    told = properties.values() if isinstance(properties, dict) else ()
    values = [tidy(str(value)) for value in told if isinstance(value, (str, int))]
    codes = list(dict.fromkeys(code for code in map(find_subdistrict, values) if code))
    if len(codes) == 1:
        one.code = codes[0]
    elif codes:
        yield f"{one.name}的属性中有几个街镇的名称（{'、'.join(map(unit_name, codes))}），不知道是哪一个。"
    else:
        shown = "、".join(f"“{value[:20]}”" for value in values[:4]) or "无"
        yield f"{one.name}的属性中没有街镇的全称、通用简称或代码（属性值：{shown}）。"
    geometry: Any = given.get("geometry")
    kind: Any = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in {"Polygon", "MultiPolygon"}:
        yield f"{one.name}不是面（Polygon 或 MultiPolygon），而是“{str(kind)[:20]}”。"
        return
    coordinates: Any = geometry.get("coordinates")
    try:
        parts: Any = coordinates if kind == "MultiPolygon" else [coordinates]
        raw = tuple(tuple(tuple((float(pair[0]), float(pair[1])) for pair in ring) for ring in rings) for rings in parts)
    except (TypeError, ValueError, IndexError, OverflowError):
        yield f"{one.name}的坐标不是成对的数。"
        return
    numbers = [number for rings in raw for ring in rings for pair in ring for number in pair]
    if not all(raw) or not numbers or not all(map(math.isfinite, numbers)):
        yield f"{one.name}没有坐标，或坐标不是有限的数。"
    elif any(len(ring) < 4 or ring[0] != ring[-1] for rings in raw for ring in rings):
        yield f"{one.name}有边线没有闭合（首末两点应相同，至少 4 点）。"
    else:
        one.raw = raw


def _check_names(features: list[_Feature]) -> Iterator[str]:
    counted = Counter(one.code for one in features if one.code)
    for code, times in counted.items():
        if times > 1:
            numbers = "、".join(str(one.number) for one in features if one.code == code)
            yield f"{unit_name(code)}出现了 {times} 次（第 {numbers} 个要素）。一个街镇有几块的，请合为一个 MultiPolygon。"
    if missing := [unit_name(code) for code in subdistrict_codes() if code not in counted]:
        yield f"缺少 {len(missing)} 个街镇：{'、'.join(missing)}。"


def _check_shapes(features: list[_Feature], system: str) -> Iterator[str]:
    """Whether the polygons lie where the district is, are valid, and cover it once and without gaps."""
    readable = [one for one in features if one.raw]
    for one in readable:
        problem = _convert(one, system)
        if problem:
            yield f"{one.name}{problem}"
    placed = [one for one in readable if one.shape is not None]
    valid = []
    for one in placed:
        assert one.shape is not None
        reason = shapely.is_valid_reason(one.shape)
        if reason == "Valid Geometry":
            valid.append(one)
            continue
        words, _, where = reason.partition("[")
        yield f"{one.name}不是有效的面：{_REASONS.get(words.strip(), words.strip())}，位置 {_told(where)}。"
    if len(valid) < len(features):
        return
    shapes = {one.number: _on_plane(one.shape) for one in valid if one.shape is not None}
    yield from _check_tiling(valid, shapes)
    if len(valid) == len(subdistrict_codes()):
        yield from _check_system(valid, system, shapely.union_all(list(shapes.values())))


def _convert(one: _Feature, system: str) -> str:
    """Turn a feature into WGS-84; gives what keeps it from being one of the district."""
    pairs = [pair for rings in one.raw for ring in rings for pair in ring]
    if not all(plausible(system, *pair) for pair in pairs):
        if all(plausible(system, y, x) for x, y in pairs):
            return "的经度和纬度次序相反（GeoJSON 应先经度、后纬度）。"
        return f"有点不在上海范围内，坐标系可能不是 {system}。"
    one.polygons = [
        tuple(tuple((round(x, 6), round(y, 6)) for x, y in ring) for ring in rings) for rings in _read_in(system, one.raw)
    ]
    west, south, east, north = _frame()
    far = [(x, y) for rings in one.polygons for ring in rings for x, y in ring if not (west <= x <= east and south <= y <= north)]
    if far:
        return f"有 {len(far)} 个点远在普陀区之外，例如 {far[0][0]:.4f}, {far[0][1]:.4f}。"
    one.shape = _shape(one.polygons)
    return ""


def _check_tiling(features: list[_Feature], shapes: Mapping[int, Any]) -> Iterator[str]:
    for one, other in combinations(features, 2):
        common = shapes[one.number].intersection(shapes[other.number])
        if not common.is_empty and not common.buffer(-SLIVER / 2).is_empty:
            yield f"{one.name}与{other.name}重叠 {common.area:,.0f} 平方米，位置 {_where(common)}。"
    whole: Any = shapely.union_all([shape.buffer(SLIVER / 2, join_style="mitre") for shape in shapes.values()])
    parts = list(whole.geoms) if isinstance(whole, MultiPolygon) else [whole]
    if len(parts) > 1:
        yield f"{len(features)} 个要素拼不成一整块，而是互不相连的 {len(parts)} 块。"
    for part in parts:
        for ring in part.interiors:
            gap = Polygon(ring)
            yield f"街镇之间有空隙，约 {gap.area:,.0f} 平方米，位置 {_where(gap)}。"


def _check_system(features: list[_Feature], system: str, whole: Any) -> Iterator[str]:
    """A file whose district fits ours much better when read in another system was drawn in that one."""
    ours = shapely.union_all([_on_plane(_shape(one.polygons)) for one in shipped_boundary().outlines])
    off = whole.symmetric_difference(ours).area / ours.area
    if off <= _OFF or system not in {WGS84, GCJ02, BD09}:
        return
    for other in (WGS84, GCJ02, BD09):
        if other == system:
            continue
        shapes = [_on_plane(_shape(_read_in(other, one.raw))) for one in features]
        if shapely.union_all(shapes).symmetric_difference(ours).area / ours.area < _BETTER * off:
            yield f"坐标系可能不对：按 {system} 读与系统自带的底图相差 {off:.0%}，按 {other} 读则基本吻合。请核对后重选坐标系。"
            return


def _read_in(system: str, raw: Raw) -> Raw:
    """The polygons in WGS-84 when they are read in a system."""
    return tuple(tuple(tuple(to_wgs84(system, *pair) for pair in ring) for ring in rings) for rings in raw)


def _shape(polygons: Any) -> MultiPolygon:
    return MultiPolygon([Polygon(rings[0], rings[1:]) for rings in polygons])


def _on_plane(shape: Any) -> Any:
    def turned(points: Points) -> Points:
        return np.column_stack(shanghai_plane().transform(points[:, 0], points[:, 1]))

    return shapely.transform(shape, turned)


def _told(place: str) -> str:
    """A place as shapely tells it, “121.4690357143 31.2394717857]”, as people read it."""
    return ", ".join(f"{float(number):.5f}" for number in place.rstrip("]").split()[:2])


def _where(shape: Any) -> str:
    point = shape.representative_point()
    lon, lat = to_wgs84("上海2000", point.x, point.y)
    return f"{lon:.5f}, {lat:.5f}"


def _frame() -> tuple[float, float, float, float]:
    points = np.array([pair for one in shipped_boundary().outlines for rings in one.polygons for ring in rings for pair in ring])
    (west, south), (east, north) = points.min(axis=0) - BEYOND, points.max(axis=0) + BEYOND
    return float(west), float(south), float(east), float(north)


def _outline(one: _Feature) -> Outline:
    """With our label point where it lies inside, else the middle of the widest part."""
    shape = _shape(one.polygons)
    label = shipped_boundary().of[one.code].label
    if not shape.contains(shapely.Point(label)):
        largest = max(shape.geoms, key=lambda part: part.area)
        x, y = maximum_inscribed_circle(largest, tolerance=1e-4).coords[0]
        label = round(x, 5), round(y, 5)
    return Outline(one.code, tuple(one.polygons), label)
