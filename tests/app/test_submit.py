"""The page 报送 as a clerk and as the bureau use it, with the worker process that really reads the file."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from lib.actions.publishing import publish
from lib.actions.staging import keep
from lib.auth.demo import account
from lib.datasets import DATASETS
from lib.ingest.reading import Expected, read_file
from lib.ingest.template import write_template
from lib.settings import SAMPLES
from lib.spec.period import Period
from lib.store import releases, submissions
from lib.store.database import Database

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


def form(unit: str | None, rows: list[dict[str, object]], dataset: str = "committees") -> bytes:
    return write_template(DATASETS[dataset], MONTH, unit, rows)


def row(identity: str, unit: str, **more: object) -> dict[str, object]:
    return {"compound_id": identity, "compound_name": "某小区", "subdistrict": unit, "formation_status": "应建未建", **more}


def test_before_an_upload_the_page_says_what_will_happen(run_page: Run) -> None:
    page = run_page(FILE, user="street")
    assert "上传后会逐格检查" in page.info[0].value
    assert page.selectbox(key="form").options[3] == "业主委员会组建和换届情况表"
    assert [one.value for one in page.subheader] == ["报送记录"], "a street editor has no queue"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("空.xlsx", b"", "没有内容"),
        ("图.xlsx", b"\x89PNG\r\n\x1a\n123", "这是图片"),
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
    assert "疑似手机号码，不得上报" in page.error[0].value
    shown = " ".join(one.value for one in (*page.error, *page.markdown, *page.caption))
    assert "13912345678" not in shown
    with office.reading() as connection:
        assert len(submissions.list_submissions(connection, limit=1000)) == before


def test_a_street_may_not_send_for_another(run_page: Run, office: Database) -> None:
    before = head(office)
    page = upload(run_page(FILE, user="street"), "桃浦.xlsx", form("310107103", [row("X1", "310107103")]))
    assert [one.value for one in page.error] == ["您只能报送本街镇的报表。请核对文件中的填报单位。"]
    page.run()
    assert [one.value for one in page.error] == ["您只能报送本街镇的报表。请核对文件中的填报单位。"]
    assert head(office) == before


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
    assert (district["现在"], district["发布后"]) == ("97.2%（581 / 598）", "97.0%（580 / 598）")
    next(one for one in bureau.button if one.label == "发布").click().run()
    assert f"已发布为第 {before + 1} 版" in bureau.success[0].value
    assert head(office) == before + 1

    overview = run_page("pages/governance/committees.py", passport="G05")
    assert {one.label: one.value for one in overview.metric}["业委会组建率"] == "97.0%"
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
    staged = keep(office, by=bureau, data=content, staging=read_file("桃浦九月.xlsx", content, Expected()))
    assert staged.submission is not None
    first, second = run_page(FILE, user="bureau"), run_page(FILE, user="bureau")
    for page in (first, second):
        option = next(one for one in page.selectbox(key="waiting").options if one.startswith(f"{staged.submission} "))
        page.selectbox(key="waiting").select(option).run()
        assert any("桃浦九月" in one.value for one in page.markdown), "the queue shows file, sender and rows"
    number = head(office) + 1
    next(one for one in first.button if one.label == "发布").click().run()
    assert f"已发布为第 {number} 版（业主委员会组建和换届情况表，2026年9月）" in first.success[0].value
    next(one for one in second.button if one.label == "发布").click().run()
    told = [one.value for one in (*second.success, *second.error)]
    assert any(f"第 {number} 版" in one for one in told), told
    assert head(office) == number
