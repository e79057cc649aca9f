"""The relay way: every state of a session against every kind of misbehaviour."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, TypeAdapter, ValidationError

from mailbot.deliver import AnyWay, SmtpRelay
from mailbot.deliver.session import Denied, RelayFault, Unfit
from mailbot.domain.errors import Ambiguous, MailbotError, Overtaken, Permanent, Temporary
from mailbot.domain.message import Address
from mailbot.domain.reply import Delivery
from mailbot.ports import Way
from tests.deliver.certificate import Certificate
from tests.deliver.sink import KINDS, STATES, Fault, Sink
from tests.deliver.test_maildir import MAIL, nothing
from tests.fakes import site

SITE = site(domain="mail.example.org", embedded=False)
BEFORE = ("connect", "EHLO", "STARTTLS", "EHLO after STARTTLS", "AUTH", "MAIL")


def way_to(sink: Sink, **given: Any) -> Way:
    usual = {"security": "none", "timeout": 0.4, "final_timeout": 0.4}
    return SmtpRelay.model_validate({"host": sink.host, "port": sink.port, **usual, **given, "kind": "smtp"}).open(SITE)


def expected(state: str, kind: str) -> type[MailbotError] | None:
    """The table in the module's docstring, as a function."""
    if state == "QUIT":
        return None
    if state == "AUTH" and kind == "5xx":
        return Denied
    if state in BEFORE:
        return RelayFault
    if kind in {"4xx", "5xx"}:
        return Temporary if kind == "4xx" else Permanent
    return Ambiguous if state == "dot" else RelayFault


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate.made(tmp_path_factory.mktemp("tls"))


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("state", list(STATES))
async def test_every_fault_has_one_outcome(state: str, kind: str, certificate: Certificate) -> None:
    """Each state x each fault: the error says what to do next, and the dot goes out only after committing."""
    secured = {"tls": certificate, "starttls": True} if "STARTTLS" in state else {}
    login = ("ana", "secret") if state == "AUTH" else None
    given = {"security": "starttls", "ca_file": certificate.file} if secured else {}
    given |= {"user": "ana", "password": "secret"} if login else {}
    committed: list[bool] = []

    async def committing() -> None:
        committed.append(True)

    with Sink(fault=Fault(state, kind), login=login, **secured) as sink:  # type: ignore[arg-type]
        # So much that a server which stops reading is noticed before the dot.
        lines = 400_000 if state == "middle" and kind in {"close", "reset", "hang"} else 3
        mail = replace(MAIL, wire=b"Subject: x\r\n\r\n" + (b"x" * 70 + b"\r\n") * lines)
        error = await outcome(way_to(sink, **given), mail, committing)
    wanted = expected(state, kind)
    assert type(error) is (wanted or type(None)), error
    assert bool(committed) == (state in {"dot", "QUIT"})
    assert len(sink.mails) == (1 if state == "QUIT" else 0)


@pytest.mark.parametrize(
    ("kind", "words"), [("endless", "more than 100 lines"), ("long line", "more than 4096 octets")]
)
async def test_an_answer_without_end_is_cut_by_its_size(kind: str, words: str) -> None:
    """Long before its time is over: memory is limited, too."""
    with Sink(fault=Fault("EHLO", kind)) as sink, pytest.raises(Temporary, match=words):
        await way_to(sink, timeout=60).send(MAIL, nothing)


async def outcome(way: Way, mail: Delivery, committing: Any = nothing) -> MailbotError | None:
    try:
        await way.send(mail, committing)
    except MailbotError as error:
        return error
    return None


async def test_a_mail_arrives_as_it_was_sealed() -> None:
    """Dots doubled on the way and single again there, the return path and our name as given."""
    with Sink() as sink:
        mail = replace(MAIL, wire=b"Subject: x\r\n\r\n.\r\n..two\r\nlast")
        said = await way_to(sink).send(mail, nothing)
    (taken,) = sink.mails
    assert taken.wire == mail.wire + b"\r\n"
    assert (taken.sender, taken.recipients, taken.ehlo) == (mail.sender, mail.recipients, "mail.example.org")
    assert said == "250 2.0.0 taken as 1"


async def test_what_committing_raises_comes_out_as_it_is_and_no_mail_is_taken() -> None:
    """Overtaken just before the dot: the connection is dropped in the middle of the mail."""

    async def committing() -> None:
        raise Overtaken("somebody else has it")

    with Sink() as sink:
        with pytest.raises(Overtaken, match="somebody else"):
            await way_to(sink).send(MAIL, committing)
        await settled(lambda: bool(sink.unfinished))
    assert not sink.mails
    assert b"QUIT" not in sink.heard


async def settled(condition: Any) -> None:
    """The other side's thread sees the end of the connection a moment later."""
    while not condition():  # noqa: ASYNC110  (its thread cannot set an event of our loop)
        await asyncio.sleep(0.01)


