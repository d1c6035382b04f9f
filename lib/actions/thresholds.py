"""Changing the registry of thresholds: what it would change, and the release that keeps it.

Its one rule: a changed registry is a new release with figures of its own; the releases before keep theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product

import pandas as pd

from lib import clock
from lib.actions.opening import open_database
from lib.actions.publishing import changed_contents
from lib.actions.threshold_edits import RowChange, row_changes
from lib.auth.permissions import Action, User, may
from lib.datasets import DATASETS
from lib.datasets.places import DISTRICT
from lib.datasets.thresholds import COLUMNS, TITLES, Registry, registry_from_csv, shipped_registry
from lib.errors import Blocked, Forbidden, NotFound
from lib.figures.content import CARRY_RULE, content_of, contents_of, registry_at
from lib.figures.snapshot import Snapshot, load_snapshot
from lib.figures.values import Change, all_breakdowns, changes_between, stored_values
from lib.indicators import CATALOGUE
from lib.indicators.judging import NEAR_POINTS, NEAR_PROGRESS, SMALL_BASE
from lib.indicators.lights import Judged, judge
from lib.reports.csv import to_csv
from lib.rules import votes
from lib.rules.clock import NEAR_RULE
from lib.rules.consent import GATES
from lib.rules.derived.sites import GAP_RULE, METRO_RULES
from lib.rules.funds import FUND_CLOCK, fund_light
from lib.rules.siting import SWING_RULE
from lib.rules.siting_coverage import RADIUS_RULES
from lib.rules.terms import FORMATION_CLOCK, RENEWAL_CLOCK, formation_light, frozen_compounds, term_light
from lib.spec.checks import YearsBetween
from lib.spec.period import Period
from lib.spec.personal import personal_number
from lib.spec.text import tidy
from lib.store import audit, releases
from lib.store.database import Database
from lib.store.releases import Release
from lib.store.submissions import submissions_by_id

SHORTEST, LONGEST = 5, 500
"""Characters of a reason."""
LONGEST_TEXT = 300
"""Characters of any text of a row."""

CLOCKS = {"换届时钟": RENEWAL_CLOCK, "组建时钟": FORMATION_CLOCK, "续筹时钟": FUND_CLOCK}
_ROW_LIGHTS: Mapping[str, tuple[str, Callable[[pd.DataFrame, Snapshot], pd.Series]]] = {
    "换届时钟": ("committees", lambda rows, data: term_light(rows, data.as_of, data.registry)),
    "组建时钟": ("committees", lambda rows, data: formation_light(rows, data.as_of, data.registry)),
    "续筹时钟": ("maintenance_funds", lambda rows, data: fund_light(
        rows, data.as_of, data.registry, frozen=frozen_compounds(data.frames["committees"], data.as_of))),
}
_ASKED: Mapping[str, str] = {
    "committee.annual_audit_month": "业委会年度审计",
    "consent.mediation_days": "签约后行政调解",
    "consent.mediation_extra_days": "签约后行政调解",
    "consent.decision_days": "签约后行政决定",
    "consent.decision_extra_days": "签约后行政决定",
    "consent.move_days": "签约后搬离期限",
    "fee.rise_min": "物业费调价达标",
    "fund.trigger_share": "续筹触发",
    "fund.restore_share": "续筹恢复",
    "outlook.least_days": "项目进度推算",
    **dict.fromkeys(("outlook.horizon_days", "outlook.window_days"), "项目进度推算"),
    **dict.fromkeys(("rental.rent_ratio", "rental.rent_rise"), "租金核对"),
    **dict.fromkeys(("rental.occupancy_watch", "rental.occupancy_months"), "出租率观察"),
    "beds.pace_months": "新增床位进度推算",
    **dict.fromkeys((
        "beds.term_max_years", "beds.term_min_months", "rental.access_area", "rental.contract_max_years", "rental.contract_min_years",
        "rental.conversion_years", "rental.deposit_months", "rental.prepay_months"), "租赁合同说明"),
    **dict.fromkeys(("thinbeam.city", "thinbeam.district"), "小梁薄板改造期限"),
    **dict.fromkeys((*METRO_RULES.values(), GAP_RULE, *RADIUS_RULES, SWING_RULE), "选址评估"),
    **dict.fromkeys(("funnel.inner", "funnel.outer"), "漏斗图控制线"),
    "hotline.small_base": "12345同比的小基数",
    "redpoint.months": "红色物业目标期限",
    NEAR_RULE: "临近到期的灯色",
    CARRY_RULE: "未报时沿用上期",
    SMALL_BASE: "小基数不排名",
    NEAR_POINTS: "指标灯色",
    NEAR_PROGRESS: "指标灯色",
}
"""Rules that the programme asks for by name, besides those of declarations, and what for."""
_MOST = {"天": 36_500, "个月": 1_200, "年": 100, "月": 12}
"""Units whose values are counted in whole numbers, and the largest value."""
_SIDES = {("≥", ">"): "“≥”或“>”", ("≤", "<"): "“≤”或“<”", ("",): "空"}
"""Comparisons that may take each other's place, and their words."""


