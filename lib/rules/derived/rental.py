"""Derived columns of rental supply: what is recognised, supplied, in preparation; rents and bed prices against their lines."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from lib.datasets.ladders import BEDS, HOMES
from lib.datasets.thresholds import Registry
from lib.rules.clock import happened
from lib.rules.derived.declared import Derived, Frames
from lib.rules.marks import among, numbers, with_columns

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
    prices = numbers(projects["bed_price"]) * numbers(projects["beds"])
    found = with_columns(projects, {
        "is_bed": is_bed,
        "recognised": np.where(is_bed, beds_from["认定"], homes_from["认定"]),
        "supplied": supplied,
        "preparing": preparing,
        "started": ~is_bed & among(projects["source_mode"], "新建") & homes_from["建设"],
        "status": pd.Series(status, index=projects.index, dtype="str"),
        "in_plan": supplied & (happened(projects, "supply_date", as_of) >= plan),
        "rent_filed_total": filed * units,
        "rent_market_total": market * units,
        # Compared in ten-thousandths of a 元, so that a rent exactly at the limit is not above it.
        "rent_over": np.round(filed * 10_000) * limit.denominator > np.round(market * 10_000) * limit.numerator,
        "bed_price_over": is_bed & (prices > filed * numbers(projects["rental_area"]) + 0.005),
    })
    return {"rental_projects": found}


def _open_from(stages: tuple[str, ...], first: str) -> tuple[str, ...]:
    return tuple(stage for stage in stages[stages.index(first) :] if stage != "退出")
