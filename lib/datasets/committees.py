"""业委会: one row per compound with the state of its owners' committee (domain.md A.3.1). No names, no phones."""

from __future__ import annotations

from lib.spec.checks import AtMost, KnownIn, NeverFalls, RequiredWhen, YearsBetween
from lib.spec.fields import Dataset, Field, Nature, Need
from lib.spec.kinds import Kind
from lib.spec.level import Level

FORMATION_STATUSES = ("不符合条件", "应建未建", "筹备中", "已组建", "已注销")
SUBSTITUTES = ("无", "居委会代为履职", "物业治理委员会")
FORMATION_DATES: tuple[tuple[str, str], ...] = (
    ("eligible_date", "符合成立条件日期"),
    ("developer_report_date", "建设单位书面报告日期"),
    ("preparatory_date", "筹备组成立日期"),
    ("announcement_date", "首次业主大会公告日期"),
    ("first_assembly_date", "首次业主大会召开日期"),
    ("notice_date", "委员名单公告日期"),
    ("filing_closed_date", "备案办结日期"),
)
"""Column, title: the steps of forming a first committee (domain.md A.3.2)."""

COMMITTEES = Dataset(
    id="committees",
    title="业主委员会组建和换届情况表",
    form_code="PT-YW-01",
    version=1,
    grain="一行一个住宅小区的业委会情况",
    key=("compound_id",),
    nature=Nature.REGISTER,
    everywhere=True,
    monthly=True,
    summary="业委会组建、任期、换届节点、替代履职和评价。",
    fields=(
        Field("compound_id", "小区编码", Kind.CODE, Need.REQUIRED, ("小区代码", "小区编号")),
        Field("compound_name", "小区名称", Kind.TEXT, Need.COLUMN, ("小区名", "住宅小区名称")),
        Field("subdistrict", "街镇", Kind.SUBDISTRICT, Need.REQUIRED, ("所属街镇", "街道（镇）", "街道镇", "属地街镇", "街道")),
        Field(
            "formation_status",
            "组建状态",
            Kind.CHOICE,
            Need.REQUIRED,
            ("业委会组建状态", "组建情况"),
            choices=FORMATION_STATUSES,
            choice_aliases={"已成立": "已组建", "未组建": "应建未建", "筹备": "筹备中", "注销": "已注销"},
        ),
        Field("session_no", "届别", Kind.INTEGER, Need.COLUMN, ("第几届", "届次"), unit="届", minimum=1, maximum=20, note="可写“第3届”"),
        Field("term_start", "任期起", Kind.DATE, Need.COLUMN, ("任期开始", "任期起始日期", "起", "任期起始"), group="任期"),
        Field(
            "term_end",
            "任期止",
            Kind.DATE,
            Need.COLUMN,
            ("任期届满", "任期截止日期", "止", "届满日期", "任期截止"),
            group="任期",
            ends=True,
            exact=True,
        ),
        Field(
            "previous_term_end",
            "上届任期止",
            Kind.DATE,
            aliases=("上届届满日期", "上一届任期止"),
            ends=True,
            note="换届前那一届的届满日期",
        ),
        Field("seats", "委员应有人数", Kind.INTEGER, aliases=("应有人数", "委员名额"), group="委员", unit="人", minimum=0, maximum=99),
        Field("seated", "委员现有人数", Kind.INTEGER, aliases=("现有人数",), group="委员", unit="人", minimum=0, maximum=99),
        Field("alternates", "候补委员数", Kind.INTEGER, aliases=("候补人数",), group="委员", unit="人", minimum=0, maximum=99),
        Field("party_members", "党员委员数", Kind.INTEGER, aliases=("党员人数",), group="委员", unit="人", minimum=0, maximum=99),
        Field("filing_date", "备案日期", Kind.DATE, group="换届节点"),
        Field("renewal_report_date", "换届报告日期", Kind.DATE, aliases=("书面报告日期",), group="换届节点"),
        Field("group_date", "换届改选小组成立日期", Kind.DATE, aliases=("改选小组成立日期", "换届小组成立日期"), group="换届节点"),
        Field("handover_date", "移交保管日期", Kind.DATE, group="换届节点"),
        Field("election_date", "选举日期", Kind.DATE, group="换届节点"),
        Field(
            "election_result",
            "选举结果",
            Kind.CHOICE,
            choices=("选举成功", "选举未成功"),
            choice_aliases={"成功": "选举成功", "未成功": "选举未成功", "失败": "选举未成功"},
            group="换届节点",
        ),
        Field("exit_audit_date", "换届审计完成日期", Kind.DATE, aliases=("换届审计日期",), group="换届节点"),
        Field("handback_date", "移交新业委会日期", Kind.DATE, aliases=("移交新一届业委会日期",), group="换届节点"),
        *(
            Field(name, title, Kind.DATE, aliases=(f"{title.removesuffix('日期')}时间",), group="组建节点")
            for name, title in FORMATION_DATES
        ),
        Field("annual_audit_date", "年度审计完成日期", Kind.DATE, aliases=("年度审计日期",)),
        Field("last_meeting", "最近会议日期", Kind.DATE, aliases=("最近一次会议日期",)),
        Field(
            "substitute",
            "替代履职方式",
            Kind.CHOICE,
            aliases=("替代履职",),
            choices=SUBSTITUTES,
            choice_aliases={"代为履职": "居委会代为履职", "物管会": "物业治理委员会"},
        ),
        Field("substitute_start", "替代履职开始日期", Kind.DATE),
        Field("substitute_end", "替代履职结束日期", Kind.DATE, ends=True),
        Field("secretary", "是否配备业委会秘书", Kind.BOOLEAN, aliases=("业委会秘书", "业委会执行秘书", "秘书")),
        Field("secretary_date", "秘书选派日期", Kind.DATE, aliases=("业委会秘书选派日期",)),
        Field(
            "rating_stars",
            "评价星级",
            Kind.CHOICE,
            aliases=("规范化评价星级",),
            choices=("三星", "四星", "五星"),
            choice_aliases={"3星": "三星", "4星": "四星", "5星": "五星", "三星级": "三星", "四星级": "四星", "五星级": "五星"},
        ),
        Field("rating", "评价得分", Kind.DECIMAL, aliases=("规范化评价得分", "评价分"), unit="分", minimum=0, maximum=100),
        Field("note", "备注", Kind.TEXT, aliases=("说明",)),
    ),
    checks=(
        RequiredWhen(Level.FATAL, ("term_start", "term_end"), "formation_status", ("已组建",)),
        YearsBetween(
            Level.WARNING, "term_start", "term_end", "committee.term_min_years", "committee.term_max_years", basis="物业管理规定 20"
        ),
        AtMost(Level.FATAL, "term_start", "term_end"),
        AtMost(Level.WARNING, "seated", "seats"),
        AtMost(Level.WARNING, "renewal_report_date", "group_date"),
        AtMost(Level.WARNING, "group_date", "election_date"),
        AtMost(Level.WARNING, "substitute_start", "substitute_end"),
        AtMost(Level.WARNING, "group_date", "handover_date", basis="物业管理规定 29"),
        RequiredWhen(Level.WARNING, ("substitute_start",), "substitute", SUBSTITUTES[1:]),
        RequiredWhen(Level.WARNING, ("election_date",), "election_result", ("选举成功", "选举未成功")),
    ),
    across=(
        KnownIn(Level.WARNING, "compound_id", "compounds"),
        *(
            NeverFalls(Level.WARNING, column)
            for column in (
                "session_no",
                "term_start",
                "filing_date",
                "renewal_report_date",
                "group_date",
                "election_date",
                "annual_audit_date",
            )
        ),
    ),
)