@cache
def rule_uses() -> dict[str, tuple[str, ...]]:
    """Rule → what follows it: indicators as “G05 任期有效率”, clocks, votes, gates of consent, checks of forms."""
    found: dict[str, list[str]] = {}
    for indicator in CATALOGUE.values():
        measured = [one.column for one in indicator.measures if one.how == "rule"]
        for rule in {*indicator.rules, *measured} - {NEAR_POINTS, NEAR_PROGRESS, SMALL_BASE}:
            found.setdefault(rule, []).append(f"{indicator.id} {indicator.title}")
    for title, steps in CLOCKS.items():
        for rule in dict.fromkeys(rule for step in steps for rule in (step.rule, step.remind) if rule):
            found.setdefault(rule, []).append(title)
    for kind, names in votes.RULES.items():
        for name, what in product(names, ("heads", "area")):
            found.setdefault(f"{name}.{what}", []).append(kind.value if kind.value.startswith("加梯") else f"业主表决（{kind.value}）")
    for title, (rule, _) in GATES.items():
        found.setdefault(rule, []).append(f"征询签约（{title}）")
    for dataset in DATASETS.values():
        for check in dataset.checks:
            if isinstance(check, YearsBetween):
                for rule in (check.least, check.most):
                    found.setdefault(rule, []).append(f"《{dataset.title}》核对")
    for rule, words in _ASKED.items():
        found.setdefault(rule, []).append(words)
    return {rule: tuple(uses) for rule, uses in found.items()}


def needed_rules() -> frozenset[str]:
    """Every rule that the programme asks for: without a row of each nothing can be computed."""
    return frozenset(rule_uses())


def registry_problems(registry: Registry) -> list[str]:
    """What keeps a registry from being published, in Chinese: its own problems, rules that are missing, and rows of rules that the
    programme asks for which it could not work with (another unit, part of a day, a line turned round). None when it may be.
    """
    found = [text for row in registry.rows for text in _text_problems(row.title or row.rule, [str(getattr(row, name)) for name in COLUMNS])]
    found += registry.problems()
    shipped = shipped_registry()
    for rule in sorted(needed_rules()):
        model, rows = shipped.rows_of(rule)[0], registry.rows_of(rule)
        if not rows:
            found.append(f"缺少规则“{rule}”（{model.title}），系统计算时要用到它。")
        for row in rows:
            if row.unit != model.unit:
                found.append(f"{row.title}：单位应为“{model.unit or '（空）'}”，不能改成“{row.unit or '（空）'}”。")
            elif row.unit in _MOST and not (row.value.isdecimal() and int(row.unit == "月") <= int(row.value) <= _MOST[row.unit]):
                found.append(f"{row.title}：值“{row.value}”应为不超过 {_MOST[row.unit]} 的整数（{row.unit}）。")
            side = next(side for side in _SIDES if model.comparison in side)
            if row.comparison not in side:
                found.append(f"{row.title}：比较应为{_SIDES[side]}。")
    return found


