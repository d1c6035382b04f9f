"""The server around the pages: who is answered, with which headers, and what the routes give."""

from __future__ import annotations

import asyncio
import base64
import csv
import gzip
import hashlib
import io
import re
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import quote

import openpyxl
import pytest
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from lib.actions import downloads
from lib.actions.opening import PROGRESS, open_database
from lib.actions.staging import keep
from lib.auth.demo import account
from lib.datasets import DATASETS
from lib.figures.rows import passport_rows
from lib.indicators import CATALOGUE
from lib.ingest.conversation import WorkerFailed
from lib.ingest.template import write_template
from lib.reports.csv import to_csv
from lib.server import startup
from lib.server.middleware import (
    MIDDLEWARE,
    Chinese,
    LocalOnly,
    SecurityHeaders,
    content_security_policy,
    in_chinese,
)
from lib.server.routes import ROUTES
from lib.settings import settings
from lib.spec.findings import finding
from lib.spec.period import Period
from lib.store import submissions
from tests.support.asgi import get, scope, send
from tests.support.published import (
    CHANGFENG,
    SEPTEMBER,
    TAOPU,
    Row,
    compound,
    publish_rows,
    read,
    snapshot_at,
    workbook,
)
from tests.support.small import SMALL

INDEX = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()


async def _index(_request: Request) -> Response:
    return HTMLResponse(INDEX)


APP = Starlette(routes=[*ROUTES, Route("/", _index)], middleware=MIDDLEWARE)


