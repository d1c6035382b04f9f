"""The page 报送 as a clerk and as the bureau use it, with the worker process that really reads the file."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from lib.actions import staging, uploads
from lib.actions.publishing import publish
from lib.actions.staging import keep
from lib.auth.demo import account
from lib.datasets import DATASETS
from lib.ingest.expected import Expected
from lib.ingest.reading import read_file
from lib.ingest.staging import FileReading
from lib.ingest.template import write_template
from lib.ingest.watch import Watch
from lib.settings import SAMPLES
from lib.spec.findings import finding
from lib.spec.period import Period
from lib.store import blobs, releases, submissions
from lib.store.database import Database
from lib.ui import submit_job
from tests.support.workbooks import HEADER, committee, workbook
from tests.support.workbooks import Page as Sheet

Run = Callable[..., AppTest]
FILE = "pages/data/submit.py"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MONTH = Period("2026-10")


def upload(page: AppTest, name: str, content: bytes, dataset: str = "committees") -> AppTest:
    page.selectbox(key="form").set_value(dataset).run()
    page.file_uploader(key="file").set_value((name, content, XLSX)).run()
    assert not page.exception
    return page


def head(database: Database) -> int:
    with database.reading() as connection:
        return releases.head(connection)


def newest_submission(database: Database) -> int:
    with database.reading() as connection:
        return submissions.list_submissions(connection, limit=1)[0].id


def form(unit: str | None, rows: list[dict[str, object]], dataset: str = "committees") -> bytes:
    return write_template(DATASETS[dataset], MONTH, unit, rows)


def row(identity: str, unit: str, **more: object) -> dict[str, object]:
    return {"compound_id": identity, "compound_name": "某小区", "subdistrict": unit, "formation_status": "应建未建", **more}


def test_before_an_upload_the_page_says_what_will_happen(run_page: Run) -> None:
    page = run_page(FILE, user="street")
    assert "上传后逐格检查" in page.info[0].value
    assert "业主委员会组建和换届情况表" in page.selectbox(key="form").options
    assert [one.value for one in page.subheader] == ["报送记录"], "a street editor has no queue"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("空.xlsx", b"", "没有内容"),
        ("图.xlsx", b"\x89PNG\r\n\x1a\n123", "是图片，不是表格"),
        ("~$表.xlsx", b"123", "临时文件"),
        ("坏.xlsx", b"PK\x03\x04broken", "已损坏"),
    ],
)
def test_what_is_no_workbook_is_refused_in_words(run_page: Run, office: Database, name: str, content: bytes, words: str) -> None:
    before = head(office)
    page = upload(run_page(FILE, user="street"), name, content)
    assert "没有收下" in page.error[0].value
    assert words in page.error[0].value
    assert head(office) == before


def test_personal_data_is_refused_and_not_stored(run_page: Run, office: Database) -> None:
    with office.reading() as connection:
        before = len(submissions.list_submissions(connection, limit=1000))
    content = form("310107014", [row("X1", "310107014", note="联系电话 13912345678")])
    page = upload(run_page(FILE, user="street"), "有电话.xlsx", content)
    assert "含有个人信息，不得上报。文件没有保存" in page.error[0].value
    assert any("疑似手机号码，不得上报" in one.value for one in page.markdown)
    shown = " ".join(one.value for one in (*page.error, *page.markdown, *page.caption))
    assert "13912345678" not in shown
    with office.reading() as connection:
        assert len(submissions.list_submissions(connection, limit=1000)) == before


def test_a_street_may_not_send_for_another(run_page: Run, office: Database) -> None:
    newest = newest_submission(office)
    rows = [row("X1", "310107103", formation_status="成立了"), row("X1", "310107103")]
    page = upload(run_page(FILE, user="street"), "桃浦.xlsx", form("310107103", rows))
    told = ("“桃浦.xlsx”没有收下：业主委员会组建和换届情况表!A2 填报单位是“桃浦镇”，与您的所属单位“长风新村街道”不符。"
            "您只能报送本街镇的报表。查到的全部问题见下面的问题清单。文件没有保存，已发布的数据没有变化。")
    for _ in range(2):
        assert [one.value.replace("\\", "") for one in page.error] == [told]
        page.run()
    assert "填报单位不符" in words_of(page)
    assert "不在规定选项之内" in words_of(page)
    assert "重复" in words_of(page), "all findings at once"
    assert "2026年9月" not in "".join(one.value for one in page.markdown), "nothing of what stands there is told"
    assert [one.proto.label for one in page.get("download_button")] == ["下载带标注的工作簿"]  # type: ignore[union-attr]
    assert newest_submission(office) == newest


def test_the_sheets_of_another_place_may_be_left_out(run_page: Run, office: Database) -> None:
    own, other = (openpyxl.load_workbook(io.BytesIO(form(unit, [row(f"PT{unit[-3:]}0001", unit)]))) for unit in ("310107014", "310107103"))
    sheet = own.create_sheet("桃浦的")
    for line in other.worksheets[0].iter_rows():
        for cell in line:
            if cell.value is not None:
                sheet.cell(cell.row, cell.column).value = cell.value
    sink = io.BytesIO()
    own.save(sink)
    newest = newest_submission(office)
    page = upload(run_page(FILE, user="street"), "两个街镇.xlsx", sink.getvalue())
    assert "没有收下：桃浦的!A2 填报单位是“桃浦镇”" in page.error[0].value.replace("\\", "")
    assert newest_submission(office) == newest
    click(page, "不读取工作表“桃浦的”，只报送本街镇的")
    assert not page.error
    assert newest_submission(office) == newest + 1


def test_a_street_submits_and_the_bureau_publishes(run_page: Run, office: Database) -> None:
    name = "长风新村街道业主委员会组建和换届情况表（2026年10月）.xlsx"
    book = openpyxl.load_workbook(SAMPLES / MONTH / name)
    for line in book.worksheets[0].iter_rows():
        for cell in line:
            if cell.value == "已组建":
                cell.value = "应建未建"
                break
        else:
            continue
        break
    changed = io.BytesIO()
    book.save(changed)
    content = changed.getvalue()
    before = head(office)
    page = upload(run_page(FILE, user="street"), "改正稿.xlsx", content)
    assert any("已提交区局科室审核" in one.value for one in page.success)
    assert not [one for one in page.button if one.label == "发布"]
    assert head(office) == before

    bureau = run_page(FILE, user="bureau")
    waiting = bureau.selectbox(key="waiting")
    assert len(waiting.options) == 1
    assert "长风" in waiting.options[0]
    waiting.select_index(0).run()
    changes = next(one.value for one in bureau.dataframe if "发布后" in one.value.columns)
    district = changes[(changes["指标"] == "业委会组建率") & (changes["范围"] == "全区")].iloc[0]
    assert (district["现在"], district["发布后"]) == ("97.6%（651 / 667）", "97.5%（650 / 667）")
    next(one for one in bureau.button if one.label == "发布").click().run()
    assert f"已发布为第 {before + 1} 版" in bureau.success[0].value
    assert head(office) == before + 1

    overview = run_page("pages/governance/committees.py", passport="G05", view="明细")
    assert {one.label: one.value for one in overview.metric}["业委会组建率"] == "97.5%"
    rows = next(one.value for one in overview.dataframe if "来源文件" in one.value.columns)
    assert "改正稿.xlsx" in set(rows["来源文件"])
    back = account("bureau")
    assert back is not None
    with office.reading() as connection:
        original = next(one for one in submissions.list_submissions(connection, limit=1000) if one.file_name == name)
    with pytest.raises(Exception, match="已被后来的报送替代，不能发布"):
        publish(office, by=back, submission_ids=[original.id], key="again")


def test_a_tab_that_looks_at_what_was_published_meanwhile_is_answered(run_page: Run, office: Database) -> None:
    bureau = account("bureau")
    assert bureau is not None
    content = write_template(DATASETS["committees"], Period("2026-09"), "310107103", [row("PT1030001", "310107103")])
    staged = keep(office, by=bureau, data=content, reading=read_file("桃浦九月.xlsx", content, Expected()))
    (identity,) = staged.kept
    first, second = run_page(FILE, user="bureau"), run_page(FILE, user="bureau")
    for page in (first, second):
        option = next(one for one in page.selectbox(key="waiting").options if one.startswith(f"{identity} "))
        page.selectbox(key="waiting").select(option).run()
        assert any("桃浦九月" in one.value for one in page.markdown), "the queue shows file, sender and rows"
    number = head(office) + 1
    next(one for one in first.button if one.label == "发布").click().run()
    assert f"已发布为第 {number} 版（业主委员会组建和换届情况表，2026年9月）" in first.success[0].value
    next(one for one in second.button if one.label == "发布").click().run()
    told = [one.value for one in (*second.success, *second.error)]
    assert any(f"第 {number} 版" in one for one in told), told
    assert head(office) == number


# -- what the sender decides -----------------------------------------------------------------------------------------


def words_of(page: AppTest) -> str:
    return "\n".join(one.value for one in (*page.error, *page.warning, *page.success, *page.info, *page.markdown, *page.caption))


def click(page: AppTest, label: str) -> AppTest:
    next(one for one in page.button if one.label.startswith(label)).click()
    page.run()
    assert not page.exception
    return page


def renamed(**headers: str) -> bytes:
    """September's committees of 长风 with some headers named anew."""
    rows = [row(f"PT014000{at}", "310107014") for at in range(1, 4)]
    book = openpyxl.load_workbook(io.BytesIO(write_template(DATASETS["committees"], Period("2026-09"), "310107014", rows)))
    for line in book.worksheets[0].iter_rows(min_row=5, max_row=6):
        for cell in line:
            for old, new in headers.items():
                if str(cell.value or "").replace("\n", "").lstrip("*").startswith(old):
                    cell.value = new
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def test_personal_data_may_be_dropped_by_choice(run_page: Run, office: Database) -> None:
    content = form("310107014", [row("PT0140001", "310107014", note="联系电话 13912345678"), row("PT0140002", "310107014", note="无")])
    page = upload(run_page(FILE, user="street"), "有电话.xlsx", content)
    assert "没有收下" in page.error[0].value
    click(page, "删去这些内容后继续")
    assert any("已删去含个人信息的内容" in one.value for one in page.info), words_of(page)
    assert not [one for one in page.error if "没有收下" in one.value]
    with office.reading() as connection:
        newest = submissions.list_submissions(connection, limit=1)[0]
        stored = blobs.get_blob(connection, newest.file_sha256)
    assert (newest.file_name, newest.row_count) == ("有电话.xlsx", 2)
    assert stored != content
    cells = [str(cell.value) for sheet in openpyxl.load_workbook(io.BytesIO(stored)) for line in sheet.iter_rows() for cell in line]
    assert not any("13912345678" in one for one in cells)


