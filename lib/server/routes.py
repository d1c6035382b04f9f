"""Routes besides the pages: health, downloads, the translating script. Rows leave the house only through here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from lib.actions.downloads import original_file, returned_file, rows_csv, template_workbook
from lib.actions.opening import PROGRESS
from lib.auth.demo import account
from lib.errors import AppError, Forbidden, NotFound
from lib.server.middleware import SCRIPT_PATH

_SCRIPT = Path(__file__).resolve().parent / "zh.js"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def health(_request: Request) -> Response:
    """Whether pages may be shown yet."""
    status = 503 if PROGRESS.failed else 200
    return JSONResponse({"ready": PROGRESS.ready, "done": PROGRESS.done, "total": PROGRESS.total, "failed": bool(PROGRESS.failed)}, status)


async def script(_request: Request) -> Response:
    """The script that translates built-in texts; public, it holds no data."""
    return FileResponse(_SCRIPT, media_type="text/javascript; charset=utf-8")


async def download_rows(request: Request) -> Response:
    """The rows behind a figure as CSV; parameters v, period, unit, project_type, part, as."""
    query = request.query_params
    filters = (("project_type", _list(query.get("project_type"))),)

    def make() -> bytes:
        return rows_csv(by=account(query.get("as", "")), indicator=request.path_params["name"], part=query.get("part", "numerator"),
                        release=query.get("v", ""), period=query.get("period", ""), units=_list(query.get("unit")), filters=filters)

    name = f"{request.path_params['name']}_{query.get('period', '')}_v{query.get('v', '')}.csv"
    return await _file(make, name, "text/csv; charset=utf-8")


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


ROUTES = [
    Route("/healthz", health),
    Route(SCRIPT_PATH, script),
    Route("/api/download/rows/{name}.csv", download_rows),
    Route("/api/download/template/{dataset}.xlsx", download_template),
    Route("/api/download/original/{submission:int}", download_original),
    Route("/api/download/returned/{submission:int}.xlsx", download_returned),
]
