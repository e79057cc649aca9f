"""By SMTP: a real Postfix in front that hands over by LMTP or by SMTP, a proxy in front, and strangers alone."""

from __future__ import annotations

import difflib
import smtplib

import pytest

from mailbot.domain.request import State
from tests.deliver.sink import Sink
from tests.journeys.mailbot import Mailbot, until
from tests.journeys.people import Person, packed, project, read
from tests.servers import free_port, missing
from tests.servers_dns import dns_thread
from tests.servers_postfix import Postfix, unavailable
from tests.servers_proxy import Proxy

HOST = "127.0.0.1"
STRANGER = "127.0.0.9"  #: nobody's mail server
OURS = "127.0.0.21"  #: where spf.example sends its mail from
SIGNERS = {name: Person(f"somebody@{name}.example") for name in ("ana", "bo", "cy", "dee", "eve", "flo", "gus", "hal")}
UNSIGNED = {number: Person(f"version{number}@spf.example") for number in (1, 2)}
DOMAIN = "build.example"
BLUE = "#0000ff"

ROOMS = """\
[[receive]]
kind = "smtp"
listen = "127.0.0.1:{direct}"
relays = ["127.0.0.1/32"]
tarpit = 0
[[receive]]
kind = "lmtp"
listen = "127.0.0.1:{lmtp}"
[[receive]]
kind = "smtp"
listen = "127.0.0.1:{proxied}"
proxy = ["127.0.0.1/32"]
tarpit = 0
[[deliver]]
kind = "smtp"
host = "127.0.0.1"
port = {out}
security = "none"
"""
#: What two addresses of ours are for, and by which way in Postfix hands their mail over.
ADDRESSES = 'addresses = {build = "build", make = "build"}'
#: With the list of our addresses Postfix refuses any other in the session, where we could only make it bounce.
FRONT = """\
recipient_delimiter = +
relay_domains = build.example
relay_recipient_maps = inline:{ { build@build.example = ok }, { make@build.example = ok }, { b@build.example = ok } }
minimal_backoff_time = 3600s
maximal_backoff_time = 3600s
"""


@pytest.fixture(scope="module")
def dns():
    zone = {"spf.example": [("TXT", f"v=spf1 ip4:{OURS} -all")]}
    for person in SIGNERS.values():
        zone |= person.records
    with dns_thread(zone) as server:
        yield server


@pytest.fixture(scope="module")
def ports():
    return {name: free_port() for name in ("direct", "lmtp", "proxied", "out")}


@pytest.fixture(scope="module")
def people():
    """The mail server of everybody else: what mailbot sends ends up here."""
    with Sink() as sink:
        yield sink


@pytest.fixture(scope="module")
def postfix(ports, people):
    """In front, and the way out."""
    if reason := unavailable():
        missing(reason)
    ways = {DOMAIN: f"lmtp:inet:{HOST}:{ports['lmtp']}", f"make@{DOMAIN}": f"smtp:[{HOST}]:{ports['direct']}"}
    with Postfix(relay=people.port, routes=ways, extra=FRONT, port=ports["out"]) as server:
        yield server


@pytest.fixture(scope="module")
def mailbot(tmp_path_factory, postfix, dns, ports):
    folder = tmp_path_factory.mktemp("smtp")
    one = Mailbot(folder=folder, rooms=ROOMS.format(**ports), domain=DOMAIN, dns=dns.address, more=ADDRESSES)
    with one.up():
        yield one


def post(letter, port, source=HOST):
    """Hand *letter* to the server at *port*; what it says to the mail."""
    with smtplib.SMTP(HOST, port, source_address=(source, 0), timeout=30) as client:
        client.ehlo(letter.sender.rpartition("@")[2])
        client.mail(letter.sender)
        client.rcpt(letter.to)
        code, words = client.data(letter.wire)
    return code, words.decode()


def sent_to(people, person):
    return [read(mail.wire) for mail in people.mails if person.address in mail.recipients]


def received(people, person, count=1):
    """The newest mail that the person got, once there are so many, and never more."""
    found = until(lambda: len(all_ := sent_to(people, person)) >= count and all_, f"mail {count}")
    assert len(found) == count
    return found[-1]


@pytest.mark.parametrize(("name", "to"), [("ana", "build"), ("bo", "make")], ids=["lmtp", "smtp"])
def test_a_thread_goes_round_behind_a_postfix(mailbot, postfix, people, name, to):
    """A signed mail is built; the answer to that answer is the next revision of the same project; each exactly once."""
    person = SIGNERS[name]
    assert post(person.writes(f"{to}@{DOMAIN}"), postfix.port)[0] == 250
    first = received(people, person)
    assert post(person.answers(first, "Make the header blue."), postfix.port)[0] == 250
    second = received(people, person, 2)
    assert project(second) == (project(first)[0], "2")
    assert (BLUE in packed(first)["style.css"], BLUE in packed(second)["style.css"]) == (False, True)
    postfix.empty()
    assert [mail.state for mail in mailbot.ended(person.address, 2)] == [State.ANSWERED] * 2
    assert len(sent_to(people, person)) == 2