def test_an_unknown_column_is_asked_about_once_and_remembered(run_page: Run, office: Database) -> None:
    content = renamed(组建状态="情况栏")
    page = run_page(FILE, user="street", month="2026-09")
    upload(page, "列名改了.xlsx", content)
    assert "请在下面指明各列读作什么" in page.error[0].value
    choice = next(one for one in page.selectbox if one.label == "读作")
    assert choice.value is None
    assert choice.options[0] == "组建状态", "what is missing comes first"
    click(page, "按更正重新读取")
    assert any("没有改动" in one.value for one in page.info)
    next(one for one in page.selectbox if one.label == "读作").set_value("formation_status").run()
    click(page, "按更正重新读取")
    assert not page.error, words_of(page)
    # Another file with the same header is read so by itself; what was remembered can be taken back.
    again = upload(run_page(FILE, user="street", month="2026-09"), "又一份.xlsx", content)
    assert not again.error
    show_columns(again)
    click(again, "恢复自动识别（已记住 1 处更正）")
    assert "请在下面指明各列读作什么" in again.error[0].value


def test_a_warning_wants_a_reason_before_it_counts(run_page: Run, office: Database) -> None:
    days = {"formation_status": "已组建", "session_no": 2, "term_start": date(2023, 1, 1), "term_end": date(2032, 1, 1)}
    page = upload(run_page(FILE, user="street"), "任期九年.xlsx", form("310107014", [row("PT0140001", "310107014", **days)]))
    assert "填写后才算提交" in page.warning[0].value
    assert not any("已提交区局科室审核" in one.value for one in page.success)
    with office.reading() as connection:
        identity = submissions.list_submissions(connection, limit=1)[0].id
    bureau = run_page(FILE, user="bureau")
    assert any("份有警告、还没有情况说明" in one.value for one in bureau.caption)
    area = page.text_area[0]
    area.set_value("错")
    click(page, "提交情况说明")
    assert any("情况说明应为 5～500 个字，现在是 1 个字" in one.value for one in page.error)
    page.text_area[0].set_value("请联系 13912345678 核实")
    click(page, "提交情况说明")
    assert any("疑似有手机号码" in one.value for one in page.error)
    page.text_area[0].set_value("经业主大会决定任期九年，已备案。")
    click(page, "提交情况说明")
    assert any("已提交区局科室审核" in one.value for one in page.success)
    bureau = run_page(FILE, user="bureau")
    option = next(one for one in bureau.selectbox(key="waiting").options if one.startswith(f"{identity} "))
    bureau.selectbox(key="waiting").select(option).run()
    assert any("经业主大会决定任期九年，已备案。" in one.value for one in bureau.markdown)


