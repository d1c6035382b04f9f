"""The registry of pages: menu, guard, tests, bench and docs read it.

To add a page: write pages/<section>/<url>.py whose first statement is `page = require(...)`, and add one line here.
"""

from __future__ import annotations

from dataclasses import dataclass

from lib.auth.permissions import Action


@dataclass(frozen=True, slots=True)
class PageSpec:
    """One page: its file from the root, its URL, titles in the menu, and what one must be allowed to see it."""

    file: str
    url: str
    section: str
    title: str
    action: Action


PAGES: tuple[PageSpec, ...] = (
    PageSpec("pages/overview/overview.py", "overview", "总览", "总览", Action.VIEW),
    PageSpec("pages/overview/compound.py", "compound", "总览", "小区", Action.VIEW),
    PageSpec("pages/renewal/progress.py", "progress", "城市更新", "更新进度", Action.VIEW),
    PageSpec("pages/renewal/project.py", "project", "城市更新", "项目", Action.VIEW),
    PageSpec("pages/rental/bed_map.py", "bed_map", "租赁住房", "床位供应地图", Action.VIEW),
    PageSpec("pages/rental/homes.py", "homes", "租赁住房", "保租房", Action.VIEW),
    PageSpec("pages/rental/sites.py", "sites", "租赁住房", "选址评估", Action.VIEW),
    PageSpec("pages/governance/committees.py", "committees", "小区治理", "业委会", Action.VIEW),
    PageSpec("pages/governance/campaigns.py", "campaigns", "小区治理", "三大行动", Action.VIEW),
    PageSpec("pages/data/submit.py", "submit", "数据", "报送", Action.SUBMIT),
    PageSpec("pages/data/dictionary.py", "dictionary", "数据", "指标与口径", Action.VIEW),
    PageSpec("pages/data/thresholds.py", "thresholds", "数据", "标准与阈值", Action.VIEW),
    PageSpec("pages/data/boundaries.py", "boundaries", "数据", "边界底图", Action.VIEW),
)

BENCH_PAGE = PageSpec("tests/load/blank.py", "blank", "测量", "空白页", Action.VIEW)
"""An empty page for `make bench`, in the menu only while YJPT_BENCH is set."""
