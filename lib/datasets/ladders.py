"""The ladders of stages. Its one rule: each type of project has its own, and they are never mixed.

Sources: domain.md A.1.2 [S3], A.1.3 [S5], A.1.4 [S15c], A.1.5 [S9], A.2.3 [S13, S14].
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ladder:
    """Stages in order. From `closed_from` on a project no longer counts as active."""

    name: str
    stages: tuple[str, ...]
    closed_from: str

    def at_or_after(self, stage: str) -> tuple[str, ...]:
        """The stages from this one on."""
        return self.stages[self.stages.index(stage):]

    @property
    def active(self) -> tuple[str, ...]:
        """The stages before `closed_from`."""
        return self.stages[: self.stages.index(self.closed_from)]


REBUILDING = Ladder(
    "成套改造、拆除重建",
    ("组织评估", "意愿征询", "列入计划", "规划研究方案", "规划设计方案", "实施方案编制", "方案意见征询", "实施方案认定",
     "协议签订", "行政调解和决定", "建设审批", "外搬过渡", "施工", "竣工", "回搬"),
    "回搬",
)
EXPROPRIATION = Ladder(
    "旧城区改建（征收）",
    ("范围确定", "一轮征询", "调查登记", "补偿方案征求意见", "风险评估", "征收决定", "二轮签约", "搬迁", "收尾"),
    "收尾",
)
REPAIR = Ladder(
    "综合修缮、专项提升",
    ("项目申报", "实施单位选择", "修缮内容确认", "业主表决", "实施方案公开", "招投标", "开工审核", "施工", "竣工验收",
     "审价决算", "满意度回访"),
    "竣工验收",
)
LIFT = Ladder(
    "加装电梯",
    ("前期评估", "方案编制", "征询表决", "费用分摊", "设计公示", "安全性论证", "施工许可", "安装", "监督检验", "使用登记",
     "竣工验收", "补贴拨付", "后续管理"),
    "竣工验收",
)

RENEWAL_LADDERS: dict[str, Ladder] = {
    "旧住房成套改造": REBUILDING,
    "拆除重建": REBUILDING,
    "老旧小区专项提升改造": REPAIR,
    "旧住房综合修缮": REPAIR,
    "既有多层住宅加装电梯": LIFT,
    "旧城区改建（征收）": EXPROPRIATION,
    "“城中村”改造": EXPROPRIATION,
    "小梁薄板房屋改造": REBUILDING,
    "安全隐患房屋处置": REPAIR,
}
"""Type of renewal project → its ladder."""

REBUILDING_TYPES = tuple(name for name, ladder in RENEWAL_LADDERS.items() if ladder is REBUILDING)

HOMES = Ladder(
    "保障性租赁住房",
    ("储备", "认定", "建设", "竣工", "供应备案", "集中配租", "常态化配租", "轮候", "退出"),
    "退出",
)
BEDS = Ladder("一张床", ("储备清单", "预选清单", "改造", "核验", "认定", "挂牌", "复核", "退出"), "退出")

RENTAL_LADDERS: dict[str, Ladder] = {"一套房": HOMES, "一间房": HOMES, "一张床": BEDS}
"""Product tier of a rental project → its ladder."""