def test_a_zero_report_goes_through_the_same_door(run_page: Run, office: Database) -> None:
    page = run_page(FILE, user="street", form="committees")
    assert not [one for one in page.button if "零报告" in one.label], "every 街镇 has committees"
    page.selectbox(key="form").set_value("renewal_projects").run()
    assert any("2026年9月有 6 行。没有变化的不是零报告" in one.value for one in page.warning)
    click(page, "确认：本期没有，提交零报告")
    assert "**零报告**" in words_of(page), words_of(page)
    with office.reading() as connection:
        newest = submissions.list_submissions(connection, limit=1)[0]
    assert (newest.dataset, newest.period, newest.units, newest.row_count) == ("renewal_projects", MONTH, ("310107014",), 0)
    assert newest.file_name == "长风新村街道旧住房更新改造项目进展表（2026年10月）零报告.xlsx"
    page.run()
    with office.reading() as connection:
        assert submissions.list_submissions(connection, limit=1)[0].id == newest.id, "sent once, however often the page reruns"


def test_several_forms_of_one_file_stand_for_themselves(run_page: Run, office: Database) -> None:
    book = openpyxl.load_workbook(io.BytesIO(form("310107014", [row("PT0140001", "310107014")])))
    other = openpyxl.load_workbook(io.BytesIO(form("310107014", [], "renewal_projects"))).worksheets[0]
    sheet = book.create_sheet("更新项目")
    for line in other.iter_rows():
        for cell in line:
            if cell.value is not None:
                sheet.cell(cell.row, cell.column).value = cell.value
    sink = io.BytesIO()
    book.save(sink)
    page = upload(run_page(FILE, user="street"), "两种.xlsx", sink.getvalue())
    assert any("中有 **2** 种报表" in one.value for one in page.markdown)
    assert [one.label[0] for one in page.tabs] == ["1", "2"]
    assert "■" in page.tabs[1].label, "the second form is empty and no 零报告"


