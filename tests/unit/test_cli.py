"""The command line: exit status, plain JSON, and rows that lead back to the very cell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from lib.actions.corrections import remember_corrections
from lib.actions.opening import open_database
from lib.auth.demo import account
from lib.cli.commands import main
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
    assert run("check", path, "--dataset", "x").err.startswith("没有报表“x”。可用的有：committees、compounds、")


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
    assert "已发布为第 1 版，4 个数有变化" in first.out
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
            assert lines[0].endswith("来源文件\t工作表\t行号\t报送人\t报送时间")
            assert all(row["来源文件"].endswith(".xlsx") for row in rows)
            assert not {"00:00:00", "NaN", "<NA>"} & set(" ".join(lines).split())
        narrowed = run("rows", name, "--unit", "长风", "--json").json
        assert {row["街镇"] for row in narrowed} <= {"长风新村街道"}
