"""How much more the author may ask for, where a rule of a quota says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mailbot.domain.grants import Every
from mailbot.reply.occasion import Occasion
from mailbot.reply.tongue import phrase

_LEFT: Final[Mapping[Every, str]] = {
    "hour": phrase("%(left)s of %(most)s left this hour"),
    "day": phrase("%(left)s of %(most)s left today"),
    "week": phrase("%(left)s of %(most)s left this week"),
    "month": phrase("%(left)s of %(most)s left this month"),
}


def left_of(about: Occasion) -> tuple[str, ...]:
    """The quota of the author's own of which the least is left; of what people share, nobody is told."""
    order = about.request.admitted
    own = [meter for meter in (order.meters if order else ()) if meter.quota.per == "sender"]
    if not own:
        return ()
    meter, tongue = min(own, key=lambda one: one.left), about.tongue
    most = tongue.number(meter.quota.max)
    return (tongue.say(_LEFT[meter.quota.every], left=tongue.number(meter.left), most=most),)
