"""Into a real Dovecot, out by a real Postfix that wants a login, and into the person's mailbox."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailbot.domain import request
from mailbot.domain.request import State
from tests.journeys.mailbot import Mailbot, until
from tests.journeys.people import Person, now, packed, project, read
from tests.servers import free_port, missing
from tests.servers_dns import dns_thread
from tests.servers_dovecot import Dovecot
from tests.servers_dovecot import unavailable as no_dovecot
from tests.servers_postfix import Postfix
from tests.servers_postfix import unavailable as no_postfix

NAMES = ("ana", "bo", "cy", "dee", "eve", "flo")
ANA, BO, CY, DEE, EVE, FLO = (Person(f"somebody@{name}.example") for name in NAMES)
OWN = Person("build@example.org")  #: who writes from the very mailbox that mailbot reads
SLOW = Person("slow@example.org")  #: another mailbox that a mailbot reads
BLUE = "#0000ff"
PASSWORD = "of the mailbox and the relay"
PEOPLE = (ANA, BO, CY, DEE, EVE, FLO, OWN)

AUTH = """\
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {port}
  }}
}}
"""
LOGIN = """\
smtpd_tls_security_level = may
smtpd_tls_cert_file = {certificate.file}
smtpd_tls_key_file = {certificate.key}
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{port}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
"""
ROOMS = """\
[[receive]]
kind = "imap"
host = "127.0.0.1"
port = {dovecot.tls_port}
user = "{user}"
password_file = "{password}"
ca_file = "{dovecot.certificate.file}"
retry = 0.2
[[deliver]]
kind = "smtp"
host = "127.0.0.1"
port = {postfix.port}
user = "{user}"
password_file = "{password}"
ca_file = "{dovecot.certificate.file}"
"""


@pytest.fixture(scope="module")
def dns():
    zone = {}
    for person in PEOPLE:
        zone |= person.records
    with dns_thread(zone) as server:
        yield server


@pytest.fixture(scope="module")
def servers():
    """A Dovecot, and a Postfix that asks it for passwords and hands everything to it."""
    if reason := no_dovecot() or no_postfix():
        missing(reason)
    auth = free_port()
    users = [person.address for person in (*PEOPLE, SLOW)]
    with Dovecot(users=users, password=PASSWORD, extra=AUTH.format(port=auth)) as dovecot:
        login = LOGIN.format(certificate=dovecot.certificate, port=auth)
        everybody = {"*": f"lmtp:inet:127.0.0.1:{dovecot.lmtp_port}"}
        with Postfix(relay=free_port(), routes=everybody, extra=login) as postfix:
            yield dovecot, postfix


@pytest.fixture(scope="module")
def dovecot(servers):
    return servers[0]


@pytest.fixture(scope="module")
def postfix(servers):
    return servers[1]


def made(folder, servers, dns, user):
    """A mailbot that reads the mailbox of *user*."""
    password = folder / "password"
    password.write_text(PASSWORD, "utf-8")
    rooms = ROOMS.format(dovecot=servers[0], postfix=servers[1], user=user, password=password)
    return Mailbot(folder=folder, rooms=rooms, domain="example.org", dns=dns.address)


@pytest.fixture(scope="module")
def mailbot(tmp_path_factory, servers, dns):
    with made(tmp_path_factory.mktemp("imap"), servers, dns, OWN.address).up() as one:
        one.reads()
        yield one


def post(dovecot, *letters):
    """The mails arrive in the mailbox that mailbot reads."""
    for letter in letters:
        dovecot.deliver(letter.wire, user=letter.to, sender=letter.sender)


def received(dovecot, person, count=1):
    """The newest mail of the person, once there are so many, and never more."""
    found = until(lambda: len(all_ := dovecot.mails(person.address)) >= count and all_, f"mail {count}")
    assert len(found) == count
    return read(found[-1])


def test_a_thread_goes_round(dovecot, postfix, mailbot):
    """A signed mail is built; the answer to that answer is the next revision of the same project; each exactly once."""
    asked = ANA.writes("build@example.org")
    post(dovecot, asked)
    first = received(dovecot, ANA)
    assert (first["In-Reply-To"], first["To"]) == (asked.id, ANA.address)
    changed = ANA.answers(first, "Make the header blue.")
    post(dovecot, changed)
    second = received(dovecot, ANA, 2)
    assert (second["In-Reply-To"], project(second)) == (changed.id, (project(first)[0], "2"))
    assert BLUE not in packed(first)["style.css"]
    assert BLUE in packed(second)["style.css"]
    postfix.empty()
    _, begun = mailbot.ended(ANA.address, 2)
    assert "dkim pass (ana.example)" in mailbot.life(begun)
    assert len(dovecot.mails(ANA.address)) == 2


def test_our_own_address_is_answered_and_our_own_answer_is_not(dovecot, postfix, mailbot):
    """Somebody writes from the polled mailbox to itself; the answer that comes back there is seen and left alone."""
    asked = OWN.writes(OWN.address)
    post(dovecot, asked)
    assert mailbot.ended(OWN.address)[0].state is State.ANSWERED
    (back,) = mailbot.ended("b+")
    assert (back.state, back.reason.partition(":")[0]) == (State.CLOSED, "rule ours")
    postfix.empty()
    answers = [one for one in map(read, dovecot.mails(OWN.address)) if one["In-Reply-To"] == asked.id]
    assert (len(answers), len(mailbot.of("b+"))) == (1, 1)


def test_a_forged_mail_is_closed_in_silence(dovecot, postfix, mailbot):
    """It bears the name of somebody who never wrote: no answer goes there, and `mailbot why` says why."""
    post(dovecot, BO.writes("build@example.org", sign=False))
    (forged,) = mailbot.ended(BO.address)
    assert forged.state is State.CLOSED
    said = mailbot.why(forged)
    assert "rule unproven" in said
    assert "nothing proves that it is from bo.example (it is not signed)" in said
    postfix.empty()
    assert dovecot.mails(BO.address) == []


def test_mail_that_came_while_we_were_down_is_answered(dovecot, mailbot):
    """And what lay there for weeks as well, for it was new when it came; an old one that came again is not."""
    weeks = timedelta(days=20)
    asked, again = CY.writes("build@example.org"), EVE.writes("build@example.org", age=weeks)
    old = DEE.writes("build@example.org", age=weeks)
    with mailbot.down():
        post(dovecot, asked, again)
        dovecot.keep(old.wire, now() - weeks + timedelta(minutes=1), OWN.address)
    assert received(dovecot, CY)["In-Reply-To"] == asked.id
    assert received(dovecot, DEE)["In-Reply-To"] == old.id
    (closed,) = mailbot.ended(EVE.address)
    assert closed.state is State.CLOSED
    assert "is not of these days" in mailbot.life(closed)


def test_while_the_dns_is_down_a_mail_waits(tmp_path, servers, dns, monkeypatch):
    """Nobody is called a forger; it is put off, proven when the DNS answers again, and answered once."""
    dovecot, postfix = servers
    monkeypatch.setattr(request, "PAUSES", (timedelta(seconds=0.2),))  # a minute and more, but for this test
    dns.faults |= dict.fromkeys(FLO.records, "servfail")
    mailbot = made(tmp_path, servers, dns, SLOW.address)
    with mailbot.here():
        mailbot.reads()
        asked = FLO.writes("build@example.org")
        dovecot.deliver(asked.wire, user=SLOW.address, sender=asked.sender)
        (waiting,) = until(lambda: [mail for mail in mailbot.of(FLO.address) if mail.reason])
        assert (waiting.state, "cannot be said now" in waiting.reason) == (State.RECEIVED, True)
        dns.faults.clear()
        assert received(dovecot, FLO)["In-Reply-To"] == asked.id
        postfix.empty()
        assert [mail.state for mail in mailbot.ended(FLO.address)] == [State.ANSWERED]
    assert len(dovecot.mails(FLO.address)) == 1
