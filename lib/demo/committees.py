"""The owners' committees of all compounds, month by month.

Its one rule: a row shows what had happened by the last day of its month. The dates of a renewal stay until the next
renewal begins with its own written report or group; then they start again from empty.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from lib.demo.compounds import PILOTS, Compound, compounds
from lib.demo.formation import RECENT, formation
from lib.demo.making import BASE_DAY, CODES, LAST_DAY, PERIODS, Row, chance, days_after, short
from lib.spec.period import Period, add_months, end_of

FORMED, IN_TERM, NOT_FORMED = 631, 468, 26
RESIGNED, IDLE = 3, 4
"""Committees of 2026 of which most members resigned, and which do not meet any more."""
PUNCTUAL = {"曹杨": 0.66, "长风": 0.6, "长寿": 0.52, "甘泉": 0.36, "石泉": 0.4, "宜川": 0.55, "万里": 0.74, "真如": 0.48,
            "长征": 0.58, "桃浦": 0.42}
"""How many renewals are in time, by 街镇; made up."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a committee and the renewal it came from."""

    session: int
    start: date
    end: date
    report: date | None
    group: date | None
    handover: date | None
    election: date | None
    filing: date | None
    audit: date | None

    @property
    def begins(self) -> date | None:
        """When this renewal first showed up in the table."""
        known = [day for day in (self.report, self.group, self.election) if day]
        return min(known) if known else None


@dataclass(frozen=True, slots=True)
class Story:
    """What happens to the committee of one compound. preparing: 筹备中 from then on, until the first term.

    substitutes: (from, until, kind); dissolved: 已注销 from then on.
    """

    compound: Compound
    terms: tuple[Term, ...]
    preparing: date | None
    substitutes: tuple[tuple[date, date, str], ...]
    dissolved: date | None
    seats: int
    secretary_from: date | None


@lru_cache(maxsize=1)
def stories() -> tuple[Story, ...]:
    """One per compound, in the order of compounds."""
    eligible = [one for one in compounds() if one.eligible(BASE_DAY)]
    ordinary = [one for one in eligible if one.name not in (*PILOTS, "曹杨八村", "大上海城市花园")]
    rng = chance("committees", "pick")
    unformed = {one.id for one in rng.sample(ordinary, NOT_FORMED - len(PILOTS))} | {one.id for one in eligible if one.name in PILOTS}
    formed = [one for one in eligible if one.id not in unformed]
    ranked = sorted(formed, key=lambda one: rng.random() ** (1 / (1.15 - PUNCTUAL[short(one.code)])), reverse=True)
    expired = {one.id for one in ranked[: FORMED - IN_TERM]}
    dissolved = rng.choice([one.id for one in formed if one.id in expired])
    replaced = set(rng.sample(sorted(expired - {dissolved}), 3))
    return tuple(_story(one, one.id in unformed, one.id in expired, one.id == dissolved, one.id in replaced) for one in compounds())


def rows(period: Period) -> list[Row]:
    """The rows of a month, one per compound."""
    return [_row(story, end_of(period)) for story in stories()]


def formed(story: Story, day: date) -> bool:
    """Whether there is a committee on a day."""
    begun = any(term.start <= day for term in story.terms)
    return begun and story.compound.eligible(day) and not (story.dissolved and story.dissolved <= day)


def frozen(story: Story, day: date) -> bool:
    """Whether a day lies between the group of a renewal and its election, when no fee may be voted on (物业管理规定 29)."""
    return any(term.group is not None and term.group <= day and (term.election is None or day < term.election) for term in story.terms)


@lru_cache(maxsize=1)
def failed_elections() -> dict[str, date]:
    """Compound → day on which its assembly elected nobody, in the middle of a renewal long overdue."""
    found: dict[str, date] = {}
    for story in stories():
        coming = [term for term in story.terms[1:] if term.group and term.start > LAST_DAY and term.group < LAST_DAY - timedelta(days=80)]
        if coming and coming[0].group and story.terms[0].end < coming[0].group and len(found) < 2:
            found[story.compound.id] = coming[0].group + timedelta(days=48)
    return found


