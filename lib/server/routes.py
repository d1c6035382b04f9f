"""Routes besides the pages: health, downloads, the translating script. Rows leave the house only through here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from lib.actions.boundaries import boundary_geojson
from lib.actions.downloads import (
    Asked,
    catalogue_csv,
    coloured_rows,
    committee_calendar,
    figures_csv,
    original_file,
    renewal_csv,
    renewal_workbook,
    rental_csv,
    returned_file,
    rows_csv,
    sites_file,
    template_workbook,
    to_do_csv,
)
from lib.actions.map_picture import map_picture
from lib.actions.opening import PROGRESS
from lib.actions.sheets import coloured_project, progress_sheet
from lib.actions.thresholds import thresholds_csv
from lib.auth.demo import account
from lib.auth.permissions import User
from lib.errors import AppError, Forbidden, NotFound
from lib.reports.renewal_export import selection
from lib.reports.rental import Choice as RentalChoice
from lib.server.middleware import SCRIPT_PATH
from lib.ui.map_assets import MAP_ASSETS, SVG

_SCRIPT = Path(__file__).resolve().parent / "zh.js"
CSV = "text/csv; charset=utf-8"
ICS = "text/calendar; charset=utf-8"
GEOJSON = "application/geo+json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def health(_request: Request) -> Response:
    """Whether pages may be shown yet."""
    status = 503 if PROGRESS.failed else 200
    return JSONResponse({"ready": PROGRESS.ready, "done": PROGRESS.done, "total": PROGRESS.total, "failed": bool(PROGRESS.failed)}, status)


async def script(_request: Request) -> Response:
    """The script that translates built-in texts; public, it holds no data."""
    return FileResponse(_SCRIPT, media_type="text/javascript; charset=utf-8")


async def map_asset(request: Request) -> Response:
    """Pictures and names for the map; public, they hold no data."""
    kind, make = MAP_ASSETS[request.url.path]
    return Response(make(), media_type=kind, headers={"Cache-Control": "public, max-age=3600"})


async def download_rows(request: Request) -> Response:
    """The rows behind a figure as CSV; parameters v, period, unit, project_type, part, as."""
    query, asked = request.query_params, _asked(request)

    def make() -> bytes:
        return rows_csv(by=_by(request), indicator=request.path_params["name"], part=query.get("part", "numerator"), asked=asked)

    name = f"{request.path_params['name']}_{asked.period}_v{asked.release}.csv"
    return await _file(make, name, CSV)


async def download_figures(request: Request) -> Response:
    """All figures of a period as CSV; parameters v, period, unit, project_type, as."""
    asked = _asked(request)
    return await _file(lambda: figures_csv(by=_by(request), asked=asked), f"指标_{asked.period}_v{asked.release}.csv", CSV)


async def download_catalogue(request: Request) -> Response:
    """Every indicator with its words and thresholds as CSV; parameters v, period, as."""
    asked = _asked(request)
    return await _file(lambda: catalogue_csv(by=_by(request), release=asked.release, period=asked.period), "指标口径.csv", CSV)


async def download_to_do(request: Request) -> Response:
    """What committees have to do in the coming month, as CSV; parameters v, period, unit, as."""
    asked = _asked(request)
    return await _file(lambda: to_do_csv(by=_by(request), asked=asked), f"业委会待办_{asked.period}_v{asked.release}.csv", CSV)


async def download_calendar(request: Request) -> Response:
    """The due days of committees as a calendar file; parameters v, period, unit, as."""
    asked = _asked(request)
    return await _answer(lambda: committee_calendar(by=_by(request), asked=asked), ICS)


async def download_sites(request: Request) -> Response:
    """The ranked list of site candidates as seen, as CSV or xlsx; parameters v, period, unit, status, find, weights, try, as."""
    query, asked, kind = request.query_params, _asked(request), request.path_params["kind"]
    if kind not in ("csv", "xlsx"):
        return await no_such_route(request)

    def make() -> bytes:
        return sites_file(by=_by(request), asked=asked, statuses=_list(query.get("status")), text=query.get("find", ""),
                          weights=query.get("weights", ""), trial=query.get("try", ""), workbook=kind == "xlsx")

    return await _file(make, f"选址评估_{asked.period}_v{asked.release}.{kind}", XLSX if kind == "xlsx" else CSV)


async def download_rental(request: Request) -> Response:
    """The list of rental projects as seen, as CSV; parameters v, period, unit, tier, source, stage, operator, find, as."""
    query = request.query_params
    asked = Asked(query.get("v", ""), query.get("period", ""), _list(query.get("unit")))
    choice = RentalChoice(_list(query.get("tier")), _list(query.get("source")), _list(query.get("stage")), _list(query.get("operator")),
                          query.get("find", ""))
    name = f"租赁项目_{asked.period}_v{asked.release}.csv"
    return await _file(lambda: rental_csv(by=_by(request), asked=asked, choice=choice), name, CSV)


async def download_map(request: Request) -> Response:
    """The map of the rental page as SVG; parameters v, period, unit, measure, tier, project, as."""
    query, asked, page = request.query_params, _asked(request), request.url.replace(path="/bed_map", query="")

    def make() -> bytes:
        return map_picture(by=_by(request), asked=asked, measure=query.get("measure", ""), tier=query.get("tier", ""),
                           project=query.get("project", ""), page=str(page))

    return await _file(make, f"床位供应地图_{asked.period}_v{asked.release}.svg", SVG)


async def download_renewal(request: Request) -> Response:
    """A table of 更新进度 as CSV, or all tables of a section as a workbook, as seen; parameters v, period, unit, project_type, stage,
    year, light, find, rounds, tgroup, tclosed, lstage, lfind, as.
    """
    query, where, asked = request.query_params, request.path_params, _asked(request)

    def make() -> tuple[str, bytes]:
        release, period, wanted = asked.release, asked.period, selection(query, asked.units, asked.filters)
        if "table" in where:
            return renewal_csv(by=_by(request), table=where["table"], release=release, period=period, wanted=wanted)
        return renewal_workbook(by=_by(request), section=where["section"], release=release, period=period, wanted=wanted)

    return await _answer(make, CSV if "table" in where else XLSX)


async def download_sheet(request: Request) -> Response:
    """The approved public progress sheet of a project; parameters v, as."""

    def make() -> tuple[str, bytes]:
        return progress_sheet(by=_by(request), project=request.path_params["project"], release=request.query_params.get("v", ""))

    return await _answer(make, "text/html; charset=utf-8")


async def download_project(request: Request) -> Response:
    """A workbook that a project stands in, with its rows coloured; parameters v, period, as."""
    query, where = request.query_params, request.path_params

    def make() -> tuple[str, bytes]:
        return coloured_project(by=_by(request), project=where["project"], release=query.get("v", ""), period=query.get("period", ""),
                                submission=where["submission"])

    return await _answer(make)


async def download_thresholds(request: Request) -> Response:
    """The thresholds of a release as CSV; parameters v, as."""
    release = request.query_params.get("v", "")
    return await _file(lambda: thresholds_csv(by=_by(request), release=release), f"标准与阈值_v{release}.csv", CSV)


async def download_boundary(request: Request) -> Response:
    """The outlines of the 街镇 in a release as GeoJSON; parameters v, as."""
    release = request.query_params.get("v", "")
    return await _file(lambda: boundary_geojson(by=_by(request), release=release), f"边界底图_v{release}.geojson", GEOJSON)


async def download_coloured(request: Request) -> Response:
    """The workbook of a submission with its rows behind a figure coloured; parameters indicator, part, v, period, unit,
    project_type, as.
    """
    query, asked = request.query_params, _asked(request)

    def make() -> tuple[str, bytes]:
        return coloured_rows(by=_by(request), indicator=query.get("indicator", ""), part=query.get("part", "numerator"), asked=asked,
                             submission=request.path_params["submission"])

    return await _answer(make)


def _asked(request: Request) -> Asked:
    query = request.query_params
    filters = tuple((column, _list(query.get(column))) for column in ("project_type", "stage", "compound_id"))
    return Asked(query.get("v", ""), query.get("period", ""), _list(query.get("unit")), filters)


def _by(request: Request) -> User | None:
    return account(request.query_params.get("as", ""))


async def download_template(request: Request) -> Response:
    """The template workbook of a dataset; parameters period, filled, as."""
    query = request.query_params
    dataset = request.path_params["dataset"]

    def make() -> bytes:
        return template_workbook(by=account(query.get("as", "")), dataset=dataset, period=query.get("period", ""),
                                 filled=query.get("filled") == "1")

    return await _file(make, f"{dataset}_{query.get('period', '')}.xlsx", XLSX)


async def download_original(request: Request) -> Response:
    """The file that a submission keeps; parameter as."""
    return await _kept(request, original_file)


async def download_returned(request: Request) -> Response:
    """The workbook of a submission with its findings marked at their cells; parameter as."""
    return await _kept(request, returned_file)


async def _kept(request: Request, make: Callable[..., tuple[str, bytes]]) -> Response:
    by = account(request.query_params.get("as", ""))
    return await _answer(lambda: make(by=by, submission=request.path_params["submission"]))


async def _file(make: Callable[[], bytes], name: str, media_type: str) -> Response:
    return await _answer(lambda: (name, make()), media_type)


async def _answer(make: Callable[[], tuple[str, bytes]], media_type: str = "") -> Response:
    """What `make` gives, as a file to be saved under its name."""
    try:
        name, content = await run_in_threadpool(make)
    except Forbidden as refused:
        return PlainTextResponse(refused.text, 403)
    except NotFound as missing:
        return PlainTextResponse(missing.text, 404)
    except AppError as wrong:
        return PlainTextResponse(wrong.text, 400)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}", "Cache-Control": "no-store"}
    kind = media_type or (XLSX if name.lower().endswith(".xlsx") else "application/octet-stream")
    return Response(content, media_type=kind, headers=headers)


def _list(text: str | None) -> tuple[str, ...]:
    return tuple(part for part in (text or "").split(",") if part)


async def no_such_route(_request: Request) -> Response:
    """An address under /api that leads nowhere."""
    return PlainTextResponse("没有这个下载地址。请从页面上重新下载。", 404)


async def front(request: Request) -> Response:
    """The front page under its name."""
    return RedirectResponse("/" + (f"?{request.url.query}" if request.url.query else ""))


ROUTES = [
    Route("/healthz", health),
    Route(SCRIPT_PATH, script),
    *(Route(path, map_asset) for path in MAP_ASSETS),
    Route("/api/download/rows/{name}.csv", download_rows),
    Route("/api/download/figures.csv", download_figures),
    Route("/api/download/catalogue.csv", download_catalogue),
    Route("/api/download/thresholds.csv", download_thresholds),
    Route("/api/download/boundary.geojson", download_boundary),
    Route("/api/download/committees.csv", download_to_do),
    Route("/api/download/committees.ics", download_calendar),
    Route("/api/download/rental.csv", download_rental),
    Route("/api/download/sites.{kind}", download_sites),
    Route("/api/download/map.svg", download_map),


    Route("/api/download/renewal/{table}.csv", download_renewal),
    Route("/api/download/renewal/{section}.xlsx", download_renewal),
    Route("/api/download/sheet/{project}", download_sheet),
    Route("/api/download/project/{project}/{submission:int}", download_project),
    Route("/api/download/coloured/{submission:int}", download_coloured),
    Route("/api/download/template/{dataset}.xlsx", download_template),
    Route("/api/download/original/{submission:int}", download_original),
    Route("/api/download/returned/{submission:int}.xlsx", download_returned),
    Route("/api/{rest:path}", no_such_route),
    Route("/overview", front),
]
