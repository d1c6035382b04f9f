"""The figures of the article of September 2024, from the sample workbooks through the reader to the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.actions.publishing import publish
from lib.actions.staging import keep
from lib.datasets import MONTHLY
from lib.figures import explanations
from lib.figures.explanations import article_explanations, in_term_explanation, studio_explanation
from lib.figures.published import compare_article
from lib.figures.snapshot import Snapshot
from lib.figures.values import all_breakdowns
from lib.indicators.evaluate import Breakdown
from lib.settings import SAMPLES
from tests.support.published import BUREAU, new_database, read, snapshot_at
from tests.support.small import SMALL, snapshot

FIGURES = {
    "G01": (678, None, "678 个"),
    "G02": (657, None, "657 个"),
    "G03N": (631, None, "631 个"),
    "G03": (631, 657, "96.0%"),
    "G04": (26, None, "26 个"),
    "G05N": (468, None, "468 个"),
    "G05": (468, 631, "74.2%"),
    "G06": (163, None, "163 个"),
    "G25": (2, None, "2 个"),
    "H07": (1873, None, "1,873 张"),
    "H08": (5, None, "5 个"),
    "H08P": (1, None, "1 个"),
    "H09": (5, 10, "50%"),
    "H04N": (3832, None, "3,832 套(间)"),
    "H05N": (920, None, "920 套(间)"),
    "H04": (3832, 4850, "79.0%"),
    "H05": (920, 4850, "19.0%"),
}


@pytest.fixture(scope="module")
def september(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    database = new_database(tmp_path_factory.mktemp("article"))
    chosen = []
    for file in sorted((SAMPLES / "2024-09").glob("*.xlsx")):
        data = file.read_bytes()
        staged = keep(database, by=BUREAU, data=data, reading=read(data, file.name))
        assert staged.publishable, staged.reading.all_findings
        chosen += staged.kept
    publish(database, by=BUREAU, submission_ids=chosen, key="article")
    yield snapshot_at(database, 1)
    database.close()


@pytest.fixture(scope="module")
def figures(september: Snapshot) -> dict[str, Breakdown]:
    return all_breakdowns(september)


def test_all_four_tables_are_there(september: Snapshot) -> None:
    counts = {name: len(units) for name, units in september.reported.items()}
    assert {name: count for name, count in counts.items() if name in MONTHLY} == dict.fromkeys(MONTHLY, 10)
    assert {Path(one.file_name).suffix for one in september.sources.values()} == {".xlsx"}


@pytest.mark.parametrize("name", FIGURES)
def test_figure_of_the_article(figures: dict[str, Breakdown], name: str) -> None:
    top, below, text = FIGURES[name]
    whole = figures[name].whole
    assert (whole.numerator, whole.denominator, whole.text, whole.missing) == (top, below, text, ())


def test_the_five_places_with_beds(figures: dict[str, Breakdown]) -> None:
    covered = {one.unit for one in figures["H09"].places if one.value}
    assert covered == {"310107015", "310107014", "310107022", "310107021", "310107103"}  # 长寿 长风 真如 万里 桃浦
    assert sum(one.numerator or 0 for one in figures["H07"].places if one.unit in covered) == 1873


def test_sixty_households_moved_back(september: Snapshot) -> None:
    projects = september.frames["renewal_projects"]
    row = projects[projects["project_name"].str.contains("曹杨八村", regex=False)]
    assert row["households_returned"].tolist() == [60]
    assert row["stage"].tolist() == ["回搬"]
    assert row["subdistrict"].tolist() == ["310107005"]


IN_TERM = (
    "文章称任期在有效期内 468 个、“达74.4%”，而 468 ÷ 631 = 74.17%。以 631 为分母，任何整数分子都得不到 74.4%"
    "（469 → 74.33%，470 → 74.48%）；以 629 为分母时 468 ÷ 629 = 74.40%。631 − 629 = 2，恰为两个居委会代为履职试点小区数，"
    "但原文没有说明，待业务科室确认。"
)
STUDIO = (
    "文章给出一室户约 3,832 套占 79%、二室户约 920 套占 19%，未给总数。两项占比同时成立时，总数在 4,821～4,881 套之间，"
    "其余户型为 69～129 套。总数不作为公布数使用。"
)


def test_the_explanations_of_what_differs(september: Snapshot) -> None:
    assert in_term_explanation(september) == IN_TERM + "本系统按 468 ÷ 631 计算并显示 74.2%。"
    assert studio_explanation(september) == STUDIO


def test_the_explanations_follow_other_data() -> None:
    small = snapshot(SMALL)
    assert in_term_explanation(small) == IN_TERM + "本版数据与文章的两个数不同：本系统按 5 ÷ 8 计算并显示 62.5%。"
    other = "本版数据与文章的两个数不同：一室户 300 / 450，占 66.7%；二室户 120 / 450，占 26.7%。"
    assert studio_explanation(small) == STUDIO + other
    nothing = snapshot({}, reported=dict.fromkeys(SMALL, frozenset()))
    assert in_term_explanation(nothing) == IN_TERM + "本版数据中没有可以计算这项比例的业委会。"
    assert studio_explanation(nothing) == STUDIO + "本版数据与文章的两个数不同：没有可以计算这两项占比的开工新建项目。"


def test_the_explanations_follow_the_published_figures(september: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """With other published counts every number in the text is another one: none stands in the code."""
    rows = {"committee.in_term_rate": "50.3", "committee.in_term": "90", "committee.formed": "180", "substitute.pilots": "4"}
    rows |= {"rental.studio.units": "70", "rental.twobed.units": "20", "rental.studio.share": "70", "rental.twobed.share": "20"}
    monkeypatch.setattr(explanations, "read_rows", lambda _: [{"id": name, "value": value} for name, value in rows.items()])
    told = in_term_explanation(september)
    assert told.startswith(
        "文章称任期在有效期内 90 个、“达50.3%”，而 90 ÷ 180 = 50.00%。以 180 为分母，任何整数分子都得不到 50.3%"
        "（90 → 50.00%，91 → 50.56%）；以 179 为分母时 90 ÷ 179 = 50.28%。180 − 179 = 1，但原文没有说明"
    )
    assert told.endswith("本版数据与文章的两个数不同：本系统按 468 ÷ 631 计算并显示 74.2%。")
    assert "总数在 100～100 套之间，其余户型为 10～10 套。" in studio_explanation(september)


def test_the_two_pilots(september: Snapshot) -> None:
    committees = september.frames["committees"]
    acting = committees[committees["term_state"] == "替代履职"]
    assert sorted(acting["compound_name"]) == ["苏堤春晓", "金鼎公寓"]
    assert set(acting["substitute"]) == {"居委会代为履职"}


BESIDE = {
    "曹杨八村77-85号旧住房成套改造 回搬户数": ("60 户", "60 户", "", "一致"),
    "前置式政务协助 参与职能部门": ("约 20 家", "最多 20 家", "15 个项目", "约数相符"),
    "街镇数": ("10 个", "10 个", "", "一致"),
    "住宅小区数": ("678 个", "678 个", "", "一致"),
    "符合成立业委会条件的小区": ("657 个", "657 个", "", "一致"),
    "已成立业委会": ("631 个", "631 个", "", "一致"),
    "业委会组建率": ("96%", "96.0%", "631 / 657", "取整后一致"),
    "任期在有效期内的业委会": ("468 个", "468 个", "", "一致"),
    "任期有效率": ("74.4%", "74.2%", "468 / 631", "不一致"),
    "红色物业实践点创建目标": ("30%", "9.7%", "66 / 678", "目标值"),
    "红色物业示范点创建目标": ("10%", "1.6%", "11 / 678", "目标值"),
    "党建工作覆盖率目标": ("100%", "89.5%", "607 / 678", "目标值"),
    "业委会负责人全覆盖培训人数": ("600 余人", "97.5%", "615 / 631", "约数相符"),
    "居委会代为履职试点小区": ("2 个", "2 个", "", "一致"),
    "中岚居租赁住宅面积": ("约 4.3 万㎡", "4.3 万㎡", "", "一致"),
    "中岚居已签约户数": ("1,200 余户", "1,206 户", "", "约数相符"),
    "文化人才公寓": ("150 间", "—", "", "本系统无此项"),
    "开工新建保租房 一室户（含宿舍型）": ("约 3,832 套", "3,832 套", "", "一致"),
    "一室户占比": ("79%", "79.0%", "3,832 / 4,850", "取整后一致"),
    "开工新建保租房 二室户": ("约 920 套", "920 套", "", "一致"),
    "二室户占比": ("19%", "19.0%", "920 / 4,850", "取整后一致"),
    "“一张床”累计筹措供应床位": ("1,873 张", "1,873 张", "", "一致"),
    "“一张床”已完成改建供应项目": ("5 个", "5 个", "", "一致"),
    "“一张床”入市准备项目": ("1 个", "1 个", "", "一致"),
    "“一张床”街镇覆盖率": ("50%", "50%", "5 / 10", "一致"),
}
"""Published figure → as printed, ours, what ours is made of, conclusion."""


def test_every_published_figure_beside_ours(september: Snapshot) -> None:
    assert {one.title: (one.published, one.computed, one.base, one.verdict) for one in compare_article(september)} == BESIDE


def test_the_article_is_explained_with_its_own_numbers(september: Snapshot) -> None:
    told = {one.title: one.text for one in article_explanations(september)}
    assert list(told) == [
        "任期有效率：74.4% 还是 74.2%",
        "一室户、二室户的占比与总套数",
        "红色物业 30%、10% 是多少个",
        "业委会负责人培训 600 余名",
    ]
    assert told["红色物业 30%、10% 是多少个"].endswith("本版数据：实践点 66 / 678，为 9.7%；示范点 11 / 678，为 1.6%。")
