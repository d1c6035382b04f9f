"""Weights of the site scores: saving, what is refused, versions that never change; the ranked list to take out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import insert, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from starlette.applications import Starlette

from lib.actions import opening
from lib.actions.downloads import Asked, sites_file
from lib.actions.weights import (
    PROPOSED,
    from_address,
    newest_version,
    save_weights,
    to_address,
    versions,
    weights_asked,
)
from lib.auth.permissions import Role, User
from lib.datasets.stations import metro_stations
from lib.errors import Blocked, Forbidden, NotFound
from lib.rules.siting import EQUAL, PARTS, Weights
from lib.server.routes import ROUTES
from lib.settings import settings
from lib.store import audit
from lib.store.database import Database
from lib.store.schema import site_weights
from lib.store.weights import all_weights
from tests.support.asgi import get
from tests.support.published import (
    BUREAU,
    CAOYANG,
    CHANGFENG,
    LEADER,
    SEPTEMBER,
    STREET,
    Row,
    new_database,
    publish_rows,
)

ROUTED = Starlette(routes=ROUTES)
HERE = next(one for one in metro_stations() if one.name == "曹杨路")
REASON = "局长办公会纪要第7号。"
OURS: Weights = (30, 10, 20, 10, 5, 10, 5, 5, 5)
NOBODY = User("x", "无", "无角色")  # type: ignore[arg-type]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = new_database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The database that downloads open, with three candidates."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'office.db'}")
    monkeypatch.setenv("YJPT_DEMO", "1")
    settings.cache_clear()
    opening.open_database.cache_clear()
    database = opening.open_database()
    publish_rows(database, "site_candidates", [
        site("S1", CAOYANG, total_score=70.0),
        site("S2", CHANGFENG, demand_score=None, clear_title=False, fire_check="需整改"),
        site("S3", CHANGFENG, status="放弃", exclusion_reason="产权不清"),
        site("S4", CAOYANG, structure_check="不通过"),
    ])
    yield database
    database.close()
    settings.cache_clear()
    opening.open_database.cache_clear()


def site(identity: str, unit: str, **more: Any) -> Row:
    """A row of `site_candidates` at the metro station 曹杨路, 4 points of every part."""
    typed = {f"{part.id}_score": 4 for part in PARTS if part.id not in ("traffic", "will", "title")}
    row = {"candidate_id": identity, "candidate_name": f"候选点{identity}", "subdistrict": unit, "address": "某路1号", "status": "储备",
           "current_use": "厂房", "beds_estimate": 80, "lon": HERE.lon, "lat": HERE.lat, "datum": "WGS-84", "metro_m": 120,
           "clear_title": True, "operator_willing": True, "fire_check": "通过", "structure_check": "通过", "traffic_score": 3}
    return row | typed | more


def save(database: Database, weights: Weights = OURS, *, by: User = BUREAU, name: str = "2026年选址权重", reason: str = REASON) -> int:
    return save_weights(database, by=by, name=name, weights=weights, reason=reason)


def test_until_the_bureau_has_set_weights_there_is_the_proposal(database: Database) -> None:
    assert newest_version(database, by=LEADER) == 0
    assert versions(database, by=LEADER) == (PROPOSED,)
    assert (PROPOSED.weights, PROPOSED.text) == (EQUAL, "建议权重（建议口径，等权）")


def test_a_saved_version_is_in_force_and_told(database: Database) -> None:
    assert save(database) == 1
    assert save(database, EQUAL, name=" 等权 ") == 2
    newest, first, last = versions(database, by=STREET)
    assert (newest.number, newest.name, newest.weights, newest.text) == (2, "等权", EQUAL, "第 2 版“等权”")
    assert (first.weights, first.reason, first.by, first.at[:10]) == (OURS, REASON, "bureau", "2026-11-23")
    assert last is PROPOSED
    assert newest_version(database, by=LEADER) == 2


def test_saving_is_written_into_the_audit_log(database: Database) -> None:
    save(database)
    with database.reading() as connection:
        entry = audit.entries(connection)[-1]
        assert audit.verify(connection) is None
    assert (entry.actor, entry.action, entry.subject) == ("bureau", "set site weights", "site weights 1")
    told = json.loads(entry.detail)
    assert told["weights"]["traffic"] == 30
    assert told["before"] == 0
    assert REASON not in entry.detail, "no words of people in the log"


@pytest.mark.parametrize("who", [LEADER, STREET, NOBODY])
def test_only_the_bureau_sets_weights(database: Database, who: User) -> None:
    with pytest.raises(Forbidden):
        save(database, by=who)
    with database.reading() as connection:
        assert all_weights(connection) == []
        assert audit.entries(connection) == []


def test_nobody_reads_nothing(database: Database) -> None:
    assert Role.VIEWER in {LEADER.role}
    for read in (newest_version, versions):
        with pytest.raises(Forbidden):
            read(database, by=NOBODY)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"weights": (0,) * 9}, "weights"),
        ({"weights": (101, *OURS[1:])}, "weights"),
        ({"weights": OURS[1:]}, "weights"),
        ({"name": " "}, "name"),
        ({"name": "长" * 41}, "name"),
        ({"name": "建议权重"}, "name"),
        ({"name": "试算权重"}, "name"),
        ({"reason": "会议定"}, "reason"),
        ({"reason": "长" * 501}, "reason"),
        ({"reason": "请联系13800138000核对"}, "personal"),
        ({"name": "13800138000"}, "personal"),
    ],
)
def test_what_is_refused_leaves_nothing(database: Database, wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(Blocked) as refused:
        save(database, **wrong)
    assert refused.value.code == code
    assert newest_version(database, by=BUREAU) == 0


def test_a_name_is_taken_once_and_the_same_weights_are_no_version(database: Database) -> None:
    save(database)
    with pytest.raises(Blocked, match="已有名为“2026年选址权重”的权重"):
        save(database, EQUAL)
    with pytest.raises(Blocked, match="与现行的第 1 版“2026年选址权重”完全相同"):
        save(database, name="另一名称")
    save(database, EQUAL, name="等权")
    assert save(database, name="恢复原权重") == 3, "an older version may come back under a new name"


@pytest.mark.parametrize("statement", ["UPDATE site_weights SET name = 'x'", "DELETE FROM site_weights"])
def test_versions_are_frozen(database: Database, statement: str) -> None:
    save(database)
    with pytest.raises(DatabaseError, match="append-only"), database.writing() as connection:
        connection.execute(text(statement))


def test_a_name_is_unique_in_the_database_too(database: Database) -> None:
    save(database)
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(insert(site_weights).values(name="2026年选址权重", weights="{}", reason="", made_by="x", at=""))


def test_a_version_of_other_parts_says_so(database: Database) -> None:
    told = {"traffic": 40, "view": 60}
    with database.writing() as connection:
        connection.execute(insert(site_weights).values(name="旧版", weights=json.dumps(told), reason="", made_by="x", at=""))
    one = versions(database, by=LEADER)[0]
    assert one.weights == (40, *[0] * 8)
    assert one.dropped == ("view",)
    assert one.added == tuple(part.title for part in PARTS if part.id != "traffic")


def test_weights_in_an_address(database: Database) -> None:
    assert from_address(to_address(OURS)) == OURS
    for wrong in ("", "1", "1-2", to_address((0,) * 9), to_address(OURS) + "-1", to_address(OURS).replace("30", "-3"), "a-" * 8 + "b",
                  to_address(OURS).replace("30", "101"), to_address(OURS).replace("30", "３０")):
        assert from_address(wrong) is None, wrong
    save(database)
    assert weights_asked(database, by=LEADER, number="", trial="").number == 1
    assert weights_asked(database, by=LEADER, number="0", trial="") is PROPOSED
    tried = weights_asked(database, by=LEADER, number="1", trial=to_address(EQUAL))
    assert (tried.weights, tried.text) == (EQUAL, "试算权重（未保存）")
    for number, trial in (("2", ""), ("x", ""), ("", "1-2")):
        with pytest.raises(NotFound):
            weights_asked(database, by=LEADER, number=number, trial=trial)


def exported(*, workbook: bool = False, by: User | None = LEADER, unit: str = "", statuses: tuple[str, ...] = (), words: str = "",
             weights: str = "", trial: str = "") -> bytes:
    asked = Asked("1", SEPTEMBER, (unit,) if unit else ())
    return sites_file(by=by, asked=asked, statuses=statuses, text=words, weights=weights, trial=trial, workbook=workbook)


def test_the_list_to_take_out(office: Database) -> None:
    table = pd.read_csv(BytesIO(exported()), dtype="str").fillna("")
    assert table["候选点编码"].tolist() == ["S1", "S2", "S3", "S4"]
    first, second, third, fourth = table.to_dict("records")
    # 5 (0 m to the station) + 6 × 4 + 5 + 5 = 39 of 45; the second: 5 + 5 × 4 + 5 + 1 = 31, and 1 to 5 more
    expected = {"位次": "1", "总分": "86.7", "交通便利分值": "5", "交通便利权重": "10", "交通便利得分": "11.1", "填报综合得分": "70.0",
                "总分减填报": "16.7", "最近轨交站": "曹杨路（3、4、11、14号线）", "直线距离（米）": "0", "填报步行距离（米）": "120",
                "本表权重": "建议权重（建议口径，等权）"}
    assert {name: first[name] for name in expected} == expected
    assert (second["位次"], second["总分"], second["总分下限"], second["总分上限"], second["缺项"]) == ("2", "", "71.1", "80.0", "租赁需求")
    assert second["需注意"] == "消防需整改、产权不清"
    assert (third["位次"], third["未排序原因"]) == ("—", "已放弃：产权不清")
    assert (fourth["位次"], fourth["未排序原因"], fourth["总分"]) == ("—", "结构初判不通过", "")
    assert (first["来源文件"], first["工作表"], first["行号"]) != ("", "", "")


def test_choices_narrow_the_list_and_leave_ranks_alone(office: Database) -> None:
    table = pd.read_csv(BytesIO(exported(unit=CHANGFENG)), dtype="str")
    assert table[["位次", "候选点编码"]].to_numpy().tolist() == [["2", "S2"], ["—", "S3"]]
    assert pd.read_csv(BytesIO(exported(statuses=("放弃",))))["候选点编码"].tolist() == ["S3"]
    assert pd.read_csv(BytesIO(exported(words="候选点s4 某路")))["候选点编码"].tolist() == ["S4"]
    assert pd.read_csv(BytesIO(exported(words="没有")))["候选点编码"].tolist() == []


def test_which_weights_were_used_stands_on_the_list(office: Database) -> None:
    save(office)
    trial = to_address((100, *[0] * 8))
    used: dict[str, dict[str, str]] = {
        "第 1 版“2026年选址权重”": {}, "建议权重（建议口径，等权）": {"weights": "0"}, "试算权重（未保存）": {"trial": trial},
    }
    for said, asked in used.items():
        table = pd.read_csv(BytesIO(exported(**asked)), dtype="str")
        assert set(table["本表权重"]) == {said}
    assert table["总分"].tolist()[:2] == ["100.0", "100.0"]
    assert table["位次"].tolist()[:2] == ["1 并列", "1 并列"]


def test_the_list_as_a_workbook_with_its_notes(office: Database) -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(exported(workbook=True)))
    assert book.sheet_names == ["选址排序", "权重和口径"]
    rows = book.get_sheet_by_name("选址排序").to_python()
    assert (rows[0][:2], rows[1][:2]) == (["位次", "候选点编码"], ["1", "S1"])
    notes = {str(row[0]): str(row[1]) for row in book.get_sheet_by_name("权重和口径").to_python()}
    assert notes["报告期"] == "2024年9月（第 1 版）"
    assert "交通便利 10（按到最近轨交站的直线距离分档折算 1～5 分）" in notes["各部分权重和分值来源"]
    assert "演示数据" in notes["注意"]


@pytest.mark.parametrize("who", [None, NOBODY])
def test_nobody_takes_nothing_out(office: Database, who: User | None) -> None:
    with pytest.raises(Forbidden):
        exported(by=who)


@pytest.mark.parametrize(("kind", "status", "begins"), [("csv", 200, b"\xef\xbb\xbf"), ("xlsx", 200, b"PK"), ("pdf", 404, "没有".encode())])
def test_the_route_of_the_list(office: Database, kind: str, status: int, begins: bytes) -> None:
    query = urlencode({"v": "1", "period": SEPTEMBER, "unit": CHANGFENG, "status": "储备", "try": to_address(OURS), "as": "leader"})
    answer = get(ROUTED, f"/api/download/sites.{kind}?{query}")
    assert (answer.status, answer.body[: len(begins)]) == (status, begins)


def test_the_route_gives_nothing_to_nobody(office: Database) -> None:
    assert get(ROUTED, "/api/download/sites.csv?" + urlencode({"v": "1", "period": SEPTEMBER})).status == 403
