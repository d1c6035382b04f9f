"""The tables of 节点 and 搬迁 of 更新进度, and what all tables of that page share: as on screen and as taken out.

Its one rule: a table names its project and its code first; a column of `UNITS` holds numbers in that unit, taken out as on screen.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from lib.datasets.ladders import REBUILDING_TYPES
from lib.datasets.places import unit_name
from lib.datasets.renewal_projects import DIGITAL_FEATURES, MILESTONES
from lib.datasets.thresholds import Registry
from lib.rules.lights import GREEN, LIGHT, RED, UNJUDGED, YELLOW
from lib.rules.marks import looked_up
from lib.rules.milestones import form_nodes, unfinished
from lib.rules.outlook import SIGNED_NODE, form_outlook, signing_outlook
from lib.spec.numbers import MISSING, show

URGENCY = {RED: 0, YELLOW: 1, GREEN: 2, UNJUDGED: 3}
GROUPS: dict[str, str] = {"不分组": "", "按街镇": "subdistrict", "按类别": "project_type"}
UNITS: dict[str, str] = {
    **dict.fromkeys(("应参与", "同意或签约", "还差户数", "未签约", "已外搬", "应回搬", "已回搬", "重点户", "户数"), "户"),
    **dict.fromkeys(("还有天数", "晚于计划", "已过渡"), "天"),
    **dict.fromkeys(("比例", "参与人数占比", "参与面积占比", "同意人数占比", "同意面积占比", "完工占门洞"), "%"),
    **dict.fromkeys(("应参与人数", "参与人数", "同意人数"), "人"),
    **dict.fromkeys(("应参与面积", "参与面积", "同意面积"), "㎡"),
    "参与部门": "家", "日均": "户", "门洞数": "个", "已完工": "台", "在途": "台",
}
"""Columns of numbers → their unit."""
DECIMALS = {"%": 1, "㎡": 2}
PACE_DECIMALS = 2
NOT_REPORTED, YES, NO = "未报", "✓", "无"
FEATURES = ("VR展示", "数字化签约", "云监工", "云发布", "线上选房", "一对一沟通答疑")
"""The order of the columns; the form's own choices, none left out."""
assert set(FEATURES) == set(DIGITAL_FEATURES)


def decimals_of(column: str) -> int:
    """Decimals with which a column of `UNITS` is shown."""
    return PACE_DECIMALS if column == "日均" else DECIMALS.get(UNITS[column], 0)


def taken_out(table: pd.DataFrame) -> pd.DataFrame:
    """A table as it leaves the house: units in the headers, numbers rounded as they are shown."""
    rounded: dict[str, pd.Series] = {
        name: table[name].astype("Float64").round(decimals_of(name)) for name in table.columns if name in UNITS
    }
    rounded = {name: column if decimals_of(name) else column.astype("Int64") for name, column in rounded.items()}
    titles = {name: f"{name}（{UNITS[name]}）" for name in rounded}
    return table.assign(**rounded).rename(columns=titles).reset_index(drop=True)


