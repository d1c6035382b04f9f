"""选址评估: totals that are the sum of their parts, weights that are tried and saved, sensitivity, coverage, one candidate."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib.actions.weights import to_address, versions
from lib.auth.demo import account
from lib.figures.content import Content, Entry
from lib.reports.sites import assess
from lib.rules.siting import EQUAL, PARTS
from lib.spec.period import Period
from lib.store import releases
from lib.store.database import Database
from lib.ui.sites import older_words
from lib.ui.sites_stability import verdict
from tests.support.published import snapshot_at

Run = Callable[..., AppTest]
FILE = "pages/rental/sites.py"
PROPOSAL = {"weights": "0"}
TRAFFIC = (50, *EQUAL[1:])


def table(page: AppTest, column: str) -> pd.DataFrame:
    """The one table that has a column of this name."""
    found = [one.value for one in [*page.dataframe, *page.table] if column in one.value.columns]
    assert len(found) == 1, [list(one.value.columns) for one in [*page.dataframe, *page.table]]
    return found[0]


def words(page: AppTest) -> str:
    return " ".join(one.value for group in (page.markdown, page.caption, page.info, page.warning) for one in group)


def slider(page: AppTest, title: str) -> object:
    return next(one for one in page.slider if one.label == title)


@pytest.fixture(scope="module")
def october(office: Database) -> pd.DataFrame:
    """The candidates of 2026-10 as they stand published."""
    with office.reading() as connection:
        head = releases.head(connection)
    return snapshot_at(office, head, "2026-10").frames["site_candidates"]


# -- ranking -----------------------------------------------------------------------------------------------------------


def test_every_total_stands_with_its_parts(run_page: Run, october: pd.DataFrame) -> None:
    page = run_page(FILE, **PROPOSAL)
    assert not page.exception
    ranking = table(page, "总分")
    expected = assess(october, EQUAL)
    assert ranking["候选点"].tolist() == expected.ranked["candidate_name"].tolist()
    assert len(ranking) + len(table(page, "原因")) == len(october) == 34
    for row in ranking.to_dict("records"):
        cells = [row[part.title] for part in PARTS]
        if "缺" in cells:
            assert "～" in row["总分"], "no total, a band"
            continue
        assert sum(float(cell.split(" → ")[1]) for cell in cells) == pytest.approx(float(row["总分"]), abs=0.05 * len(PARTS) + 0.05)
        assert sum(int(cell.split(" → ")[0]) for cell in cells) * 100 / 45 == pytest.approx(float(row["总分"]), abs=0.051)
    assert "变化" not in ranking.columns
    assert "建议权重（建议口径，等权）" in words(page)
    assert "“认定 ÷ 预选”暂缺" in words(page)


def test_the_form_s_own_score_stands_beside_ours(run_page: Run, october: pd.DataFrame) -> None:
    ranking = table(run_page(FILE, **PROPOSAL), "总分").set_index("候选点")
    reported = october.set_index("candidate_name")
    for name, row in ranking.iterrows():
        if reported.loc[name, "total_score"] != reported.loc[name, "total_score"]:
            assert row["填报综合得分"] != row["填报综合得分"], "not told"
            continue
        assert row["填报综合得分"] == reported.loc[name, "total_score"]
        assert row["填报权重版本"] == reported.loc[name, "weights_version"]
        if "～" not in row["总分"]:
            assert float(row["差"]) == pytest.approx(float(row["总分"]) - row["填报综合得分"], abs=0.11)


def test_trying_weights_moves_the_order_and_saves_nothing(run_page: Run, october: pd.DataFrame, office: Database) -> None:
    page = run_page(FILE, **PROPOSAL)
    saved = versions(office, by=account("leader"))  # type: ignore[arg-type]
    slider(page, "交通便利").set_value(50).run()  # type: ignore[attr-defined]
    assert not page.exception
    ranking = table(page, "总分")
    assert ranking["候选点"].tolist() == assess(october, TRAFFIC).ranked["candidate_name"].tolist()
    moved = ranking["变化"][ranking["变化"] != ""]
    assert len(moved) > 3
    assert {text[0] for text in moved} <= set("↑↓↔")
    assert "试算权重（未保存）" in words(page)
    assert page.query_params["try"] == to_address(TRAFFIC)
    assert versions(office, by=account("leader")) == saved  # type: ignore[arg-type]
    next(one for one in page.button if one.label == "恢复为所选版本").click().run()
    assert "变化" not in table(page, "总分").columns
    assert "try" not in page.query_params


def test_a_link_shows_the_same_trial(run_page: Run, october: pd.DataFrame) -> None:
    page = run_page(FILE, **PROPOSAL, **{"try": to_address(TRAFFIC)})
    assert slider(page, "交通便利").value == 50  # type: ignore[attr-defined]
    assert table(page, "总分")["候选点"].tolist() == assess(october, TRAFFIC).ranked["candidate_name"].tolist()


@pytest.mark.parametrize("text", ["1-2", "x", to_address((0,) * 9), "101" + "-1" * 8])
def test_a_trial_that_is_none_is_left_out(run_page: Run, text: str) -> None:
    page = run_page(FILE, **PROPOSAL, **{"try": text})
    assert not page.exception
    assert "链接中的试算权重不正确，已忽略。" in words(page)
    assert "变化" not in table(page, "总分").columns


def test_no_weight_at_all_is_told_and_not_used(run_page: Run) -> None:
    page = run_page(FILE, **PROPOSAL, **{"try": to_address((1, *[0] * 8))})
    slider(page, "交通便利").set_value(0).run()  # type: ignore[attr-defined]
    assert not page.exception
    assert [one.value for one in page.error] == ["至少一项权重应大于 0。"]


def test_choices_narrow_the_list_and_leave_ranks_alone(run_page: Run) -> None:
    whole = table(run_page(FILE, **PROPOSAL), "总分").set_index("候选点")["位次"]
    some = table(run_page(FILE, **PROPOSAL, status="预选"), "总分")
    assert set(some["状态"]) == {"预选"}
    assert 0 < len(some) < len(whole)
    assert some["位次"].tolist() == whole[some["候选点"]].tolist()
    place = table(run_page(FILE, **PROPOSAL, unit="长征"), "总分")
    assert set(place["街镇"]) == {"长征"}
    assert place["位次"].tolist() == whole[place["候选点"]].tolist()
    nothing = run_page(FILE, **PROPOSAL, find="没有这个候选点")
    assert not nothing.exception
    assert "所选范围内没有参与排序的候选点" in words(nothing)


def test_the_list_is_taken_out_with_what_is_chosen(run_page: Run) -> None:
    page = run_page(FILE, **PROPOSAL, unit="长征", status="预选", **{"try": to_address(TRAFFIC)})
    links = [one.proto.url for one in page.get("link_button")]
    assert [urlsplit(link).path for link in links] == ["/api/download/sites.csv", "/api/download/sites.xlsx"]
    asked = parse_qs(urlsplit(links[0]).query)
    assert (asked["unit"], asked["status"], asked["weights"], asked["try"]) == (["310107102"], ["预选"], ["0"], [to_address(TRAFFIC)])
    assert (asked["period"], asked["as"]) == (["2026-10"], ["leader"])


@pytest.mark.parametrize(
    ("months", "said"),
    [
        (("2026-07", "2026-07"), "▲ 候选点表为 2026年7月报送，本期没有新的报送。"),
        (("2026-07", "2026-09"), "▲ 候选点表为不同月份报送：2026年7月（长风）、2026年9月（桃浦）。"),
        (("2026-09", "2026-09"), ""),
        ((), ""),
    ],
)
def test_rows_of_an_earlier_month_say_so(months: tuple[str, ...], said: str) -> None:
    entries = tuple(Entry("site_candidates", unit, Period(month), 1)
                    for unit, month in zip(("310107014", "310107103"), months, strict=False))
    month = Period("2026-09")
    assert older_words(SimpleNamespace(period=month, snapshot=SimpleNamespace(content=Content(month, entries, "")))) == said  # type: ignore[arg-type]


def test_rounding_is_said_and_is_true(run_page: Run) -> None:
    """Nine parts of one decimal are off by 0.05 each at most, their total by 0.05."""
    page = run_page(FILE, **PROPOSAL)
    assert "相加即总分；各部分和总分分别取一位小数，逐项相加可能与总分差零点几分（不超过 0.5）。" in words(page)
    ranking = table(page, "总分")
    gaps = [abs(sum(float(row[part.title].split(" → ")[1]) for part in PARTS) - float(row["总分"]))
            for row in ranking.to_dict("records") if "～" not in row["总分"]]
    assert 0.05 < max(gaps) < 0.5


# -- sensitivity -------------------------------------------------------------------------------------------------------


def test_sensitivity_tells_who_stays_on_top(run_page: Run) -> None:
    page = run_page(FILE, **PROPOSAL, part="敏感性", top="3")
    assert not page.exception
    found = table(page, "前 3 名")
    stays = found[found["前 3 名"] == "稳居"]["候选点"].tolist()
    said = words(page)
    assert "19,683 组权重" in said
    assert (f"**{len(stays)} 个候选点无论怎样增减都在前 3 名**" if stays else "没有候选点无论怎样增减都在前 3 名") in said
    for row in found.to_dict("records"):
        if row["前 3 名"] == "稳居":
            assert row["出现次数占比"] == "100.0%"
        if row["前 3 名"] == "不会进入":
            assert row["出现次数占比"] == "0.0%"


@pytest.mark.parametrize(
    ("best", "seen_best", "seen_worst", "worst", "said"),
    [
        (1, 1, 3, 3, "稳居"),
        (4, 4, 6, 6, "不会进入"),
        (1, 2, 3, 4, "未见跌出，不能排除"),
        (2, 3, 4, 4, "时进时出"),
        (3, 4, 6, 6, "未见进入，不能排除"),
    ],
)
def test_what_is_proved_is_told_apart_from_what_was_seen(best: int, seen_best: int, seen_worst: int, worst: int, said: str) -> None:
    assert verdict({"best": best, "best_seen": seen_best, "worst_seen": seen_worst, "worst": worst}, 3) == said


# -- coverage ----------------------------------------------------------------------------------------------------------


def test_coverage_keeps_what_is_covered_and_adds_the_most(run_page: Run, october: pd.DataFrame, office: Database) -> None:
    with office.reading() as connection:
        head = releases.head(connection)
    supply = snapshot_at(office, head, "2026-10").frames["rental_projects"]
    covered = set(supply["subdistrict"][supply["is_bed"] & supply["supplied"]])
    open_ = set(october["subdistrict"][october["ranked"]]) - covered
    page = run_page(FILE, part="覆盖效果", k="2")
    assert not page.exception
    gain = min(2, len(open_))
    effects = table(page, "现有 → 选后")
    assert effects["现有 → 选后"].iloc[0] == f"{len(covered)}/10 → {len(covered) + gain}/10"
    assert effects["增加"].iloc[0] == f"{gain} 个街镇"
    assert effects["项目"].tolist() == ["一张床街镇覆盖（H09）", "800 米以内岗位", "1500 米以内岗位"]
    assert f"最多再覆盖 **{gain}** 个街镇" in words(page)
    assert "按街镇面积平均摊开" in words(page)
    assert "±500" in words(page)


def test_more_sites_never_cover_fewer_jobs(run_page: Run) -> None:
    gains = []
    for k in "135":
        page = run_page(FILE, part="覆盖效果", k=k, goal="近处岗位最多")
        assert not page.exception
        told = next(one.value for one in page.markdown if "米以内最多再覆盖约" in one.value)
        gains.append(int(told.split("**")[1].replace(",", "")))
    assert gains == sorted(gains)
    assert gains[0] > 0


# -- one candidate -----------------------------------------------------------------------------------------------------


def test_one_candidate_with_its_parts_and_its_source(run_page: Run, october: pd.DataFrame) -> None:
    row = assess(october, EQUAL).ranked.iloc[0]
    page = run_page(FILE, **PROPOSAL, part="候选点", site=row["candidate_id"])
    assert not page.exception
    assert [one.value for one in page.header] == [row["candidate_name"]]
    parts = table(page, "依据")
    assert parts["部分"].tolist() == [*(part.title for part in PARTS), "合计"]
    assert sum(map(float, parts["得分"][:-1])) == pytest.approx(float(parts["得分"].iloc[-1]), abs=0.5)
    said = words(page)
    assert f"第 {row['_row']} 行" in said
    assert "2026年10月 **1" in said, "its rank over the months"


def test_a_band_has_room_in_its_column(run_page: Run) -> None:
    page = run_page(FILE, **PROPOSAL, part="候选点", site="PTHX011")
    assert table(page, "依据")["得分"].iloc[-1] == "66.7～75.6"
    widths = {name: one.get("width", 0) for one_table in page.dataframe if "依据" in one_table.value.columns
              for name, one in json.loads(one_table.proto.columns).items()}
    assert widths["得分"] >= 110
    assert widths["分值"] >= 110


def test_one_that_is_not_ranked_says_why(run_page: Run, october: pd.DataFrame) -> None:
    row = october[october["status"] == "放弃"].iloc[0]
    page = run_page(FILE, **PROPOSAL, part="候选点", site=row["candidate_id"])
    assert not page.exception
    assert f"**不参与排序**：已放弃：{row['exclusion_reason']}" in words(page)


def test_a_code_that_there_is_not(run_page: Run) -> None:
    page = run_page(FILE, **PROPOSAL, part="候选点", site="XX")
    assert not page.exception
    assert "本期没有编码为“XX”的候选点" in words(page)


@pytest.mark.parametrize("part", ["排序", "敏感性", "覆盖效果", "候选点"])
def test_a_month_without_candidates_says_so(run_page: Run, part: str) -> None:
    page = run_page(FILE, period="2024-09", part=part)
    assert not page.exception
    assert "本期没有《租赁住房选址候选点情况表》的数据" in words(page)


# -- saving ------------------------------------------------------------------------------------------------------------


def test_who_may_not_set_weights_is_told_who_does(run_page: Run) -> None:
    page = run_page(FILE, user="leader", **PROPOSAL, **{"try": to_address(TRAFFIC)})
    assert "权重由区局科室设定" in words(page)
    assert not [one for one in page.button if one.label == "保存"]


def test_the_bureau_saves_a_version_that_is_then_in_force(run_page: Run, office: Database, october: pd.DataFrame) -> None:
    page = run_page(FILE, user="bureau", **{"try": to_address(TRAFFIC)})
    next(one for one in page.button if one.label == "保存").click().run()
    assert [one.value for one in page.error] == ["版本名称应为 1～40 个字，现在是 0 个字。如“2026年选址权重”。"]
    page.text_input(key="weights-name").set_value("看重交通").run()
    page.text_input(key="weights-reason").set_value("局长办公会纪要第7号。").run()
    next(one for one in page.button if one.label == "保存").click().run()
    assert not page.exception
    newest = versions(office, by=account("leader"))[0]  # type: ignore[arg-type]
    assert (newest.name, newest.weights) == ("看重交通", TRAFFIC)
    assert [one.value for one in page.success] == [f"已保存为第 {newest.number} 版权重，即日起为现行权重。"]
    assert page.query_params["weights"] == str(newest.number)
    assert "try" not in page.query_params
    assert "看重交通" in table(page, "理由")["名称"].tolist()
    other = run_page(FILE, user="leader")
    assert table(other, "总分")["候选点"].tolist() == assess(october, TRAFFIC).ranked["candidate_name"].tolist()
    older = run_page(FILE, user="leader", **PROPOSAL)
    assert "这不是现行的权重" in words(older)
    assert table(older, "总分")["候选点"].tolist() == assess(october, EQUAL).ranked["candidate_name"].tolist()
    unknown = run_page(FILE, user="leader", weights="99")
    assert unknown.query_params["weights"] == str(newest.number)
    assert "链接中的权重版本“99”不存在" in words(unknown)