# -- only this machine -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8501", "localhost", "localhost:8501", "[::1]", "[::1]:8501"])
@pytest.mark.parametrize("client", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_answered(client: str, host: str) -> None:
    assert get(APP, "/healthz", client=(client, 1), headers={"host": host}).status == 200


@pytest.mark.parametrize(
    ("client", "host"),
    [
        ("10.0.0.7", "127.0.0.1:8501"),
        ("192.168.1.2", "localhost"),
        ("203.0.113.9", "localhost"),
        ("2001:db8::1", "[::1]"),
        ("127.0.0.1.evil", "localhost"),
        ("127.0.0.1", "evil.example"),
        ("127.0.0.1", "evil.example:8501"),
        ("127.0.0.1", "127.0.0.1.evil.example"),
        ("127.0.0.1", "localhost.evil.example"),
        ("127.0.0.1", ""),
        ("127.0.0.1", "evil.example:127.0.0.1"),
        ("127.0.0.1", "0.0.0.0:8501"),
        ("127.0.0.1", "localhost:8501:1"),
        (None, "localhost"),
    ],
)
def test_others_are_refused(client: str | None, host: str) -> None:
    reached = False

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        nonlocal reached
        reached = True

    address = None if client is None else (client, 1)
    answer = get(LocalOnly(app), "/api/download/rows/G01.csv?as=bureau", client=address, headers={"host": host})
    assert (answer.status, "只接受本机访问" in answer.text) == (403, True)
    for path in ("/", "/_stcore/stream", "/media/x.png", "/_stcore/upload_file/x/y"):
        assert get(LocalOnly(app), path, client=address, headers={"host": host}).status == 403
    assert send(LocalOnly(app), scope("/_stcore/stream", kind="websocket", client=address, headers={"host": host})) == [
        {"type": "websocket.close", "code": 1008}
    ]
    assert not reached


def test_a_socket_of_this_machine_is_let_through() -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})

    wrapped: ASGIApp = app
    for one in reversed(MIDDLEWARE):
        wrapped = one.cls(wrapped)  # type: ignore[operator]
    assert send(wrapped, scope("/_stcore/stream", kind="websocket")) == [{"type": "websocket.accept"}]
    assert send(wrapped, scope("/_stcore/stream", kind="websocket", client=("10.0.0.7", 1))) == [
        {"type": "websocket.close", "code": 1008}
    ]


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "10.1.2.3", "yijuputuo.example"])
def test_the_server_does_not_start_on_another_address(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(startup.config, "get_option", {"server.address": address}.__getitem__)
    monkeypatch.setattr(startup.threading, "Thread", lambda **_: pytest.fail("it started"))

    async def begin() -> None:
        async with startup.lifespan(None):  # type: ignore[arg-type]
            pass

    with pytest.raises(SystemExit, match=re.escape(address)):
        asyncio.run(begin())


# -- headers ---------------------------------------------------------------------------------------------------------

HEADERS = {
    "content-security-policy": content_security_policy(),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
}


@pytest.mark.parametrize(
    ("path", "more", "status"),
    [
        ("/", {}, 200),
        ("/healthz", {}, 200),
        ("/assets/zh.js", {}, 200),
        ("/assets/map/points-dark.svg", {}, 200),
        ("/assets/map/stations.geojson", {}, 200),
        ("/nowhere", {}, 404),
        ("/healthz", {"method": "POST"}, 405),
        ("/healthz", {"method": "HEAD"}, 200),
        ("/api/download/rows/G01.csv", {}, 403),
        ("/", {"client": ("10.0.0.7", 1)}, 403),
        ("/", {"headers": {"host": "evil.example"}}, 403),
    ],
)
def test_every_answer_carries_the_headers(path: str, more: dict[str, object], status: int) -> None:
    answer = get(APP, path, **more)
    assert answer.status == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_the_policy_asks_no_other_host_and_allows_one_script() -> None:
    policy = dict(part.split(" ", 1) for part in content_security_policy().split("; "))
    scripts = [found.encode() for found in re.findall(r"<script>(.*?)</script>", INDEX.decode(), re.DOTALL)]
    assert len(scripts) == 1
    assert f"'sha256-{base64.b64encode(hashlib.sha256(scripts[0]).digest()).decode()}'" in policy["script-src"]
    assert "unsafe-inline" not in policy["script-src"]
    assert "'unsafe-eval'" not in policy["script-src"].replace("'wasm-unsafe-eval'", "")
    assert (policy["default-src"], policy["connect-src"], policy["frame-ancestors"], policy["object-src"]) == (
        "'self'",
        "'self'",
        "'none'",
        "'none'",
    )
    assert "http" not in content_security_policy()
    assert "*" not in content_security_policy().split()


def test_headers_replace_those_of_the_application() -> None:
    app = SecurityHeaders(PlainTextResponse("x", headers={"X-Frame-Options": "SAMEORIGIN", "Content-Security-Policy": "default-src *"}))
    assert {name: get(app, "/").headers[name] for name in HEADERS} == HEADERS


# -- Chinese ---------------------------------------------------------------------------------------------------------


def check_chinese(body: bytes) -> None:
    page = body.decode()
    assert '<html lang="zh-CN">' in page
    assert '<head><script src="/assets/zh.js"></script>' in page
    assert "<title>宜居普陀</title>" in page
    assert page.index("zh.js") < page.index("<script", page.index("zh.js")), "ours comes first"
    assert "Streamlit</title>" not in page


def test_the_page_of_this_streamlit_is_rewritten() -> None:
    check_chinese(in_chinese(INDEX))
    answer = get(APP, "/", headers={"accept": "text/html,*/*"})
    check_chinese(answer.body)
    assert answer.headers["content-length"] == str(len(answer.body))


@pytest.mark.parametrize(
    "inner",
    [
        Chinese(GZipMiddleware(APP, minimum_size=10)),
        Chinese(Starlette(routes=[Route("/", _index)], middleware=[Middleware(GZipMiddleware, minimum_size=10)])),
    ],
)
def test_a_browser_that_takes_gzip_gets_chinese_too(inner: ASGIApp) -> None:
    answer = get(inner, "/", headers={"accept": "text/html,application/xhtml+xml", "accept-encoding": "gzip, deflate, br, zstd"})
    assert "content-encoding" not in answer.headers
    check_chinese(answer.body)
    assert answer.headers["content-length"] == str(len(answer.body))


def test_what_is_not_the_page_stays_compressed() -> None:
    app = Chinese(GZipMiddleware(PlainTextResponse("x" * 2000), minimum_size=10))
    answer = get(app, "/static/a.js", headers={"accept": "*/*", "accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body) == b"x" * 2000


def test_a_compressed_page_is_never_damaged() -> None:
    """Who takes anything, and gzip, gets a page that can be unpacked, in whatever language."""
    app = Chinese(GZipMiddleware(HTMLResponse(INDEX), minimum_size=10))
    answer = get(app, "/", headers={"accept": "*/*", "accept-encoding": "gzip"})
    page = gzip.decompress(answer.body) if answer.headers.get("content-encoding") == "gzip" else answer.body
    assert b"</html>" in page
    assert answer.headers.get("content-length", str(len(answer.body))) == str(len(answer.body))


def test_a_page_in_pieces_is_put_together() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(INDEX), 100):
            yield INDEX[at : at + 100]

    answer = get(Chinese(StreamingResponse(pieces(), media_type="text/html")), "/")
    check_chinese(answer.body)
    assert answer.headers["content-length"] == str(len(answer.body))


@pytest.mark.parametrize("body", [b'{"html": "<head>"}', b'<html lang="en"><head>'])
def test_other_answers_pass_unchanged(body: bytes) -> None:
    assert get(Chinese(Response(body, media_type="application/json")), "/").body == body
    assert get(Chinese(Response(body, media_type="text/html")), "/", method="POST").body == body


def test_the_script_is_public_and_plain() -> None:
    answer = get(APP, "/assets/zh.js")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "选择文件" in answer.text
    assert not re.search(r"https?://", answer.text)


# -- health ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "total", "ready", "failed", "status"),
    [(0, 0, False, "", 200), (3, 26, False, "", 200), (26, 26, True, "", 200), (3, 26, False, "OperationalError", 503)],
)
def test_health(monkeypatch: pytest.MonkeyPatch, done: int, total: int, ready: bool, failed: str, status: int) -> None:
    for name, value in (("done", done), ("total", total), ("ready", ready), ("failed", failed)):
        monkeypatch.setattr(PROGRESS, name, value)
    answer = get(APP, "/healthz")
    assert (answer.status, answer.json) == (status, {"ready": ready, "done": done, "total": total, "failed": bool(failed)})
    assert failed not in answer.text or not failed, "what failed stands in the log, not here"


# -- downloads -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def _published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Four releases of 2024-09, then one of 2024-10 in which 长风 has not reported; the demonstration accounts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", f"sqlite:///{tmp_path_factory.mktemp('server') / 'server.db'}")
        patch.setenv("YJPT_DEMO", "1")
        settings.cache_clear()
        open_database.cache_clear()
        for name, rows in SMALL.items():
            publish_rows(open_database(), name, rows)
        publish_rows(open_database(), "compounds", [compound("C01", TAOPU)], period="2024-10", unit=TAOPU)
        yield
        open_database().close()
        open_database.cache_clear()
    settings.cache_clear()


published = pytest.mark.usefixtures("_published")


def rows_url(name: str = "G03", **more: str) -> str:
    query = {"v": "4", "period": "2024-09", "as": "leader", **more}
    return f"/api/download/rows/{name}.csv?" + "&".join(f"{key}={quote(value)}" for key, value in query.items() if value)


@published
@pytest.mark.parametrize("name", CATALOGUE)
def test_the_file_holds_the_rows_of_the_passport(name: str) -> None:
    indicator, data = CATALOGUE[name], snapshot_at(open_database(), 4)
    for part in ("numerator",) if indicator.denominator is None else ("numerator", "denominator"):
        answer = get(APP, rows_url(name, part=part))
        assert answer.status == 200
        assert answer.body == to_csv(passport_rows(indicator, data, part, names={"bureau": "科室编辑（演示）"}))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''{name}_2024-09_v4.csv"
    assert answer.headers["cache-control"] == "no-store"


@published
def test_every_account_that_may_export_gets_the_same_file() -> None:
    assert len({get(APP, rows_url(**{"as": account})).body for account in ("leader", "street", "bureau")}) == 1


def table(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


@published
def test_rows_of_a_choice() -> None:
    assert [row[0] for row in table(get(APP, rows_url("G06")).body)] == ["小区编码", "A03", "B02"]
    assert [row[0] for row in table(get(APP, rows_url("G06", unit=CHANGFENG)).body)] == ["小区编码", "B02"]
    assert [row[0] for row in table(get(APP, rows_url("G06", unit=f"{CHANGFENG},{TAOPU}")).body)] == ["小区编码", "B02"]
    assert [row[0] for row in table(get(APP, rows_url("R01", project_type="拆除重建,旧住房综合修缮")).body)] == ["项目编码", "P2", "P4"]
    wrong = get(APP, rows_url("R01", project_type="' OR 1=1"))
    assert (wrong.status, wrong.body.decode()) == (404, "链接中的改造类别不正确。请从页面上重新下载。")
    assert len(table(get(APP, rows_url("G03", v="1")).body)) == 1, "no committees yet in the first release"
    assert len(table(get(APP, rows_url("G03", v="4")).body)) == 8


def rental_url(**more: str) -> str:
    query = {"v": "4", "period": "2024-09", "as": "leader", **more}
    return "/api/download/rental.csv?" + "&".join(f"{key}={quote(value)}" for key, value in query.items() if value)


@published
@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({}, ["H7", "H8", "H1", "H3", "H2", "H6", "H4", "H5"]),
        ({"tier": "一张床"}, ["H4", "H5"]),
        ({"unit": CHANGFENG, "tier": "一套房,一间房"}, ["H8", "H3"]),
        ({"source": "新建", "stage": "建设,退出"}, ["H3"]),
        ({"operator": "某公司", "find": "H2"}, ["H2"]),
        ({"tier": "' OR 1=1"}, []),
    ],
)
def test_the_list_of_rental_projects_as_seen(choice: dict[str, str], expected: list[str]) -> None:
    answer = get(APP, rental_url(**choice))
    assert answer.status == 200
    rows = table(answer.body)
    assert [row[rows[0].index("项目编码")] for row in rows[1:]] == expected
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''{quote('租赁项目')}_2024-09_v4.csv"


