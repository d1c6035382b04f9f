"""Do the declarations agree with each other, and do the template workbooks carry all that is declared?"""

from __future__ import annotations

import io
import re
from dataclasses import replace

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from lib.datasets import DATASETS, MONTHLY
from lib.datasets.ladders import LIFT, RENEWAL_LADDERS
from lib.datasets.lifts import STAGE_DATES
from lib.datasets.places import subdistrict_codes, subdistricts
from lib.datasets.thresholds import shipped_registry
from lib.figures.content import contents_of
from lib.ingest.template import HEADER_ROW, write_template
from lib.ingest.template_help import (
    HELP_SHEET,
    MAX_LIST,
    RULES,
    ZERO_RULE,
    choices_of,
    column_note,
    header_title,
)
from lib.spec.checks import AtMost, KnownIn, NeverBack, NeverFalls
from lib.spec.fields import Dataset, Field, Nature, Need
from lib.spec.kinds import Kind
from lib.spec.period import Period
from lib.ui.data import Edition

OCTOBER, CHANGFENG = Period("2026-10"), "310107014"
COMPARED = {Kind.INTEGER, Kind.DECIMAL, Kind.PERCENT, Kind.DATE}
FORMS = pytest.mark.parametrize("name", DATASETS)
FIRST = HEADER_ROW + 3
"""Row of the first line below the header, as Excel counts."""


# -- declarations ----------------------------------------------------------------------------------------------------------


def test_the_fifteen_forms_and_the_four_owed_each_month() -> None:
    assert [one.form_code for one in DATASETS.values()] == [
        "PT-XQ-01", "PT-GX-01", "PT-ZL-01", "PT-YW-01", "PT-GX-02", "PT-GX-03", "PT-GX-04", "PT-ZL-02", "PT-YW-02", "PT-YW-03",
        "PT-YW-04", "PT-YW-05", "PT-YW-06", "PT-YW-07", "PT-MB-01"]
    assert MONTHLY == ("compounds", "renewal_projects", "rental_projects", "committees")
    assert [name for name, one in DATASETS.items() if one.nature is Nature.LOG] == ["hotline", "trainings"]
    assert [name for name, one in DATASETS.items() if one.everywhere] == ["compounds", "committees"]


@FORMS
def test_keys_are_needed_and_stand_first(name: str) -> None:
    dataset = DATASETS[name]
    optional = {one for one in dataset.key if dataset.by_name[one].need is not Need.REQUIRED}
    assert optional == ({"compound_id"} if name == "hotline" else set())
    assert dataset.fields[0].name in dataset.key
    assert dataset.by_name[dataset.owner].need is Need.REQUIRED


@FORMS
def test_no_column_invites_personal_data(name: str) -> None:
    for one in DATASETS[name].fields:
        for text in (one.title, *one.aliases, one.group, one.note):
            assert not re.search(r"姓名|电话|手机|联系|身份证|账号|帐号|卡号|负责人|责任人|经办|分户|来电", text), text


def test_the_same_column_is_said_the_same_way_in_every_form() -> None:
    for name in ("compound_id", "project_id", "subdistrict", "project_type"):
        assert len({dataset.by_name[name].title for dataset in DATASETS.values() if name in dataset.by_name}) == 1


@FORMS
def test_checks_compare_what_can_be_compared(name: str) -> None:
    dataset = DATASETS[name]
    for check in dataset.checks:
        if isinstance(check, AtMost):
            lesser, greater = (dataset.by_name[column] for column in check.columns())
            assert lesser.kind in COMPARED
            assert (lesser.kind is Kind.DATE) == (greater.kind is Kind.DATE)
            assert lesser.unit == greater.unit or check.columns() == ("buildings", "entrances")
    for check in dataset.across:
        field = dataset.by_name[check.columns()[0]]
        if isinstance(check, KnownIn):
            key, = DATASETS[check.dataset].key
            assert DATASETS[check.dataset].by_name[key].kind is field.kind is Kind.CODE
        elif isinstance(check, NeverFalls):
            assert field.kind in COMPARED
            assert dataset.nature is Nature.REGISTER
        else:
            assert isinstance(check, NeverBack)
            assert set(check.ladders) == set(dataset.by_name[check.type].choices)
            assert set().union(*check.ladders.values()) == set(field.choices)


@FORMS
def test_every_form_about_a_compound_or_project_asks_whether_it_is_known(name: str) -> None:
    registers = {"compound_id": "compounds", "project_id": "renewal_projects"}
    dataset = DATASETS[name]
    expected = {(column, other) for column, other in registers.items() if column in dataset.by_name and column not in dataset.key[:1]}
    if name not in {"compounds", "renewal_projects", "rental_projects"}:
        expected |= {(column, other) for column, other in registers.items() if column in dataset.key}
    assert {(one.column, one.dataset) for one in dataset.across if isinstance(one, KnownIn)} == expected


