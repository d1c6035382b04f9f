"""The list of what is overdue, worst first."""

from __future__ import annotations

from datetime import date

from lib.datasets.thresholds import shipped_registry
from lib.rules.derived import derive
from lib.rules.overdue import COLUMNS, overdue_items
from tests.support.small import SMALL, A, B, C, Tables, frames


def items(tables: Tables) -> list[tuple[object, ...]]:
    derived = derive(frames(tables), date(2024, 9, 30), shipped_registry())
    table = overdue_items(derived["renewal_projects"], derived["committees"])
    assert tuple(table.columns) == COLUMNS
    assert table["days"].dtype == "int64"
    return list(table.itertuples(index=False, name=None))


def test_worst_first_over_both_themes() -> None:
    assert items(SMALL) == [
        ("业委会", B, "小区B02", "超期未启动", 366),
        ("业委会", A, "小区A03", "超期换届中", 92),
        ("更新项目", B, "更新项目P4", "竣工节点未完成", 91),
        ("更新项目", A, "更新项目P2", "签约生效节点未完成", 30),
        ("更新项目", C, "更新项目P6", "回搬节点未完成", 29),
    ]


def test_equal_days_by_name() -> None:
    late = [
        row | {"complete_plan": date(2024, 9, 1), "project_name": name} for name in ("乙", "甲") for row in SMALL["renewal_projects"][3:4]
    ]
    assert [row[2] for row in items({"renewal_projects": late})] == sorted(["乙", "甲"])


def test_one_theme_alone() -> None:
    assert [row[0] for row in items({"committees": SMALL["committees"]})] == ["业委会"] * 2
    assert [row[0] for row in items({"renewal_projects": SMALL["renewal_projects"]})] == ["更新项目"] * 3


def test_nothing_overdue() -> None:
    assert items({}) == []