async def test_a_cancelled_sending_hangs_up_at_once() -> None:
    """While the relay is silent: the thread is woken, nothing is taken, and the task ends as cancelled."""
    with Sink(fault=Fault("DATA", "hang")) as sink:
        task = asyncio.ensure_future(way_to(sink, timeout=60).send(MAIL, nothing))
        await settled(lambda: b"DATA" in sink.heard)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await settled(lambda: sink.left == 1)
    assert not sink.mails


@pytest.mark.parametrize("starttls", [True, False])
async def test_mail_and_password_go_out_under_tls(starttls: bool, certificate: Certificate) -> None:
    """By STARTTLS or from the first byte, the certificate checked."""
    with Sink(tls=certificate, starttls=starttls, login=("ana", "secret")) as sink:
        given = {"user": "ana", "password": "secret", "security": "starttls" if starttls else "tls"}
        await way_to(sink, ca_file=certificate.file, timeout=5, **given).send(MAIL, nothing)
    assert len(sink.mails) == 1


@pytest.mark.parametrize("starttls", [True, False])
async def test_a_certificate_that_nobody_vouches_for_is_refused(starttls: bool, certificate: Certificate) -> None:
    """Before the login: no password goes to a stranger. It passes when the relay is mended."""
    with Sink(tls=certificate, starttls=starttls, login=("ana", "secret")) as sink:
        given = {"user": "ana", "password": "secret", "security": "starttls" if starttls else "tls"}
        with pytest.raises(Temporary, match="certificate verify failed"):
            await way_to(sink, timeout=5, **given).send(MAIL, nothing)
    assert not any(b"AUTH" in line for line in sink.heard)


async def test_a_relay_that_takes_starttls_away_gets_nothing() -> None:
    """Somebody in between may have cut the offer out: no mail in clear text."""
    with Sink() as sink, pytest.raises(Temporary, match="offers no STARTTLS"):
        await way_to(sink, security="starttls").send(MAIL, nothing)
    assert not any(b"MAIL" in line for line in sink.heard)


async def test_words_in_clear_text_behind_starttls_end_the_session(certificate: Certificate) -> None:
    """An attacker's answers, queued before the encryption, are not believed after it."""
    with Sink(tls=certificate, starttls=True, injected=b"250 AUTH PLAIN\r\n") as sink:
        error = await outcome(way_to(sink, security="starttls", ca_file=certificate.file, timeout=2), MAIL)
    assert "clear text behind its answer" in str(error)
    assert not sink.mails


async def test_a_wrong_password_is_the_relays_fault_and_is_not_shown(tmp_path: Path) -> None:
    """535 passes when the admin sets the right one; the words name the login, never the password."""
    (tmp_path / "secret").write_text("hunter2\n")
    with Sink(login=("ana", "secret")) as sink:
        error = await outcome(way_to(sink, user="ana", password_file=str(tmp_path / "secret")), MAIL)
        (tmp_path / "secret").write_text("secret\n")
        again = await outcome(way_to(sink, user="ana", password_file=str(tmp_path / "secret")), MAIL)
    assert type(error) is Denied
    assert "the login: 535 5.7.8 wrong user or password" in str(error)
    assert "hunter2" not in str(error)
    assert again is None


async def test_nobody_at_the_address_is_temporary() -> None:
    """A relay that is down: said with its name and port."""
    with Sink() as sink:
        way, port = way_to(sink), sink.port
    with pytest.raises(Temporary, match=f"127.0.0.1:{port}, connecting: .*refused"):
        await way.send(MAIL, nothing)


async def test_a_refusal_for_good_quotes_the_server() -> None:
    """In one printable line of at most 300 characters, with the place where it happened."""
    with Sink(fault=Fault("RCPT", "5xx")) as sink, pytest.raises(Permanent) as refused:
        await way_to(sink).send(MAIL, nothing)
    assert str(refused.value) == f"127.0.0.1:{sink.port}, RCPT TO ana@example.org: 554 5.7.1 never, said the sink"


async def test_a_mail_that_the_relay_cannot_take_is_not_sent() -> None:
    """SIZE is looked at first, so that 25 MB are not sent to be refused."""
    with Sink(extensions=("SIZE 10",)) as sink, pytest.raises(Unfit, match="at most 10 bytes; the mail has 20"):
        await way_to(sink).send(MAIL, nothing)


async def test_an_address_beyond_ascii_needs_smtputf8() -> None:
    """Offered: it is used. Not offered: a clear refusal, for good."""
    mail = replace(MAIL, recipients=(Address("jürgen@example.org"),))
    with Sink(extensions=("SMTPUTF8",)) as sink:
        await way_to(sink).send(mail, nothing)
    assert sink.mails[0].recipients == ("jürgen@example.org",)
    with Sink() as sink, pytest.raises(Unfit, match="SMTPUTF8"):
        await way_to(sink).send(mail, nothing)