@published
@pytest.mark.parametrize(("wrong", "status"), [({"as": "nobody"}, 403), ({"v": "9"}, 404), ({"period": "x"}, 404), ({"unit": "x"}, 404)])
def test_no_list_for_nobody_and_of_nothing(wrong: dict[str, str], status: int) -> None:
    assert get(APP, rental_url(**wrong)).status == status


@published
@pytest.mark.parametrize("account", ["", "nobody", "bureau' --", "Bureau", "leader,bureau"])
def test_unknown_accounts_get_nothing(account: str) -> None:
    for url in (rows_url(**{"as": account}), f"/api/download/template/compounds.xlsx?period=2024-10&as={quote(account)}"):
        answer = get(APP, url)
        assert (answer.status, answer.headers["content-type"]) == (403, "text/plain; charset=utf-8")
        assert "权限" in answer.text


@published
def test_no_demonstration_no_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YJPT_DEMO", "0")
    settings.cache_clear()
    try:
        assert get(APP, rows_url()).status == 403
    finally:
        monkeypatch.undo()
        settings.cache_clear()


@published
@pytest.mark.parametrize(
    "url",
    [
        rows_url("X99"),
        rows_url(part="tail"),
        rows_url("G01", part="denominator"),
        rows_url(v="0"),
        rows_url(v="9"),
        rows_url(v="²"),
        rows_url(v="-1"),
        rows_url(v="1.0"),
        rows_url(v="9" * 30),
        rows_url(v=""),
        rows_url(period="2024-13"),
        rows_url(period=""),
        rows_url(period="2024-08"),
        rows_url(period="2024-09' OR '1'='1"),
        rows_url(unit="999"),
        rows_url(unit=f"{CHANGFENG},x"),
        rows_url("..%2f..%2fapp"),
        "/api/download/template/x.xlsx?period=2024-10&as=bureau",
        "/api/download/template/compounds.xlsx?period=x&as=bureau",
        "/api/download/template/compounds.xlsx?as=bureau",
        "/api/download/rows/G01",
        "/api/download/rows/",
    ],
)
def test_what_is_not_there(url: str) -> None:
    answer = get(APP, url)
    assert answer.status == 404
    assert "Traceback" not in answer.text
    assert "content-disposition" not in answer.headers


