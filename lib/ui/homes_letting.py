"""出租和租金 of 保租房: occupancy against its watch line, rents against 0.9 of the market, and their rise in a year.

Its one rule: a project is judged when the rule says it may be, by the rule of the day; whatever cannot be judged is listed with why.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lib.charts.figure import PLOTLY_CONFIG, frozen
from lib.charts.strip import strip
from lib.datasets.places import unit_name
from lib.datasets.rental_projects import TIERS
from lib.datasets.thresholds import IN_DOUBT, Registry, Threshold
from lib.rules.rental_rents import MONTHS_APART, OVER, UNKNOWN, rent_rises
from lib.spec.numbers import MISSING, show, show_unit
from lib.spec.period import shift, title_of
from lib.ui import data
from lib.ui.cards import show_lines
from lib.ui.homes import anything
from lib.ui.page import Page

OCCUPANCY, RENTS = ("H11", "H11B", "H11N", "H11M"), ("H12", "H12N", "H12U")


def show_letting(page: Page) -> None:
    """The whole section."""
    if not anything(page):
        return
    st.subheader("出租率与观察线", anchor=False)
    show_lines(page, OCCUPANCY, columns=2)
    _occupancy(page.key, page)
    st.subheader("备案租金与市场租金", anchor=False)
    show_lines(page, RENTS, columns=2)
    _rents(page.key, page)
    st.subheader("备案租金一年的涨幅", anchor=False)
    _rises(page.key, page)


def rule_words(row: Threshold, registry: Registry, on: date) -> str:
    """A rule with its document and where it stands on the day: 依据：…（有效，印定期限至 2026-11-30）."""
    state = registry.state_of(row, on)
    until = f"，印定期限至 {row.effective_to}" if row.effective_to else ""
    marked = f"**{state}**" if state == IN_DOUBT else state
    return f"{row.title} {row.text}，依据：{row.basis}（{marked}{until}）"


def _supplied(page: Page) -> pd.DataFrame:
    rows = page.frame("rental_projects")
    return rows[rows["supplied"].to_numpy(bool)]


# -- occupancy ---------------------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, max_entries=64)
def _occupancy(key: str, _page: Page) -> None:
    """Every supplied project against the watch line, and those below it; replayed by `key`."""
    registry, on = _page.snapshot.registry, _page.snapshot.as_of
    line, wait = registry.at("rental.occupancy_watch", on), registry.at("rental.occupancy_months", on)
    rows = _supplied(_page)
    st.plotly_chart(_occupancy_figure(rows, line, _page), config=PLOTLY_CONFIG, alt="各已供应项目的出租率与观察线，低于线的项目见下表")
    low = rows[rows["occupancy_low"].to_numpy(bool)].sort_values("occupancy", kind="stable")
    settled, told = rows["settled"].to_numpy(bool), rows["occupancy"].notna().to_numpy(bool)
    young = rows[~settled & told & rows["supply_date"].notna().to_numpy(bool)]
    if len(low):
        st.dataframe(
            pd.DataFrame({
                "项目": low["project_name"],
                "街镇": [unit_name(code, short=True) for code in low["subdistrict"]],
                "产品层次": low["product_tier"],
                "出租率": low["occupancy"],
                "差": line.number - low["occupancy"],
                "供应日期": low["supply_date"],
                "运营单位": low["operator"],
            }),
            hide_index=True, height="content", placeholder=MISSING, alt="出租率低于观察线的项目",
            column_config={
                "出租率": st.column_config.NumberColumn(format="%.1f%%"), "差": st.column_config.NumberColumn(format="%.1f 个百分点"),
                "供应日期": st.column_config.DateColumn(format="YYYY-MM-DD"), "街镇": st.column_config.TextColumn(width=56),
            },
        )
    else:
        st.success("没有出租率低于观察线的项目。")
    below = int((young["occupancy"] < line.number).sum())
    st.caption(
        f"清单计数：已供应 {len(rows)} 个，判定 {int((settled & told).sum())} 个，低于观察线 {len(low)} 个；"
        f"供应未满 {wait.text.removeprefix('≥ ')}的 {len(young)} 个（其中 {below} 个目前低于线）只列出不判定；"
        f"{int((~told).sum())} 个未填出租情况。{rule_words(line, registry, on)}。"
    )


def _occupancy_figure(rows: pd.DataFrame, line: Threshold, page: Page) -> go.Figure:
    frame = pd.DataFrame({
        "group": rows["product_tier"].to_numpy(),
        "key": rows["project_id"].to_numpy(),
        "value": rows["occupancy"].to_numpy("float64"),
        "beyond": rows["occupancy_low"].to_numpy(bool),
        "judged": rows["settled"].to_numpy(bool),
        "words": [f"{name}（{unit_name(code, short=True)}）：{show_unit(value, '%', 1)}{'' if judged else '，供应未满观察时长，不判定'}"
                  for name, code, value, judged in zip(rows["project_name"], rows["subdistrict"], rows["occupancy"], rows["settled"],
                                                       strict=True)],
    })
    return frozen(strip(_by_tier(frame), line=line.number, line_name="观察线", line_text=f"{show(line.exact)}%",
                        beyond_words="低于观察线", suffix="%", dark=page.dark))


def _by_tier(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(["group", "value", "key"], key=lambda column: column.map(TIERS.index) if column.name == "group" else column,
                             kind="stable")


# -- rents -------------------------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, max_entries=64)
def _rents(key: str, _page: Page) -> None:
    """Every supplied project's rent as a share of the market's, and those above the limit; replayed by `key`."""
    registry, on = _page.snapshot.registry, _page.snapshot.as_of
    limit = registry.at("rental.rent_ratio", on)
    rows = _supplied(_page)
    homes = rows[~rows["is_bed"].to_numpy(bool)]
    known, over = homes["rent_known"].to_numpy(bool), homes["rent_over"].to_numpy(bool)
    share = (homes["filed_rent"] / homes["market_rent"]).replace([np.inf, -np.inf], np.nan)
    frame = pd.DataFrame({
        "group": homes["product_tier"].to_numpy(),
        "key": homes["project_id"].to_numpy(),
        "value": share.to_numpy("float64"),
        "beyond": over,
        "judged": known,
        "words": [f"{name}（{unit_name(code, short=True)}）：{show(one, 3)} 倍" for name, code, one in
                  zip(homes["project_name"], homes["subdistrict"], share, strict=True)],
    })
    st.plotly_chart(
        frozen(strip(_by_tier(frame), line=limit.number, line_name="上限", line_text=f"{show(limit.exact, 1)} 倍", beyond_words="越过上限",
                     dark=_page.dark)),
        config=PLOTLY_CONFIG, alt="各已供应项目备案租金与市场租金之比，超出上限的项目见下表",
    )
    unknown = homes[~known]
    shown = pd.concat([homes[over].assign(_share=share[over]).sort_values("_share", ascending=False), unknown])
    if len(shown):
        ratio = share.reindex(shown.index)
        st.dataframe(
            pd.DataFrame({
                "项目": shown["project_name"],
                "街镇": [unit_name(code, short=True) for code in shown["subdistrict"]],
                "结论": [f"■ 超出 {show((one - limit.number) * 100, 1)} 个百分点" if one == one else f"○ 不可核对：{_lack(row)}"
                         for one, row in zip(ratio, shown.to_dict("records"), strict=True)],
                "租金比": ratio,
                "备案租金": shown["filed_rent"],
                "市场租金": shown["market_rent"],
            }),
            hide_index=True, height="content", placeholder=MISSING, alt="租金超出上限或不可核对的项目",
            column_config={
                "租金比": st.column_config.NumberColumn(format="%.3f"), "街镇": st.column_config.TextColumn(width=56),
                "备案租金": st.column_config.NumberColumn("备案租金（元/㎡·月）", format="%.2f"),
                "市场租金": st.column_config.NumberColumn("市场租金（元/㎡·月）", format="%.2f"),
            },
        )
    st.caption(
        f"清单计数：已供应的“一套房”“一间房” {len(homes)} 个，可核对 {int(known.sum())} 个，超出 {int(over.sum())} 个，"
        f"不可核对 {len(unknown)} 个。{rule_words(limit, registry, on)}。"
    )


def _lack(row: dict[object, object]) -> str:
    lack = [title for name, title in (("filed_rent", "备案租金"), ("market_rent", "市场租金")) if pd.isna(row[name])]  # type: ignore[call-overload]
    return f"{'、'.join(lack)}未填"


# -- rises -------------------------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, max_entries=64)
def _rises(key: str, _page: Page) -> None:
    """The rise of each filed rent over twelve months; replayed by `key`."""
    registry, on = _page.snapshot.registry, _page.snapshot.as_of
    limit, before = registry.at("rental.rent_rise", on), shift(_page.period, -MONTHS_APART)
    content = _page.edition.contents.get(before)
    if content is None or not content.of("rental_projects"):
        st.info(f"本版没有{title_of(before)}的报送，无法与一年前的备案租金比较。")
        return
    then = data.snapshot(content.key, content, _page.edition.registry)
    rows = _supplied(_page)
    rows = rows[~rows["is_bed"].to_numpy(bool)]
    found = rent_rises(
        rows, then.frames["rental_projects"], limit.exact, carried_now=_page.carried("rental_projects"),
        carried_before=then.carried.get("rental_projects", {}),
    )
    over, unknown = found["state"] == OVER, found["state"] == UNKNOWN
    st.markdown(
        f"与{title_of(before)}相比：可核对 {int((~unknown).sum())} 个，**超出 {int(over.sum())} 个**；不可核对 {int(unknown.sum())} 个。"
    )
    table = pd.DataFrame({
        "项目": rows["project_name"],
        "街镇": [unit_name(code, short=True) for code in rows["subdistrict"]],
        "结论": ["■ 超出" if one == OVER else "○ 不可核对" if one == UNKNOWN else "● 未超出" for one in found["state"]],
        "说明": found["reason"],
        "涨幅": found["rise"],
        "市场涨幅": found["market_rise"],
        "一年前": found["before"],
        "本期": found["now"],
    })
    order = found.assign(_over=~over, _unknown=~unknown, _rise=-found["rise"].astype("float64"))
    table = table.loc[order.sort_values(["_over", "_unknown", "_rise"], kind="stable").index]
    rise, rent = st.column_config.NumberColumn(format="%.2f%%"), st.column_config.NumberColumn(format="%.2f")
    st.dataframe(table, hide_index=True, height=min(380, 36 * (len(table) + 1) + 2), placeholder=MISSING, alt="备案租金一年的涨幅",
                 column_config={**dict.fromkeys(("涨幅", "市场涨幅"), rise), **dict.fromkeys(("一年前", "本期"), rent),
                                "街镇": st.column_config.TextColumn(width=56), "说明": st.column_config.TextColumn(width=200)})
    st.caption(
        f"清单计数，租金为元/㎡·月。涨幅不得超过上限，也不得超过市场租金涨幅；与市场比较时租金按四舍五入到分的范围从宽判断，没有上涨的不判超出。"
        f"{rule_words(limit, registry, on)}。"
    )
