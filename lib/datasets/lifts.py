"""既有多层住宅加装电梯: one row per entrance, with both votes and the day of every stage (domain.md A.1.5)."""

from __future__ import annotations

from lib.datasets.columns import COMPOUND_NAME, NOTE, SUBDISTRICT, compound_id, vote_checks, vote_fields
from lib.datasets.ladders import LIFT
from lib.spec.checks import AtMost, KnownIn, NeverBack, NeverFalls, RequiredWhen
from lib.spec.fields import Dataset, Field, Nature, Need
from lib.spec.kinds import Kind
from lib.spec.level import Level

STAGE_DATES: tuple[tuple[str, str], ...] = (
    ("assess", "前期评估"),
    ("scheme", "方案编制"),
    ("consult", "征询表决"),
    ("share", "费用分摊"),
    ("notice", "设计公示"),
    ("safety", "安全性论证"),
    ("permit", "施工许可"),
    ("install", "安装"),
    ("inspect", "监督检验"),
    ("register", "使用登记"),
    ("accept", "竣工验收"),
    ("subsidy", "补贴拨付"),
)
"""Prefix of a date's column, the stage it belongs to. 后续管理 has no day: it goes on."""

_ACCEPTED = LIFT.at_or_after("竣工验收")


def _money(
    name: str, title: str, aliases: tuple[str, ...], *, group: str = "", note: str = "", usual: tuple[float, float] | None = None
) -> Field:
    return Field(name, title, Kind.DECIMAL, aliases=aliases, group=group, unit="万元", minimum=0, maximum=1_000, note=note, usual=usual)


LIFTS = Dataset(
    id="lifts",
    title="既有多层住宅加装电梯进展表",
    form_code="PT-GX-04",
    version=1,
    grain="一行一个门洞（一台电梯）",
    key=("compound_id", "entrance"),
    nature=Nature.REGISTER,
    summary="加装电梯逐门洞的阶段、单元表决和全体业主表决、办理日期、费用和补贴。",
    fields=(
        compound_id(),
        Field("entrance", "门洞号", Kind.CODE, Need.REQUIRED, ("门洞", "单元号", "门牌号", "楼栋门洞"), note="例如 12号、3号楼2单元"),
        COMPOUND_NAME,
        SUBDISTRICT,
        Field("project_id", "项目编码", Kind.CODE, aliases=("项目代码", "项目编号", "所属项目编码"), note="列入更新项目的填写"),
        Field("address", "地址", Kind.TEXT, aliases=("坐落", "弄号")),
        Field("floors", "层数", Kind.INTEGER, aliases=("总层数", "楼层数"), unit="层", minimum=1, maximum=99, usual=(2, 30)),
        Field("households", "门洞户数", Kind.INTEGER, aliases=("户数", "受益户数"), unit="户", minimum=0, maximum=500, usual=(4, 80)),
        Field(
            "stage",
            "当前阶段",
            Kind.CHOICE,
            Need.REQUIRED,
            ("阶段", "目前阶段", "加梯阶段"),
            choices=LIFT.stages,
            choice_aliases={
                "意愿征询": "征询表决",
                "表决": "征询表决",
                "费用分摊协议": "费用分摊",
                "公示": "设计公示",
                "开工": "施工许可",
                "施工": "安装",
                "完工": "竣工验收",
                "竣工": "竣工验收",
            },
        ),
        *vote_fields("unit_vote", "单元表决"),
        *vote_fields("whole_vote", "全体业主表决"),
        Field(
            "exclusive_consent",
            "占用专有部分的权利人是否同意",
            Kind.BOOLEAN,
            aliases=("专有部分权利人是否同意",),
            note="不占用专有部分的留空",
        ),
        *(
            Field(
                f"{prefix}_date",
                f"{stage}日期",
                Kind.DATE,
                aliases=(f"{stage}完成日期", *((f"{stage}时间",) if stage != "安装" else ("安装告知日期",))),
                group="办理日期",
            )
            for prefix, stage in STAGE_DATES
        ),
        _money("cost", "加装费用", ("总费用", "施工金额", "加梯费用"), note="单台电梯", usual=(20, 200)),
        _money("resident_share", "居民分摊", ("居民出资", "居民自筹"), group="资金"),
        _money("subsidy_city", "市级补贴", ("市补", "市级补助"), group="资金"),
        _money("subsidy_district", "区级补贴", ("区补", "区级补助"), group="资金"),
        Field("remote_monitor", "是否安装远程监测装置", Kind.BOOLEAN, aliases=("远程监测装置", "远程监测")),
        Field("defect_insurance", "是否投保质量潜在缺陷保险", Kind.BOOLEAN, aliases=("质量潜在缺陷保险",)),
        NOTE,
    ),
    checks=(
        *vote_checks("unit_vote"),
        *vote_checks("whole_vote"),
        AtMost(Level.WARNING, "consult_date", "permit_date", basis="沪房更新〔2024〕126号 三"),
        AtMost(Level.WARNING, "permit_date", "install_date", basis="沪房更新〔2024〕126号 三"),
        AtMost(Level.WARNING, "install_date", "accept_date", basis="沪房更新〔2024〕126号 三"),
        AtMost(Level.WARNING, "accept_date", "subsidy_date"),
        AtMost(Level.WARNING, "subsidy_city", "cost", basis="沪房更新〔2024〕126号 四"),
        AtMost(Level.WARNING, "subsidy_district", "cost", basis="沪房更新〔2024〕126号 四"),
        RequiredWhen(Level.WARNING, ("accept_date",), "stage", _ACCEPTED),
    ),
    across=(
        KnownIn(Level.WARNING, "compound_id", "compounds"),
        KnownIn(Level.WARNING, "project_id", "renewal_projects"),
        # Every row is on the one ladder: whatever its stage, its "type" leads to the same stages.
        NeverBack(Level.WARNING, "stage", "stage", dict.fromkeys(LIFT.stages, LIFT.stages)),
        *(NeverFalls(Level.WARNING, f"{prefix}_date") for prefix in ("install", "register", "accept")),
        NeverFalls(Level.WARNING, "subsidy_city"),
        NeverFalls(Level.WARNING, "subsidy_district"),
    ),
)
