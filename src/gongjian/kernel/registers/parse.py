"""What a clerk types into a cell becomes a value: 3000万, 17.8万, 2017.03.02, 是, full-width digits.

Every function takes one cell (text, number, date, truth value or nothing) and returns a typed value, None for a cell
that says nothing (empty, -, /, 无), or raises `Refusal` with a sentence for the clerk. The functions are pure.
"""

from __future__ import annotations

import math
import re
import unicodedata
from calendar import monthrange
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from gongjian.kernel.errors import Refusal

NOTHING = frozenset({"", "-", "--", "—", "——", "–", "/", "\\", "无", "暂无", "无数据", "n/a", "na", "null", "none"})
MARKS = NOTHING - {"无", "暂无", "无数据", "na"}
"""What says nothing even where words are looked for: 无 may be an answer, / is none."""
YES = frozenset({"是", "有", "对", "已", "√", "✓", "✔", "☑", "■", "y", "yes", "true", "t", "1"})
NO = frozenset({"否", "无", "没有", "不是", "错", "未", "×", "✗", "✘", "x", "□", "☐", "n", "no", "false", "f", "0"})

UNCALCULATED = "#公式未计算"
"""What stands for a formula's value in a workbook that no spreadsheet program has calculated."""
FORMULA_ERRORS = {
    "#REF!": "公式引用的单元格已被删除",
    "#DIV/0!": "公式的除数为零或为空",
    "#N/A": "公式没有查找到对应的值",
    "#VALUE!": "公式引用的内容类型不对",
    "#NAME?": "公式里有无法识别的名称",
    "#NUM!": "公式的计算结果超出范围",
    "#NULL!": "公式引用的区域没有交集",
    "#SPILL!": "公式的结果没有放得下的空格",
    "#CALC!": "公式无法计算",
    "#GETTING_DATA": "公式还在等待外部数据",
    "#FIELD!": "公式引用的字段不存在",
    "#BLOCKED!": "公式引用的数据不允许访问",
    "#CONNECT!": "公式连接不到外部数据",
    "#UNKNOWN!": "公式使用了本版软件不认识的类型",
    "#BUSY!": "公式还在计算",
    UNCALCULATED: "公式还没有算出结果",
}
"""What a spreadsheet shows where a formula failed, and why; such a cell is refused, whatever its field."""

_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "萬": 10**4, "億": 10**8}
_COUNTERS = (frozenset("人名位"), frozenset("家户"), frozenset("项件"), frozenset("台套"), frozenset("次场"))
_ANY_COUNTER = frozenset("个家户人名位项件台套次场条处只份所座支批")
_POINTS = frozenset({"%", "百分点", "个百分点", "百分比"})
_NUMBER = re.compile(r"([+-]?(?:\d[\d,]*(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)(.*)", re.DOTALL)
_THOUSANDS = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,4}(?:,\d{4})+)(?:\.\d*)?")
_DATE = re.compile(
    r"(\d{4})(?:"
    r"年(?:(\d{1,2})月(?:份|(\d{1,2})[日号]?)?)?"
    r"|([-./])(\d{1,2})(?:\4(\d{1,2}))?"
    r"|(0[1-9]|1[0-2])([0-3]\d)?"
    r")"
)
_CLOCK = re.compile(r"[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$")
_MOST_DIGITS = 18
_TAIL_MOST = 200
_EXCEL_EPOCH = date(1899, 12, 30)
_SQUEEZED = re.compile(r"[1-9](?:\.\d+E\+10|(?:\.\d+)?E\+(?:1[1-9]|[2-9]\d))")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_BREAK = re.compile(r"[ \t\u3000]*[\r\n\v\f\u2028\u2029]+[ \t\u3000]*")
_PARTED = re.compile(r"[+-]?\d{1,3}(?: \d{3})+(?:\.\d+)?\D*")
_ABOUT = re.compile(r"[十百千万亿]*[余多几来].*|.*(?:左右|以上|以下|以内|上下)")
_SPAN = re.compile(r"[十百千万亿]*(?:元|%)?(?:[-~～—–]+|至|到)\d.*", re.DOTALL)
_EXCEL_DAYS = (20_000, 73_050)  # 1954-10-03 to 2099-12-31; outside, a bare number is no date


