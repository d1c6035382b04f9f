"""Writes data/samples: every month's workbooks as they would have come in (`make samples`).

Its one rule: the folder is made anew from the demonstration world; nothing in it is edited by hand.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from lib.datasets import DATASETS
from lib.datasets.places import subdistricts, unit_name
from lib.demo.making import CODES, PERIODS
from lib.demo.workbooks import SHORT_TITLES, write_several, write_workbook
from lib.demo.world import tables
from lib.settings import SAMPLES
from lib.spec.fields import Dataset
from lib.spec.period import Period, title_of

SPLIT = ("committees", PERIODS[-1])
"""The one form that comes from the 街镇 themselves, each its own workbook."""

SILENT = CODES["甘泉"]
"""The 街镇 that has not reported in that month."""

TOGETHER: dict[str, tuple[str, ...]] = {
    "更新改造专项报表": ("consent_rounds", "milestones", "lifts"),
    "小区治理专项报表": ("fee_changes", "maintenance_funds", "red_points"),
    "热线和培训月报": ("hotline", "trainings"),
}
"""Title of a workbook of several sheets → the forms in it."""

README = """# Demonstration workbooks

One folder per month, 2024-09 to 2026-10. Each of the four monthly forms comes as one workbook per month, as the bureau
would send it for the whole district; the committees of 2026-10 come as nine, one per 街镇: 甘泉路街道 has not reported.
Beside them:

| workbook | sheets | months |
|---|---|---|
| 热线和培训月报 | hotline, trainings | every month |
| 更新改造专项报表 | consent rounds, milestones, lifts | the ends of quarters, every month of 2026 |
| 小区治理专项报表 | fee changes, maintenance funds, 红色物业 | the same |
| 三大行动建设情况表 | alliances, brands, workrooms, the handbook | the same |
| 租赁住房选址候选点情况表 | site candidates | 2025-01, then quarterly in 2026 |
| 年度目标分解表 | targets by indicator, 街镇 and year | 2025-01, 2026-01 |

Everything in them is made up, by `lib/demo`, with seeded chance: compounds, projects, firms, addresses, coordinates,
dates, rents and money. No person is named. Only these agree with published figures:

- the totals of the newspaper article of September 2024: 678 compounds, 657 eligible, 631 committees, 468 in term;
  1,873 beds in 5 projects and a sixth under way; 3,832 and 920 units; the 60 households of 曹杨八村77-85号; 中岚居;
- the names it mentions: 曹杨八村, 金鼎公寓, 苏堤春晓, 大上海城市花园, 中岚居 (their 街镇, but for 曹杨八村, is made up);
- the totals of the district plan at the end of 2025: 32,665 and 24,183 units, 32 conversions with 7,438 units,
  1,286 lifts, and 20, 253 and 1,016 万㎡ completed in 2021-2025.

How these totals are split, by place or by project, is made up too; so are all targets, votes, tickets, scores and weights.
The forms agree with each other: a node has the days of its project, a lift the programme it belongs to, the price of
property service in the register the vote that changed it. A new project enters the forms about nodes, rounds and lifts in
the month after it begins; a yearly programme over several compounds has the code of none. Planted on purpose, all in 2026: in
the freeze of a renewal one vote on a fee that was held and one on a fund that is called; three committees of which most members
resigned and four that do not meet; two elections in which nobody was elected; compounds in which works, a fee rise and a top-up
run together. Besides: top-ups that collect less than would restore the fund, a lift whose vote passes with exactly 2/3 and
3/4, months of 万里街道 in which two tickets were rated, and milestones, top-ups and renewals that are late.

The workbooks are untidy on purpose, in the ways of real office files (`lib/demo/styles.py`).
`make samples` writes them again, byte for byte the same.
"""


def main() -> None:
    """Write all workbooks and the README."""
    if SAMPLES.exists():
        shutil.rmtree(SAMPLES)
    SAMPLES.mkdir(parents=True)
    (SAMPLES / "README.md").write_text(README, encoding="utf-8")
    files = [path for period in PERIODS for path in write_month(period, SAMPLES / period)]
    size = sum(path.stat().st_size for path in files)
    print(f"{len(files)} workbooks, {size / 1e6:.1f} MB in {SAMPLES}")


def write_month(period: Period, folder: Path) -> Iterator[Path]:
    """Write the workbooks of one month and name them."""
    folder.mkdir(parents=True, exist_ok=True)
    number = PERIODS.index(period)
    made = tables(period)
    for title, names in TOGETHER.items():
        parts = [(DATASETS[name], made.pop(name)) for name in names if name in made]
        if parts:
            path = folder / together_name(title, period, number)
            write_several(parts, title, period, path, number)
            yield path
    for name, rows in made.items():
        dataset = DATASETS[name]
        if (name, period) != SPLIT:
            path = folder / file_name(dataset, period, None, number)
            write_workbook(dataset, rows, period, None, path, number)
            yield path
            continue
        for index, one in enumerate(subdistricts()):
            if one.code != SILENT:
                path = folder / file_name(dataset, period, one.code, number + index)
                own = [row for row in rows if row[dataset.owner] == one.code]
                write_workbook(dataset, own, period, one.code, path, number + index)
                yield path


def together_name(title: str, period: Period, style: int) -> str:
    """The file name of a workbook of several forms."""
    names = (f"普陀区{title}（{title_of(period)}）.xlsx", f"{title_of(period)}{title}.xlsx", f"附件：{title}{period.replace('-', '')}.xlsx")
    return names[style % len(names)]


def file_name(dataset: Dataset, period: Period, unit: str | None, style: int) -> str:
    """A file name as offices choose them; that of a single 街镇 begins with its name."""
    if unit:
        return f"{unit_name(unit)}{dataset.title}（{title_of(period)}）.xlsx"
    short = SHORT_TITLES[dataset.id]
    names = (
        f"普陀区{dataset.title}（{title_of(period)}）.xlsx",
        f"{title_of(period)}{short}{'月报' if dataset.monthly else ''}.xlsx",
        f"{dataset.form_code} {dataset.title} {period.replace('-', '')}.xlsx",
        f"附件：{dataset.title}（{title_of(period)}）定稿.xlsx",
        f"{dataset.title}{title_of(period)}.xlsx",
    )
    return names[style % len(names)]


if __name__ == "__main__":
    main()
