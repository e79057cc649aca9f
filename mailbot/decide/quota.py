"""Quotas: how much may be asked for, counted fairly, and when there is room again.

What counts is what was let in to be built or answered; what failed, and to go back, to stop or to ask how it stands, is
free. A quota of one sender or one domain says no, with the time; one of all makes everybody wait a while instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from mailbot.domain.grants import Every, Meter, Over, Quota
from mailbot.domain.request import PATIENCE, Admitted, Held, Postponed, Refused, State

SPANS: Final[Mapping[Every, timedelta]] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}
_DOTLESS: Final = frozenset({"gmail.com", "googlemail.com"})  #: where dots in front of the @ mean nothing
_WHOSE: Final = {"sender": "from one address", "domain": "from one domain", "all": "for all together"}
_FIRST: Final[tuple[Over, ...]] = ("deny", "hold", "queue")  #: of several that are used up, this one decides


@dataclass(frozen=True, kw_only=True)
class Used:
    """How much of a quota is used, before this request."""

    quota: Quota
    used: int = 0
    until: datetime | None = None  #: used up until then; none: there is room


def identity(address: str) -> str:
    """Who stands behind *address*, as far as counting goes: without case, without a +tag, at Gmail without dots."""
    local, _, domain = address.lower().rpartition("@")
    local = local.partition("+")[0] or local
    return f"{local.replace('.', '')}@gmail.com" if domain in _DOTLESS else f"{local}@{domain}"


def domain_of(address: str) -> str:
    """The domain that *address* is counted under."""
    return identity(address).rpartition("@")[2]


def within(order: Admitted, known: Iterable[Used], received: datetime) -> Admitted | Held | Refused | Postponed:
    """*order* with its meters when there is room for it, else what becomes of it."""
    if not order.set.quotas or not order.intent.kind.counts:
        return order
    by_quota = {used.quota: used for used in known}
    used = [by_quota.get(quota, Used(quota=quota)) for quota in order.set.quotas]
    full = sorted((one for one in used if _full(one)), key=lambda one: _FIRST.index(_then(one.quota)))
    if full:
        return _over(order, full, received)
    return replace(order, meters=tuple(Meter(quota=one.quota, used=one.used + 1) for one in used))


def _full(used: Used) -> bool:
    return used.until is not None or used.quota.max == 0


def _then(quota: Quota) -> Over:
    return quota.over or ("queue" if quota.per == "all" else "deny")


def _over(order: Admitted, full: list[Used], received: datetime) -> Held | Refused | Postponed:
    then = _then(full[0].quota)
    alike = [one for one in full if _then(one.quota) == then]
    never = any(one.until is None for one in alike)
    until = max((one.until for one in alike if one.until), default=received)
    reason = f"{_words(alike[0].quota)} is the most"
    reason += "" if never else f"; there is room again from {_minute(until)} UTC on"
    if then == "hold":
        return Held(rule=order.rule, reason=reason, admitted=order)
    if then == "queue" and not never and until - received <= PATIENCE[State.RECEIVED]:
        return Postponed(until=until, reason=f"rule {order.rule}: {reason}")
    return Refused(rule=order.rule, reason=reason)


def _words(quota: Quota) -> str:
    what = "request" if quota.max == 1 else "requests"
    return f"{quota.max:,} {what} {_WHOSE[quota.per]} within {_SPAN[quota.every]}"


_SPAN: Final[Mapping[Every, str]] = {"hour": "an hour", "day": "24 hours", "week": "7 days", "month": "30 days"}


def _minute(at: datetime) -> str:
    """The first full minute that is not before *at*."""
    whole = at.astimezone(UTC).replace(second=0, microsecond=0)
    return f"{whole if whole == at else whole + timedelta(minutes=1):%Y-%m-%d %H:%M}"