# -- templates -------------------------------------------------------------------------------------------------------


def parts(content: bytes) -> dict[str, bytes]:
    """The parts of a workbook, without the one that holds the moment of its making."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return {name: book.read(name) for name in book.namelist() if name != "docProps/core.xml"}


def template(dataset: str, account: str, more: str = "", period: str = "2024-11") -> bytes:
    answer = get(APP, f"/api/download/template/{dataset}.xlsx?period={period}&as={account}{more}")
    assert answer.status == 200
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''{dataset}_{period}.xlsx"
    assert answer.headers["content-type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return answer.body


@published
@pytest.mark.parametrize("dataset", DATASETS)
def test_an_empty_template(dataset: str) -> None:
    assert parts(template(dataset, "bureau")) == parts(write_template(DATASETS[dataset], Period("2024-11"), None))
    assert parts(template(dataset, "street", "&filled=0")) == parts(write_template(DATASETS[dataset], Period("2024-11"), CHANGFENG))


@published
def test_only_who_reports_gets_a_template() -> None:
    assert get(APP, "/api/download/template/compounds.xlsx?period=2024-11&as=leader").status == 403


def rows_in(content: bytes) -> list[Row]:
    (staging,) = read(content).stagings
    assert staging.publishable, staging.findings
    assert staging.period == "2024-11"
    assert staging.rows is not None
    names = [field.name for field in DATASETS[staging.dataset].fields]
    return [{name: value for name, value in row.items() if name in names and value is not None} for row in staging.rows.to_pylist()]


def without_gaps(rows: list[Row]) -> list[Row]:
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


@published
@pytest.mark.parametrize("dataset", [name for name in SMALL if name != "compounds"])
def test_a_template_filled_with_what_stands(dataset: str) -> None:
    assert rows_in(template(dataset, "bureau", "&filled=1")) == without_gaps(SMALL[dataset])
    own = [row for row in SMALL[dataset] if row["subdistrict"] == CHANGFENG]
    assert rows_in(template(dataset, "street", "&filled=1")) == without_gaps(own)


@published
def test_a_place_that_skipped_a_month_gets_the_month_before() -> None:
    own = [row for row in SMALL["compounds"] if row["subdistrict"] == CHANGFENG]
    assert rows_in(template("compounds", "street", "&filled=1")) == without_gaps(own)
    assert [row["compound_id"] for row in rows_in(template("compounds", "bureau", "&filled=1"))] == ["C01"]


@published
def test_a_template_filled_with_nothing() -> None:
    empty = template("compounds", "street", "&filled=1", period="2024-09")
    assert parts(empty) == parts(write_template(DATASETS["compounds"], Period("2024-09"), CHANGFENG))


# -- what a submission keeps -----------------------------------------------------------------------------------------


@pytest.fixture
def faulty(_published: None) -> tuple[int, bytes]:
    """A blocked submission of 长风: its number and its file."""
    data = workbook("compounds", [compound("C90", CHANGFENG), compound("C90", CHANGFENG)], unit=CHANGFENG)
    street = account("street")
    assert street is not None
    staged = keep(open_database(), by=street, data=data, reading=read(data, "长风“小区”.xls.xlsx"))
    return staged.kept[0], data


def test_the_original_comes_back_as_it_was(faulty: tuple[int, bytes]) -> None:
    number, data = faulty
    for who in ("street", "bureau"):
        answer = get(APP, f"/api/download/original/{number}?as={who}")
        assert (answer.status, answer.body) == (200, data)
        assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''{quote('长风“小区”.xls.xlsx', safe='')}"
        assert answer.headers["cache-control"] == "no-store"


def test_the_marked_workbook_gives_the_same_findings_again(faulty: tuple[int, bytes]) -> None:
    number, data = faulty
    answer = get(APP, f"/api/download/returned/{number}.xlsx?as=street")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert quote("问题标注") in answer.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.body))
    assert "问题清单" in book.sheetnames
    comment = book["住宅小区基本情况表"]["A8"].comment
    assert comment is not None
    assert "C90" in comment.text
    again, before = read(answer.body), read(data)
    assert again.all_findings == before.all_findings


@pytest.mark.parametrize("kind", ["original/{}", "returned/{}.xlsx"])
def test_files_of_submissions_are_not_for_everybody(faulty: tuple[int, bytes], kind: str) -> None:
    number, _ = faulty
    for who in ("leader", "", "nobody"):
        assert get(APP, f"/api/download/{kind.format(number)}?as={who}").status == 403
    theirs = next(one for one in range(1, number) if others(one))
    assert get(APP, f"/api/download/{kind.format(theirs)}?as=street").status == 403
    assert get(APP, f"/api/download/{kind.format(9999)}?as=street").status == 404
    assert get(APP, f"/api/download/{kind.format('x')}?as=street").status == 404


def others(number: int) -> bool:
    with open_database().reading() as connection:
        return submissions.get_submission(connection, number).units != (CHANGFENG,)


def test_a_copy_that_cannot_be_made_is_a_sentence(faulty: tuple[int, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> bytes:
        raise WorkerFailed(finding("F05", name="a.xlsx", reason="内存超限"))

    monkeypatch.setattr(downloads, "make_returned", fails)
    answer = get(APP, f"/api/download/returned/{faulty[0]}.xlsx?as=street")
    assert answer.status == 400
    assert answer.text.startswith("不能生成带标注的工作簿：")


@published
@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/api/download/rows/G03.csv?v=4&period=0000-01&as=leader", "链接中的报告期不正确"),
        (f"/api/download/rows/G03.csv?v={'9' * 40}&period=2024-09&as=leader", "链接中的街镇或版次不正确"),
        (f"/api/download/coloured/{2**63}?indicator=G03&part=numerator&v=4&period=2024-09&as=leader", "没有编号为"),
        ("/api/download/coloured/abc?indicator=G03&v=4&period=2024-09&as=leader", "没有这个下载地址"),
        ("/api/download/coloured/1?indicator=H09&part=denominator&v=4&period=2024-09&as=leader", "不是按报表的行计数的"),
        ("/api/download/figures.csv?v=9&period=2024-09&as=leader", "没有第 9 版数据"),
        ("/api/nothing", "没有这个下载地址"),
    ],
)
def test_a_wrong_address_is_refused_in_words(path: str, said: str) -> None:
    answer = get(APP, path)
    assert answer.status == 404
    assert said in answer.text


@published
def test_all_figures_as_a_file() -> None:
    rows = table(get(APP, f"/api/download/figures.csv?v=4&period={SEPTEMBER}&as=leader").body)
    titles = rows[0]
    found = {(row[titles.index("指标编号")], row[titles.index("街镇")]): dict(zip(titles, row, strict=True)) for row in rows[1:]}
    rate = found["G03", "长风新村街道"]
    assert (rate["分子"], rate["分母"], rate["显示"], rate["灯色"]) == ("2.0", "3.0", "66.7%", "○ 不判定")
    assert rate["数据护照"] == f"/committees?v=4&period={SEPTEMBER}&unit={CHANGFENG}&passport=G03"
    assert found["G13", "长风新村街道"]["未报未计入"] == "长风", "nobody has reported red points"
    assert len(found) == 11 * len(CATALOGUE)


def test_the_front_page_has_its_name_too() -> None:
    answer = get(APP, "/overview?period=2024-09")
    assert (answer.status, answer.headers["location"]) == (307, "/?period=2024-09")
