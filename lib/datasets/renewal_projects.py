"""更新项目: projects of renewal of old housing (domain.md A.1.1), with their main milestones side by side."""

from __future__ import annotations

from lib.datasets.ladders import RENEWAL_LADDERS
from lib.spec.checks import AtMost, KnownIn, NeverBack, NeverFalls, OnLadder
from lib.spec.fields import Dataset, Field, Nature, Need
from lib.spec.kinds import Kind
from lib.spec.level import Level

METHODS = ("原址改建", "拆除重建", "旧城区改建", "功能置换")
DIGITAL_FEATURES = ("一对一沟通答疑", "VR展示", "数字化签约", "云监工", "云发布", "线上选房")

MILESTONES: tuple[tuple[str, str], ...] = (
    ("consult", "意愿征询"),
    ("sign", "签约生效"),
    ("start", "开工"),
    ("complete", "竣工"),
    ("return", "回搬"),
)
"""Milestones that the form carries: prefix of the two columns, title."""


def _milestone_fields() -> tuple[Field, ...]:
    fields = []
    for prefix, title in MILESTONES:
        for suffix, word in (("plan", "计划日期"), ("actual", "实际日期")):
            short = word[:2]
            fields.append(
                Field(
                    f"{prefix}_{suffix}",
                    word,
                    Kind.DATE,
                    group=title,
                    aliases=(short, f"{title}{word}", f"{short}{title}日期", f"{title}{short}", f"{short}{title}"),
                    ends=suffix == "plan",
                )
            )
    return tuple(fields)


PROJECT_TYPE = Field(
    "project_type",
    "改造类别",
    Kind.CHOICE,
    Need.REQUIRED,
    ("项目类别", "改造类型", "项目类型"),
    choices=tuple(RENEWAL_LADDERS),
    choice_aliases={
        "成套改造": "旧住房成套改造",
        "专项提升": "老旧小区专项提升改造",
        "综合修缮": "旧住房综合修缮",
        "加装电梯": "既有多层住宅加装电梯",
        "征收": "旧城区改建（征收）",
        "旧改征收": "旧城区改建（征收）",
        "城中村": "“城中村”改造",
        "城中村改造": "“城中村”改造",
        "小梁薄板": "小梁薄板房屋改造",
        "安全隐患": "安全隐患房屋处置",
    },
)
"""The type of a project; other forms about projects name it the same way."""

