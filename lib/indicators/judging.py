"""What the light of a figure follows: a rule of the registry, a target of the year, or nothing at all being wanted.

Its one rule: declarations only; `lib.indicators.lights` carries them out. Lights are computed, never typed.
"""

from __future__ import annotations

from dataclasses import dataclass

NEAR_POINTS, NEAR_PROGRESS, SMALL_BASE = "light.near_points", "light.near_progress", "data.small_base"
"""Rules: so many 个百分点 short of a line, or so many per cent of the way short of what is expected, is 黄 and not yet 红; a figure
of a smaller base is not judged.
"""


@dataclass(frozen=True, slots=True)
class Judging:
    """A way to judge a figure."""

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules of the registry that it asks for."""
        return ()

    @property
    def words(self) -> str:
        """The way in Chinese."""
        return "不判定"


@dataclass(frozen=True, slots=True)
class NotJudged(Judging):
    """No light."""


NOT_JUDGED = NotJudged()


@dataclass(frozen=True, slots=True)
class ByTarget(Judging):
    """Against the target of the indicator, the 街镇 and the year, where one is set: of what piles up over the year against the
    share of the year gone, of what stands with a starting value against the way from there, of other figures as it is.
    """

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules of the registry that it asks for."""
        return (NEAR_POINTS, NEAR_PROGRESS, SMALL_BASE)

    @property
    def words(self) -> str:
        """The way in Chinese."""
        return "有年度目标时按目标判定：达到应有进度为绿，差距在容许范围内为黄，更大为红；没有目标的不判定"


@dataclass(frozen=True, slots=True)
class ByRule(Judging):
    """Against a threshold of the registry on the day; a target of the year goes before it. paced: the threshold is to be reached
    by its last day, so the share of its time gone is what is expected. reward: reaching it only earns a reward, so missing it is
    黄 at most. each: the rule holds for each of these alone; their sum is only seen against it.
    """

    rule: str
    paced: bool = False
    reward: bool = False
    each: str = ""

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules of the registry that it asks for."""
        return (self.rule, NEAR_POINTS, NEAR_PROGRESS, SMALL_BASE)

    @property
    def words(self) -> str:
        """The way in Chinese."""
        if self.paced:
            return "按标准的期限均摊：达到应有进度为绿，差距在容许范围内为黄，更大为红；有年度目标的先按目标"
        if self.reward:
            return "达到奖励线为绿，没有达到为黄；有年度目标的先按目标"
        if self.each:
            return f"标准对每个{self.each}分别适用，合计只作参照：达到为绿，差距在容许范围内为黄，更大为红；有年度目标的先按目标"
        return "达到标准为绿，差距在容许范围内为黄，更大为红；有年度目标的先按目标"


@dataclass(frozen=True, slots=True)
class NoneLeft(Judging):
    """None is best: 0 of all 街镇 is 绿, 0 with some left out is not judged, anything else 黄; a target of the year goes before it."""

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules of the registry that it asks for."""
        return (NEAR_POINTS, NEAR_PROGRESS, SMALL_BASE)

    @property
    def words(self) -> str:
        """The way in Chinese."""
        return "为 0 时绿，否则黄；为 0 而有街镇未计入的不判定；有年度目标时按目标判定"
