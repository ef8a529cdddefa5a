"""Where an offer is taken up: the form of the row that ought to be there, or the row that was left behind."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.registers.offers import Offer


def way(one: Offer) -> tuple[str, str]:
    """The address, and the word on it: 登记资质认定, 查看资质认定."""
    label = REGISTERS[one.register].label
    if one.pk is not None:
        return reverse("entry", args=[one.register, one.pk]), f"查看{label}"
    return f"{reverse('entry-new', args=[one.register])}?{urlencode(one.values)}", f"登记{label}"