@lru_cache(maxsize=1)
def standstills() -> dict[str, tuple[date, bool]]:
    """Compound → day from which its committee in the middle of its term does not work, and whether most members resigned on it; else
    it is the day of the last meeting. Such a committee is to be elected anew before its time (物业管理规定 32).
    """
    steady = [one.compound.id for one in stories() if not one.substitutes and not one.dissolved and one.compound.code != CODES["甘泉"]
              and any(term.start < date(2025, 6, 1) and add_months(LAST_DAY, 9) < term.end for term in one.terms)]
    rng = chance("committees", "standstill")
    chosen = rng.sample(steady, RESIGNED + IDLE)
    return {name: (days_after(date(2026, 1, 8), 0, 100, rng), at < RESIGNED) for at, name in enumerate(chosen)}


def _story(compound: Compound, unformed: bool, expired: bool, dissolved: bool, replaced: bool) -> Story:
    rng = chance("committee", compound.id)
    seats = rng.choice((5, 5, 7, 7, 7, 9, 11))
    secretary = days_after(date(2024, 3, 1), 0, 240, rng) if rng.random() < 0.05 else days_after(date(2026, 2, 1), 0, 900, rng)
    preparing: date | None = None
    substitutes: tuple[tuple[date, date, str], ...] = ()
    terms: tuple[Term, ...] = ()
    if compound.name in PILOTS:
        first = compound.name == PILOTS[0]
        preparing = date(2025, 2, 17) if first else None
        start = date(2025, 9, 12) if first else None
        substitutes = ((date(2023, 6, 15) if first else date(2023, 9, 4), start or date(9999, 1, 1), "居委会代为履职"),)
        terms = _terms_from(_first_term(start, rng), compound, rng) if start else ()
    elif unformed or not compound.eligible(BASE_DAY):
        possible = BASE_DAY if unformed else _eligible_from(compound)
        if possible and rng.random() < 0.7:
            preparing = days_after(possible, -150 if unformed else 60, 420 if unformed else 200, rng)
            terms = _terms_from(_first_term(max(days_after(preparing, 130, 330, rng), date(2024, 10, 9)), rng), compound, rng)
        elif unformed and rng.random() < 0.35:
            substitutes = ((days_after(date(2025, 11, 3), 0, 240, rng), date(9999, 1, 1), "物业治理委员会"),)
    else:
        terms = _terms_from(_standing_term(expired, rng), compound, rng, never=dissolved or replaced)
        if replaced:
            substitutes = ((days_after(date(2025, 3, 3), 0, 400, rng), date(9999, 1, 1), "居委会代为履职"),)
    return Story(compound, terms, preparing, substitutes, date(2026, 3, 20) if dissolved else None, seats, secretary)


def _eligible_from(compound: Compound) -> date | None:
    days = [end_of(period) for period in PERIODS if compound.eligible(end_of(period))]
    return days[0] if days else None


def _span(start: date, years: int) -> date:
    return add_months(start, 12 * years) - (timedelta(days=1) if years > 3 else timedelta())


def _first_term(start: date, rng: random.Random) -> Term:
    group = start - timedelta(days=rng.randint(60, 110))
    return Term(1, start, _span(start, rng.choice((3, 5, 5))), None, group, None, start, days_after(start, 8, 29, rng), None)


def _standing_term(expired: bool, rng: random.Random) -> Term:
    """The term that ran, or had last run, on `BASE_DAY`."""
    years = rng.choice((3, 4, 5, 5, 5))
    session = rng.choices((1, 2, 3, 4, 5, 6, 7), (12, 22, 25, 18, 12, 7, 4))[0]
    if expired:
        over = min(int(rng.expovariate(1 / 330)) + 1, 1150)
        start = add_months(BASE_DAY - timedelta(days=over), -12 * years)
    else:
        start = BASE_DAY - timedelta(days=rng.randint(5, years * 365 - 12))
    start = start.replace(day=min(start.day, 28))
    election = start - timedelta(days=rng.randint(1, 12))
    kept = rng.random() < 0.7
    group = election - timedelta(days=rng.randint(50, 140)) if kept else None
    report = group - timedelta(days=rng.randint(15, 70)) if group and session > 1 and rng.random() < 0.8 else None
    handover = days_after(group, 2, 14, rng) if group and session > 1 else None
    filing = days_after(election, 8, 30, rng) if rng.random() < 0.9 else days_after(election, 31, 70, rng)
    audit = days_after(election, 15, 60, rng) if session > 1 and rng.random() < 0.6 else None
    return Term(session, start, _span(start, years), report, group, handover, election, filing, audit)


