"""Workbooks that are given back open in LibreOffice without a word, and hold what they held. It is started twice for
all that were checked, and once for all with rows coloured.
"""

from __future__ import annotations

import io
import math
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from lib.datasets import DATASETS
from lib.ingest.formats import open_file
from lib.ingest.reading import read_file
from lib.ingest.report_sheet import CHECKER, PASSPORT_SHEET, is_report_sheet
from lib.ingest.returned import coloured_workbook, returned_name, returned_workbook
from lib.ingest.returned.styles import AMBER
from lib.ingest.rewritten import cleaned_workbook
from lib.ingest.sheet import UNCALCULATED, Cell, Sheet
from lib.ingest.template import write_template
from lib.spec.findings import Finding, finding
from lib.spec.period import Period
from tests.support import formats
from tests.support.mess import MESSES
from tests.support.mess.checking import clean_book, plant
from tests.support.package import PICTURE, problems
from tests.support.workbooks import DISTRICT, HEADER, TITLES, committee, form, workbook

ROWS = [*TITLES, HEADER, *(committee(f"A{at}") for at in range(1, 6)), committee("A2", street="外滩", session="若干"),
        committee("00123", status="快了", end=None, start="看情况"), committee("A9", session="#N/A")]


@dataclass(frozen=True)
class Case:
    """A workbook as sent, and as given back with what was found in it."""

    name: str
    sent: bytes
    back: bytes
    findings: tuple[Finding, ...]


def given_back(name: str, sent: bytes, findings: tuple[Finding, ...] = (), *, rounds: int = 1) -> Case:
    found = findings or read_file(name, sent, DISTRICT).all_findings
    back, called = sent, name
    for _ in range(rounds):
        back, called = returned_workbook(called, back, found), returned_name(called)
    return Case(name, sent, back, found)


Build = Callable[[xlsxwriter.Workbook, Any], None]


def with_rows(build: Build) -> bytes:
    """The form with what a user may have added to it."""
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        sheet = book.add_worksheet("业委会")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for row, cells in enumerate(ROWS):
            for column, value in enumerate(cells):
                if isinstance(value, date):
                    sheet.write_datetime(row, column, value, day)
                elif value is not None:
                    sheet.write(row, column, value)
        build(book, sheet)
    return sink.getvalue()


def _formulas(_book: xlsxwriter.Workbook, sheet: Any) -> None:
    for row in range(4, 9):
        sheet.write_formula(row, 8, f"=E{row + 1}*2", None, 6)
        sheet.write_formula(row, 9, f'=B{row + 1}&"x"', None, f"演示A{row - 3}x")


def _comments(_book: xlsxwriter.Workbook, sheet: Any) -> None:
    for cell in ("E10", "C10", "A1", "J30"):
        sheet.write_comment(cell, f"{cell} 请核对", {"author": "王"})


def _hidden(book: xlsxwriter.Workbook, sheet: Any) -> None:
    sheet.set_row(5, None, None, {"hidden": True})
    sheet.set_column("F:F", None, None, {"hidden": True})
    book.add_worksheet("旧数").hide()
    book.add_worksheet("更旧").very_hidden()


def _looks(book: xlsxwriter.Workbook, sheet: Any) -> None:
    sheet.set_column("E:E", 22, book.add_format({"bg_color": "#FFFF00", "num_format": "0.00"}))
    sheet.set_row(9, 40, book.add_format({"font_color": "#FFFFFF", "bg_color": "#000000"}))
    sheet.conditional_format("E5:E12", {"type": "3_color_scale"})


def _views(_book: xlsxwriter.Workbook, sheet: Any) -> None:
    sheet.freeze_panes(4, 2)
    sheet.autofilter("A4:G12")
    sheet.set_landscape()
    sheet.repeat_rows(3)