def to_text(value: object) -> str | None:
    """A cell as text without surrounding blanks; 3.0 becomes `3`. Refused: a number of more than 15 digits.

    Excel keeps 15 digits, so that a code of 18 digits stored as a number has lost its end.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float, Decimal)):
        number = _exact(value)
        if number is None:
            return None
        if abs(number) >= 10**15 and not isinstance(value, Decimal):
            raise Refusal(
                "cell.digits-lost",
                f"“{number:f}”被表格软件存成了数字,只保留前15位,末尾几位已不可靠",
                "请把该列设为“文本”格式后重新填写完整号码",
            )
        return f"{number:f}"
    if isinstance(value, datetime):
        return value.date().isoformat() if not (value.hour or value.minute or value.second) else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).strip()
    _refuse_formula_error(text)
    if _SQUEEZED.fullmatch(text):  # spreadsheets show twelve digits and more so, in a narrow column a telephone too
        raise Refusal(
            "cell.digits-lost",
            f"“{text}”是表格软件改写成科学计数法的号码,后面的位数已经丢失",
            "请把该列设为“文本”格式后重新填写完整号码",
        )
    return text or None


def one_line(text: str) -> str:
    """A text for a field of one line: without invisible marks, its line breaks closed up, between Latin words a blank."""
    seen = text if text.isascii() else _INVISIBLE.sub("", text)
    pieces = [piece for piece in _BREAK.split(seen) if piece]
    joined = pieces[0] if pieces else ""
    for piece in pieces[1:]:
        is_latin = joined[-1].isascii() and joined[-1].isalpha() and piece[0].isascii() and piece[0].isalpha()
        joined += f" {piece}" if is_latin else piece
    return joined.strip()


def to_decimal(
    value: object, *, unit: str | None = None, head_unit: str | None = None, places: int | None = None
) -> Decimal | None:
    """A cell as a number in the field's `unit`; a bare number counts in `head_unit` (the sheet's), else in `unit`.

    With `unit="万元"`: "3000万", "3000万元", "3,000" and 3000 give 3000; "1.2亿元" gives 12000. Percent: "12%" gives 12
    where the unit is %, 0.12 where the field has no unit (ratios are 0 to 1). Floats are read at Excel's 15 digits.
    An amount that had to be converted is rounded to `places` decimals: 12345678.91元 with places=4 gives 1234.5679.
    """
    asked = head_unit or unit  # in which a number without a unit is read
    if isinstance(value, bool):
        raise _not_a_number("是" if value else "否", asked)
    if isinstance(value, (int, float, Decimal)):
        number = _exact(value)
        if number is not None and number.adjusted() > _MOST_DIGITS:
            raise _unusable(value, asked)
        return None if number is None else _convert(number, head_unit or "", unit, shown=str(value), places=places)
    if isinstance(value, (date, datetime)):
        raise Refusal(
            "cell.number", f"“{value}”是日期,不是数字", f"请填写数字{_in_unit(asked)},并把单元格格式改为“常规”"
        )
    text = _plain(value)
    if text.casefold() in NOTHING:
        return None
    _refuse_formula_error(text)
    if _PARTED.fullmatch(text):
        text = text.replace(" ", "")
    match = _NUMBER.fullmatch(text.removeprefix("人民币").lstrip("¥$ ").casefold())
    if match is None or len(match[2]) > _TAIL_MOST:
        raise _not_a_number(str(value), asked)
    digits, tail = match.groups()
    if tail.lstrip()[:1].isdigit() or _ABOUT.fullmatch(tail):
        raise _not_a_number(str(value), asked)
    if _SPAN.fullmatch(tail) and not _DATE.fullmatch(text):
        cause = f"“{str(value).strip()}”是一个范围,不是一个数字"
        raise Refusal("cell.number", cause, f"请只填写一个数字{_in_unit(asked)},说明文字请写入备注")
    if "," in digits and not _THOUSANDS.fullmatch(digits):
        raise _not_a_number(str(value), asked)
    try:
        number = Decimal(digits.replace(",", ""))
    except InvalidOperation:
        raise _not_a_number(str(value), asked) from None
    if number.adjusted() > _MOST_DIGITS or number.adjusted() < -_MOST_DIGITS:
        raise _unusable(value, asked)
    return _convert(number, tail or head_unit or "", unit, shown=str(value).strip(), places=places)


def to_int(value: object, *, unit: str | None = None, head_unit: str | None = None) -> int | None:
    """A cell as a whole number ("12个", 12.0, "1,200"); refused when a fraction remains."""
    number = to_decimal(value, unit=unit, head_unit=head_unit)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise Refusal("cell.whole", f"“{to_text(value)}”不是整数", f"请填写整数{_in_unit(unit)}")
    return int(number)


def to_date(value: object, *, last: bool = False) -> date | None:
    """A cell as a day: 2017.03.02, 2025年3月2日, 2025-3-2, 20250302, an Excel serial number, a date.

    A month or a year alone gives its first day, with `last=True` its last (a deadline 2025年3月 ends on the 31st).
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool):
        raise _not_a_date("是" if value else "否")
    if isinstance(value, (int, float, Decimal)):
        number = _exact(value)
        if number is None:
            return None
        if _EXCEL_DAYS[0] <= number < _EXCEL_DAYS[1] + 1:
            return _EXCEL_EPOCH + timedelta(days=int(number))
        if number != int(number):
            raise Refusal(
                "cell.date",
                f"“{number:f}”被表格软件存成了小数,分不清1月与10月",
                "请把单元格设为文本或日期格式,按“2025-10-01”填写",
            )
        text = str(int(number))
        if len(text) not in (6, 8):
            raise _not_a_date(text)
    else:
        shown = unicodedata.normalize("NFKC", "" if value is None else str(value)).strip()
        text = _plain(_CLOCK.sub("", shown))
        if text.casefold() in NOTHING:
            return None
        _refuse_formula_error(text)
    match = _DATE.fullmatch(text)
    if match is None:
        raise _not_a_date(str(value))
    year = int(match[1])
    month = next((int(found) for found in (match[2], match[5], match[7]) if found), None)
    day = next((int(found) for found in (match[3], match[6], match[8]) if found), None)
    if not 1900 <= year <= 2100:
        raise _not_a_date(str(value))
    if month is None:
        return date(year, 12, 31) if last else date(year, 1, 1)
    try:
        return date(year, month, day or (monthrange(year, month)[1] if last else 1))
    except (ValueError, IndexError):
        raise Refusal("cell.date", f"“{value}”不是存在的日期", "请核对月份和日期后重新填写") from None


