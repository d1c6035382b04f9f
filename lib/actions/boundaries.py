"""Putting a boundary file of the bureau in the place of ours, and the way back: each is a release of its own with its reason.

Its one rule: no figure rests on a boundary, so such a release has no figures of its own; the releases before keep what they showed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lib import clock
from lib.actions.opening import open_database
from lib.auth.permissions import Action, User, may
from lib.datasets.boundaries import Boundary, shipped_boundary
from lib.datasets.places import subdistrict_codes
from lib.errors import Blocked, Forbidden, NotFound
from lib.figures.content import boundary_at, boundary_of, registry_at
from lib.indicators.statistics import statistic, statistics_rows
from lib.rules.boundary_file import BoundaryFile, areas_km2, read_boundary
from lib.settings import settings
from lib.spec.personal import personal_number
from lib.spec.text import tidy
from lib.store import audit, releases
from lib.store.blobs import put_blob
from lib.store.boundaries import add_boundary, boundary_changes, boundary_digest_at
from lib.store.database import Database
from lib.store.releases import Release

SHORTEST, LONGEST = 5, 500
"""Characters of a reason."""
PUBLISHED_AREA = "official_area"
"""The statistic: areas of the 街镇 in km² as published."""


@dataclass(frozen=True, slots=True)
class AreaRow:
    """The area of a 街镇 in km²: of a boundary, of our own outlines, and as published (None where none was found) with its source."""

    code: str
    area: float
    ours: float
    published: float | None
    source: str

    @property
    def difference(self) -> float | None:
        """How much larger than published, as a share; None where nothing was."""
        return None if self.published is None else self.area / self.published - 1


@dataclass(frozen=True, slots=True)
class KeptBoundary:
    """A boundary that a release brought."""

    release: Release
    boundary: Boundary


def check_boundary(*, by: User, data: bytes, file: str, approval: str, datum: str) -> BoundaryFile:
    """What a file holds and all that is wrong with it, as `read_boundary` says it. Raises Forbidden, or Blocked when it is too large."""
    if not may(by, Action.SET_RULES):
        raise Forbidden("更换边界底图须由区局科室办理。", "请联系科室编辑。")
    if len(data) > settings().max_upload_mb * 1024 * 1024:
        raise Blocked("size", f"文件超过 {settings().max_upload_mb} MB。", "请抽稀后重新导出。")
    return read_boundary(data, file=file, approval=approval, datum=datum)


def area_rows(boundary: Boundary) -> tuple[AreaRow, ...]:
    """The areas of a boundary beside ours and the published ones, in the order of the codes."""
    published = statistic(PUBLISHED_AREA)
    sources = {row["code"]: row["publisher"] for row in statistics_rows() if row["indicator"] == PUBLISHED_AREA}
    area, ours = areas_km2(boundary), _our_areas()
    return tuple(
        AreaRow(code, area[code], ours[code], None if value != value else float(value), sources.get(code, ""))
        for code, value in zip(subdistrict_codes(), published, strict=True)
    )


@lru_cache(maxsize=1)
def _our_areas() -> dict[str, float]:
    return areas_km2(shipped_boundary())


def set_boundary(
    database: Database, *, by: User, data: bytes, file: str, approval: str, datum: str, base_release: int, key: str, note: str
) -> int:
    """Publish the boundary of a file as the next release, and give its number. data, file, approval, datum: as `check_boundary` takes
    them. base_release, key, note and what is raised: as `restore_boundary` has them; Blocked, too, when anything is wrong with the file.
    """
    found = check_boundary(by=by, data=data, file=file, approval=approval, datum=datum)
    if found.boundary is None:
        more = f"（另有 {len(found.problems) - 5} 处）" if len(found.problems) > 5 else ""
        raise Blocked("problems", "".join(found.problems[:5]) + more, "请改正后重新上传。")
    return _publish(database, found.boundary, data, by=by, base_release=base_release, key=key, note=note)


def restore_boundary(database: Database, *, by: User, base_release: int, key: str, note: str) -> int:
    """Publish our own outlines again as the next release, and give its number.

    base_release: the release that was on the screen. key: a second call with the same key gives the number of the first and changes
    nothing. note: the reason, `SHORTEST` to `LONGEST` characters. Raises Forbidden, or Blocked: no reason, nothing changed, or somebody
    has changed the boundary since.
    """
    return _publish(database, shipped_boundary(), b"", by=by, base_release=base_release, key=key, note=note)


def _publish(database: Database, boundary: Boundary, original: bytes, *, by: User, base_release: int, key: str, note: str) -> int:
    if not may(by, Action.SET_RULES):
        raise Forbidden("更换边界底图须由区局科室办理。", "请联系科室编辑。")
    words = tidy(note)
    with database.writing() as connection:
        done = releases.release_with_key(connection, key)
        if done is not None:
            return done
        _check_reason(words)
        head = releases.head(connection)
        digest = boundary_digest_at(connection, head)
        if not 0 <= base_release <= head or boundary_digest_at(connection, base_release) != digest:
            raise Blocked("moved", "您打开之后，边界底图已有新版发布。", "请刷新页面，核对后重新办理。")
        standing = boundary_of(connection, digest)
        if boundary.key == standing.key:
            raise Blocked("same", "与现在使用的边界底图完全相同，没有变化。")
        at = clock.now().isoformat()
        registry = registry_at(connection, head)
        number = releases.add_release(connection, by=by.id, at=at, note=words, key=key, changes={})
        if head == 0:
            releases.add_registry(connection, number, registry.csv())
        add_boundary(connection, number, "" if boundary.ours else boundary.geojson())
        detail = {"approval": boundary.approval, "file": boundary.file, "datum": boundary.datum, "boundary": boundary.key,
                  "original": put_blob(connection, original) if original else "", "before": standing.key, "key": key, "note": words}
        audit.append(connection, at=at, actor=by.id, action="boundary", subject=f"release {number}", detail=detail)
    return number


def _check_reason(words: str) -> None:
    if not SHORTEST <= len(words) <= LONGEST:
        raise Blocked("note", f"更换理由应为 {SHORTEST}～{LONGEST} 个字，现在是 {len(words)} 个字。", "请写明依据和来源。")
    if what := personal_number(words):
        raise Blocked("personal", f"更换理由中疑似有{what}。", "请删去个人信息后再保存。")


def boundary_history(database: Database, *, by: User, upto: int) -> tuple[KeptBoundary, ...]:
    """The boundaries of the releases up to a number, newest first; none where ours was never replaced. Raises Forbidden."""
    if not may(by, Action.VIEW):
        raise Forbidden()
    with database.reading() as connection:
        known = {one.number: one for one in releases.list_releases(connection)}
        changes = [(number, digest) for number, digest in boundary_changes(connection) if number <= upto]
        return tuple(KeptBoundary(known[number], boundary_of(connection, digest)) for number, digest in changes)


def boundary_geojson(*, by: User | None, release: str) -> bytes:
    """The boundary of a release as GeoJSON in WGS-84. Raises Forbidden or NotFound."""
    if not may(by, Action.EXPORT):
        raise Forbidden()
    if not (release.isascii() and release.isdigit() and len(release) < 9):
        raise NotFound("链接中的版次不正确。", "请从“边界底图”页面重新下载。")
    with open_database().reading() as connection:
        if int(release) > releases.head(connection):
            raise NotFound(f"没有第 {int(release)} 版。")
        return boundary_at(connection, int(release)).geojson().encode()