def _chart(book: xlsxwriter.Workbook, sheet: Any) -> None:
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "='业委会'!$E$5:$E$9"})
    sheet.insert_chart("J3", chart)
    page = book.add_chartsheet("图")
    other = book.add_chart({"type": "line"})
    other.add_series({"values": "='业委会'!$E$5:$E$9"})
    page.set_chart(other)


def _merges(book: xlsxwriter.Workbook, sheet: Any) -> None:
    sheet.merge_range("I5:J8", "合并", book.add_format({"border": 1}))
    sheet.merge_range("C5:C8", "长风")


def _names(book: xlsxwriter.Workbook, sheet: Any) -> None:
    book.define_name("届别", "='业委会'!$E$5:$E$12")
    book.define_name("'业委会'!本表", "='业委会'!$A$1")
    book.add_worksheet("it's").write_url("A1", "internal:'业委会'!A1")


def _table(_book: xlsxwriter.Workbook, sheet: Any) -> None:
    sheet.add_table("L1:M4", {"data": [[1, 2], [3, 4], [5, 6]]})


FEATURES: dict[str, Build] = {
    "formulas": _formulas,
    "comments": _comments,
    "hidden": _hidden,
    "looks": _looks,
    "views": _views,
    "chart": _chart,
    "merges": _merges,
    "names": _names,
    "table": _table,
    "picture": lambda _book, sheet: sheet.insert_image("J3", "a.png", {"image_data": io.BytesIO(PICTURE)}),
    "button": lambda _book, sheet: sheet.insert_button("J3", {"caption": "按钮"}),
    "validation": lambda _book, sheet: sheet.data_validation("D5:D12", {"validate": "list", "source": ["已组建", "筹备中"]}),
    "protection": lambda _book, sheet: sheet.protect("密码"),
    "rich text": lambda book, sheet: sheet.write_rich_string("I5", "甲", book.add_format({"bold": True}), "乙"),
}
OTHERS = {"甲.xls": formats.xls, "乙.xlsb": formats.xlsb, "丙.ods": formats.ods}


def cases() -> dict[str, Case]:
    made = {feature: given_back("业委会.xlsx", with_rows(build)) for feature, build in FEATURES.items()}
    several = (_comments, _looks, _views)
    made["all together"] = given_back("业委会.xlsx", with_rows(lambda book, sheet: [build(book, sheet) for build in several]))
    made["a second round"] = given_back("业委会.xlsx", with_rows(_comments), rounds=2)
    made["a third round"] = given_back("业委会.xlsx", with_rows(_looks), rounds=3)
    for dataset in ("committees", "compounds", "renewal_projects", "rental_projects"):
        sent = write_template(DATASETS[dataset], Period("2024-09"), None)
        title = DATASETS[dataset].title[:31]
        faults = (finding("C01", sheet=title, cell="A7", field="编码"), finding("T05", sheet=title))
        made[f"template {dataset}"] = given_back("表.xlsx", sent, faults)
    for name, write in OTHERS.items():
        made[name] = given_back(name, write(formats.Leaf(ROWS)))
    made["text"] = given_back("丁.csv", formats.text(formats.Leaf(ROWS)).encode("gb18030"))
    made["text, second round"] = given_back("丁.csv", formats.text(formats.Leaf(ROWS)).encode(), rounds=2)
    made["web page"] = given_back("戊.xls", formats.html(formats.Leaf(ROWS)).encode())
    made["XML table"] = given_back("己.xls", formats.spreadsheetml(formats.Leaf(ROWS)).encode())
    cells = [f"{letter}{row}" for row in range(1, 301) for letter in "ABCDEFG"]
    many = tuple(finding("C02", sheet="Sheet1", cell=cell, field="户数", value="若干") for cell in cells)
    made["many comments"] = given_back("多.xlsx", workbook(form(committee("A1"))), many)
    for code, one in MESSES.items():
        if code.endswith("a"):
            book = clean_book("rental_projects", 7)
            plant(book, [one])
            reading = read_file(book.name, book.write(), book.expected, book.ask)
            if reading.stagings and reading.all_findings:
                made[f"mess {code}"] = given_back(book.name, book.write(), reading.all_findings)
    return made