@FORMS
def test_what_is_usual_lies_within_what_is_possible(name: str) -> None:
    for one in DATASETS[name].fields:
        if one.usual is not None:
            assert one.kind in {Kind.INTEGER, Kind.DECIMAL}
            assert one.minimum is not None
            assert one.maximum is not None
            assert max(one.minimum, 0.01) <= one.usual[0] < one.usual[1] <= one.maximum


def test_nodes_are_the_stages_of_all_ladders() -> None:
    assert set(DATASETS["milestones"].by_name["node"].choices) == {stage for ladder in RENEWAL_LADDERS.values() for stage in ladder.stages}


def test_a_lift_has_a_day_for_every_stage_but_the_last() -> None:
    assert tuple(stage for _, stage in STAGE_DATES) == LIFT.stages[:-1]
    assert LIFT.stages[-1] == "后续管理"


@pytest.mark.parametrize(("name", "prefix"), [("lifts", "unit_vote"), ("lifts", "whole_vote"), ("fee_changes", "vote"),
    ("maintenance_funds", "vote")])
def test_a_vote_is_four_numbers_and_a_base(name: str, prefix: str) -> None:
    dataset = DATASETS[name]
    assert {f"{prefix}_{part}_{what}" for part in ("base", "voted", "agreed") for what in ("heads", "area")} <= set(dataset.by_name)
    pairs = {check.columns() for check in dataset.checks if isinstance(check, AtMost)}
    assert {(f"{prefix}_agreed_heads", f"{prefix}_voted_heads"), (f"{prefix}_voted_area", f"{prefix}_base_area")} <= pairs


# -- forms that are not owed each month ------------------------------------------------------------------------------------


def test_what_is_not_owed_each_month_decides_nothing() -> None:
    """The month shown first and the count of what has come in are those of the four monthly forms."""
    september, october = Period("2026-09"), OCTOBER
    state = {(name, september, unit): 1 for name in MONTHLY for unit in subdistrict_codes()}
    state |= {("hotline", october, CHANGFENG): 2, ("targets", october, CHANGFENG): 3}
    edition = Edition(1, None, shipped_registry(), contents_of(state, shipped_registry()))
    assert edition.default == september
    assert edition.reports(september) == dict.fromkeys(MONTHLY, 10)
    assert edition.reports(october) == dict.fromkeys(MONTHLY, 0)


# -- template workbooks ----------------------------------------------------------------------------------------------------


def template(dataset: Dataset | str, **more: bool) -> Workbook:
    declared = DATASETS[dataset] if isinstance(dataset, str) else dataset
    return openpyxl.load_workbook(io.BytesIO(write_template(declared, OCTOBER, CHANGFENG, **more)))


def header(sheet: Worksheet, column: int) -> object:
    """The cell with the title of a column: in the lower row where a group stands above."""
    return sheet.cell(HEADER_ROW + 2, column) if sheet.cell(HEADER_ROW + 2, column).value else sheet.cell(HEADER_ROW + 1, column)


@FORMS
def test_lines_above_the_header(name: str) -> None:
    dataset, book = DATASETS[name], template(name)
    sheet = book.worksheets[0]
    assert sheet["A1"].value == f"普陀区{dataset.title}（2026年10月）"
    assert (sheet["A2"].value, sheet["E2"].value) == ("填报单位：长风新村街道", "报告期：2026年10月")
    assert sheet["A3"].value == f"表号：{dataset.form_code}（第1版）"
    assert (sheet["E4"].value, sheet["F4"].value) == ((None, None) if dataset.everywhere else ("零报告：", "否"))
    units = [one.unit for one in dataset.fields if one.unit and one.unit not in {"年", "届", "°", "指标单位"}]
    assert all(unit in str(sheet["A4"].value) for unit in units)
    assert book.defined_names["表号"].attr_text == f"'{dataset.title}'!$A$3"
    assert book.defined_names["form_code"].attr_text == f'"{dataset.form_code}/1"'


@FORMS
def test_only_titles_and_header_are_locked_and_rows_may_come_and_go(name: str) -> None:
    sheet = template(name).worksheets[0]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    allowed = ("insertRows", "deleteRows", "sort", "autoFilter", "formatColumns", "formatRows", "formatCells")
    assert not any(getattr(sheet.protection, what) for what in allowed), "in the file: not forbidden"
    assert sheet.protection.insertColumns
    assert sheet.protection.deleteColumns
    for column in range(1, len(DATASETS[name].fields) + 1):
        assert header(sheet, column).protection.locked  # type: ignore[attr-defined]
        assert not sheet.cell(FIRST, column).protection.locked
    assert [sheet[cell].protection.locked for cell in ("A1", "A2", "A3", "E2")] == [True, False, True, False]
    dimensions = list(sheet.column_dimensions.values())
    assert all(not one.protection.locked for one in dimensions)
    assert max(one.max for one in dimensions) == 16_384


@FORMS
def test_every_column_has_its_title_and_note(name: str) -> None:
    sheet = template(name).worksheets[0]
    for column, field in enumerate(DATASETS[name].fields, start=1):
        cell = header(sheet, column)
        assert cell.value == header_title(field)  # type: ignore[attr-defined]
        assert cell.comment.text == column_note(field)  # type: ignore[attr-defined]


