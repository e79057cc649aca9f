"""The door Scanner: whichever filter stands behind it, a mail gets its score and waits for nobody."""

from __future__ import annotations

import json

import pytest
from pydantic import TypeAdapter, ValidationError

from mailbot.domain.errors import Broken, Permanent
from mailbot.domain.message import Authentic, Proof
from mailbot.domain.names import Names
from mailbot.domain.project import ProjectId
from mailbot.receive.scanner import AnyScanner, Builtin, NoFilter, Rspamd, Spamd, shipped_words
from mailbot.receive.workers import Limits, Processes
from mailbot.understand.spam_letter import letter_of
from mailbot.understand.spam_signs import GTUBE
from mailbot.understand.spam_tokens import tokens_of
from mailbot.understand.zone import Records
from tests.fakes import envelope, mail
from tests.receive.fake_filter import answering, http
from tests.receive.smtp_world import site
from tests.servers import free_port

NAMES = Names(domain="mailbot.example", keys=(b"k" * 32,))
STRANGER = {"proof": Proof.SPF, "peer": "8.8.4.4", "authentic": Authentic(spf="pass"), "helo": "mx.acme.example"}


class Here:
    """Workers that are this process."""

    def __init__(self, fault=None):
        self.fault = fault

    async def run(self, function, *args):
        if self.fault:
            raise self.fault
        return function(*args)


class Lessons:
    """The ledger's part, in a dict."""

    def __init__(self, **counts):
        self.counts = counts.get("counts", {})

    async def learned(self, words):
        return {word: self.counts[word] for word in words if word in self.counts} | {0: self.counts.get(0, (0, 0))}


class Listing:
    async def look(self, name, kind):
        return Records((b"127.0.0.2",))


def house(**changes):
    return site("/nowhere", **({"workers": Here(), "names": NAMES} | changes))


async def scan(settings, raw=None, lessons=None, known=None, **transport):
    scanner = settings.open(known or house(), lessons)
    return await scanner.scan(raw or mail(), envelope(**(STRANGER | transport)))


async def test_nc11_the_filter_of_our_own():
    """A request passes, spam's test text does not, in a worker as here."""
    workers = Processes(Limits(processes=1))
    try:
        for one in (house(), house(workers=workers)):
            assert (await scan(Builtin(), known=one)).score < 4
            assert (await scan(Builtin(), mail(GTUBE), known=one)).score > 12
    finally:
        await workers.stop()


async def test_what_people_taught_counts():
    """A lesson about the very words moves the score, both ways."""
    words = tokens_of(letter_of(mail())).taught
    plain = await scan(Builtin())
    as_spam = await scan(Builtin(), lessons=Lessons(counts=dict.fromkeys((0, *words), (3, 0))))
    as_ham = await scan(Builtin(), lessons=Lessons(counts=dict.fromkeys((0, *words), (0, 3))))
    assert as_ham.score < plain.score - 2
    assert as_spam.score > plain.score + 2
    assert any("your lessons" in one for one in as_spam.reasons)


async def test_a_thread_of_ours_counts():
    """A signed mail in one is far below what it would be elsewhere; so with an outside filter."""
    address = NAMES.thread_address(ProjectId("t7k2m9"), "build")
    there = {"proof": Proof.DKIM, "recipients": (address,)}
    assert (await scan(Builtin(), **there)).score <= (await scan(Builtin(), proof=Proof.DKIM)).score - 10
    async with answering(http(json.dumps({"score": 15, "required_score": 15}).encode())) as (port, _):
        spam = await scan(Rspamd(kind="rspamd", url=f"http://127.0.0.1:{port}"), **there)
    assert spam.score == 2


@pytest.mark.parametrize("make", [
    lambda port: Rspamd(kind="rspamd", url=f"http://127.0.0.1:{port}", timeout=0.2),
    lambda port: Spamd(kind="spamd", port=port, timeout=0.2),
], ids=["rspamd", "spamd"])  # fmt: skip
async def test_no_mail_waits_for_an_outside_filter(make):
    """Away, silent or talking nonsense: our own judges, and says in whose place."""
    assert "mailbot judged" in (await scan(make(free_port()))).reasons[0]
    async with answering(b"nonsense\r\n\r\n") as (port, _):
        assert "mailbot judged" in (await scan(make(port))).reasons[0]
    async with answering(b"", hang=True) as (port, _):
        spam = await scan(make(port), mail(GTUBE))
    assert "no answer within" in spam.reasons[0]
    assert spam.score > 12


async def test_an_outside_filter_that_answers():
    """Its score and its reasons."""
    async with answering(b"SPAMD/1.1 0 EX_OK\r\nSpam: True ; 7.5 / 5.0\r\n\r\nX_RULE") as (port, _):
        spam = await scan(Spamd(kind="spamd", port=port))
    assert spam.score == 9
    assert spam.reasons == ("SpamAssassin says 7.5 of 5.0", "X_RULE")


async def test_a_list_is_asked_only_when_named():
    """And only about whoever connected to us."""
    plain = await scan(Builtin(), known=house(resolver=Listing()))
    listed = await scan(Builtin(dnsbl=("zen.example",)), known=house(resolver=Listing()))
    assert listed.score == pytest.approx(plain.score + 4)
    assert "listed by zen.example" in listed.reasons[0]
    polled = await scan(Builtin(dnsbl=("zen.example",)), known=house(resolver=Listing()), channel="imap")
    assert polled.score == plain.score


async def test_a_mail_that_breaks_the_filter_is_held():
    """A person looks at what no filter could."""
    spam = await scan(Builtin(), known=house(workers=Here(Broken("it took too long"))))
    assert spam.score == 6
    assert "it took too long" in spam.reasons[0]


async def test_none_says_nothing():
    """Whoever has another filter in front turns this one off."""
    assert (await scan(NoFilter(kind="none"), mail(GTUBE))).score == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "spamassassin"}, {"kind": "rspamd", "url": "ftp://x"}, {"kind": "rspamd", "url": "http://x/y"},
        {"kind": "spamd", "port": 0}, {"kind": "spamd", "user": "a\r\nb"}, {"kind": "builtin", "dnsbl": ["a b"]},
        {"kind": "builtin", "dnsbl": ["nodots"]}, {"kind": "builtin", "dnsbl": ["a..b"]},
        {"kind": "rspamd", "timeout": 0},
    ],
)  # fmt: skip
def test_wrong_settings_are_told(wrong):
    """A typo is no filter."""
    with pytest.raises(ValidationError):
        TypeAdapter(AnyScanner).validate_python(wrong)


def test_a_password_comes_from_its_file(tmp_path):
    """And a file that is not there is told at once."""
    file = tmp_path / "password"
    file.write_text("secret\n")
    assert Rspamd(kind="rspamd", password_file=file).open(house()).outside.password == "secret"
    with pytest.raises(Permanent, match="cannot be read"):
        Rspamd(kind="rspamd", password_file=tmp_path / "other").open(house())


def test_the_words_that_ship_are_few():
    """They are in the package, compact, and not all the same."""
    words = shipped_words()
    assert words.mails > 1_000
    assert len(words.weights) == 1 << words.bits
    assert len(set(words.weights)) > 50