def soffice(folder: Path, files: dict[str, bytes]) -> dict[str, bytes]:
    """The workbooks as LibreOffice opens and saves them."""
    program = shutil.which("soffice")
    assert program, "LibreOffice is missing: run `sh .ci/setup-system` (make test does)."
    names = {key: f"{at:03d}.xlsx" for at, key in enumerate(files)}
    (folder / "in").mkdir()
    for key, data in files.items():
        (folder / "in" / names[key]).write_bytes(data)
    own = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, own, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "out")]
    command += [str(folder / "in" / name) for name in names.values()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    said = "\n".join(line for line in done.stderr.splitlines() if "javaldx" not in line)
    assert done.returncode == 0, said
    assert "rror" not in done.stdout + said
    return {key: (folder / "out" / name).read_bytes() for key, name in names.items()}


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Case, bytes]]:
    """Each case with what LibreOffice makes of it."""
    made = cases()
    first = soffice(tmp_path_factory.mktemp("first"), {key: case.back for key, case in made.items()})
    chosen = ("comments", "looks", "merges", "text", "picture")
    again = {f"{key}, saved by LibreOffice": given_back("业委会.xlsx", first[key]) for key in chosen}
    sheet = Sheet.of_rows("名册", [["编码", "电话", "日期"], ["00123", "13900000000", datetime(2024, 9, 1, 8, 30)], [1.5, "", "#REF!"]])
    cleaned = cleaned_workbook([sheet], {"名册": {(1, 0, 2)}})
    again["cleaned"] = Case("名册.xlsx", cleaned, cleaned, ())
    second = soffice(tmp_path_factory.mktemp("second"), {key: case.back for key, case in again.items()})
    return {key: (case, {**first, **second}[key]) for key, case in {**made, **again}.items()}


def test_so_many_workbooks_are_opened_and_all_are_sound(pairs: dict[str, tuple[Case, bytes]]) -> None:
    assert len(pairs) >= 45
    assert {key: told for key, (case, _) in pairs.items() if (told := problems(case.back))} == {}
    assert sum(bool(case.findings) for case, _ in pairs.values()) == len(pairs) - 1


def same(one: Cell, two: Cell) -> bool:
    """Whether two cells show the same; a formula that was not calculated has been by now."""
    if isinstance(one, float | int) and isinstance(two, float | int):
        return math.isclose(one, two, rel_tol=1e-12)
    if isinstance(one, datetime | time | timedelta) or isinstance(two, datetime | time | timedelta):
        return str(one)[:16] == str(two)[:16]
    return one in (two, UNCALCULATED)


def values(sheet: Sheet) -> dict[tuple[int, int], Cell]:
    return {(row, at): value for at, column in enumerate(sheet.columns) for row, value in enumerate(column) if value != ""}


def test_the_data_are_what_they_were(pairs: dict[str, tuple[Case, bytes]]) -> None:
    for key, (case, converted) in pairs.items():
        sent = [sheet for sheet in open_file(case.name, case.sent).sheets if not is_report_sheet(sheet)]
        got = {sheet.name: sheet for sheet in open_file("a.xlsx", converted).sheets}
        for before in sent:
            after = got[before.name]
            one, two = values(before), values(after)
            assert one.keys() == two.keys(), key
            assert {place: (one[place], two[place]) for place in one if not same(one[place], two[place])} == {}, key
            assert sorted(before.merges) == sorted(after.merges), key