async def test_a_refused_cc_does_not_keep_the_mail_from_its_author() -> None:
    """Who is refused is told; the author's own refusal is the mail's."""
    bo, cy = Address("bo@example.org"), Address("cy@example.org")
    mail = replace(MAIL, recipients=(*MAIL.recipients, bo, cy))
    with Sink(refuses={bo: b"550 5.1.1 nobody"}) as sink:
        said = await way_to(sink).send(mail, nothing)
    assert sink.mails[0].recipients == (*MAIL.recipients, cy)
    assert said == "250 2.0.0 taken as 1; not to bo@example.org: 550 5.1.1 nobody"
    with Sink(refuses={MAIL.recipients[0]: b"550 5.1.1 nobody"}) as sink, pytest.raises(Permanent, match="nobody"):
        await way_to(sink).send(mail, nothing)


@pytest.mark.parametrize(("copy", "to"), [("copies@example.org", "copies@example.org"), ("{return_path}", MAIL.sender)])
async def test_a_copy_goes_to_an_address_of_ours(copy: str, to: str) -> None:
    """In the same transaction; a copy that is refused keeps the mail from nobody."""
    with Sink() as sink:
        await way_to(sink, copy_to=copy).send(MAIL, nothing)
    assert sink.mails[0].recipients == (*MAIL.recipients, to)
    with Sink(refuses={to: b"450 4.2.0 later"}) as sink:
        assert "not to" in await way_to(sink, copy_to=copy).send(MAIL, nothing)
    assert len(sink.mails) == 1


@pytest.mark.parametrize(
    ("state", "said", "kind"),
    [
        ("RCPT", b"421 4.3.2 going down", RelayFault),
        ("RCPT", b"421 4.7.28 Gmail has detected an unusual rate of mail", Temporary),
        ("RCPT", b"450 4.7.1 greylisted, come back in 5 minutes", Temporary),
    ],
)
async def test_a_relay_that_ends_the_session_is_passed_over(state: str, said: bytes, kind: type[MailbotError]) -> None:
    """421 is about the relay; where it says that too much comes at a time, it is about the domain."""
    with Sink(refuses={MAIL.recipients[0]: said}) as sink:
        error = await outcome(way_to(sink), MAIL)
    assert type(error) is kind, state


async def test_bare_line_ends_never_leave() -> None:
    """They are how a second mail is smuggled into one."""
    with Sink() as sink, pytest.raises(Permanent, match="bare CR or LF"):
        await way_to(sink).send(replace(MAIL, wire=b"Subject: x\r\n\r\nx\n.\r\nMAIL"), nothing)
    assert sink.sessions == 0


async def test_mails_go_out_side_by_side() -> None:
    """One that hangs holds no other up."""
    with Sink(fault=Fault("DATA", "hang", times=1)) as sink:
        way = way_to(sink, timeout=20)
        hanging = asyncio.ensure_future(way.send(MAIL, nothing))
        await settled(lambda: b"DATA" in sink.heard)
        await way.send(MAIL, nothing)
        hanging.cancel()
        await asyncio.gather(hanging, return_exceptions=True)
    assert len(sink.mails) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"security": "none"}, "readable to relay.example.org"),
        ({"user": "ana"}, "belong together"),
        ({"password": "x"}, "belong together"),
        ({"user": "ana", "password": "x", "password_file": "/x"}, "take one of them out"),
        ({"port": 0}, "greater than or equal to 1"),
        ({"prot": 25}, "Extra inputs"),
    ],
)
def test_settings_that_cannot_work_are_told_at_once(given: dict[str, object], words: str) -> None:
    """With the reason, before anything is sent."""
    with pytest.raises(ValidationError, match=words):
        SmtpRelay.model_validate({"kind": "smtp", "host": "relay.example.org", **given})


@pytest.mark.parametrize("given", [{"user": "ana", "password_file": "/not/there"}, {"ca_file": "/not/there"}])
def test_files_that_cannot_be_read_are_told_when_the_way_is_opened(given: dict[str, Any]) -> None:
    """Not days later, at the first reply."""
    with pytest.raises(Permanent, match="/not/there"):
        SmtpRelay(host="relay.example.org", **given).open(SITE)


def test_the_kind_chooses_the_way() -> None:
    """One union for the settings; a secret is not shown by them."""
    adapter: TypeAdapter[Any] = TypeAdapter(AnyWay)
    way = adapter.validate_python(
        {"kind": "smtp", "host": "h", "user": "u", "password": "hunter2", "settle_seconds": 30}
    )
    assert isinstance(way, SmtpRelay)
    assert way.password == SecretStr("hunter2")
    assert "hunter2" not in repr(way)
    assert way.open(SITE).settle == timedelta(seconds=30)
    assert not way.open(SITE).idempotent
