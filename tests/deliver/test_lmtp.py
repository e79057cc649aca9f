"""The LMTP way: every state against every kind of misbehaviour, an answer for each recipient, and a real Dovecot."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from mailbot.deliver import Lmtp
from mailbot.deliver.session import RelayFault
from mailbot.domain.errors import Ambiguous, MailbotError, Permanent, Temporary
from mailbot.domain.message import Address
from mailbot.ports import Way
from tests.deliver.sink import KINDS, Fault, Sink
from tests.deliver.test_maildir import MAIL, nothing
from tests.deliver.test_smtp import SITE, outcome
from tests.servers import missing
from tests.servers_dovecot import HOST, USER, Dovecot, unavailable

ANA, BO, CY = (Address(f"{name}@example.org") for name in ("ana", "bo", "cy"))
ALL = replace(MAIL, recipients=(ANA, BO, CY))


def way_to(sink: Sink, **given: Any) -> Way:
    return Lmtp.model_validate(
        {"kind": "lmtp", "host": sink.host, "port": sink.port, "timeout": 0.3, "final_timeout": 0.3, **given}
    ).open(SITE)


def expected(state: str, kind: str) -> type[MailbotError] | None:
    """As for SMTP."""
    if state == "QUIT":
        return None
    if state in {"connect", "EHLO", "MAIL"}:
        return RelayFault
    if kind in {"4xx", "5xx"}:
        return Temporary if kind == "4xx" else Permanent
    return Ambiguous if state == "dot" else RelayFault


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("state", ["connect", "EHLO", "MAIL", "RCPT", "DATA", "dot", "QUIT"])
async def test_every_fault_has_one_outcome(state: str, kind: str) -> None:
    """Each state x each fault: the error says what to do next; nothing is taken before the dot."""
    with Sink(fault=Fault(state, kind), lmtp=True) as sink:
        error = await outcome(way_to(sink), MAIL)
    assert type(error) is (expected(state, kind) or type(None)), error
    assert len(sink.mails) == (1 if state == "QUIT" else 0)


async def test_the_others_get_it_once_it_is_taken_for_the_one() -> None:
    """In a transaction of their own, each with an answer; who is refused is told."""
    fails = {BO: b"452 4.2.2 mailbox full"}
    with Sink(lmtp=True, fails=fails, refuses={CY: b"550 5.1.1 nobody"}) as sink:
        said = await way_to(sink).send(ALL, nothing)
    assert [mail.recipients for mail in sink.mails] == [(ANA,)]
    assert "not to bo@example.org: 452 4.2.2 mailbox full" in said
    assert "not to cy@example.org: 550 5.1.1 nobody" in said
    with Sink(lmtp=True) as sink:
        await way_to(sink).send(ALL, nothing)
    assert [mail.recipients for mail in sink.mails] == [(ANA,), (BO, CY)]
    assert sink.mails[1].wire == ALL.wire


async def test_a_retry_gives_nobody_a_second_copy() -> None:
    """Where it is refused for the one it is for, the others have not got it either."""
    with Sink(lmtp=True, fails={ANA: b"451 4.3.0 later"}) as sink, pytest.raises(Temporary, match=r"451 4\.3\.0 later"):
        await way_to(sink).send(ALL, nothing)
    assert sink.mails == []


async def test_a_socket_of_this_machine(tmp_path: Path) -> None:
    """Nobody listens there: said with its path."""
    path = tmp_path / "lmtp"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        with pytest.raises(RelayFault, match=f"{path}, connecting: .*refused"):
            await Lmtp(socket=str(path)).open(SITE).send(MAIL, nothing)


@pytest.mark.parametrize("given", [{}, {"host": "127.0.0.1", "socket": "/run/lmtp"}, {"socket": "run/lmtp"}])
def test_settings_name_one_place(given: dict[str, str]) -> None:
    """A socket or a host, and the socket by its whole path."""
    with pytest.raises(ValidationError):
        Lmtp.model_validate(given)


async def test_a_real_dovecot_takes_it() -> None:
    """By LMTP into the mailbox, byte for byte; who has no mailbox there is refused in its words."""
    if reason := unavailable():
        missing(reason)
    with Dovecot() as dovecot:
        way = Lmtp(host=HOST, port=dovecot.lmtp_port).open(SITE)
        said = await way.send(replace(MAIL, recipients=(Address(USER),)), nothing)
        assert said.startswith("250 2.0.0")
        (found,) = dovecot.mails(USER)
    assert found.endswith(MAIL.wire)
