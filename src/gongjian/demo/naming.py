"""The names and credit codes of the invented enterprises: drawn by lot for the first ones, numbered through for the rest.

Brands are put together from short lists of characters; credit codes carry the area code 329981, which GB/T 2260 does
not assign.
"""

from __future__ import annotations

from datetime import date
from random import Random

from gongjian.demo.industries import Industry
from gongjian.ground.credit_code import ALPHABET, body_check_digit, check_digit

AREA_CODE = "329981"
_HEADS = (
    "禾砾岚霁砚澹骁玄钧绮鹭沧屿珩琮琅璟湛泓沐漱溯潋澍淙渚嶂岑峤岫崧栎桢"
    "梓榆槿樾芷芮苒荻菁薇萱骐骢羿翎翊翀鸢鹄昀昱晗朔晏铎钺铠镕"
)
_TAILS = "川岭朗谦宸庭睿弘毅衡枢磊帆泽源麓澜汐泉溪禹骏煦昭暄炜煜烁熠恺悦谊诺雁凌霄霖霏彦奕颂韵序越屿绫锦茂榕垣"
_PREFIXES = ("云海", "清云", "清云市", "云海区")
_FORMS = ("有限公司",) * 22 + ("股份有限公司",) * 2 + ("有限责任公司",)
_THIRDS = (
    "安邦昌诚德丰福广海和恒宏华嘉建金景久康联良隆明能宁鹏平启庆仁荣瑞盛泰通同旺祥新信兴旭阳益永友裕元远运振正志中众"
)
_LATER_FORMS = ("有限公司", "有限责任公司", "股份有限公司")
SURNAMES = "闻祝钟俞柏单米申季盛傅尹樊卞骆湛宣芮洪游喻岑滕车巫燕阮靳裴冉桑庄柯池柴"
GIVEN = "思明书文景清以知安嘉云若子雨晓承敬志泽怀予修长远宁和川舟庭岚澄朗恒禾遥章越致谦齐竹宜"
_ROUND = len(_HEADS) * len(_TAILS) * len(_THIRDS) * len(_PREFIXES)
_STRIDE = 999_983
"""A prime that none of the counts above divides: steps of it visit every name, and every code, once."""
DRAWN = 20_000
"""So many firms draw names and codes by lot until they are new; those after them are numbered through."""
MOST = DRAWN + _ROUND * len(_LATER_FORMS)


def new_brand(random: Random) -> str:
    """Two characters that could be a firm's brand."""
    return random.choice(_HEADS) + random.choice(_TAILS)


def brand(name: str) -> str:
    """The two characters by which people call a firm: its name without the place in front."""
    for prefix in sorted(_PREFIXES, key=len, reverse=True):
        name = name.removeprefix(prefix)
    return name[:2]


def drawn_name(random: Random, industry: Industry, names: set[str], taken_brands: set[str]) -> str:
    """A name that is not among `names` and whose brand the plan does not use."""
    while True:
        called = new_brand(random)
        if called in taken_brands:
            continue
        if random.random() < 0.12:
            called += random.choice(_TAILS)
        name = random.choice(_PREFIXES) + called + random.choice(industry.words) + random.choice(_FORMS)
        if name not in names:
            return name


def numbered_name(number: int, industry: Industry) -> str:
    """A name that no other number has: three characters in front of which a fourth part tells the rounds apart."""
    rounds, place = divmod(number, _ROUND)
    place = place * _STRIDE % _ROUND
    place, prefix = divmod(place, len(_PREFIXES))
    place, third = divmod(place, len(_THIRDS))
    head, tail = divmod(place, len(_TAILS))
    called = _HEADS[head] + _TAILS[tail] + _THIRDS[third]
    return _PREFIXES[prefix] + called + industry.words[number % len(industry.words)] + _LATER_FORMS[rounds]


def drawn_body(random: Random, established_on: date, bodies: set[str]) -> str:
    """An organisation code not used so far: firms founded since October 2015 carry codes of the MA series."""
    while True:
        if established_on >= date(2015, 10, 1):
            body = "MA" + random.choice("123456789ABCDE") + "".join(random.choices(ALPHABET, k=5))
        else:
            body = f"{random.randrange(13_000_000, 80_000_000)}"
        if body not in bodies:
            break
    bodies.add(body)
    return body


def numbered_body(number: int, established_on: date) -> str:
    """An organisation code that no other number has, outside the ranges from which the first firms draw theirs."""
    if established_on < date(2015, 10, 1):
        return f"{80_000_000 + number * _STRIDE % 20_000_000}"
    place, characters = number * _STRIDE % 31**5, ""
    for _ in range(5):
        place, value = divmod(place, 31)
        characters += ALPHABET[value]
    return "MAF" + characters


def code_of(body: str) -> str:
    """The right 18-character code of an organisation code's first eight characters."""
    code17 = "91" + AREA_CODE + body + body_check_digit(body)
    return code17 + check_digit(code17)
