"""租赁住房选址候选点: places looked at for rental housing, with the parts of their score (domain.md A.2.4).

Weights are the bureau's own: the form names their version, nothing here computes a score.
"""

from __future__ import annotations

from lib.datasets.columns import NOTE, SUBDISTRICT, coordinates
from lib.spec.checks import RequiredWhen
from lib.spec.fields import Dataset, Field, Nature, Need
from lib.spec.kinds import Kind
from lib.spec.level import Level

SCORES: tuple[tuple[str, str], ...] = (
    ("traffic", "交通便利"),
    ("amenities", "配套资源"),
    ("demand", "租赁需求"),
    ("industry", "产业匹配"),
    ("operator", "市场主体"),
    ("conversion", "改造条件"),
    ("balance", "职住平衡"),
)
FIRST_CHECKS = ("通过", "需整改", "不通过")
_CHECK_ALIASES = {"合格": "通过", "基本合格": "需整改", "不合格": "不通过"}

SITE_CANDIDATES = Dataset(
    id="site_candidates",
    title="租赁住房选址候选点情况表",
    form_code="PT-ZL-02",
    version=1,
    grain="一行一个候选点",
    key=("candidate_id",),
    nature=Nature.REGISTER,
    summary="一张床、一间房选址候选点的位置、条件、逐项评分和取舍结果。",
    fields=(
        Field("candidate_id", "候选点编码", Kind.CODE, Need.REQUIRED, ("候选点编号", "点位编码", "点位编号")),
        Field("candidate_name", "候选点名称", Kind.TEXT, Need.COLUMN, ("点位名称", "候选点")),
        SUBDISTRICT,
        Field("address", "地址", Kind.TEXT, Need.COLUMN, ("坐落", "点位地址")),
        *coordinates(),
        Field("current_use", "现状用途", Kind.TEXT, Need.COLUMN, ("现状", "现用途")),
        Field(
            "beds_estimate",
            "可改建床位估算",
            Kind.INTEGER,
            Need.COLUMN,
            ("可改建床位", "预计床位数", "床位估算"),
            unit="张",
            minimum=0,
            maximum=20_000,
            usual=(20, 2_000),
        ),
        Field(
            "metro_m",
            "距最近轨交站距离",
            Kind.INTEGER,
            aliases=("距轨交站距离", "距最近地铁站距离"),
            unit="米",
            minimum=0,
            maximum=20_000,
            note="步行距离",
        ),
        Field("amenities_500m", "周边500米配套数", Kind.INTEGER, aliases=("周边配套数",), unit="个", minimum=0, maximum=10_000),
        Field("demand_index", "需求指数", Kind.DECIMAL, aliases=("租赁需求指数",), unit="分", minimum=0, maximum=100),
        Field("clear_title", "产权是否清晰", Kind.BOOLEAN, aliases=("产权清晰",)),
        Field("operator_willing", "主体是否愿意", Kind.BOOLEAN, aliases=("主体意愿", "市场主体意愿")),
        Field(
            "fire_check", "消防初判", Kind.CHOICE, aliases=("消防条件",), choices=FIRST_CHECKS, choice_aliases=_CHECK_ALIASES, group="初判"
        ),
        Field(
            "structure_check",
            "结构初判",
            Kind.CHOICE,
            aliases=("结构条件", "结构安全"),
            choices=FIRST_CHECKS,
            choice_aliases=_CHECK_ALIASES,
            group="初判",
        ),
        *(
            Field(
                f"{prefix}_score",
                title,
                Kind.INTEGER,
                aliases=(f"{title}得分", f"{title}评分"),
                group="逐项评分",
                unit="分",
                minimum=1,
                maximum=5,
                note="1～5分",
            )
            for prefix, title in SCORES
        ),
        Field("weights_version", "权重版本", Kind.TEXT, aliases=("评分权重版本",), note="区局确定的权重，写版本或文号"),
        Field("total_score", "综合得分", Kind.DECIMAL, aliases=("总分", "综合评分"), unit="分", minimum=0, maximum=100),
        Field(
            "status",
            "状态",
            Kind.CHOICE,
            Need.REQUIRED,
            ("候选状态", "入库状态"),
            choices=("储备", "预选", "放弃"),
            choice_aliases={"储备清单": "储备", "预选清单": "预选", "不采用": "放弃", "淘汰": "放弃"},
        ),
        Field("exclusion_reason", "排除原因", Kind.TEXT, aliases=("放弃原因", "不采用原因")),
        NOTE,
    ),
    checks=(RequiredWhen(Level.WARNING, ("exclusion_reason",), "status", ("放弃",)),),
)
