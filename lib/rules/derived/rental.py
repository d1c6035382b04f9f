"""Derived columns of rental supply: what is recognised, supplied, in preparation; rents, bed prices and occupancy against their lines.

Its one rule: what is not filled in is neither over a line nor below one; beds and homes keep columns of their own.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.datasets.ladders import BEDS, HOMES
from lib.datasets.thresholds import Registry
from lib.rules.clock import happened, months_later
from lib.rules.derived.declared import Derived, Frames
from lib.rules.marks import among, known, numbers, with_columns
from lib.spec.period import add_months

DERIVED: tuple[Derived, ...] = (
    Derived("rental_projects", "is_bed", "一张床项目", "", "产品层次为“一张床”", ("product_tier",)),
    Derived(
        "rental_projects",
        "recognised",
        "已认定",
        "",
        "阶段在认定及以后（不含退出）",
        ("product_tier", "stage"),
    ),
    Derived(
        "rental_projects",
        "supplied",
        "已供应",
        "",
        "保租房：供应备案及以后；一张床：挂牌及以后（均不含退出）",
        ("product_tier", "stage"),
    ),
    Derived(
        "rental_projects",
        "preparing",
        "入市准备",
        "",
        "一张床项目，阶段为核验或认定",
        ("product_tier", "stage"),
    ),
    Derived(
        "rental_projects",
        "started",
        "开工新建",
        "",
        "筹措方式为新建，阶段在建设及以后（不含退出）",
        ("product_tier", "source_mode", "stage"),
    ),
    Derived(
        "rental_projects",
        "status",
        "供应状态",
        "",
        "已供应、入市准备、储备改造、退出",
        ("product_tier", "stage"),
    ),
    Derived(
        "rental_projects",
        "in_plan",
        "计入“十五五”新增",
        "",
        "已供应，供应日期在规划起始日及以后",
        ("stage", "supply_date"),
    ),
    Derived(
        "rental_projects",
        "rent_filed_total",
        "备案租金×套(间)数",
        "元/㎡·月·套",
        "备案租金 × 套(间)数",
        ("filed_rent", "units"),
    ),
    Derived(
        "rental_projects",
        "rent_market_total",
        "市场租金×套(间)数",
        "元/㎡·月·套",
        "市场租金 × 套(间)数",
        ("market_rent", "units"),
    ),
    Derived(
        "rental_projects",
        "rent_over",
        "备案租金超出上限",
        "",
        "备案租金 ÷ 市场租金高于上限",
        ("filed_rent", "market_rent"),
    ),
    Derived(
        "rental_projects",
        "bed_price_over",
        "床价合计超出备案价",
        "",
        "床位价 × 床位数 > 备案租金 × 租赁面积，四项均已填",
        ("bed_price", "beds", "filed_rent", "rental_area"),
    ),
    Derived(
        "rental_projects",
        "bed_price_known",
        "床价可核对",
        "",
        "床位价、床位数、备案租金、租赁面积四项均已填",
        ("bed_price", "beds", "filed_rent", "rental_area"),
    ),
    Derived(
        "rental_projects",
        "bed_price_gap",
        "床价合计减备案价",
        "元/月",
        "床位价 × 床位数 − 备案租金 × 租赁面积；大于 0 为超出",
        ("bed_price", "beds", "filed_rent", "rental_area"),
    ),
    Derived(
        "rental_projects",
        "rent_known",
        "租金可核对",
        "",
        "备案租金和市场租金均已填",
        ("filed_rent", "market_rent"),
    ),
    Derived(
        "rental_projects",
        "occupancy",
        "出租率",
        "%",
        "一张床：已出租床位 ÷ 床位数；其他：已出租套(间) ÷ 套(间)数",
        ("leased_units", "units", "leased_beds", "beds"),
    ),
    Derived(
        "rental_projects",
        "settled",
        "已供应满观察期",
        "",
        "已供应，且供应日期加上出租率观察期（月）不晚于截止日",
        ("stage", "supply_date"),
    ),
    Derived(
        "rental_projects",
        "occupancy_low",
        "出租率低于观察线",
        "",
        "已供应满观察期，出租率低于观察线",
        ("supply_date", "leased_units", "units", "leased_beds", "beds"),
    ),
    Derived(
        "rental_projects",
        "recent",
        "近期供应",
        "",
        "已供应，供应日期在截止日前的观察期（月）内",
        ("stage", "supply_date"),
    ),
    Derived(
        "rental_projects",
        "in_pipeline",
        "在途",
        "",
        "尚未供应，也没有退出",
        ("product_tier", "stage"),
    ),
    *(
        Derived(
            "rental_projects",
            f"beds_{kind}",
            f"{title}床位",
            "张",
            f"{words}；四种房间数均已填且与床位数相符的项目",
            ("beds", "rooms_1p", "rooms_2p", "rooms_4p", "rooms_5to6p"),
        )
        for kind, title, words in (
            ("1p", "单人间", "单人间数 × 1"),
            ("2p", "2人间", "2人间数 × 2"),
            ("4p", "4人间", "4人间数 × 4"),
            ("5to6p", "5-6人间", "床位数减去其他三种房间的床位"),
        )
    ),
)


def derive(frames: Frames, as_of: date, registry: Registry) -> dict[str, pd.DataFrame]:
    """Rental projects with their derived columns."""
    projects = frames["rental_projects"]
    stage = projects["stage"]
    is_bed = among(projects["product_tier"], "一张床")
    homes_from = {name: among(stage, *_open_from(HOMES.stages, name)) for name in ("认定", "建设", "供应备案")}
    beds_from = {name: among(stage, *_open_from(BEDS.stages, name)) for name in ("认定", "挂牌")}
    supplied = np.where(is_bed, beds_from["挂牌"], homes_from["供应备案"])
    preparing = is_bed & among(stage, "核验", "认定")
    status = np.select([among(stage, "退出"), supplied, preparing], ["退出", "已供应", "入市准备"], "储备改造")
    plan = np.datetime64(registry.rows_of("beds.plan_2030")[0].effective_from, "D")
    limit = registry.at("rental.rent_ratio", as_of).exact
    filed, market, units = (numbers(projects[name]) for name in ("filed_rent", "market_rent", "units"))
    beds = numbers(projects["beds"])
    gap = numbers(projects["bed_price"]) * beds - filed * numbers(projects["rental_area"])
    supply = happened(projects, "supply_date", as_of)
    settled = supplied & (months_later(supply, registry.at("rental.occupancy_months", as_of).whole) <= np.datetime64(as_of, "D"))
    recent = supplied & (supply > np.datetime64(add_months(as_of, -registry.at("beds.pace_months", as_of).whole), "D"))
    let, size = (np.where(is_bed, numbers(projects[f"{word}beds"]), numbers(projects[f"{word}units"])) for word in ("leased_", ""))
    occupancy = np.divide(let * 100, size, out=np.full(len(projects), np.nan), where=size > 0)
    watch = registry.at("rental.occupancy_watch", as_of).exact
    found = with_columns(projects, {
        "is_bed": is_bed,
        "recognised": np.where(is_bed, beds_from["认定"], homes_from["认定"]),
        "supplied": supplied,
        "preparing": preparing,
        "started": ~is_bed & among(projects["source_mode"], "新建") & homes_from["建设"],
        "status": pd.Series(status, index=projects.index, dtype="str"),
        "in_plan": supplied & (supply >= plan),
        "rent_filed_total": filed * units,
        "rent_market_total": market * units,
        # Compared in ten-thousandths of a 元, so that a rent exactly at the limit is not above it.
        "rent_over": np.round(filed * 10_000) * limit.denominator > np.round(market * 10_000) * limit.numerator,
        "bed_price_over": is_bed & (gap > 0.005),
        "bed_price_known": is_bed & ~np.isnan(gap),
        "bed_price_gap": np.where(is_bed, np.round(gap, 2), np.nan),
        "rent_known": ~np.isnan(filed) & ~np.isnan(market),
        "occupancy": occupancy,
        "settled": settled,
        "occupancy_low": settled & (let * 100 * watch.denominator < size * watch.numerator),
        "recent": recent,
        "in_pipeline": known(stage) & ~supplied & ~among(stage, "退出"),
        **_beds_by_room(projects, beds),
    })
    return {"rental_projects": found}


def _beds_by_room(projects: pd.DataFrame, beds: npt.NDArray[np.float64]) -> dict[str, npt.NDArray[np.float64]]:
    """Beds in each kind of room; rooms for five or six hold what is left, and a project of which that cannot be has none told."""
    one, two, four, six = (numbers(projects[f"rooms_{kind}"]) for kind in ("1p", "2p", "4p", "5to6p"))
    left = beds - one - 2 * two - 4 * four
    agree = (left >= 5 * six) & (left <= 6 * six)
    parts = {"beds_1p": one, "beds_2p": 2 * two, "beds_4p": 4 * four, "beds_5to6p": left}
    return {name: np.where(agree, part, np.nan) for name, part in parts.items()}


def _open_from(stages: tuple[str, ...], first: str) -> tuple[str, ...]:
    return tuple(stage for stage in stages[stages.index(first) :] if stage != "退出")
