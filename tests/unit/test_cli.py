"""The command line: exit status, plain JSON, and rows that lead back to the very cell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from lib.actions.corrections import remember_corrections
from lib.actions.opening import open_database
from lib.actions.threshold_edits import add_from, correct
from lib.actions.thresholds import change_thresholds
from lib.auth.demo import account
from lib.cli.commands import main
from lib.cli.passports import spans
from lib.datasets.thresholds import Registry, shipped_registry
from lib.indicators import CATALOGUE
from lib.ingest.expected import Correction
from lib.settings import ROOT, settings
from lib.store.schema import audit, blob, submission
from tests.support.published import (
    BUREAU,
    CAOYANG,
    CHANGFENG,
    Row,
    committee,
    compound,
    publish_rows,
    workbook,
)
from tests.support.small import RENEWAL_PROJECTS, SMALL


@dataclass
class Answer:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.err == ""
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Run a command on a database of its own, with the demonstration accounts."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'cli.db'}")
    monkeypatch.setenv("YJPT_DEMO", "1")
    settings.cache_clear()
    open_database.cache_clear()

    def command(*arguments: object) -> Answer:
        capsys.readouterr()
        status = main([str(one) for one in arguments])
        said = capsys.readouterr()
        return Answer(status, said.out, said.err)

    yield command
    open_database().close()
    open_database.cache_clear()
    monkeypatch.undo()
    settings.cache_clear()


def file(folder: Path, dataset: str, rows: list[Row], unit: str | None = None, name: str = "报表.xlsx") -> Path:
    path = folder / name
    path.write_bytes(workbook(dataset, rows, unit=unit))
    return path


def compounds(count: int) -> list[Row]:
    return [compound(f"X{at}", CHANGFENG) for at in range(count)]


# -- check -----------------------------------------------------------------------------------------------------------

KEYS = {"file", "readable", "publishable", "personal", "findings", "forms", "corrections"}
FORM_KEYS = {
    "file",
    "dataset",
    "period",
    "units",
    "reporter",
    "basis",
    "zero",
    "sheet",
    "tables",
    "rows",
    "readable",
    "publishable",
    "mapping",
    "findings",
}


def test_check_of_a_good_file(run: Run, tmp_path: Path) -> None:
    path = file(tmp_path, "compounds", compounds(3), CHANGFENG)
    answer = run("check", path, "--json")
    assert answer.status == 0
    assert set(answer.json) == KEYS
    (form,) = answer.json["forms"]
    assert set(form) == FORM_KEYS
    assert (answer.json["file"], answer.json["publishable"], answer.json["personal"]) == ("报表.xlsx", True, False)
    told = {name: form[name] for name in ("dataset", "period", "units", "rows", "readable", "publishable")}
    assert told == {
        "dataset": "compounds",
        "period": "2024-09",
        "units": [CHANGFENG],
        "rows": 3,
        "readable": True,
        "publishable": True,
    }
    assert set(form["mapping"][0]) == {"sheet", "row", "column", "header", "field", "unit", "reason", "candidates", "key"}
    words = run("check", path, "--dataset", "compounds", "--period", "2024-09")
    assert words.status == 0
    assert "住宅小区基本情况表，2024-09，长风新村街道，3 行" in words.out
    assert not (tmp_path / "cli.db").exists(), "a check without a database makes none"
    assert run("releases", "--json").json == [], "a check publishes nothing"


def test_check_of_a_file_with_fatal_findings(run: Run, tmp_path: Path) -> None:
    path = file(tmp_path, "compounds", [*compounds(1), *compounds(1)])
    answer = run("check", path, "--json")
    assert (answer.status, answer.json["readable"], answer.json["publishable"]) == (1, True, False)
    bad = next(one for one in answer.json["forms"][0]["findings"] if one["code"] == "R01")
    assert (bad["level"], bad["cell"], bad["sheet"]) == ("致命", "A8", "住宅小区基本情况表")
    words = run("check", path)
    assert words.status == 1
    assert "[致命] 住宅小区基本情况表!A8 R01" in words.out
    assert run("check", path, "--dataset", "committees").status == 1
    assert run("check", file(tmp_path, "compounds", compounds(1)), "--period", "2024-10").status == 1


def test_check_of_several_files_and_folders(run: Run, tmp_path: Path) -> None:
    good = file(tmp_path, "compounds", compounds(1), CHANGFENG)
    folder = tmp_path / "送来的"
    (folder / "下级").mkdir(parents=True)
    file(folder, "compounds", [*compounds(1), *compounds(1)], CHANGFENG, "乙.xlsx")
    (folder / "下级" / "甲.xlsx").write_bytes(b"")
    (folder / ".隐藏").write_bytes(b"")
    answer = run("check", good, folder, "--json")
    assert (answer.status, [one["file"] for one in answer.json]) == (2, ["报表.xlsx", "甲.xlsx", "乙.xlsx"])
    assert [one["publishable"] for one in answer.json] == [True, False, False]
    one_file = run("check", folder / "下级", "--json")
    assert (one_file.status, [one["file"] for one in one_file.json]) == (2, ["甲.xlsx"]), "a folder gives a list"
    assert run("check", good, folder / "乙.xlsx").status == 1
    (tmp_path / "空").mkdir()
    assert run("check", tmp_path / "空").status == 3


def test_check_writes_the_workbook_back(run: Run, tmp_path: Path) -> None:
    path = file(tmp_path, "compounds", [*compounds(1), *compounds(1)], CHANGFENG)
    target = tmp_path / "标注.xlsx"
    assert run("check", path, "--returned", target).status == 1
    book = openpyxl.load_workbook(target)
    assert "问题清单" in book.sheetnames
    assert book["住宅小区基本情况表"]["A8"].comment is not None
    assert run("check", target, "--json").json["forms"][0]["findings"] == run("check", path, "--json").json["forms"][0]["findings"]
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK broken")
    nowhere = tmp_path / "没有" / "a.xlsx"
    for arguments in ((path, path, "--returned", target), (path, "--returned", nowhere), (broken, "--returned", target)):
        answer = run("check", *arguments)
        assert (answer.status, answer.err.endswith("。\n")) == (3, True), arguments


def test_check_asks_what_stands_published(run: Run, tmp_path: Path) -> None:
    publish_rows(open_database(), "compounds", compounds(3), unit=CHANGFENG, by=BUREAU)
    path = tmp_path / "业委会.xlsx"
    rows = [committee("X0", CHANGFENG, "应建未建"), committee("Y9", CHANGFENG, "应建未建")]
    path.write_bytes(workbook("committees", rows, unit=CHANGFENG))
    answer = run("check", path, "--json")
    unknown = [one["cell"] for one in answer.json["forms"][0]["findings"] if one["title"] == "名册中没有"]
    assert unknown == ["A8"], "X0 is a compound that stands published, Y9 is none"
    assert run("check", path).status == 0


def test_check_uses_what_an_account_has_corrected(run: Run, tmp_path: Path) -> None:
    street = account("street")
    assert street is not None
    made = [Correction("compounds", "备注", ""), Correction("compounds", "地址", "address", fill=True)]
    remember_corrections(open_database(), by=street, unit=CHANGFENG, dataset="compounds", corrections=made)
    path = file(tmp_path, "compounds", compounds(2), CHANGFENG)
    for more in (("--by", "street"), ("--unit", "长风"), ("--unit", CHANGFENG, "--by", "bureau")):
        found = run("check", path, "--json", *more).json
        assert {one["header"] for one in found["corrections"]} == {"备注", "地址"}
        reasons = {one["header"]: one["reason"] for one in found["forms"][0]["mapping"]}
        assert reasons["地址"] == "按您的更正"
    assert run("check", path, "--json").json["corrections"] == []
    assert run("check", path, "--by", "nobody").status == 3


def test_check_may_drop_personal_data(run: Run, tmp_path: Path) -> None:
    rows = [compound("X1", CHANGFENG, property_firm="某公司13912345678"), compound("X2", CHANGFENG)]
    path = file(tmp_path, "compounds", rows, CHANGFENG)
    answer = run("check", path, "--json")
    assert (answer.status, answer.json["personal"], answer.json["forms"][0]["rows"]) == (1, True, 0)
    assert "13912345678" not in answer.out
    dropped = run("check", path, "--json", "--drop-personal")
    assert (dropped.status, dropped.json["personal"], dropped.json["forms"][0]["rows"]) == (0, False, 2)


def test_check_of_what_is_no_workbook(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "说明.docx"
    path.write_bytes(b"nothing")
    answer = run("check", path, "--json")
    assert (answer.status, answer.json["readable"]) == (2, False)
    assert answer.json["findings"][0]["level"] == "致命"


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "/no/such/file.xlsx"),
        ("check", "{file}", "--period", "2024-13"),
        ("check", "{file}", "--period", "九月"),
        ("publish", "{file}", "--by", "nobody"),
        ("publish", "{file}", "--by", "leader"),
        ("indicators",),
        ("rows", "G01"),
        ("indicators", "--release", "7"),
        ("rows", "X99"),
        ("rows", "G99", "--period", "2024-09"),
        ("check", "{file}", "--dataset", "x"),
        ("rows", "G01", "--period", "九月"),
        ("indicators", "--period", "2024-13"),
    ],
)
def test_refusals_are_one_chinese_sentence(run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    path = file(tmp_path, "compounds", compounds(1))
    answer = run(*(one.format(file=path) for one in arguments))
    assert answer.status == 3
    assert answer.out == ""
    assert answer.err.endswith("。\n")
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("arguments", [(), ("burn",), ("check",), ("rows", "G05", "--part", "x"), ("indicators", "--release", "x")])
def test_words_that_are_no_command_are_a_usage_error(run: Run, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    """Not 2, which says of a file that it cannot be read."""
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == 64
    assert "命令的写法不正确" in capsys.readouterr().err


def test_what_is_unknown_is_named(run: Run, tmp_path: Path) -> None:
    assert run("rows", "X99").err == "没有指标“X99”。全部指标的编号见 indicators 命令。\n"
    path = file(tmp_path, "compounds", compounds(1))
    assert run("check", path, "--dataset", "x").err.startswith("没有报表“x”。可用的有：campaign_works、committees、compounds、")


def test_nobody_reads_on(run: Run, tmp_path: Path) -> None:
    """`rows G01 | head -1`: no traceback, and the status that a shell has for it."""
    publish_rows(open_database(), "compounds", compounds(400), by=BUREAU)
    command = subprocess.Popen(
        [sys.executable, "-m", "lib.cli", "rows", "G01"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env={**os.environ}
    )
    assert command.stdout is not None
    assert command.stderr is not None
    command.stdout.close()
    told = command.stderr.read()
    command.stderr.close()
    assert (command.wait(timeout=60), told) == (141, b"")


# -- publish ---------------------------------------------------------------------------------------------------------


def test_publish_changes_the_figure(run: Run, tmp_path: Path) -> None:
    first = run("publish", file(tmp_path, "compounds", compounds(3), CHANGFENG), "--by", "bureau", "--note", "第一次")
    assert first.status == 0
    assert "已发布为第 1 版，6 个数有变化" in first.out
    assert "普陀区 住宅小区数：— → 3 个" in first.out
    second = run("publish", file(tmp_path, "compounds", compounds(5), CHANGFENG), "--by", "bureau", "--json")
    assert (second.status, second.json["release"], second.json["changed"]) == (0, 2, 4)
    values = [
        next(one for one in run("indicators", "--release", number, "--json").json["indicators"] if one["id"] == "G01")
        for number in (1, 2)
    ]
    assert [one["value"] for one in values] == [3, 5]
    listed = run("releases", "--json").json
    assert [(one["number"], one["published_by"], one["note"]) for one in listed] == [(2, "bureau", ""), (1, "bureau", "第一次")]
    assert run("releases").out.splitlines()[1].endswith("bureau\t第一次")


def test_publish_of_what_is_warned_about_wants_a_reason(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "业委会.xlsx"
    path.write_bytes(workbook("committees", [committee("X0", CHANGFENG, start="2020-01-01", end="2029-01-01")], unit=CHANGFENG))
    refused = run("publish", path, "--by", "bureau")
    assert (refused.status, refused.out) == (3, "")
    assert "还没有情况说明，不能发布" in refused.err
    assert run("publish", path, "--by", "bureau", "--reason", "短").status == 3
    answer = run("publish", path, "--by", "bureau", "--reason", "经业主大会决定，已备案。", "--json")
    assert (answer.status, answer.json["release"]) == (0, 1)


def test_publish_of_what_cannot_be_published(run: Run, tmp_path: Path) -> None:
    bad = file(tmp_path, "compounds", [*compounds(1), *compounds(1)])
    answer = run("publish", bad, "--by", "bureau", "--json")
    assert (answer.status, answer.json["release"]) == (1, None)
    unreadable = tmp_path / "坏.xlsx"
    unreadable.write_bytes(b"PK broken")
    assert run("publish", unreadable, "--by", "bureau").status == 2
    mine = file(tmp_path, "compounds", compounds(1), CHANGFENG)
    answer = run("publish", mine, "--by", "street")
    assert (answer.status, "科室" in answer.err) == (3, True)
    assert run("releases", "--json").json == []


@pytest.mark.parametrize("account", ["street", "leader"])
def test_who_may_not_publish_stores_nothing(run: Run, tmp_path: Path, account: str) -> None:
    """Asked before the file is even looked for."""
    for path in (file(tmp_path, "compounds", compounds(1), CHANGFENG), tmp_path / "没有.xlsx"):
        answer = run("publish", path, "--by", account)
        assert (answer.status, answer.out, answer.err) == (3, "", "发布须由区局科室办理。请通知科室编辑审核发布。\n")
    with open_database().reading() as connection:
        stored = [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (submission, blob, audit)]
    assert stored == [0, 0, 0]


# -- indicators and rows ---------------------------------------------------------------------------------------------


def published() -> None:
    for name, rows in SMALL.items():
        publish_rows(open_database(), name, rows, by=BUREAU, name=f"{name}.xlsx")


def test_indicators(run: Run) -> None:
    published()
    told = run("indicators", "--json").json
    assert (told["release"], told["period"], told["as_of"], told["unit"]) == (4, "2024-09", "2024-09-30", "310107")
    found = {one["id"]: one for one in told["indicators"]}
    assert set(found) == set(CATALOGUE)
    assert found["G03"] == {
        "id": "G03",
        "title": "业委会组建率",
        "unit_of_measure": "%",
        "numerator": 7,
        "denominator": 9,
        "value": pytest.approx(700 / 9),
        "text": "77.8%",
        "missing": [],
        "carried": {},
        "light": "不判定",
        "reason": "没有设定目标",
    }
    for unit in (CAOYANG, "曹杨", "曹杨新村街道"):
        one = next(one for one in run("indicators", "--unit", unit, "--json").json["indicators"] if one["id"] == "G03")
        assert (one["numerator"], one["denominator"]) == (3, 4)
    assert "G03   业委会组建率\t77.8%\t7 / 9" in run("indicators", "--period", "2024-09").out
    assert "第 1 版 · 2024-09 · 普陀区" in run("indicators", "--release", 1).out
    assert "（未报：" in run("indicators", "--release", 1).out


@pytest.mark.parametrize(
    "more",
    [
        ("--unit", "浦东"),
        ("--period", "2024-10"),
        ("--period", "2024-9"),
        ("--release", "5"),
        ("--release", "-1"),
        ("--unit", "310107' OR '1'='1"),
    ],
)
def test_what_is_not_there(run: Run, more: tuple[str, ...]) -> None:
    published()
    for command in (("indicators",), ("rows", "G01")):
        answer = run(*command, *more)
        assert (answer.status, answer.out) == (3, "")
        assert answer.err.strip()


def test_rows_of_a_part_that_an_indicator_has_not(run: Run) -> None:
    published()
    answer = run("rows", "G01", "--part", "denominator")
    assert (answer.status, "没有分母" in answer.err) == (3, True)


def test_rows_name_the_cell_that_holds_the_value(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("renewal_projects", "rental_projects"):
        path = file(folder, name, SMALL[name], name=f"{name}.xlsx")
        assert run("publish", path, "--by", "bureau", "--reason", "测试数据，情况属实。").status == 0
    rows = run("rows", "R03", "--json").json
    assert [row["项目编码"] for row in rows] == ["P1", "P2"]
    signed = next(name for name in rows[0] if name.endswith("已签约户数"))
    assert sum(row[signed] for row in rows) == 285
    assert [type(row[signed]) for row in rows] == [int, int]
    for row in rows:
        book = openpyxl.load_workbook(folder / row["来源文件"])
        sheet = book[row["工作表"]]
        titles = {
            str(cell.value).split("（")[0]: cell.column for line in sheet.iter_rows(min_row=5, max_row=6) for cell in line if cell.value
        }
        assert sheet.cell(row["行号"], titles["项目编码"]).value == row["项目编码"]
        assert sheet.cell(row["行号"], titles["已签约户数"]).value == row[signed]
        assert sheet.cell(row["行号"], titles["应签约户数"]).value == next(
            one["households_to_sign"] for one in RENEWAL_PROJECTS if one["project_id"] == row["项目编码"]
        )
        book.close()
    assert (rows[0]["报送人"], rows[0]["街镇"]) == ("科室编辑（演示）", "曹杨新村街道")


def test_rows_of_every_indicator_in_both_forms(run: Run) -> None:
    published()
    for name, indicator in CATALOGUE.items():
        for part in ("numerator",) if indicator.denominator is None else ("numerator", "denominator"):
            rows = run("rows", name, "--part", part, "--json").json
            lines = run("rows", name, "--part", part).out.splitlines()
            assert len(lines) == len(rows) + 1
            if indicator.measures[part == "denominator"].how not in {"rule", "reference"}:
                assert lines[0].endswith("来源文件\t工作表\t行号\t报告期\t报送人\t报送时间")
                assert all(row["来源文件"].endswith(".xlsx") for row in rows)
            assert not {"00:00:00", "NaN", "<NA>"} & set(" ".join(lines).split())
        narrowed = run("rows", name, "--unit", "长风", "--json").json
        assert {row["街镇"] for row in narrowed} <= {"长风新村街道"}


# -- passport ----------------------------------------------------------------------------------------------------------


def test_passport_of_a_figure(run: Run) -> None:
    published()
    told = run("passport", "G03", "--json").json
    assert {name: told[name] for name in ("release", "period", "as_of", "unit", "numerator", "denominator", "text")} == {
        "release": 4, "period": "2024-09", "as_of": "2024-09-30", "unit": "310107", "numerator": 7, "denominator": 9, "text": "77.8%"}
    assert told["value"] == pytest.approx(700 / 9)
    assert told["indicator"]["title"] == "业委会组建率"
    assert told["substituted"] == "7 个 ÷ 9 个 × 100% = 77.8%"
    assert set(told["light"]) == {"name", "text", "reason"}
    places = next(one["places"] for one in told["sources"] if one["file"] == "compounds.xlsx")
    assert {one["part"]: len(one["rows"]) for one in places} == {"numerator": 7, "denominator": 9}
    assert {one["sheet"] for one in places} == {"住宅小区基本情况表"}
    rows = run("rows", "G03", "--json").json
    assert next(one for one in places if one["part"] == "numerator")["rows"] == sorted(row["行号"] for row in rows)
    words = run("passport", "G03", "--unit", "曹杨").out
    assert "G03 业委会组建率　75.0%" in words
    assert "代入\t3 个 ÷ 4 个 × 100% = 75.0%" in words
    assert "\n来源\tcompounds.xlsx（《住宅小区基本情况表》2024-09，科室编辑（演示） 报送" in words


def test_passport_tells_thresholds_with_their_days(run: Run) -> None:
    published()
    gate = run("passport", "R03", "--json").json["thresholds"][0]
    assert gate == {
        "rule": "renewal.signing_gate", "title": "协议签约生效线", "text": "≥ 95%", "basis": "城市更新条例第32条", "standing": "规定",
        "state": "有效", "effective_from": "2021-09-01", "effective_to": None}
    assert "标准\t协议签约生效线 ≥ 95%（城市更新条例第32条，2021-09-01 起，有效）" in run("passport", "R03").out


def test_passport_of_every_indicator(run: Run) -> None:
    published()
    for name in CATALOGUE:
        told = run("passport", name, "--json").json
        assert told["indicator"]["id"] == name
        counted = [len(place["rows"]) for one in told["sources"] for place in one["places"] if place["part"] == "numerator"]
        if CATALOGUE[name].numerator.how == "rows":
            assert sum(counted) == (told["numerator"] or 0)


@pytest.mark.parametrize(("rows", "words"), [([5], "5"), ([5, 6, 7, 9], "5–7、9"), ([1, 3, 5], "1、3、5"), ([], "")])
def test_rows_as_spans(rows: list[int], words: str) -> None:
    assert spans(rows) == words


def test_a_passport_as_of_another_day_follows_the_rules_of_that_day(run: Run) -> None:
    terms = {"A1": ("2020-09-16", "2024-09-15"), "A2": ("2022-01-01", "2026-12-31")}
    rows = [committee(name, CHANGFENG, start=start, end=end) for name, (start, end) in terms.items()]
    publish_rows(open_database(), "committees", rows, by=BUREAU)
    told = {day: run("passport", "G05", "--json", *(("--on", day) if day else ())).json for day in ("", "2024-09-15", "2024-09-16")}
    assert {day: one["numerator"] for day, one in told.items()} == {"": 1, "2024-09-15": 2, "2024-09-16": 1}
    assert [one["as_of"] for one in told.values()] == ["2024-09-30", "2024-09-15", "2024-09-16"]


# -- thresholds --------------------------------------------------------------------------------------------------------


def changed() -> Registry:
    """The signing gate at 96 from 15 October 2026 on, and 临近到期 at 7 days."""
    registry = shipped_registry()
    gate, near = registry.rows_of("renewal.signing_gate")[-1], registry.rows_of("light.near_days")[-1]
    registry = add_from(registry, replace(gate, value="96", effective_from=date(2026, 10, 15), document="新办法", paragraph="第5条"))
    return correct(registry, near, replace(near, value="7"))


def test_thresholds_before_anything_is_published(run: Run) -> None:
    told = run("thresholds", "--on", "2026-10-31", "--json").json
    assert (told["release"], told["on"], len(told["rows"])) == (0, "2026-10-31", len(shipped_registry().rules))
    found = {one["rule"]: one for one in told["rows"]}
    assert found["renewal.start_gate"] == {
        "rule": "renewal.start_gate", "value": "80", "unit": "%", "comparison": "≥", "base": "应参与户数", "title": "意愿征询启动线",
        "document": "上海市旧住房成套改造和拆除重建实施管理办法（试行）（沪房规范〔2023〕1号）", "paragraph": "第5条",
        "effective_from": "2023-02-01", "effective_to": "2024-12-31", "superseded_by": "", "standing": "规定",
        "note": "2026年9月公布征求意见的新草案沿用80%/95%，尚未施行，待确认是否延续", "text": "≥ 80%", "state": "待确认是否延续",
        "uses": ["R02 意愿征询同意率", "征询签约（启动意愿征询）"]}
    ended = {"occupancy_watch", "occupancy_months", "contract_min_years", "contract_max_years"}
    doubtful = {one["rule"] for one in told["rows"] if one["state"] == "待确认是否延续"}
    assert doubtful == {"renewal.start_gate", *(f"rental.{name}" for name in ended)}
    words = run("thresholds", "--on", "2024-12-31").out.splitlines()
    assert words[0] == "随系统提供 · 2024-12-31"
    assert "renewal.start_gate\t意愿征询启动线\t≥ 80%\t有效\t2023-02-01 至 2024-12-31\t规定\t" in "\n".join(words)


@pytest.mark.parametrize(
    ("on", "value", "state"), [("2026-10-14", "95", "有效"), ("2026-10-15", "96", "有效"), ("2020-01-01", "95", "尚未施行")])
def test_thresholds_on_a_day(run: Run, on: str, value: str, state: str) -> None:
    change_thresholds(open_database(), by=BUREAU, registry=changed(), base_release=0, key="k", note="新办法已经印发。")
    gate = next(one for one in run("thresholds", "--on", on, "--json").json["rows"] if one["rule"] == "renewal.signing_gate")
    assert (gate["value"], gate["state"]) == (value, state)


def test_all_rows_of_the_thresholds_and_earlier_releases(run: Run) -> None:
    change_thresholds(open_database(), by=BUREAU, registry=changed(), base_release=0, key="k", note="新办法已经印发。")
    publish_rows(open_database(), "compounds", compounds(1), by=BUREAU)
    change_thresholds(open_database(), by=BUREAU, registry=shipped_registry(), base_release=2, key="k2", note="改回原来的样子。")
    told = run("thresholds", "--all", "--release", "2", "--on", "2026-10-31", "--json").json
    gates = [(one["value"], one["state"], one["effective_to"]) for one in told["rows"] if one["rule"] == "renewal.signing_gate"]
    assert gates == [("95", "已被取代", "2026-10-14"), ("96", "有效", None)]
    now = run("thresholds", "--all", "--json").json
    assert (now["release"], now["on"], len(now["rows"])) == (3, "2026-11-23", len(shipped_registry().rows))
    assert run("thresholds").out.startswith("第 3 版 · 2026-11-23\n")


def test_a_check_follows_the_thresholds_in_force(run: Run, tmp_path: Path) -> None:
    path = file(tmp_path, "committees", [committee("A1", CHANGFENG, start="2020-01-01", end="2025-12-31")], CHANGFENG)
    before = run("check", path, "--json").json
    assert "R05" in [one["code"] for one in before["forms"][0]["findings"]]
    rows = [replace(row, value="6") if row.rule == "committee.term_max_years" else row for row in shipped_registry().rows]
    change_thresholds(open_database(), by=BUREAU, registry=Registry(tuple(rows)), base_release=0, key="k", note="任期上限已经修改。")
    assert "R05" not in [one["code"] for one in run("check", path, "--json").json["forms"][0]["findings"]]


# -- clock -------------------------------------------------------------------------------------------------------------


def governed() -> None:
    """Three compounds: one being renewed, one in preparation, one with a fund below its line."""
    rows = [
        compound("X1", CHANGFENG, compound_alias="老新村、一号院"),
        compound("X2", CHANGFENG, compound_name="新苑"),
        compound("X3", CAOYANG, compound_name="新苑"),
    ]
    publish_rows(open_database(), "compounds", rows, by=BUREAU)
    committees = [
        committee("X1", CHANGFENG, start="2019-12-01", end="2024-11-30", session_no=2, renewal_report_date="2024-06-20",
                  group_date="2024-08-05"),
        committee("X2", CHANGFENG, "筹备中", session_no=None, eligible_date="2024-05-01", developer_report_date="2024-05-20"),
        committee("X3", CAOYANG, start="2022-05-16", end="2027-05-15"),
    ]
    publish_rows(open_database(), "committees", committees, by=BUREAU)


def test_the_clock_of_a_renewal(run: Run) -> None:
    governed()
    told = run("clock", "X1", "--json").json
    assert {name: told[name] for name in ("release", "period", "on", "compound_id", "compound_name", "subdistrict", "fund")} == {
        "release": 2, "period": "2024-09", "on": "2024-09-30", "compound_id": "X1", "compound_name": "小区X1", "subdistrict": CHANGFENG,
        "fund": None}
    own = told["committee"]
    assert (own["state"], own["light"], own["term_end"], own["formation"]) == ("换届中", "红", "2024-11-30", None)
    assert own["freeze"] == {"frozen": True, "from": "2024-08-05", "to": None}
    steps = {one["step"]: one for one in own["renewal"]}
    assert list(steps) == ["report", "group", "handover", "election", "filing", "handback", "exit_audit"]
    assert steps["report"] == {
        "step": "report", "title": "换届书面报告", "planned": "2024-06-30", "due": "2024-06-30", "actual": "2024-06-20", "days": 10,
        "done": True, "light": "绿", "words": "已完成", "basis": "上海市住宅物业管理规定第28条"}
    assert (steps["group"]["planned"], steps["group"]["due"], steps["group"]["days"]) == ("2024-08-29", "2024-08-19", 14)
    assert (steps["handover"]["due"], steps["handover"]["days"], steps["handover"]["words"]) == ("2024-08-15", -46, "已超期46天")
    assert (steps["election"]["due"], steps["election"]["days"], steps["election"]["light"]) == ("2024-11-30", 61, "绿")


def test_the_clock_on_another_day(run: Run) -> None:
    governed()
    early = run("clock", "X1", "--period", "2024-09", "--on", "2024-08-04", "--json").json["committee"]
    assert (early["state"], early["freeze"]) == ("临期", {"frozen": False, "from": None, "to": None})
    assert {one["step"]: one["light"] for one in early["renewal"]}["group"] == "绿"
    late = run("clock", "X1", "--on", "2024-12-01", "--json").json
    assert (late["on"], late["committee"]["state"], late["committee"]["light"]) == ("2024-12-01", "超期换届中", "红")
    words = run("clock", "X1", "--on", "2024-12-01").out.splitlines()
    assert words[:3] == [
        "小区X1（X1，长风新村街道）· 第 2 版 · 2024-09 · 按 2024-12-01 计算",
        "业委会：超期换届中（已组建，第 2 届，任期 2019-12-01 至 2024-11-30）■ 预警",
        "冻结期：自 2024-08-05 起，至选举产生前",
    ]
    assert "  业主大会选举\t计划 2024-11-30\t期限 2024-11-30\t实际 —\t■ 预警\t已超期1天\t上海市住宅物业管理规定第28条" in words
    assert words[-1] == "维修资金表中没有该小区。"


def test_the_clock_of_a_first_committee_and_of_a_fund(run: Run) -> None:
    governed()
    fund = {"compound_id": "X3", "compound_name": "新苑", "subdistrict": CAOYANG, "initial": 100.0, "balance": 29.99,
            "trigger_date": date(2024, 9, 1)}
    publish_rows(open_database(), "maintenance_funds", [fund], by=BUREAU)
    told = run("clock", "X2", "--json").json
    assert (told["committee"]["state"], told["committee"]["renewal"]) == ("未组建", [])
    steps = {one["step"]: (one["due"], one["actual"], one["days"], one["light"]) for one in told["committee"]["formation"]}
    assert steps["developer_report"] == ("2024-05-31", "2024-05-20", 11, "绿")
    assert steps["preparatory"] == ("2024-07-19", None, -73, "红")
    own = run("clock", "X3", "--json").json
    assert own["committee"]["state"] == "有效期内"
    assert (own["fund"]["state"], own["fund"]["share"], own["fund"]["trigger_date"]) == ("应续筹未启动", pytest.approx(29.99), "2024-09-01")
    assert [(one["step"], one["due"], one["days"], one["light"]) for one in own["fund"]["steps"]][:2] == [
        ("vote", "2024-11-30", 61, "绿"), ("collect", "2025-02-28", 151, "绿")]
    assert "维修资金：应续筹未启动（余额比 29.99%）● 正常" in run("clock", "X3").out


@pytest.mark.parametrize(("name", "more", "found"), [
    ("X1", (), "X1"), ("小区X1", (), "X1"), ("老新村", (), "X1"), (" 一号院 ", (), "X1"), ("新苑", ("--unit", "曹杨"), "X3"),
    ("新苑", ("--unit", "长风"), "X2"),
])
def test_a_compound_by_id_name_or_alias(run: Run, name: str, more: tuple[str, ...], found: str) -> None:
    governed()
    assert run("clock", name, "--json", *more).json["compound_id"] == found


@pytest.mark.parametrize(("command", "words"), [
    (("clock", "X9"), "没有小区“X9”。"),
    (("clock", "新"), "没有小区“新”。"),
    (("clock", "X1", "--unit", "曹杨"), "没有小区“X1”。"),
    (("clock", "新苑"), "叫“新苑”的小区有 2 个：X2（长风新村街道）、X3（曹杨新村街道）。请写小区编码，或用 --unit 指明街镇。"),
    (("clock", "X1", "--on", "2024-13-01"), "日期“2024-13-01”不正确。请写成 2026-10-31 的形式。"),
    (("clock", "X1", "--on", "2024-08-31"), "第 2 版没有 2024-08-31 及以前的数据。"),
    (("thresholds", "--on", "昨天"), "日期“昨天”不正确。"),
    (("thresholds", "--release", "9"), "没有第 9 版数据，最新为第 2 版。"),
    (("passport", "X99"), "没有指标“X99”。"),
    (("passport", "G03", "--on", "20240930"), "日期“20240930”不正确。"),
    (("passport", "G03", "--release", "9"), "没有第 9 版数据"),
])
def test_wrong_words_get_a_sentence(run: Run, command: tuple[str, ...], words: str) -> None:
    governed()
    answer = run(*command)
    assert (answer.status, answer.out) == (3, "")
    assert words in answer.err


def test_nothing_published_yet(run: Run) -> None:
    for command in (("clock", "X1"), ("passport", "G03"), ("thresholds", "--release", "1")):
        assert run(*command).err == "还没有发布任何数据。\n"
