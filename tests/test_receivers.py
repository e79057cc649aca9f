"""Who runs a person's mail system, by the DNS, and what was learned of it: no answer waits for either."""

from __future__ import annotations

import asyncio

import pytest

from mailbot.build.providers import providers_of
from mailbot.domain.errors import Temporary
from mailbot.domain.reply import Receiver
from mailbot.receivers import Known, domain_of
from mailbot.shipped import read_providers
from mailbot.understand.zone import Records
from tests.fakes import NOW


class Remembers:
    """Says by whom it was asked about what."""

    async def receiver(self, domain, operator, now):
        assert now == NOW
        return Receiver(operator=operator, took=domain)


class Dns:
    """Has these records of every name; or raises; or never answers."""

    def __init__(self, *values, error=None):
        self.values, self.error, self.asked = values, error, []

    async def look(self, name, kind):
        self.asked.append((name, kind))
        if self.error is asyncio.TimeoutError:
            await asyncio.sleep(60)
        if self.error:
            raise self.error
        return Records(values=self.values)


def known(dns, tmp_path, **changes):
    providers = providers_of(read_providers(tmp_path))
    return Known(memory=Remembers(), clock=lambda: NOW, resolver=dns, operator_of=providers.operator_of, **changes)


@pytest.mark.parametrize(
    ("values", "operator"),
    [
        ((b"20 alt1.aspmx.l.google.com.", b"10 aspmx.l.google.com."), "google"),
        ((b"0 acme-example.mail.protection.outlook.com",), "microsoft"),
        ((b"10 mx.acme.example",), "unknown"),
        ((b"10 mx.acme.example", b"5 ASPMX.L.GOOGLE.COM"), "google"),
        ((b"0 .",), "unknown"),
        ((b"\xff\xfe", b"x y z", b""), "unknown"),
        ((), "unknown"),
    ],
)
async def test_the_operator_is_found_by_its_mail_hosts(values, operator, tmp_path):
    """The one that is preferred first; what is no record of a host names nobody."""
    dns = Dns(*values)
    found = await known(dns, tmp_path).receiver("Ana@ACME.example")
    assert (found.operator, found.took) == (operator, "acme.example")
    assert dns.asked == [("acme.example", "MX")]


@pytest.mark.parametrize("error", [Temporary("SERVFAIL"), asyncio.TimeoutError])
async def test_a_dns_in_trouble_is_one_that_does_not_know(error, tmp_path):
    """No answer is put off for it: what was learned of the domain counts."""
    found = await known(Dns(error=error), tmp_path, patience=0.01).receiver("ana@acme.example")
    assert found == Receiver(operator="", took="acme.example")


async def test_nobody_is_asked_while_no_domain_is_set(tmp_path):
    """The first try works without a network."""
    assert (await known(None, tmp_path).receiver("ana@acme.example")).took == "acme.example"
    dns = Dns()
    assert (await known(dns, tmp_path).receiver("nobody")).took == "nobody"


def test_a_domain_as_the_dns_has_it():
    """Small letters, and in ASCII; what cannot be a name stays as it is."""
    assert (domain_of("ana@ACME.example"), domain_of("ana@Ż.pl")) == ("acme.example", "xn--hha.pl")
    assert domain_of("a@" + "ż" * 300) == "ż" * 300