def test_j12_an_own_patch_goes_round_and_a_colleague_copies_it(mailbot, postfix, people):
    """By mail alone: what a person changed is v2; who gets that mail passed on begins with a copy of it."""
    person, colleague = SIGNERS["hal"], Person("colleague@hal.example")
    assert post(person.writes(f"build@{DOMAIN}"), postfix.port)[0] == 250
    first = received(people, person)
    name, old = next((name, text) for name, text in sorted(packed(first).items()) if name.endswith(".css"))
    new = [*old.splitlines(), "/* mine */"]
    lines = difflib.unified_diff(old.splitlines(), new, f"a/{name}", f"b/{name}", lineterm="")
    assert post(person.answers(first, "\r\n".join(lines)), postfix.port)[0] == 250
    second = received(people, person, 2)
    assert (project(second), "/* mine */" in packed(second)[name]) == ((project(first)[0], "2"), True)
    assert "Your patch is applied: v2, by your own hand." in second.get_body(("plain",)).get_content()
    wish = "Make the header blue."
    passed = colleague.writes(f"build@{DOMAIN}", wish, "Fwd: Bees", References=second["Message-ID"])
    assert post(passed, postfix.port)[0] == 250
    copy = received(people, colleague)
    assert (project(copy)[0] != project(second)[0], project(copy)[1]) == (True, "2")
    assert ("/* mine */" in packed(copy)[name], BLUE in packed(copy)[name]) == (True, True)


@pytest.mark.parametrize(("name", "to"), [("cy", "build"), ("dee", "make")], ids=["lmtp", "smtp"])
def test_what_a_postfix_brings_is_never_refused(mailbot, postfix, people, name, to):
    """Or it would bounce at the person whose name was forged: it is stored, and closed in silence."""
    person = SIGNERS[name]
    assert post(person.writes(f"{to}@{DOMAIN}", sign=False), postfix.port, STRANGER)[0] == 250
    postfix.empty()
    (forged,) = mailbot.ended(person.address)
    assert (forged.state, forged.reason.partition(":")[0]) == (State.CLOSED, "rule unproven")
    assert (postfix.bounced, sent_to(people, person)) == ("", [])


def test_a_postfix_that_knows_our_addresses_takes_no_other(postfix):
    """It refuses them itself: what it had taken, and we refused, would bounce."""
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused, smtplib.SMTP(HOST, postfix.port) as client:
        client.sendmail(SIGNERS["eve"].address, [f"nobody@{DOMAIN}"], b"Subject: hello")
    assert refused.value.recipients[f"nobody@{DOMAIN}"][0] == 550
    assert postfix.bounced == ""


def test_a_stranger_is_refused_in_the_session(mailbot, ports):
    """Nothing is stored; the sending server tells the author, if there is one."""
    code, words = post(SIGNERS["eve"].writes(f"build@{DOMAIN}", sign=False), ports["direct"], STRANGER)
    assert (code, words[:6]) == (550, "5.7.26")
    assert mailbot.of(SIGNERS["eve"].address) == []


@pytest.mark.parametrize("version", [1, 2])
def test_behind_a_proxy_the_real_host_is_asked_for(mailbot, people, ports, version):
    """SPF lets in who comes from the host of their domain, and nobody else, though all come from the proxy."""
    person = UNSIGNED[version]
    letter = person.writes(f"build@{DOMAIN}", sign=False)
    with Proxy(ports["proxied"], version) as proxy:
        assert post(letter, proxy.port, STRANGER) == post(letter, proxy.port, HOST)
        assert post(letter, proxy.port, STRANGER)[1][:6] == "5.7.26"
        assert post(letter, proxy.port, OURS)[0] == 250
    received(people, person)
    assert f"from {person.address} ({OURS})" in mailbot.life(mailbot.ended(person.address)[0])


def test_while_the_dns_is_down_nobody_is_called_a_forger(mailbot, people, dns, ports):
    """451, and the same mail is taken and answered when it is up again."""
    person = SIGNERS["flo"]
    letter = person.writes(f"build@{DOMAIN}")
    dns.faults |= dict.fromkeys(person.records, "servfail")
    assert post(letter, ports["direct"], STRANGER)[0] == 451
    dns.faults.clear()
    assert post(letter, ports["direct"], STRANGER)[0] == 250
    received(people, person)


def test_a_postfix_keeps_what_cannot_be_proven_yet(mailbot, postfix, people, dns):
    """It asks again by itself; the mail is answered once, and nothing bounced meanwhile."""
    person = SIGNERS["gus"]
    dns.faults |= dict.fromkeys(person.records, "servfail")
    assert post(person.writes(f"build@{DOMAIN}"), postfix.port)[0] == 250
    until(lambda: f"to=<build@{DOMAIN}>" in postfix.log and "451 4.4.3" in postfix.log, "the refusal")
    dns.faults.clear()
    postfix.flush()
    received(people, person)
    assert (postfix.bounced, len(mailbot.ended(person.address))) == ("", 1)