def _terms_from(first: Term, compound: Compound, rng: random.Random, never: bool = False) -> tuple[Term, ...]:
    terms = [first]
    while not never and terms[-1].end <= add_months(LAST_DAY, 6):
        renewed = _renewal(terms[-1], PUNCTUAL[short(compound.code)], rng)
        if renewed.election is None or renewed.election > add_months(LAST_DAY, 12):
            terms.append(renewed)
            break
        terms.append(renewed)
    return tuple(terms)


def _renewal(term: Term, punctual: float, rng: random.Random) -> Term:
    """The next term: in time, or late by months that follow the habits of the 街镇."""
    if term.end > BASE_DAY and rng.random() < punctual + 0.06:
        election = term.end - timedelta(days=rng.randint(4, 45))
        start = term.end + timedelta(days=1)
        report = add_months(term.end, -5) - timedelta(days=rng.randint(1, 40))
    else:
        late = max(term.end, BASE_DAY) + timedelta(days=int(rng.expovariate(1 / 540)) + 12)
        election = late
        start = late + timedelta(days=1)
        report = election - timedelta(days=rng.randint(150, 260))
        if rng.random() < 0.45 and term.end > BASE_DAY:
            report = max(report, add_months(term.end, -rng.randint(1, 4)))
    group = max(days_after(report, 20, 60 if rng.random() < 0.8 else 95, rng), election - timedelta(days=rng.randint(70, 150)))
    group = min(group, election - timedelta(days=25))
    seen_report = None if rng.random() < 0.12 else min(report, group - timedelta(days=5))
    filing = days_after(election, 8, 30, rng) if rng.random() < 0.85 else days_after(election, 31, 80, rng)
    return Term(term.session + 1, start, _span(start, rng.choice((3, 5, 5, 5))), seen_report, group, days_after(group, 2, 13, rng),
                election, filing, days_after(election, 12, 75, rng) if rng.random() < 0.8 else None)


def _until(day: date | None, today: date) -> date | None:
    return day if day and day <= today else None


def _row(story: Story, today: date) -> Row:
    one = story.compound
    rng = chance("committee-row", one.id)
    row: Row = dict.fromkeys((
        "session_no", "term_start", "term_end", "seats", "seated", "alternates", "party_members", "filing_date",
        "renewal_report_date", "group_date", "handover_date", "election_date",
        "exit_audit_date", "annual_audit_date", "last_meeting", "secretary",
        "rating", "note", "previous_term_end", "election_result", "handback_date", "substitute_end", "secretary_date", "rating_stars"))
    active = [kind for start, until, kind in story.substitutes if start <= today < until]
    since = [start for start, until, _ in story.substitutes if start <= today < until]
    row |= {"compound_id": one.id, "compound_name": one.name, "subdistrict": one.code, "formation_status": "已组建",
            "substitute": active[0] if active else "无", "substitute_start": since[0] if since else None}
    row |= _ended(story, today) if not active else {}
    row |= _steps(story, today)
    begun = [term for term in story.terms if term.start <= today]
    if not one.eligible(today):
        return row | {"formation_status": "不符合条件"}
    if not begun:
        preparing = story.preparing is not None and story.preparing <= today
        group = _until(story.terms[0].group, today) if story.terms and preparing else None
        return row | {"formation_status": "筹备中" if preparing else "应建未建", "group_date": group,
                      "note": "居委会代为履职试点小区" if one.name in PILOTS else "筹备组已成立" if preparing else None}
    if story.dissolved and story.dissolved <= today:
        return row | {"formation_status": "已注销", "note": "小微小区合并，业委会已注销"}
    told = _formed(story, begun, today, rng)
    return row | told | _followed(story, begun, told, today) | _standstill(story, told, today)


def _ended(story: Story, today: date) -> Row:
    """A substitute that has given way to a committee."""
    over = [(start, until) for start, until, _ in story.substitutes if until <= today]
    return {"substitute_start": over[-1][0], "substitute_end": over[-1][1]} if over else {}


def _steps(story: Story, today: date) -> Row:
    """The steps of forming the first committee, where it was formed of late or is not yet."""
    if not story.compound.eligible(today):
        return {}
    first = story.terms[0] if story.terms else None
    if first is None or story.preparing:
        return formation(story.compound, story.preparing, first.election if first else None, first.filing if first else None, today)
    if first.session > 1 or first.start < RECENT or first.election is None:
        return {}
    preparing = first.election - timedelta(days=chance("preparing", story.compound.id).randint(84, 220))
    return formation(story.compound, preparing, first.election, first.filing, today)