def test_an_old_submission_can_be_opened_with_its_files(run_page: Run, office: Database) -> None:
    page = upload(run_page(FILE, user="street"), "写错.xlsx", form("310107014", [row("PT0140001", "310107014", formation_status="成立了")]))
    assert "致命问题" in page.error[0].value
    with office.reading() as connection:
        identity = submissions.list_submissions(connection, limit=1)[0].id
    again = run_page(FILE, user="street")
    table = next(one.value for one in again.dataframe if "状态" in one.value.columns)
    first = table.iloc[0]
    assert (first["编号"], first["状态"], first["文件"]) == (identity, "有致命问题", "写错.xlsx")
    assert first["原文件"] == f"/api/download/original/{identity}?as=street"
    assert first["标注"] == f"/api/download/returned/{identity}.xlsx?as=street"
    again.selectbox(key="opened").select_index(0).run()
    assert any("不在规定选项之内" in one.value for one in again.markdown)


def test_words_of_a_file_are_shown_as_they_are(run_page: Run) -> None:
    content = form("310107014", [row("PT0140001", "310107014", formation_status="**[点我](http://x.example)**")])
    page = upload(run_page(FILE, user="street"), "链接.xlsx", content)
    told = next(one.value for one in page.markdown if "点我" in one.value)
    assert "[点我](http" not in told
    assert "\\[点我\\]" in told


