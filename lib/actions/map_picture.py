"""The map of 床位供应地图 as a file: asked with the actor, as all that is taken out."""

from __future__ import annotations

from lib.actions.downloads import Asked, snapshot_asked
from lib.actions.opening import open_database
from lib.auth.permissions import Action, User, may
from lib.datasets.places import unit_name
from lib.errors import Forbidden, NotFound
from lib.figures.content import contents_of, registry_at
from lib.figures.snapshot import Snapshot, load_snapshot
from lib.indicators import CATALOGUE
from lib.indicators.algebra import Indicator
from lib.indicators.evaluate import evaluate
from lib.reports.bed_points import TIERS, WORDS, bed_points, filled, filled_line
from lib.reports.map_picture import MapPicture, map_svg
from lib.settings import settings
from lib.spec.period import title_of
from lib.store import releases

MEASURES = ("H07", "H15", "H09", "H11B", "H17", "H01", "H02", "H03", "H11")
"""Indicators that the map may be coloured by, in the order of its list."""


def map_picture(*, by: User | None, asked: Asked, measure: str, tier: str, project: str, page: str) -> bytes:
    """The map of a release and month with its choices as SVG, A4 across. page: the address of the map page, for the link.
    Raises Forbidden or NotFound.
    """
    if not may(by, Action.EXPORT):
        raise Forbidden()
    spec = CATALOGUE.get(measure)
    if spec is None or measure not in MEASURES or tier not in TIERS:
        raise NotFound("链接中的地图指标或项目点位不正确。", "请从页面上重新下载。")
    snapshot = snapshot_asked(asked)
    found = evaluate(spec, snapshot)
    with open_database().reading() as connection:
        info = next(one for one in releases.list_releases(connection) if one.number == int(asked.release))
    pinned = {"v": asked.release, "period": asked.period, "unit": ",".join(asked.units)}
    shown = {**pinned, "measure": spec.title, "tier": tier, "project": project}
    missing = "、".join(unit_name(code, short=True) for code in found.whole.missing)
    chosen = "、".join(unit_name(code) for code in asked.units)
    notes = [(spec.caution, "注意：{}"), (missing, "未报：{}，未计入。"), (chosen, "已选：{}。")]
    return map_svg(MapPicture(
        title=spec.title,
        unit=spec.unit,
        decimals=spec.decimals,
        month=title_of(snapshot.period),
        standing=f"第 {asked.release} 版（{info.published_at[:10]} 发布）　数据截至 {snapshot.as_of.isoformat()}",
        whole=f"{found.whole.text}（{found.whole.fraction}）" if found.whole.fraction else found.whole.text,
        places=found.frame(),
        points=bed_points(snapshot.frames["rental_projects"], tier, project),
        notes="　".join(words.format(what) for what, words in notes if what),
        link=f"{page}?{'&'.join(f'{name}={value}' for name, value in shown.items() if value)}",
        demo=settings().demo,
        selected=frozenset((*asked.units, project)),
        words=WORDS.get(measure, {}),
        over=_reach(spec, snapshot, int(asked.release)),
        boundary=snapshot.boundary,
        base=filled_line(filled(snapshot.frames["rental_projects"], measure)),
    )).encode()


def _reach(spec: Indicator, snapshot: Snapshot, number: int) -> tuple[float, ...]:
    """The least and the largest figure of a 街镇 in any month of the release: the colours of the page."""
    with open_database().reading() as connection:
        registry = registry_at(connection, number)
        contents = contents_of(releases.state_at(connection, number), registry)
        months = [evaluate(spec, load_snapshot(connection, content, registry, lean=True)) for content in contents.values()]
    known = [one.value for month in months for one in month.places if one.value is not None]
    return (min(known), max(known)) if known else ()