def _text_problems(title: str, texts: list[str]) -> list[str]:
    found = []
    if any(len(text) > LONGEST_TEXT for text in texts):
        found.append(f"{title[:20]}：有一项超过 {LONGEST_TEXT} 个字。")
    if any(not text.isprintable() for text in texts):
        found.append(f"{title[:20]}：有一项含有换行或不可见的字符。")
    if what := next((what for text in texts if (what := personal_number(text))), ""):
        found.append(f"{title[:20]}：疑似有{what}，请删去个人信息。")
    return found


@dataclass(frozen=True, slots=True)
class LightChange:
    """A light of a figure before and after, for the district or a 街镇."""

    indicator: str
    unit: str
    before: Judged
    after: Judged


@dataclass(frozen=True, slots=True)
class RowLights:
    """So many rows of a 街镇 (or of the district, all of them) whose light on a clock goes from one to another."""

    clock: str
    unit: str
    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What a registry would change in a period: figures, their lights, and lights of single committees and funds."""

    figures: tuple[Change, ...]
    lights: tuple[LightChange, ...]
    rows: tuple[RowLights, ...]


def threshold_effect(database: Database, *, by: User, registry: Registry, period: Period) -> Effect:
    """What publishing a registry would change in a period of the newest release, for the district and the ten 街镇. Raises Forbidden,
    or Blocked when the registry may not be published.
    """
    if not may(by, Action.SET_RULES):
        raise Forbidden()
    registry = _checked(registry)
    with database.reading() as connection:
        head = releases.head(connection)
        state, standing = releases.state_at(connection, head), registry_at(connection, head)
        before = load_snapshot(connection, content_of(state, period, standing), standing)
        after = load_snapshot(connection, content_of(state, period, registry), registry)
    return Effect(tuple(changes_between(before, after)), tuple(_light_changes(before, after)), tuple(_row_lights(before, after)))


def _light_changes(before: Snapshot, after: Snapshot) -> list[LightChange]:
    old, found = all_breakdowns(before), []
    for name, breakdown in all_breakdowns(after).items():
        for value in (breakdown.whole, *breakdown.places):
            was, now = judge(old[name].of(value.unit), before), judge(value, after)
            if was.light != now.light:
                found.append(LightChange(name, value.unit, was, now))
    return sorted(found, key=lambda one: (one.unit != DISTRICT, one.unit))


def _row_lights(before: Snapshot, after: Snapshot) -> list[RowLights]:
    found = []
    for title, (dataset, light) in _ROW_LIGHTS.items():
        names = DATASETS[dataset].schema.names
        old, new = before.frames[dataset][names], after.frames[dataset][names]
        if old.empty or before.content.entries != after.content.entries:
            continue
        table = pd.DataFrame({"unit": old["subdistrict"].astype("str"), "was": light(old, before), "now": light(new, after)})
        table = table[table["was"] != table["now"]]
        moves = list(zip(table["unit"], table["was"], table["now"], strict=True))
        for counts in (Counter((DISTRICT, was, now) for _, was, now in moves), Counter(moves)):
            found += [RowLights(title, unit, was, now, count) for (unit, was, now), count in sorted(counts.items())]
    return found


def change_thresholds(database: Database, *, by: User, registry: Registry, base_release: int, key: str, note: str) -> int:
    """Publish a registry as the next release, with the figures of every period under it, and give its number.

    `base_release`: the release that it was made from. `key` is the idempotency key: a second call with the same key gives the number
    of the first and changes nothing. note: the reason, `SHORTEST` to `LONGEST` characters. Raises Forbidden, or Blocked: no reason,
    something wrong with the registry (`registry_problems`), nothing changed, or somebody has changed the registry since.
    """
    if not may(by, Action.SET_RULES):
        raise Forbidden("修改标准与阈值须由区局科室办理。", "请联系科室编辑。")
    words = tidy(note)
    with database.writing() as connection:
        done = releases.release_with_key(connection, key)
        if done is not None:
            return done
        _check_reason(words)
        registry = _checked(registry)
        head = releases.head(connection)
        standing = registry_at(connection, head)
        if not 0 <= base_release <= head or registry_at(connection, base_release).key != standing.key:
            raise Blocked("moved", "您打开之后，标准与阈值已有新版发布。", "请放弃修改，在最新版上重新办理。")
        changes = row_changes(standing, registry)
        if not changes:
            raise Blocked("same", "标准与阈值没有任何变化。", "请先修改，再保存。")
        at, state = clock.now().isoformat(), releases.state_at(connection, head)
        number = releases.add_release(connection, by=by.id, at=at, note=words, key=key, changes={})
        releases.add_registry(connection, number, registry.csv())
        contents = changed_contents(contents_of(state, standing), contents_of(state, registry))
        known = submissions_by_id(connection, sorted({one.submission for content in contents for one in content.entries}))
        for content in contents:
            releases.add_values(connection, number, stored_values(load_snapshot(connection, content, registry, lean=True, known=known)))
        audit.append(connection, at=at, actor=by.id, action="thresholds", subject=f"release {number}",
                     detail={"rows": [one.as_dict() for one in changes], "base": base_release, "key": key, "note": words})
    return number


def _check_reason(words: str) -> None:
    if not words:
        raise Blocked("note", "还没有填写修改理由。", "请写明依据哪个文件、为什么修改。")
    if not SHORTEST <= len(words) <= LONGEST:
        raise Blocked("note", f"修改理由应为 {SHORTEST}～{LONGEST} 个字，现在是 {len(words)} 个字。", "请写明依据哪个文件、为什么修改。")
    if what := personal_number(words):
        raise Blocked("personal", f"修改理由中疑似有{what}。", "请删去个人信息后再保存。")


def _checked(registry: Registry) -> Registry:
    """The registry as it will be read again. Raises Blocked when it may not be published."""
    problems = registry_problems(registry)
    if problems:
        more = f"（另有 {len(problems) - 5} 处）" if len(problems) > 5 else ""
        raise Blocked("problems", "".join(problems[:5]) + more, "请改正后再保存。")
    return registry_from_csv(registry.csv())


@dataclass(frozen=True, slots=True)
class Kept:
    """A registry that a release brought, and how it differs from the one before; the first differs from none."""

    release: Release
    registry: Registry
    changes: tuple[RowChange, ...]


def registry_history(database: Database, *, by: User, upto: int | None = None) -> tuple[Kept, ...]:
    """The registries of the releases (up to a number), newest first; releases that left it as it was are left out. Raises Forbidden."""
    if not may(by, Action.VIEW):
        raise Forbidden()
    found: list[Kept] = []
    before: str | None = None
    with database.reading() as connection:
        for one in reversed(releases.list_releases(connection)):
            text = releases.registry_csv_at(connection, one.number)
            if text is None or text == before or (upto is not None and one.number > upto):
                continue
            registry = registry_from_csv(text)
            found.append(Kept(one, registry, row_changes(found[-1].registry, registry) if found else ()))
            before = text
    return tuple(reversed(found))


def thresholds_csv(*, by: User | None, release: str) -> bytes:
    """The registry of a release as CSV with Chinese headers. Raises Forbidden or NotFound."""
    if not may(by, Action.EXPORT):
        raise Forbidden()
    if not (release.isascii() and release.isdigit() and len(release) < 9):
        raise NotFound("链接中的版次不正确。", "请从“标准与阈值”页面重新下载。")
    with open_database().reading() as connection:
        if int(release) > releases.head(connection):
            raise NotFound(f"没有第 {int(release)} 版。")
        registry = registry_at(connection, int(release))
    rows = [row for rule in registry.rules for row in registry.rows_of(rule)]
    table = {TITLES[name]: [_cell(row.value) if name == "value" else getattr(row, name) for row in rows] for name in COLUMNS}
    return to_csv(pd.DataFrame(table, dtype="object"))


def _cell(value: str) -> object:
    """A number as a number; 2/3 as a text that a spreadsheet does not take for the second of March."""
    if "/" in value:
        return f"'{value}"
    return value if value.count("-") > 1 else float(value) if "." in value else int(value)
