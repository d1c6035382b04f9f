"""住宅小区: the register of residential compounds (domain.md A.0.2)."""

from __future__ import annotations

from lib.datasets.columns import coordinates
from lib.spec.checks import AtMost
from lib.spec.fields import Dataset, Field, Nature, Need
from lib.spec.kinds import Kind
from lib.spec.level import Level

HOUSING_CLASSES = ("直管公房", "系统公房", "售后公房", "售后公房与商品房混合", "早期商品房", "商品房", "保障性住房")

COMPOUNDS = Dataset(
    id="compounds",
    title="住宅小区基本情况表",
    form_code="PT-XQ-01",
    version=1,
    grain="一行一个住宅小区（物业管理区域）",
    key=("compound_id",),
    nature=Nature.REGISTER,
    everywhere=True,
    monthly=True,
    summary="三大板块共用的小区名册，业委会组建的分母由此而来。",
    fields=(
        Field("compound_id", "小区编码", Kind.CODE, Need.REQUIRED, ("小区代码", "小区编号"), note="区局统一编码，不是名称"),
        Field("compound_name", "小区名称", Kind.TEXT, Need.REQUIRED, ("小区名", "住宅小区名称", "物业管理区域名称")),
        Field("compound_alias", "小区别名", Kind.MULTI, aliases=("别名", "曾用名")),
        Field("subdistrict", "街镇", Kind.SUBDISTRICT, Need.REQUIRED, ("所属街镇", "街道（镇）", "街道镇", "属地街镇", "所在街镇", "街道")),
        Field("neighbourhood_committee", "居委会", Kind.TEXT, Need.COLUMN, ("所属居委会", "居委", "居民区")),
        Field("address", "地址", Kind.TEXT, Need.COLUMN, ("小区地址", "坐落", "路弄号")),
        Field(
            "housing_class",
            "房屋类型",
            Kind.CHOICE,
            Need.COLUMN,
            ("房屋性质", "小区类型"),
            choices=HOUSING_CLASSES,
            choice_aliases={"早期商品房(2000年前)": "早期商品房", "混合": "售后公房与商品房混合", "公房": "直管公房"},
        ),
        Field("built_year", "建成年份", Kind.YEAR, aliases=("建成年代", "竣工年份", "建造年份"), unit="年", minimum=1900, maximum=2100),
        Field(
            "gfa_m2",
            "总建筑面积",
            Kind.DECIMAL,
            Need.COLUMN,
            ("建筑面积", "建筑总面积"),
            unit="㎡",
            minimum=0,
            maximum=3_000_000,
            usual=(1_000, 400_000),
        ),
        Field(
            "households", "总户数", Kind.INTEGER, Need.COLUMN, ("户数", "居民户数"), unit="户", minimum=0, maximum=20_000, usual=(20, 5_000)
        ),
        Field("buildings", "楼栋数", Kind.INTEGER, aliases=("幢数", "栋数"), unit="幢", minimum=0, maximum=1_000, usual=(1, 150)),
        Field("entrances", "门洞数", Kind.INTEGER, aliases=("单元数",), unit="个", minimum=0, maximum=3_000, usual=(1, 400)),
        Field("first_handover_date", "首套交付日期", Kind.DATE, aliases=("首套房屋交付日期",)),
        Field(
            "sold_delivered_pct",
            "已出售并交付面积比例",
            Kind.PERCENT,
            aliases=("出售交付比例", "已售交付比例"),
            unit="%",
            minimum=0,
            maximum=100,
        ),
        Field(
            "eligible_for_assembly",
            "是否符合成立业主大会条件",
            Kind.BOOLEAN,
            Need.REQUIRED,
            ("符合成立条件", "是否符合成立条件", "是否符合业委会成立条件"),
            note="出售并交付面积达50%，或首套交付满2年（物业管理规定13）",
        ),
        Field("property_firm", "物业服务企业", Kind.TEXT, aliases=("物业公司", "物业企业")),
        Field("pm_contract_end", "物业服务合同到期日", Kind.DATE, aliases=("物业合同到期日", "合同到期日"), ends=True),
        Field(
            "pm_fee",
            "物业费单价",
            Kind.DECIMAL,
            aliases=("物业费标准", "物业服务费单价", "物业费"),
            unit="元/㎡·月",
            minimum=0,
            maximum=50,
            usual=(0.3, 12),
        ),
        Field("party_covered", "党建工作是否覆盖", Kind.BOOLEAN, aliases=("党建覆盖", "是否党建覆盖", "党建工作覆盖")),
        *coordinates(),
    ),
    checks=(AtMost(Level.WARNING, "buildings", "entrances"),),
)