def test_many_findings_are_grouped_and_narrowed(run_page: Run) -> None:
    rows = [row(f"PT{at:07d}", "310107014", formation_status="成立了", substitute="某某代管" if at < 20 else None) for at in range(60)]
    page = upload(run_page(FILE, user="street"), "很多.xlsx", form("310107014", rows))
    groups = [one.value for one in page.markdown if "处）" in one.value]
    assert any("不在选项之内" in one and "（80 处）" in one and " 等 60 处" in one for one in groups), groups
    kind = next(one for one in page.selectbox if one.label == "问题类型")
    assert "■ 不在选项之内（80）" in kind.options
    kind.select("■ 不在选项之内（80）").run()
    assert len([one for one in page.markdown if "处）" in one.value]) == 1
    next(one for one in page.text_input if one.label == "查找").set_value("没有这样的话").run()
    assert any("没有符合条件的问题" in one.value for one in page.caption)


def test_a_large_file_shows_how_far_it_is_and_can_be_called_off(run_page: Run, office: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, begun = threading.Event(), threading.Event()

    def slow(name: str, data: bytes, expected: Expected, *, ask: object, watch: Watch) -> FileReading:
        watch.tell("逐列读取", 12_000)
        begun.set()
        assert gate.wait(30)
        return FileReading(name, findings=(finding("F37", name=name),))

    monkeypatch.setattr(staging, "read_upload", slow)
    monkeypatch.setattr(submit_job, "QUICK_S", 0.0)
    with office.reading() as connection:
        before = submissions.list_submissions(connection, limit=1)[0].id
    page = run_page(FILE, user="street")
    page.file_uploader(key="file").set_value(("大.xlsx", b"x" * 10, XLSX)).run()
    assert begun.wait(10)
    page.run()
    progress = page.get("progress")[0].proto  # type: ignore[union-attr]
    assert progress.text.startswith("“大.xlsx”：正在逐列读取，已处理 12,000 行，用时 ")
    assert progress.value == 50
    page.button(key="cancel-upload").click().run()
    assert page.get("progress")[0].proto.text == "“大.xlsx”：正在取消…"  # type: ignore[union-attr]
    gate.set()
    upload_ = uploads.find_upload(page.session_state["_job"], by=account("street"))  # type: ignore[arg-type]
    assert upload_ is not None
    assert upload_.wait(10)
    page.run()
    assert any("已取消检查“大.xlsx”，文件没有保存" in one.value.replace("\\", "") for one in page.info)
    with office.reading() as connection:
        assert submissions.list_submissions(connection, limit=1)[0].id == before
    monkeypatch.undo()


def test_a_header_of_two_forms_is_read_as_the_one_chosen(run_page: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    content, seen = form("310107014", [row("PT0140001", "310107014")]), list[str]()

    def either(name: str, data: bytes, expected: Expected, **_more: object) -> FileReading:
        seen.append(expected.dataset or expected.prefer)
        reading = read_file(name, data, replace(expected, prefer=""))
        if expected.dataset == "committees":
            return reading
        told = finding("T25", forms="甲、乙", number="PT-YW-01")
        return replace(reading, stagings=(replace(reading.stagings[0], findings=(told,)),))

    monkeypatch.setattr(staging, "read_upload", either)
    page = upload(run_page(FILE, user="street"), "两可.xlsx", content, dataset="compounds")
    assert any("表头可能是几种报表之一" in one.value for one in page.info)
    page.selectbox(key="form").set_value("committees").run()
    assert seen == ["compounds"], "looking for another template reads nothing again"
    click(page, "按《业主委员会组建和换届情况表》重新读取")
    assert not page.error
    page.run()
    assert seen == ["compounds", "committees"]
    assert any("按您的选择，作为《业主委员会组建和换届情况表》读取" in one.value for one in page.info)
    click(page, "改由系统识别")
    assert seen == ["compounds", "committees", "compounds"]


def test_the_form_chosen_can_be_forced(run_page: Run) -> None:
    """Chosen before the file: it counts. Chosen after it: there is a button, and it does what it says."""
    content = csv("小区编码,小区名称,街镇,备注", "PT0140001,某小区,长风新村街道,无")
    page = upload(run_page(FILE, user="street"), "短.csv", content, dataset="compounds")
    assert "识别为 **住宅小区基本情况表**" in words_of(page)
    page = upload(run_page(FILE, user="street"), "短.csv", content, dataset="lifts")
    assert "识别为 **既有多层住宅加装电梯进展表**" in words_of(page)
    page.selectbox(key="form").set_value("compounds").run()
    click(page, "按《住宅小区基本情况表》重新读取")
    assert "识别为 **住宅小区基本情况表**" in words_of(page)
    assert "按您的选择，作为《住宅小区基本情况表》读取。" in words_of(page)
    click(page, "改由系统识别")
    assert "识别为 **既有多层住宅加装电梯进展表**" in words_of(page)


def csv(*lines: str, unit: bool = True) -> bytes:
    above = "填报单位：长风新村街道\n\n" if unit else ""
    return ("\ufeff" + above + "\n".join(lines)).encode()


def sheet_of(*lines: str) -> bytes:
    rows = [[_cell(text) for text in line.split(",")] for line in lines]
    return workbook(Sheet([["填报单位：长风新村街道"], ["报告期：2026年10月"], *rows]))


def _cell(text: str) -> str | float | None:
    return (float(text) if "." in text else text) if text else None


PROJECTS = "项目编码,项目名称,改造类别,街镇,地址,实施主体,年度计划批次,涉及户数,建筑面积（㎡）,当前阶段"


def project(at: int, *more: str, kind: str = "拆除重建", place: str = "长风新村街道") -> str:
    return ",".join((f"PTGX99990{at}", f"演示{at}", kind, place, "某路1弄", "某公司", "2026", "120", "9000", "意愿征询", *more))


def test_two_columns_of_one_name_are_told_apart_and_remembered(run_page: Run) -> None:
    """A text export of a header of two levels: both are asked about, each is remembered by where it stands."""
    header = f"{PROJECTS},意愿征询计划日期,实际,竣工计划日期,实际"
    content = csv(header, *(project(at, "2026-01-05", "2026-02-06", "2026-11-30", "") for at in (1, 2, 3)))
    page = upload(run_page(FILE, user="street"), "导出.csv", content, dataset="renewal_projects")
    assert "请在下面指明各列读作什么" in page.error[0].value
    choices = [one for one in page.selectbox if one.label == "读作"]
    assert len(choices) == 2
    assert next(line for line in words_of(page).split("\n") if "列“实际”" in line).startswith("**L 列“实际”**")
    choices[0].set_value("consult_actual")
    [one for one in page.selectbox if one.label == "读作"][1].set_value("complete_actual").run()
    click(page, "按更正重新读取")
    again = upload(run_page(FILE, user="street"), "再导出.csv", content, dataset="renewal_projects")
    for one in (page, again):
        assert not one.error, words_of(one)
        show_columns(one)
        table = next(each.value for each in one.dataframe if "读作" in each.value.columns)
        named = {line["列"]: line["读作"] for line in table.to_dict("records")}
        assert (named["L"], named["N"]) == (label("consult_actual"), label("complete_actual"))
        assert not [each for each in one.selectbox if each.label == "读作"], "nothing is asked"
    click(again, "恢复自动识别（已记住 2 处更正）")
    assert "请在下面指明各列读作什么" in again.error[0].value


def show_columns(page: AppTest) -> None:
    page.session_state[f"columns-{page.session_state['_job']}"] = True
    page.run()


def label(field: str) -> str:
    return DATASETS["renewal_projects"].by_name[field].label


def test_merged_cells_taken_apart_are_filled_down_with_one_click(run_page: Run) -> None:
    content = csv(PROJECTS, project(1), *(project(at, kind="", place="") for at in (2, 3, 4, 5)))
    page = upload(run_page(FILE, user="street"), "拆开.csv", content, dataset="renewal_projects")
    assert "请在下面点“向下填充”补齐拆开的合并单元格，或按问题清单改正后重新上传" in page.error[0].value
    assert any("“改造类别”“街镇”像是合并单元格被拆开" in one.value for one in page.markdown)
    assert sum("列“" in one.value for one in page.markdown) == 2, "both stand in the screen"
    click(page, "向下填充")
    assert not page.error, words_of(page)
    assert "，共 **5** 行" in words_of(page)
    again = upload(run_page(FILE, user="street"), "下月.csv", content, dataset="renewal_projects")
    assert not again.error, "remembered"
    show_columns(again)
    click(again, "恢复自动识别（已记住 2 处更正）")


def test_percents_read_as_fractions_are_asked_about(run_page: Run) -> None:
    content = sheet_of(f"{PROJECTS},形象进度", *(project(at, value) for at, value in ((1, "0.5"), (2, "0.8"), (3, "1.0"))))
    page = upload(run_page(FILE, user="street"), "小数.xlsx", content, dataset="renewal_projects")
    assert any("请在下面选定百分数的写法" in one.value for one in page.warning)
    assert "百分数按小数读取" in words_of(page)
    for written, unit in (("小数（0.95 即 95%）", "1"), ("%（95 即 95%）", "%")):
        if not [one for one in page.selectbox if one.label == "计量单位"]:
            show_columns(page)
            more = next(one for one in page.multiselect if one.label == "还要更正的列")
            more.set_value([next(at for at, one in enumerate(more.options) if "形象进度" in one)]).run()
        choice = next(one for one in page.selectbox if one.label == "计量单位")
        assert written in choice.options
        choice.set_value(unit).run()
        click(page, "按更正重新读取")
        assert "百分数按小数读取" not in words_of(page)
        assert "形象进度" not in "".join(one.value for one in page.error)
    show_columns(page)
    click(page, "恢复自动识别（已记住 1 处更正）")


def test_a_column_of_last_month_that_was_renamed_is_asked_about(run_page: Run, office: Database) -> None:
    """Optional, so nothing 致命 says so; what it may be now is asked with that field first."""
    book = openpyxl.load_workbook(SAMPLES / MONTH / "长风新村街道业主委员会组建和换届情况表（2026年10月）.xlsx")
    header = next(cell for line in book.worksheets[0].iter_rows(max_row=6) for cell in line if cell.value == "最近会议日期")
    header.value = "上次开会"
    sink = io.BytesIO()
    book.save(sink)
    page = upload(run_page(FILE, user="street"), "改名.xlsx", sink.getvalue())
    assert "1 个警告。请在下面指明上月有的列现在是哪一列；核对属实的" in page.warning[0].value
    choice = next(one for one in page.selectbox if one.label == "读作")
    assert (choice.value, choice.options[0]) == (None, "最近会议日期")
    choice.set_value("last_meeting").run()
    click(page, "按更正重新读取")
    assert not page.warning
    assert "上月有的列本期没有" not in words_of(page)
    show_columns(page)
    click(page, "恢复自动识别（已记住 1 处更正）")
    # A column that is simply gone can be named nowhere: the screen stays closed.
    short = [["填报单位：长风新村街道"], ["报告期：2026年10月"], HEADER, *(committee(f"PT014000{at}", session=9) for at in (1, 2))]
    page = upload(run_page(FILE, user="street"), "少列.xlsx", workbook(Sheet(short)))
    assert "个警告。核对属实的" in page.warning[0].value
    assert "上月有的列本期没有" in words_of(page)


def test_a_sheet_may_be_left_out_and_taken_back(run_page: Run) -> None:
    book = openpyxl.load_workbook(io.BytesIO(form("310107014", [row("PT0140001", "310107014")])))
    copied = book.copy_worksheet(book.worksheets[0])
    copied.title = "旧稿"
    sink = io.BytesIO()
    book.save(sink)
    page = upload(run_page(FILE, user="street"), "两张.xlsx", sink.getvalue())
    assert "致命" in page.error[0].value, "the same key stands on both sheets"

    def leave_out(*sheets: str) -> None:
        show_columns(page)
        next(one for one in page.multiselect if one.label == "不读取的工作表").set_value(list(sheets)).run()
        click(page, "按更正重新读取")

    leave_out("旧稿")
    assert not page.error
    assert "旧稿" in words_of(page)
    leave_out("旧稿", book.sheetnames[0])
    assert "没有收下" in page.error[0].value
    click(page, "读取全部工作表")
    assert "没有收下" not in page.error[0].value


def test_words_of_progress() -> None:
    upload_ = uploads.Upload("x", "street", "a.xlsx", Watch())
    upload_.watch.waiting = 1
    assert submit_job.progress_words(upload_) == "排队中，前面还有 2 个文件", "both workers are busy"
    upload_.watch.waiting = 4
    assert submit_job.progress_words(upload_) == "排队中，前面还有 5 个文件"
    upload_.watch.waiting = 0
    upload_.watch.tell("核对", 0)
    assert submit_job.progress_words(upload_) == "正在核对，用时 0 秒"
    upload_.cancel()
    assert submit_job.progress_words(upload_) == "正在取消…"


def test_one_submission_may_stand_in_three_places(run_page: Run, office: Database) -> None:
    """Just uploaded, in the queue and opened from the records: the page still draws, and each place works."""
    days = {"formation_status": "已组建", "session_no": 2, "term_start": date(2023, 1, 1), "term_end": date(2032, 1, 1)}
    page = upload(run_page(FILE, user="bureau"), "三处.xlsx", form("310107103", [row("PT1030001", "310107103", **days)]))
    with office.reading() as connection:
        identity = submissions.list_submissions(connection, limit=1)[0].id
    page.selectbox(key="opened").select_index(0).run()
    assert len(page.text_area) == 2
    page.text_area[1].set_value("经业主大会决定任期九年，已备案。")
    [one for one in page.button if one.label == "提交情况说明"][1].click().run()
    option = next(one for one in page.selectbox(key="waiting").options if one.startswith(f"{identity} "))
    page.selectbox(key="waiting").select(option).run()
    assert not page.exception
    assert len([one for one in page.button if one.label == "发布"]) == 3
    assert all(one.value == "" for one in page.text_area), "what was sent does not stand in the field any more"