RENEWAL_PROJECTS = Dataset(
    id="renewal_projects",
    title="旧住房更新改造项目进展表",
    form_code="PT-GX-01",
    version=1,
    grain="一行一个更新项目",
    key=("project_id",),
    nature=Nature.REGISTER,
    monthly=True,
    summary="成套改造、拆除重建、专项提升、综合修缮、加装电梯等项目的阶段、签约、节点和资金。",
    fields=(
        Field("project_id", "项目编码", Kind.CODE, Need.REQUIRED, ("项目代码", "项目编号")),
        Field("project_name", "项目名称", Kind.TEXT, Need.REQUIRED, ("项目名",)),
        PROJECT_TYPE,
        Field("subdistrict", "街镇", Kind.SUBDISTRICT, Need.REQUIRED, ("所属街镇", "街道（镇）", "属地街镇", "所在街镇", "街道")),
        Field("compound_id", "小区编码", Kind.CODE, aliases=("小区代码", "小区编号")),
        Field("address", "地址", Kind.TEXT, Need.COLUMN, ("项目地址", "坐落", "弄号")),
        Field("implementer", "实施主体", Kind.TEXT, Need.COLUMN, ("实施单位", "建设单位")),
        Field(
            "plan_year", "年度计划批次", Kind.YEAR, Need.COLUMN, ("计划年度", "年度计划", "计划批次"), unit="年", minimum=2000, maximum=2100
        ),
        Field("method", "更新方式", Kind.CHOICE, aliases=("改造方式",), choices=METHODS),
        Field(
            "households",
            "涉及户数",
            Kind.INTEGER,
            Need.REQUIRED,
            ("户数", "涉及户数（产/证）", "受益户数"),
            unit="户",
            minimum=0,
            maximum=20_000,
            usual=(20, 20_000),
        ),
        Field(
            "gfa_m2",
            "建筑面积",
            Kind.DECIMAL,
            Need.COLUMN,
            ("改造面积", "总建筑面积", "涉及建筑面积"),
            unit="㎡",
            minimum=0,
            maximum=3_000_000,
            usual=(800, 2_000_000),
        ),
        Field("entrances", "门洞数", Kind.INTEGER, aliases=("单元数",), unit="个", minimum=0, maximum=3_000, usual=(2, 1_500)),
        Field("lifts", "加梯台数", Kind.INTEGER, aliases=("电梯台数", "加装电梯台数"), unit="台", minimum=0, maximum=3_000, usual=(1, 300)),
        Field(
            "stage",
            "当前阶段",
            Kind.CHOICE,
            Need.REQUIRED,
            ("项目阶段", "阶段", "目前阶段"),
            choices=tuple(dict.fromkeys(stage for ladder in RENEWAL_LADDERS.values() for stage in ladder.stages)),
            choice_aliases={"签约": "协议签订", "外搬": "外搬过渡", "已回搬": "回搬"},
        ),
        Field(
            "households_to_sign",
            "应签约户数",
            Kind.INTEGER,
            aliases=("应签户数", "应签约数"),
            group="签约",
            unit="户",
            minimum=0,
            maximum=20_000,
            usual=(20, 20_000),
            note="以实施方案认定日的户数为准，不再变动",
        ),
        Field(
            "households_signed",
            "已签约户数",
            Kind.INTEGER,
            aliases=("已签户数", "签约户数", "已签约数"),
            group="签约",
            unit="户",
            minimum=0,
            maximum=20_000,
        ),
        Field(
            "households_moved_out", "已外搬户数", Kind.INTEGER, aliases=("外搬户数",), group="搬迁", unit="户", minimum=0, maximum=20_000
        ),
        Field("households_to_return", "应回搬户数", Kind.INTEGER, group="搬迁", unit="户", minimum=0, maximum=20_000),
        Field("households_returned", "已回搬户数", Kind.INTEGER, aliases=("回搬户数",), group="搬迁", unit="户", minimum=0, maximum=20_000),
        Field(
            "households_cared",
            "在外过渡重点户数",
            Kind.INTEGER,
            aliases=("重点户数", "特殊困难户数", "困难高龄等重点户数"),
            group="搬迁",
            unit="户",
            minimum=0,
            maximum=20_000,
            note="已外搬未回搬的高龄独居、重病、残疾、低保等家庭；只填户数，不报名单",
        ),
        *_milestone_fields(),
        Field(
            "investment",
            "总投资",
            Kind.DECIMAL,
            aliases=("投资总额", "项目总投资"),
            unit="万元",
            minimum=0,
            maximum=10_000_000,
            usual=(50, 300_000),
        ),
        Field("subsidy_city", "市级补助", Kind.DECIMAL, aliases=("市补", "市补资金"), unit="万元", minimum=0, maximum=10_000_000),
        Field("subsidy_district", "区级补助", Kind.DECIMAL, aliases=("区补", "区补资金"), unit="万元", minimum=0, maximum=10_000_000),
        Field(
            "funds_approved",
            "已批复资金",
            Kind.DECIMAL,
            aliases=("批复资金",),
            unit="万元",
            minimum=0,
            maximum=10_000_000,
            usual=(20, 300_000),
        ),
        Field("funds_paid", "已拨付资金", Kind.DECIMAL, aliases=("拨付资金", "已拨付"), unit="万元", minimum=0, maximum=10_000_000),
        Field("progress_pct", "形象进度", Kind.PERCENT, aliases=("工程形象进度",), unit="%", minimum=0, maximum=100),
        Field("has_party_branch", "是否建立临时党支部", Kind.BOOLEAN, aliases=("临时党支部", "是否临时党支部")),
        Field("precheck_date", "前置式政务协助日期", Kind.DATE, aliases=("前置协助日期",)),
        Field("precheck_departments", "参与部门数", Kind.INTEGER, aliases=("前置协助部门数",), unit="家", minimum=0, maximum=200),
        Field("digital_features", "数字化应用", Kind.MULTI, choices=DIGITAL_FEATURES),
        Field("risk", "风险和问题", Kind.TEXT, aliases=("存在问题", "风险/问题", "主要问题")),
        Field("risk_unit", "责任单位", Kind.TEXT, aliases=("牵头单位",)),
        Field("risk_due", "解决时限", Kind.DATE, aliases=("整改时限",), ends=True),
    ),
    checks=(
        OnLadder(Level.FATAL, "stage", "project_type", {name: ladder.stages for name, ladder in RENEWAL_LADDERS.items()}),
        AtMost(Level.FATAL, "households_signed", "households_to_sign"),
        AtMost(Level.FATAL, "households_returned", "households_to_return"),
        AtMost(Level.WARNING, "funds_paid", "funds_approved"),
        AtMost(Level.WARNING, "start_actual", "complete_actual"),
        AtMost(Level.WARNING, "complete_actual", "return_actual"),
        AtMost(Level.WARNING, "consult_actual", "sign_actual"),
        AtMost(Level.WARNING, "sign_actual", "start_actual"),
        AtMost(Level.WARNING, "households_returned", "households_moved_out"),
        AtMost(Level.FATAL, "households_cared", "households_moved_out"),
        AtMost(Level.WARNING, "funds_approved", "investment"),
    ),
    across=(
        KnownIn(Level.WARNING, "compound_id", "compounds"),
        NeverBack(Level.WARNING, "stage", "project_type", {name: ladder.stages for name, ladder in RENEWAL_LADDERS.items()}),
        *(
            NeverFalls(Level.WARNING, column)
            for column in ("households_signed", "households_moved_out", "households_returned", "funds_approved", "funds_paid")
        ),
        *(NeverFalls(Level.WARNING, f"{prefix}_actual") for prefix, _ in MILESTONES),
    ),
)
