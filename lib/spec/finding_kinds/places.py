"""What may be wrong with the coordinates of a row (D)."""

from __future__ import annotations

from lib.spec.level import FindingKind, Level

_WHICH = "高德、腾讯地图上取的点是 GCJ-02，百度地图是 BD-09，GPS、天地图和 CGCS2000 是 WGS-84，测绘成果的平面坐标是上海2000。"

KINDS = (
    FindingKind(
        "D01",
        Level.INFO,
        "度分秒已换算",
        "“{field}”填的是“{value}”，换算为 {degrees}°。",
        "请核对；建议改填十进制度，例如 121.408333。",
    ),
    FindingKind(
        "D02",
        Level.WARNING,
        "按度、分、秒换算",
        "“{field}”填的是“{value}”，没有度分秒的记号，按度、分、秒换算为 {degrees}°。",
        "请核对；不是度分秒的，请改填十进制度，例如 121.408333。",
    ),
    FindingKind(
        "D03",
        Level.FATAL,
        "小数点写成了逗号",
        "“{field}”填的是“{value}”，逗号可能是小数点，也可能是千位分隔符，未作读取。",
        "请把小数点改为英文句点，例如 121.408333。",
    ),
    FindingKind(
        "D04",
        Level.FATAL,
        "经度和纬度填在同一格",
        "“{field}”填的是“{value}”，一格里有两个数。",
        "请把经度、纬度分别填入各自的列。",
    ),
    FindingKind(
        "D05",
        Level.WARNING,
        "没有填坐标系",
        "填了经度和纬度，没有填“{field}”，无法确定点位（不同坐标系相差约 500～1000 米）。",
        f"请在下拉列表中选填；暂时无法确认的，说明理由后可以报送，该点不上图。{_WHICH}",
    ),
    FindingKind(
        "D06",
        Level.WARNING,
        "坐标只填了一半",
        "“{other}”已填，“{field}”没有填，该点不上图。",
        "请补填，或把两项都留空。",
    ),
    FindingKind(
        "D07",
        Level.FATAL,
        "经度和纬度填反",
        "经度填的是 {lon}，纬度填的是 {lat}，两项填反。",
        "请对调两列（上海经度约 121°，纬度约 31°）后重新上传；系统不代为对调。",
    ),
    FindingKind(
        "D08",
        Level.FATAL,
        "像是平面坐标",
        "坐标系填的是“{datum}”，经度 {lon}、纬度 {lat} 却像是以米计的平面坐标。",
        "坐标系确为上海平面坐标的请改填“上海2000”；否则请改填度数。",
    ),
    FindingKind(
        "D09",
        Level.FATAL,
        "平面坐标填成了度数",
        "坐标系填的是“上海2000”，{lon}、{lat} 却像是度数。",
        "平面坐标以米计，经度列填横坐标（东），纬度列填纵坐标（北）；填的是度数的，请改填坐标系。",
    ),
    FindingKind(
        "D10",
        Level.FATAL,
        "坐标不在上海范围内",
        "按“{datum}”，{lon}、{lat} 不在上海范围内。",
        "请核对数值和坐标系。",
    ),
    FindingKind(
        "D11",
        Level.WARNING,
        "坐标系可能填错",
        "按所填的“{datum}”，点位在{where}，距{place}边界 {metres} 米；按 {other} 读则落在{place}内。",
        f"请核对坐标系。{_WHICH}坐标系无误的，请在情况说明中写明。",
    ),
    FindingKind(
        "D12",
        Level.WARNING,
        "点位不在所填街镇内",
        "点位在{where}，距{place}边界 {metres} 米。",
        "请核对街镇和坐标；确实如此的（例如跨界地块），请在情况说明中写明。",
    ),
    FindingKind(
        "D13",
        Level.WARNING,
        "与上月的位置只差一个坐标系",
        "点位比{month}移动了 {metres} 米；按 {other} 读则与{month}相同。",
        f"请核对坐标系。{_WHICH}",
    ),
    FindingKind(
        "D14",
        Level.WARNING,
        "平面坐标横、纵填反",
        "按所填的横、纵坐标，点位在{where}，距{place}边界 {metres} 米；横、纵坐标对调后落在{place}内。",
        "请核对是否填反：经度列填横坐标（东），纬度列填纵坐标（北）。填反的请对调两列后重新上传；没有填反的，请在情况说明中写明。",
    ),
    FindingKind(
        "D15",
        Level.WARNING,
        "度分秒写成了小数",
        "点位在{where}，距{place}边界 {metres} 米；经度 {lon}、纬度 {lat} 可能是度分秒写成了小数，小数按分、秒读则落在{place}内。",
        "请核对：是度分秒的，请改填十进制度或带记号的度分秒（如 121°23′04″）；确为十进制度的，请在情况说明中写明。",
    ),
)
