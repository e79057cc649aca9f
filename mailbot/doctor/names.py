"""Our names in the DNS, through several resolvers: MX, SPF, DKIM, DMARC, the addresses and their names."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncGenerator, Sequence
from typing import Final

from mailbot.deliver import SmtpRelay
from mailbot.doctor.apart import apart
from mailbot.doctor.heard import Heard, ask
from mailbot.doctor.patient import Patient
from mailbot.doctor.records import host_of, include_of, records, signing, spf_record, takes_mail, waiting
from mailbot.doctor.sign import Sign, fail, ok, warn
from mailbot.domain.errors import Temporary
from mailbot.reply.dkim import DkimKey
from mailbot.reply.dkim_rotation import is_there, zone_line
from mailbot.understand.spf import checked
from mailbot.understand.zone import Missing, Records, Zone

MANY: Final = 40  #: names that SPF is looked up at


async def way_in(patient: Patient) -> AsyncGenerator[Sign]:
    """Mail for our domain finds its way."""
    settings = patient.settings
    if settings.domain is None:
        yield ok("no domain is set: nothing of the DNS is needed")
        return
    heard = await ask(patient, settings.domain, "MX")
    for sign in heard.trouble():
        yield sign
    if heard.by and not heard.values:
        missing = all(not records.exists for records in heard.by.values())
        what = "does not exist in the DNS yet" if missing else "has no MX record"
        line = f"{settings.domain}. IN MX 10 {host_of(settings)}."
        yield fail(f"{settings.domain} {what}: nobody can mail to it", f"add to the zone: {line}")
    elif heard.values:
        yield ok(f"mail for {settings.domain} goes to {', '.join(_hosts(heard))}")


def _hosts(mx: Heard) -> list[str]:
    return [value.decode("ascii", "replace").partition(" ")[2] for value in sorted(mx.values)]


async def spf(patient: Patient) -> AsyncGenerator[Sign]:
    """There is one record, and it allows whoever sends for us."""
    settings = patient.settings
    if settings.domain is None:
        return
    heard = await ask(patient, settings.domain, "TXT")
    for sign in heard.trouble():
        yield sign
    found = [value for value in heard.values if value.lower().split(b" ")[0] == b"v=spf1"]
    line = zone_line(settings.domain, spf_record(settings))
    if heard.by and not found:
        yield fail(f"{settings.domain} has no SPF record: our mails look forged to many", f"add to the zone: {line}")
    elif len(found) > 1:
        yield fail(f"{settings.domain} has {len(found)} SPF records, which is as good as none", f"leave one: {line}")
    elif found:
        for entry in settings.deliver:
            if isinstance(entry, SmtpRelay):
                yield await _allowed(patient, entry.host, found[0].decode("utf-8", "replace"))


async def _allowed(patient: Patient, host: str, record: str) -> Sign:
    """Whether the SPF record allows what comes by this relay."""
    domain, line = patient.settings.site_domain, zone_line(patient.settings.site_domain, spf_record(patient.settings))
    if include := include_of(host):
        if include in record:
            return ok(f"the SPF record of {domain} includes {include}, for the relay {host}")
        return fail(f"the SPF record of {domain} does not include {include}: {record}", f"make it: {line}")
    addresses = await _addresses(patient, host)
    if not addresses:
        return warn(
            f"SPF: no public address is known of the relay {host}, so it cannot be tried", f"look at it: {record}"
        )
    for peer in addresses:
        result = await _spf(patient, peer)
        if result != "pass":
            words = f"the SPF record of {domain} says {result} of {peer}, where our relay {host} sends from: {record}"
            return fail(words, f"make it: {line}, or add ip4:{peer}")
    return ok(f"the SPF record of {domain} allows {', '.join(addresses)} (the relay {host})")


async def _addresses(patient: Patient, host: str) -> list[str]:
    """Where a relay sends from: its own addresses; one on this machine goes out by those of our MX."""
    try:
        given = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        given = None
    if host == "localhost" or (given and given.is_loopback):
        mx = await ask(patient, patient.settings.site_domain, "MX")
        return [found for name in _hosts(mx) for found in await _of(patient, name)]
    return [str(given)] if given else await _of(patient, host)


async def _of(patient: Patient, name: str) -> list[str]:
    found = [*(await ask(patient, name, "A")).values, *(await ask(patient, name, "AAAA")).values]
    return [value.decode("ascii", "replace") for value in found]


async def _spf(patient: Patient, peer: str) -> str:
    """What RFC 7208 says of *peer*; every resolver that answers will do."""
    known: dict[tuple[str, str], Records | str] = {}
    sender, helo = f"b@{patient.settings.site_domain}", host_of(patient.settings)
    while len(known) < MANY:
        try:
            return (await apart(lambda: _caught(peer, sender, helo, Zone(dict(known)))))[0]
        except _Wanted as wanted:
            heard = await ask(patient, wanted.name, wanted.kind)
            first = next(iter(heard.by.values()), None)
            known[wanted.name, wanted.kind] = first if first is not None else "the DNS cannot say"
    return "permerror"


class _Wanted(Exception):
    """A name that must be looked up first."""

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(name, kind)
        self.name, self.kind = name, kind


def _caught(peer: str, sender: str, helo: str, zone: Zone) -> tuple[str, str]:
    try:
        return checked(peer, sender, helo, zone)
    except Missing as missing:
        raise _Wanted(missing.name, missing.kind) from None


async def keys(patient: Patient) -> AsyncGenerator[Sign]:
    """The DNS has the public halves of the keys that we sign with."""
    settings = patient.settings
    if settings.domain is None:
        return
    now, soon = await apart(lambda: signing(settings)), await apart(lambda: waiting(settings, patient.clock))
    for key in now:
        heard = await ask(patient, key.name, "TXT")
        for sign in (*heard.trouble(), *([_key(key, heard.values)] if heard.by else [])):
            yield sign
    for key in soon:
        yield _waits(key, (await ask(patient, key.name, "TXT")).values)
    hosts = [entry.host for entry in settings.deliver if isinstance(entry, SmtpRelay)]
    if hosts and not now and not soon:
        yield _unsigned(hosts)


def _waits(key: DkimKey, values: Sequence[bytes]) -> Sign:
    if is_there(key, values):
        return warn(f"DKIM: {key.name} is in the DNS and does not sign yet", "mailbot dkim rotate")
    mend = f"add to the zone: {zone_line(key.name, key.record)} and then: mailbot dkim rotate"
    return warn(f"DKIM: {key.name} is not in the DNS yet, so its key does not sign", mend)


def _unsigned(hosts: Sequence[str]) -> Sign:
    """We sign nothing; large providers do it for us."""
    if all(include_of(host) for host in hosts):
        return ok(f"DKIM: {', '.join(hosts)} signs our mails itself")
    return warn("DKIM: nobody signs our mails, as far as is known here", "mailbot dkim rotate")


def _key(key: DkimKey, values: Sequence[bytes]) -> Sign:
    line = zone_line(key.name, key.record)
    if not values:
        return fail(f"DKIM: {key.name} is not in the DNS: our signatures count for nothing", f"add to the zone: {line}")
    if not is_there(key, values):
        return fail(f"DKIM: {key.name} holds another key than the one that we sign with", f"make it: {line}")
    return ok(f"DKIM: {key.name} holds the key that we sign with ({key.kind})")


async def policy(patient: Patient) -> AsyncGenerator[Sign]:
    """There is a DMARC record."""
    settings = patient.settings
    if settings.domain is None:
        return
    heard = await ask(patient, f"_dmarc.{settings.domain}", "TXT")
    found = [value for value in heard.values if value.replace(b" ", b"").lower().startswith(b"v=dmarc1")]
    if len(found) == 1:
        yield ok(f"DMARC: {found[0].decode('utf-8', 'replace')}")
    elif heard.by:
        wanted = next(one for one in records(settings, ()) if one.name == f"_dmarc.{settings.domain}")
        words = f"_dmarc.{settings.domain} has {len(found) or 'no'} DMARC records; large providers want one"
        yield warn(words, f"add to the zone: {wanted.line()}" if not found else "leave one of them")


async def address(patient: Patient) -> AsyncGenerator[Sign]:
    """The machine that takes our mail has an address, and the address its name."""
    settings = patient.settings
    if not takes_mail(settings):
        return
    own = [entry.host for entry in settings.deliver if isinstance(entry, SmtpRelay) and not include_of(entry.host)]
    for host in _hosts(await ask(patient, settings.site_domain, "MX")):
        found = await _of(patient, host)
        if not found:
            line = f"{host}. IN A YOUR-ADDRESS"
            yield fail(f"{host}, which the MX names, has no address", f"add to the zone: {line}")
        for one in found:
            try:
                back = await ask(patient, ipaddress.ip_address(one).reverse_pointer, "PTR")
            except (ValueError, Temporary):
                continue
            named = [value.decode("ascii", "replace").lower() for value in back.values]
            if host.lower() in named:
                yield ok(f"{host} is {one}, and {one} is {host}")
            elif own:
                words = f"the address {one} of {host} has no PTR record that names it ({', '.join(named) or 'none'})"
                yield warn(f"{words}: what it sends itself is often refused", f"ask its provider for: {one} -> {host}")
            else:
                yield ok(f"{host} is {one}")