def to_month(value: object) -> date | None:
    """A cell as a month, given by its first day: 2025年3月, 2025-03, 2025.3, 202503, 2025-03-01.

    Refused: a year alone, and a day within a month, which may mean a date of another kind.
    """
    found = to_date(value)
    if found is None:
        return None
    text = "" if isinstance(value, (date, datetime)) else _plain(value).removesuffix("年")
    if len(text) == 4 and text.isdigit():
        raise Refusal("cell.month", f"“{value}”只有年份,没有月份", f"请写成“{found.year}年3月”这样的年月")
    if found.day != 1:
        cause = f"“{found}”是某一天,这一栏只填到月"
        raise Refusal("cell.month", cause, f"确为这个月的,请写成“{found.year}年{found.month}月”")
    return found


def to_bool(value: object) -> bool | None:
    """A cell as yes or no: 是/否, 有/无, √/×, Y/N, 1/0, or the sheet's own truth value."""
    if value is None or isinstance(value, bool):
        return value
    text = (to_text(value) or "") if isinstance(value, (int, float, Decimal)) else _plain(value)
    text = text.casefold()
    if text in YES:
        return True
    if text in NO:
        return False
    if text in NOTHING:
        return None
    _refuse_formula_error(text.upper())
    raise Refusal("cell.yes-no", f"“{value}”看不出是“是”还是“否”", "请填写“是”或“否”")


