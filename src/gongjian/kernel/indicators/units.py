"""Units: figures in 万元, 亿元, 万人 brought into one unit before they are compared."""

from __future__ import annotations

from decimal import Decimal

SCALES: dict[str, tuple[str, Decimal]] = {
    "元": ("元", Decimal(1)),
    "万元": ("元", Decimal(10_000)),
    "百万元": ("元", Decimal(1_000_000)),
    "千万元": ("元", Decimal(10_000_000)),
    "亿元": ("元", Decimal(100_000_000)),
    "万美元": ("美元", Decimal(10_000)),
    "亿美元": ("美元", Decimal(100_000_000)),
    "美元": ("美元", Decimal(1)),
    "亩": ("亩", Decimal(1)),
    "万亩": ("亩", Decimal(10_000)),
    "人": ("人", Decimal(1)),
    "名": ("人", Decimal(1)),
    "万人": ("人", Decimal(10_000)),
    "吨": ("吨", Decimal(1)),
    "万吨": ("吨", Decimal(10_000)),
    "平方米": ("平方米", Decimal(1)),
    "万平方米": ("平方米", Decimal(10_000)),
    "公里": ("米", Decimal(1_000)),
    "千米": ("米", Decimal(1_000)),
    "米": ("米", Decimal(1)),
    "人次": ("人次", Decimal(1)),
    "万人次": ("人次", Decimal(10_000)),
    "家": ("个", Decimal(1)),
    "户": ("个", Decimal(1)),
    "个": ("个", Decimal(1)),
    "项": ("个", Decimal(1)),
}


def comparable(one: str, other: str) -> bool:
    """Whether two units measure the same thing: 万元 and 亿元, 家 and 个; an unknown or missing unit only itself."""
    if one == other:
        return True
    return one in SCALES and other in SCALES and SCALES[one][0] == SCALES[other][0]


def convert(*, value: Decimal, unit: str, into: str) -> Decimal | None:
    """`value` in `unit` as a figure in `into`; None when the two do not measure the same thing."""
    if unit == into or not unit or not into:
        return value
    if not comparable(unit, into):
        return None
    return value * SCALES[unit][1] / SCALES[into][1]
