"""保障性租赁住房项目, with the extra fields of 一张床 (domain.md A.2.1, A.2.2)."""

from __future__ import annotations

from itertools import pairwise

from lib.datasets.columns import coordinates
from lib.datasets.ladders import RENTAL_LADDERS
from lib.spec.checks import AtMost, NeverBack, NeverFalls, OnLadder, RequiredWhen, SumEquals
from lib.spec.fields import Dataset, Field, Nature, Need
from lib.spec.kinds import Kind
from lib.spec.level import Level

TIERS = tuple(RENTAL_LADDERS)
SOURCE_MODES = ("新建", "配建", "非居住存量房屋改建", "存量租赁房纳管", "收购存量房源")
LAND_TYPES = ("新供应国有建设用地", "企事业单位自有土地", "产业园区配套用地", "集体经营性建设用地", "存量闲置房屋")
SECTORS = ("建筑施工", "环卫", "绿化", "快递", "外卖", "家政", "医护", "保安", "保洁", "交通")

RENTAL_PROJECTS = Dataset(
    id="rental_projects",
    title="保障性租赁住房项目情况表",
    form_code="PT-ZL-01",
    version=1,
    grain="一行一个租赁住房项目",
    key=("project_id",),
    nature=Nature.REGISTER,
    monthly=True,
    summary="“一套房”“一间房”“一张床”项目的房源、床位、户型、租金、阶段和出租情况。",
    fields=(
        Field("project_id", "项目编码", Kind.CODE, Need.REQUIRED, ("项目代码", "项目编号")),
        Field("project_name", "项目名称", Kind.TEXT, Need.REQUIRED, ("项目名",)),
        Field("subdistrict", "街镇", Kind.SUBDISTRICT, Need.REQUIRED, ("所属街镇", "街道（镇）", "属地街镇", "所在街镇", "街道")),
        Field("address", "地址", Kind.TEXT, Need.COLUMN, ("项目地址", "坐落")),
        *coordinates(Need.COLUMN),
        Field("product_tier", "产品层次", Kind.CHOICE, Need.REQUIRED, ("产品类型", "供应层次"), choices=TIERS),
        Field("building_class", "建筑类型", Kind.CHOICE, Need.COLUMN, ("房屋类型",), choices=("住宅型", "宿舍型")),
        Field(
            "source_mode",
            "筹措方式",
            Kind.CHOICE,
            Need.REQUIRED,
            ("房源筹措方式", "筹措渠道"),
            choices=SOURCE_MODES,
            choice_aliases={
                "非居改建": "非居住存量房屋改建",
                "非居存量改建": "非居住存量房屋改建",
                "纳管": "存量租赁房纳管",
                "以购代建": "收购存量房源",
                "收购": "收购存量房源",
            },
        ),
        Field("land_type", "用地类型", Kind.CHOICE, choices=LAND_TYPES),
        Field("recognition_no", "认定书编号", Kind.CODE, aliases=("项目认定书编号",)),
        Field("recognition_date", "认定日期", Kind.DATE, aliases=("认定书日期",)),
        Field("owner_unit", "产权单位", Kind.TEXT, Need.COLUMN),
        Field("lessor", "出租单位", Kind.TEXT, Need.COLUMN),
        Field("operator", "运营单位", Kind.TEXT, Need.COLUMN, ("运营机构", "运营企业")),
        Field(
            "units",
            "套(间)数",
            Kind.INTEGER,
            Need.REQUIRED,
            ("套数", "间数", "房源套数", "总套数"),
            unit="套(间)",
            minimum=0,
            maximum=20_000,
            usual=(20, 5_000),
        ),
        Field(
            "br1", "一室户", Kind.INTEGER, aliases=("一室户（含宿舍型）", "一居室"), group="户型", unit="套(间)", minimum=0, maximum=20_000
        ),
        Field("br2", "二室户", Kind.INTEGER, aliases=("二居室",), group="户型", unit="套(间)", minimum=0, maximum=20_000),
        Field(
            "br3plus",
            "三室户及以上",
            Kind.INTEGER,
            aliases=("三室户及以上及其他", "三室及以上"),
            group="户型",
            unit="套(间)",
            minimum=0,
            maximum=20_000,
        ),
        Field(
            "beds",
            "床位数",
            Kind.INTEGER,
            aliases=("床位",),
            unit="张",
            minimum=0,
            maximum=20_000,
            usual=(40, 3_000),
            note="仅“一张床”项目填写",
        ),
        Field(
            "rental_area",
            "租赁面积",
            Kind.DECIMAL,
            aliases=("租赁住房面积", "租赁住宅面积"),
            unit="㎡",
            minimum=0,
            maximum=3_000_000,
            usual=(800, 300_000),
        ),
        Field(
            "filed_rent", "备案租金", Kind.DECIMAL, aliases=("备案租金单价",), unit="元/㎡·月", minimum=0, maximum=1_000, usual=(20, 199)
        ),
        Field(
            "market_rent",
            "市场租金",
            Kind.DECIMAL,
            aliases=("同地段同品质市场租金",),
            unit="元/㎡·月",
            minimum=0,
            maximum=1_000,
            usual=(20, 199),
        ),
        Field("bed_price", "床位价", Kind.DECIMAL, aliases=("床位租金",), unit="元/床·月", minimum=0, maximum=10_000, usual=(200, 1_999)),
        Field(
            "stage",
            "阶段",
            Kind.CHOICE,
            Need.REQUIRED,
            ("当前阶段", "项目阶段"),
            choices=tuple(dict.fromkeys(stage for ladder in RENTAL_LADDERS.values() for stage in ladder.stages)),
            choice_aliases={"入市准备": "认定", "已挂牌": "挂牌", "建设/改建": "建设"},
        ),
        Field("supply_date", "供应日期", Kind.DATE, aliases=("供应备案日期", "入市日期")),
        Field(
            "leased_units",
            "已出租套(间)数",
            Kind.INTEGER,
            aliases=("已出租套数", "已租套数"),
            group="出租",
            unit="套(间)",
            minimum=0,
            maximum=20_000,
        ),
        Field("leased_beds", "已出租床位数", Kind.INTEGER, aliases=("已租床位",), group="出租", unit="张", minimum=0, maximum=20_000),
        Field("waitlist", "满员轮候人数", Kind.INTEGER, aliases=("轮候人数",), group="出租", unit="人", minimum=0, maximum=100_000),
        Field("target_sectors", "服务行业", Kind.MULTI, choices=SECTORS),
        Field("rooms_1p", "单人间", Kind.INTEGER, group="房间数", unit="间", minimum=0, maximum=20_000),
        Field("rooms_2p", "2人间", Kind.INTEGER, aliases=("二人间", "双人间"), group="房间数", unit="间", minimum=0, maximum=20_000),
        Field("rooms_4p", "4人间", Kind.INTEGER, aliases=("四人间",), group="房间数", unit="间", minimum=0, maximum=20_000),
        Field(
            "rooms_5to6p", "5-6人间", Kind.INTEGER, aliases=("5～6人间", "五至六人间"), group="房间数", unit="间", minimum=0, maximum=20_000
        ),
        Field("industry_home", "是否加挂行业之家", Kind.BOOLEAN, aliases=("行业之家加挂", "行业之家")),
        Field("corporate_tenants", "包租单位数", Kind.INTEGER, unit="家", minimum=0, maximum=1_000),
        Field("reserve_date", "储备日期", Kind.DATE, aliases=("列入储备清单日期",)),
        Field("preselect_date", "预选日期", Kind.DATE, aliases=("列入预选清单日期",)),
        Field("convert_date", "改造日期", Kind.DATE, aliases=("改造开工日期",)),
        Field("verify_date", "核验日期", Kind.DATE),
        Field("listing_date", "挂牌日期", Kind.DATE),
        Field("review_date", "复核日期", Kind.DATE),
        Field("note", "备注", Kind.TEXT, aliases=("说明",)),
    ),
    checks=(
        OnLadder(Level.FATAL, "stage", "product_tier", {name: ladder.stages for name, ladder in RENTAL_LADDERS.items()}),
        SumEquals(Level.WARNING, "units", ("br1", "br2", "br3plus")),
        AtMost(Level.FATAL, "leased_units", "units"),
        AtMost(Level.FATAL, "leased_beds", "beds"),
        AtMost(Level.WARNING, "filed_rent", "market_rent", basis="沪府办规〔2021〕12号"),
        *(
            AtMost(Level.WARNING, f"{before}_date", f"{after}_date", basis="沪房规范〔2025〕5号 3–9")
            for before, after in pairwise(("reserve", "preselect", "convert", "verify", "listing", "review"))
        ),
        RequiredWhen(Level.FATAL, ("beds",), "product_tier", ("一张床",)),
        RequiredWhen(Level.WARNING, ("supply_date",), "stage", ("供应备案", "集中配租", "常态化配租", "轮候", "挂牌", "复核")),
    ),
    across=(
        NeverBack(Level.WARNING, "stage", "product_tier", {name: ladder.stages for name, ladder in RENTAL_LADDERS.items()}),
        *(
            NeverFalls(Level.WARNING, f"{name}_date")
            for name in ("recognition", "supply", "reserve", "preselect", "convert", "verify", "listing")
        ),
    ),
)