def split_unit(unit: str) -> tuple[int, str]:
    """A unit as scale and base: 万元 -> (10000, 元), 亿 -> (100000000, ""), 个 -> (1, 个), 千瓦时 -> (1000, 瓦时)."""
    scale, base = 1, unit
    while base and base[0] in _SCALES and base not in _POINTS:
        scale, base = scale * _SCALES[base[0]], base[1:]
    return scale, base


def _convert(number: Decimal, written: str, unit: str | None, *, shown: str, places: int | None) -> Decimal:
    """`number` as written with the unit `written`, in the field's unit."""
    written = "".join(written.split())
    field = "".join((unit or "").split())
    if written in _POINTS:
        if field in _POINTS:
            return number
        if not field:
            return number / 100
        raise _wrong_unit(shown, written, field)
    if not written:
        return number
    scale, base = split_unit(written.removeprefix("人民币").removesuffix("人民币"))
    field_scale, field_base = split_unit(field)
    if base and field_base and not _same_counter(base, field_base):
        raise _wrong_unit(shown, written, field)
    if base and not field_base and not re.fullmatch(r"[一-鿿a-z/²³㎡]{1,6}", base):
        raise _not_a_number(shown, unit)
    if field in _POINTS:
        raise _wrong_unit(shown, written, field)
    result = number * scale / field_scale
    if result.adjusted() > _MOST_DIGITS:
        raise _unusable(shown, unit)
    if places is not None and scale != field_scale and -int(result.as_tuple().exponent) > places:
        result = result.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return result.quantize(Decimal(1)) if result == result.to_integral_value() else result.normalize()


def _same_counter(one: str, other: str) -> bool:
    if one == other:
        return True
    if "个" in (one, other):
        return one in _ANY_COUNTER and other in _ANY_COUNTER
    return any(one in group and other in group for group in _COUNTERS)


def _exact(value: float | Decimal) -> Decimal | None:
    """A number cell as a decimal at Excel's 15 significant digits; None for not-a-number."""
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, int):
        return Decimal(value)
    if not math.isfinite(value):
        return None
    number = Decimal(format(value, ".15g"))
    is_plain = number.adjusted() <= _MOST_DIGITS and number == number.to_integral_value()
    return number.quantize(Decimal(1)) if is_plain else number.normalize()


def _unusable(value: object, unit: str | None) -> Refusal:
    cause = f"“{str(value)[:40]}”过大或过小,不是可用的数字"
    return Refusal("cell.number", cause, f"请核对后重新填写{_in_unit(unit)}")


def _plain(value: object) -> str:
    return "".join(unicodedata.normalize("NFKC", "" if value is None else str(value)).split("\u200b")).strip()


def _refuse_formula_error(text: str) -> None:
    if text.startswith("#") and text in FORMULA_ERRORS:
        remedy = "请在 Excel 或 WPS 中修正公式,或直接填写数值"
        if text == UNCALCULATED:
            remedy = "请用 Excel 或 WPS 打开文件,保存一次后重新上传,或直接填写数值"
        raise Refusal("cell.formula-error", f"“{text}”是公式错误:{FORMULA_ERRORS[text]}", remedy)


def _in_unit(unit: str | None) -> str:
    return f"(单位:{unit})" if unit else ""


def _not_a_number(shown: str, unit: str | None) -> Refusal:
    return Refusal("cell.number", f"“{shown}”不是数字", f"请只填写一个数字{_in_unit(unit)},说明文字请写入备注")


def _wrong_unit(shown: str, written: str, unit: str) -> Refusal:
    return Refusal(
        "cell.unit", f"“{shown}”的单位“{written}”与本列单位“{unit}”不一致", f"请换算成以“{unit}”为单位的数字"
    )


def _not_a_date(shown: str) -> Refusal:
    return Refusal("cell.date", f"“{shown}”不是日期", "请按“2025-03-02”或“2025年3月2日”填写,年份写四位")