def _followed(story: Story, begun: list[Term], told: Row, today: date) -> Row:
    """What follows from the rest of a row: the end of the term before, the outcome, what was handed back, the stars."""
    term, rng = begun[-1], chance("committee-more", story.compound.id, begun[-1].session)
    late = rng.random() > 0.6
    before = begun[-2].end if len(begun) > 1 else term.start - timedelta(days=1)
    if len(begun) == 1 and late and term.election:
        before = term.election - timedelta(days=rng.randint(10, 400))
    handback = days_after(term.filing, 3, 10 if rng.random() < 0.85 else 26, rng) if term.filing and term.handover else None
    failed = failed_elections().get(story.compound.id)
    election = told["election_date"]
    outcome = "选举成功" if election else None
    if failed and failed <= today and not election and told["group_date"]:
        election, outcome = failed, "选举未成功"
    score = told["rating"]
    stars = None if not isinstance(score, float) or score < 60 else "五星" if score >= 90 else "四星" if score >= 80 else "三星"
    return {"previous_term_end": before if term.session > 1 else None, "election_date": election, "election_result": outcome,
            "handback_date": _until(handback, today) if told["election_date"] and told["handover_date"] else None,
            "secretary_date": story.secretary_from if told["secretary"] else None, "rating_stars": stars}


def _standstill(story: Story, told: Row, today: date) -> Row:
    """What a committee that does not work any more tells otherwise."""
    since, resigned = standstills().get(story.compound.id, (date.max, False))
    if since > today:
        return {}
    if not resigned:
        return {"last_meeting": since, "note": "业委会长期未召开会议，街镇正在约谈"}
    left = story.seats // 2
    return {"seated": left, "alternates": 0, "party_members": min(left, int(str(told["party_members"]))),
            "note": "委员陆续辞职，现有人数不足半数，街镇正指导提前换届"}


def _formed(story: Story, begun: list[Term], today: date, rng: random.Random) -> Row:
    term = begun[-1]
    coming = story.terms[len(begun)] if len(story.terms) > len(begun) else None
    open_renewal = coming if coming and coming.begins and coming.begins <= today else None
    nodes = open_renewal or term
    resigned = sum(1 for _ in range(story.seats // 2) if rng.random() < 0.12 * (today.toordinal() - term.start.toordinal()) / 500)
    seated = max(3, story.seats - resigned)
    audits = [day for year in range(term.start.year + 1, today.year + 1)
              if (day := days_after(date(year, 3, 1), 0, 125 if rng.random() < 0.85 else 200, rng)) <= today and rng.random() < 0.92]
    step = rng.randint(24, 85)
    met = today - timedelta(days=(today.toordinal() + rng.randint(0, step)) % step)
    scored = rng.random() < 0.62 + 0.12 * (today.year - 2024)
    score = rng.triangular(58, 98, 86) + rng.uniform(-2, 3) * (today.year - 2024)
    overdue = term.end < today
    note = None
    if open_renewal and open_renewal.group and open_renewal.group <= today:
        note = "换届改选小组已成立，正在推进换届改选"
    elif overdue and rng.random() < 0.3:
        note = rng.choice(("任期届满，街镇已发函督促换届", "委员人选不足，正在动员报名", "物业服务合同争议，换届暂缓"))
    return {
        "session_no": term.session, "term_start": term.start, "term_end": term.end,
        "seats": story.seats, "seated": seated, "alternates": rng.choice((0, 0, 1, 2, None)),
        "party_members": rng.randint(1, max(1, seated - 1)),
        "filing_date": _until(term.filing, today), "renewal_report_date": _until(nodes.report, today),
        "group_date": _until(nodes.group, today), "handover_date": _until(nodes.handover, today),
        "election_date": _until(nodes.election, today), "exit_audit_date": _until(nodes.audit, today),
        "annual_audit_date": audits[-1] if audits else None, "last_meeting": met,
        "secretary": None if rng.random() < 0.03 else story.secretary_from is not None and story.secretary_from <= today,
        "rating": round(min(100.0, score), 1) if scored else None, "note": note,
    }