def test_a_note_says_what_is_expected() -> None:
    assert column_note(DATASETS["hotline"].by_name["received"]) == (
        "整数，每行必填\n单位：件\n范围：0～100,000\n当月件数\n列名也可写作：受理件数、工单量、受理数")
    assert column_note(DATASETS["red_points"].by_name["point_type"]) == (
        "选项，每行必填\n可填：实践点、示范点\n列名也可写作：类型、点位类型、红色物业类型")
    assert column_note(DATASETS["compounds"].by_name["lat"]).splitlines()[1:] == [
        "十进制度，例如 31.25432；坐标系为“上海2000”的填纵坐标（北），以米计", "列名也可写作：北纬、lat"]


@FORMS
def test_the_example_is_grey_italic_and_only_in_an_empty_form(name: str) -> None:
    dataset = DATASETS[name]
    cell = template(name).worksheets[0].cell(FIRST, 1)
    assert str(cell.value).startswith("示例：")
    assert cell.font.italic
    assert cell.font.color.rgb == "FF8A9099"
    filled = openpyxl.load_workbook(io.BytesIO(write_template(dataset, OCTOBER, CHANGFENG, [{dataset.owner: CHANGFENG}])))
    assert "示例" not in str(filled.worksheets[0].cell(FIRST, 1).value)


@FORMS
def test_drop_downs(name: str) -> None:
    sheet = template(name).worksheets[0]
    lists = {str(one.sqref).split(":")[0]: one for one in sheet.data_validations.dataValidation if one.type == "list"}
    for column, field in enumerate(DATASETS[name].fields, start=1):
        rule = lists.get(sheet.cell(FIRST, column).coordinate)
        assert (rule is not None) == (field.kind in {Kind.CHOICE, Kind.BOOLEAN, Kind.SUBDISTRICT})
        if rule is not None:
            assert rule.formula1 == f'"{",".join(choices_of(field))}"'
            assert rule.errorStyle == "warning"
    assert choices_of(DATASETS["targets"].by_name["subdistrict"]) == tuple(one.name for one in subdistricts())


def test_a_list_too_long_for_a_cell_stands_on_the_help_sheet() -> None:
    words = tuple(f"选项{number:03d}" for number in range(60))
    long = Field("choice", "选择", Kind.CHOICE, Need.REQUIRED, choices=words)
    dataset = replace(DATASETS["targets"], fields=(*DATASETS["targets"].fields, long))
    assert len(",".join(words)) > MAX_LIST
    book = template(dataset)
    rule = next(one for one in book.worksheets[0].data_validations.dataValidation if str(one.sqref).startswith("M"))
    assert rule.formula1 == f"'{HELP_SHEET}'!$I$5:$I$64"
    assert tuple(row[0].value for row in book[HELP_SHEET]["I5:I64"]) == words
    assert [sheet.sheet_state for sheet in book.worksheets] == ["visible", "visible"]
    assert column_note(long).splitlines()[-1] == "从下拉列表中选，全部选项见“填表说明”"


@FORMS
def test_help_sheet_explains_every_column_and_the_rules(name: str) -> None:
    dataset = DATASETS[name]
    sheet = template(name)[HELP_SHEET]
    lines = [[cell.value or "" for cell in row[:7]] for row in sheet.iter_rows(min_row=5, max_row=4 + len(dataset.fields))]
    assert [line[0] for line in lines] == [one.label for one in dataset.fields]
    assert [line[5] for line in lines] == [one.note for one in dataset.fields]
    assert [line[6] for line in lines] == ["、".join(one.aliases) for one in dataset.fields]
    rules = [str(row[0].value) for row in sheet.iter_rows(min_row=6 + len(dataset.fields)) if row[0].value]
    assert len(rules) == len(RULES) + (1 if dataset.everywhere else 2)
    assert any(rule.endswith(ZERO_RULE) for rule in rules) is not dataset.everywhere
    assert "科室" in rules[-1]


def test_the_mark_of_a_report_of_nothing() -> None:
    sheet = template("lifts", zero=True).worksheets[0]
    assert (sheet["E4"].value, sheet["F4"].value) == ("零报告：", "是")
    assert not sheet["F4"].protection.locked
    mark = next(one for one in sheet.data_validations.dataValidation if str(one.sqref) == "F4")
    assert mark.formula1 == '"否,是"'
    assert sheet.max_row == HEADER_ROW + 2


@pytest.mark.parametrize(("name", "paper", "pages"), [("trainings", 9, 1), ("hotline", 9, 1), ("committees", 8, 2), ("lifts", 8, 3)])
def test_print(name: str, paper: int, pages: int) -> None:
    sheet = template(name).worksheets[0]
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize), sheet.page_setup.fitToHeight) == ("landscape", paper, 0)
    assert (sheet.page_setup.fitToWidth or 1) == pages
    assert sheet.print_title_rows == "$5:$6"
    assert sheet.freeze_panes == "C7"