def test_every_finding_is_listed_and_commented(pairs: dict[str, tuple[Case, bytes]]) -> None:
    for key, (case, converted) in pairs.items():
        if not case.findings:
            continue
        report = next(sheet for sheet in open_file("a.xlsx", converted).sheets if is_report_sheet(sheet))
        listed = sorted((report.columns[2][row], report.columns[6][row]) for row in range(7, report.height))
        assert listed == sorted((one.code, one.message) for one in case.findings), key
        book = openpyxl.load_workbook(io.BytesIO(converted))
        names = {sheet.name: sheet.name for sheet in open_file("a.xlsx", case.back).sheets}
        for one in case.findings:
            if one.cell and one.sheet in names and not any(one.cell in merged for merged in book[one.sheet].merged_cells.ranges):
                comment = book[one.sheet][one.cell].comment
                assert comment, (key, one)
                assert CHECKER in comment.text, key
                assert one.title in comment.text, key


def test_comments_of_the_users_own_are_kept(pairs: dict[str, tuple[Case, bytes]]) -> None:
    for key in ("comments", "all together", "a second round", "comments, saved by LibreOffice"):
        book = openpyxl.load_workbook(io.BytesIO(pairs[key][1]))
        texts = {cell: book["业委会"][cell].comment.text for cell in ("E10", "C10", "A1", "J30")}
        assert all(text.startswith(f"{cell} 请核对") for cell, text in texts.items()), key
        assert texts["E10"].count(CHECKER) == 1, key
        assert texts["J30"] == "J30 请核对", key


# -- rows behind a figure coloured -----------------------------------------------------------------------------------------


def amber(data: bytes, sheet: str) -> set[str]:
    """The cells of a sheet that are filled with the colour of coloured rows."""
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(data))[sheet].iter_rows() for cell in row]
    return {cell.coordinate for cell in cells if cell.fill.fill_type == "solid" and str(cell.fill.fgColor.rgb)[2:6] == AMBER[:4]}


def coloured_cases() -> dict[str, Case]:
    """Workbooks of every feature and format with rows 6 and 8 coloured, and one that was coloured and marked before."""
    sent = {feature: ("业委会.xlsx", with_rows(build)) for feature, build in FEATURES.items()}
    sent |= {name: (name, write(formats.Leaf(ROWS, "业委会"))) for name, write in OTHERS.items()}
    sent["text"] = ("业委会.csv", formats.text(formats.Leaf(ROWS)).encode("gb18030"))
    sent["marked"] = ("业委会.xlsx", given_back("业委会.xlsx", with_rows(_looks)).back)
    sent["coloured"] = ("业委会.xlsx", coloured_workbook("业委会.xlsx", with_rows(_merges), {"业委会": [5]}, "题", "例"))
    rows = {"业委会": [6, 8]}
    return {key: Case(name, data, coloured_workbook(name, data, rows, "题", "例"), ()) for key, (name, data) in sent.items()}


def test_coloured_workbooks_open_and_show_their_rows(tmp_path: Path) -> None:
    made = coloured_cases()
    assert len(made) >= 20
    assert {key: told for key, case in made.items() if (told := problems(case.back))} == {}
    for key, converted in soffice(tmp_path, {key: case.back for key, case in made.items()}).items():
        case = made[key]
        got = {sheet.name: sheet for sheet in open_file("a.xlsx", converted).sheets}
        for before in open_file(case.name, case.sent).sheets:
            if before.name != PASSPORT_SHEET:
                one, two = values(before), values(got[before.name])
                assert {place: value for place, value in one.items() if not same(value, two.get(place, ""))} == {}, key
        cells = amber(case.back, "业委会")
        assert {f"{letter}{row}" for row in (6, 8) for letter in "ABDEFG"} <= cells, key
        assert amber(converted, "业委会") == cells, key
        book = openpyxl.load_workbook(io.BytesIO(converted))
        assert book.active.title == "业委会", key
        passport = book[PASSPORT_SHEET]
        [link] = [cell.hyperlink for row in passport.iter_rows(max_col=1) for cell in row if cell.hyperlink]
        assert str(link.location).replace("'", "").lstrip("#") in {"业委会!A6", "业委会.A6", "业委会!A8"}, key
        assert is_report_sheet(got[PASSPORT_SHEET]), key