def named(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """The two columns that every table of projects begins with."""
    return {"项目": rows["project_name"].fillna(rows["project_id"]), "项目编码": rows["project_id"]}


def places(rows: pd.DataFrame) -> pd.Series:
    """街镇 in its short form."""
    return rows["subdistrict"].map({code: unit_name(code, short=True) for code in rows["subdistrict"].unique()}).astype("str")


def light_text(lights: pd.Series) -> pd.Series:
    """Lights as mark and word."""
    return lights.map({name: one.text for name, one in LIGHT.items()}).astype("str")


# Nodes


def node_rows(projects: pd.DataFrame, on: date, registry: Registry) -> pd.DataFrame:
    """The five nodes of every project with what drawing and table need besides: open, late (days late or over), cell (in words)."""
    nodes = form_nodes(projects, on, registry)
    still = ~nodes["done"] & (nodes["light"] != UNJUDGED)
    late = np.where(nodes["days"] < 0, -nodes["days"], 0.0)
    nodes = nodes.assign(open=still, late=np.where(nodes["done"] | still, late, 0.0))
    plan, actual = (nodes[name].dt.strftime("%Y-%m-%d").fillna(MISSING) for name in ("plan", "actual"))
    nodes["cell"] = [_cell(*one) for one in zip(plan, actual, nodes["done"], nodes["light"], nodes["words"], strict=True)]
    return nodes


def _cell(plan: str, actual: str, done: bool, light: str, words: str) -> str:
    """A node in words: what is done with its day, else its plan with its light."""
    if done:
        late = words.partition("（")[2].rstrip("）")
        return f"✓ {actual}" + (f"（{late}）" if late else "")
    if plan == MISSING:
        return MISSING
    mark = f" {LIGHT[light].shape} {words}" if light in (RED, YELLOW) else ""
    return f"计划 {plan}{mark}" if light != UNJUDGED else f"计划 {plan}，实际未填"


def project_rows(
    projects: pd.DataFrame, told: pd.DataFrame, nodes: pd.DataFrame, milestones: pd.DataFrame, on: date, registry: Registry
) -> pd.DataFrame:
    """Every project with its light, its words, who owes its nodes and its trouble, worst first. told: `lib.rules.outline` of these rows
    or of more; nodes: of `node_rows`.
    """
    expected = form_outlook(projects, on, registry).dropna(subset=["days_late"])
    late = expected.groupby("project_id")["days_late"].max()
    coming = nodes[nodes["open"] & nodes["plan"].notna()].drop_duplicates("project_id").set_index("project_id")
    columns = ("project_id", "project_name", "subdistrict", "project_type", "stage", "implementer", "risk_unit")
    rows = pd.DataFrame({name: projects[name] for name in columns})
    rows["reason"] = looked_up(rows["project_id"], delay_reasons(milestones))
    rows["going"] = unfinished(projects)
    rows["over"] = projects["overdue_days"].fillna(0.0)
    rows["late"] = looked_up(rows["project_id"], late).fillna(0.0).clip(lower=0).where(rows["going"], 0.0)
    rows["light"] = told.loc[projects.index, "light"]
    node = projects["overdue_node"].astype("object").where(projects["overdue_days"].notna(), looked_up(rows["project_id"], coming["node"]))
    words = looked_up(rows["project_id"], coming["words"])
    came, due = projects["households_returned"], projects["households_to_return"]
    back = [f"{show(one)} / {show(other)}" for one, other in zip(came, due, strict=True)]
    facts = zip(rows["light"], rows["going"], rows["over"], rows["late"], node, words, back, strict=True)
    rows["words"] = [_words(*one) for one in facts]
    order = rows.assign(
        urgency=rows["light"].map(URGENCY), over=-rows["over"], late=-rows["late"], done=~rows["going"]
    ).sort_values(["done", "urgency", "over", "late", "project_id"], kind="stable")
    return rows.loc[order.index].reset_index(drop=True)


def _words(light: str, going: bool, over: float, late: float, node: object, words: object, back: str) -> str:
    """Mark of the light and where a project stands, in few words."""
    mark = LIGHT[light].shape
    if over > 0:
        return f"{mark} {node}超期 {show(over)} 天"
    if not going:
        return "✓ 已完成"
    if node is None or node != node:
        return f"{mark} 没有待办的计划节点" + ("" if MISSING in back else f"，回搬 {back} 户")
    return f"{mark} {node}{words}" + (f"，预计晚 {show(late)} 天" if late > 0 else "")


def delay_reasons(milestones: pd.DataFrame) -> pd.Series:
    """延期原因 of each project: of its nodes without an actual day that tell one, else of the last one done; by project."""
    told = milestones[milestones["delay_reason"].notna()]
    told = told.assign(_open=told["actual_date"].isna()).sort_values(["_open", "actual_date"], ascending=False, kind="stable")
    without = ~told["project_id"].isin(told.loc[told["_open"], "project_id"])
    told = told[told["_open"] | (without & ~told.duplicated("project_id"))]
    reasons: pd.Series = told.groupby("project_id")["delay_reason"].agg(lambda one: "、".join(dict.fromkeys(one)))
    return reasons


def in_groups(rows: pd.DataFrame, group: str, closed: bool) -> pd.DataFrame:
    """The rows of `project_rows` in the order given; grouped: the group with the worst project first. closed: those finished, too."""
    if not closed:
        rows = rows[rows["going"]]
    column = GROUPS[group]
    if not column:
        return rows.assign(group="")
    titles = rows[column].map(unit_name) if column == "subdistrict" else rows[column]
    place = {one: at for at, one in enumerate(dict.fromkeys(titles))}
    return rows.assign(group=titles, place=titles.map(place)).sort_values("place", kind="stable").drop(columns="place")


def nodes_table(rows: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """计划与实际 of some rows of `in_groups`; nodes: of `node_rows`."""
    titles = [title for _, title in MILESTONES]
    own = nodes[nodes["project_id"].isin(rows["project_id"])].drop_duplicates(["project_id", "node"])
    words = own.pivot(index="project_id", columns="node", values="cell").reindex(index=rows["project_id"], columns=titles)
    return pd.DataFrame({
        **named(rows), "情况": rows["words"], "实施主体": rows["implementer"], "责任单位": rows["risk_unit"], "延期原因": rows["reason"],
        "街镇": places(rows), "类别": rows["project_type"], "当前阶段": rows["stage"],
        **{title: words[title].to_numpy() for title in titles},
    })


def coming_table(rows: pd.DataFrame) -> pd.DataFrame:
    """今后三个月到期的节点; rows: of `lib.rules.coming.coming_nodes`."""
    return pd.DataFrame({
        **named(rows), "节点": rows["node"], "计划日期": rows["plan"], "还有天数": rows["days"], "推算日期": rows["projected"],
        "实施主体": rows["implementer"], "责任单位": rows["risk_unit"], "延期原因": rows["delay_reason"], "街镇": places(rows),
    })


def outlook_tables(projects: pd.DataFrame, signed: pd.DataFrame, on: date, registry: Registry) -> tuple[pd.DataFrame, pd.DataFrame]:
    """展望: when signing that has not come into force will reach its gate, and the nodes that are to be later than planned, the
    latest first. signed: project_id, day, signed.
    """
    signing = signing_outlook(projects[projects["signing"]], signed, on, registry)
    delayed = form_outlook(projects, on, registry)
    delayed = delayed[~((delayed["node"] == SIGNED_NODE) & delayed["project_id"].isin(signing["project_id"])) & (delayed["days_late"] > 0)]
    still = ~signing["certain"] | (signing["projected"] > pd.Timestamp(on))
    names = projects.drop_duplicates("project_id").set_index("project_id")["project_name"]
    return _outlook_table(signing[still], names), _outlook_table(delayed, names)


def _outlook_table(rows: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    rows = rows.sort_values(["days_late", "project_id"], ascending=[False, True], kind="stable")
    rows = rows.assign(project_name=looked_up(rows["project_id"], names))
    return pd.DataFrame({
        **named(rows), "节点": rows["node"], "计划日期": rows["plan"], "推算日期": rows["projected"], "晚于计划": rows["days_late"],
        "把握": np.where(rows["certain"], "按规则推算", "不确定"), "怎样得出": rows["rule"],
    })


# People


def returns_table(rows: pd.DataFrame) -> pd.DataFrame:
    """回搬; rows: of `lib.rules.people.people_rows`."""
    order = rows.assign(_light=rows["back_light"].map(URGENCY))
    rows = rows.loc[order.sort_values(["all_back", "_light", "return_plan"], kind="stable").index]
    return pd.DataFrame({
        **named(rows),
        "回搬": rows["back_light"].map({name: one.shape for name, one in LIGHT.items()}).astype("str") + " " + rows["back_words"],
        "街镇": places(rows), "阶段": rows["stage"],
        "已外搬": rows["households_moved_out"], "应回搬": rows["households_to_return"], "已回搬": rows["households_returned"],
        "重点户": rows["households_cared"], "外搬日期": rows["left"], "已过渡": rows["days"], "计划回搬": rows["return_plan"],
        "实际回搬": rows["return_actual"], "推算回搬": rows["expected"],
    })


def prechecks_table(projects: pd.DataFrame) -> pd.DataFrame:
    """前置式政务协助, those late first, then those of whom no day is told."""
    asked = projects["entered_signing"] | (projects["precheck_date"].notna() & projects["project_type"].isin(REBUILDING_TYPES))
    rows = projects[asked]
    verdict = np.select(
        [rows["precheck_date"].isna(), rows["prechecked"] & rows["sign_actual"].isna(), rows["prechecked"]],
        [f"○ {NOT_REPORTED}协助日期", "✓ 已协助，签约未生效", "✓ 签约生效前完成"],
        "✗ 晚于签约生效",
    )
    return pd.DataFrame({
        **named(rows), "前置协助": verdict, "参与部门": rows["precheck_departments"], "协助日期": rows["precheck_date"],
        "签约生效": rows["sign_actual"], "街镇": places(rows), "阶段": rows["stage"],
    }).sort_values(["前置协助", "参与部门"], ascending=[False, True], na_position="first", kind="stable")


def feature_matrix(projects: pd.DataFrame) -> pd.DataFrame:
    """Projects × features: ✓ or 无; 未报 in every column where the form says nothing. Index: of the rows."""
    told = projects["digital_features"].astype("object")
    known = told.notna() & (told != "")
    parts = told.where(known, "").map(lambda text: frozenset(str(text).split("、")))
    return pd.DataFrame({
        name: np.where(known, parts.map(lambda one, name=name: YES if name in one else NO), NOT_REPORTED) for name in FEATURES
    }, index=projects.index)


def digital_table(projects: pd.DataFrame) -> pd.DataFrame:
    """全数字应用, those with most of it first, those that do not tell it last."""
    rows = projects[projects["project_type"].isin(REBUILDING_TYPES) | projects["digital_features"].notna()]
    matrix = feature_matrix(rows)
    ranks = pd.DataFrame({"used": (matrix == YES).sum(axis=1), "known": matrix[FEATURES[0]] != NOT_REPORTED, "id": rows["project_id"]})
    order = ranks.sort_values(["known", "used", "id"], ascending=[False, False, True], kind="stable").index
    table = pd.DataFrame({**named(rows), **{name: matrix[name] for name in FEATURES}, "街镇": places(rows), "阶段": rows["stage"]})
    return table.loc[order]
