"""The copy in the folder of sent mail, at a real Dovecot: once, whatever happens between."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from mailbot.deliver import SmtpRelay
from mailbot.deliver.login import Login
from mailbot.deliver.sent import SentCopy, SentFolder
from mailbot.domain.errors import Temporary
from mailbot.domain.message import MessageId
from tests.deliver.test_maildir import MAIL, nothing
from tests.fakes import site
from tests.servers import free_port, missing
from tests.servers_dovecot import HOST, PASSWORD, USER, Dovecot, unavailable

WIRE = b"Message-ID: <x@example.org>\r\nSubject: x\r\n\r\nhello\r\n"
SENT = replace(MAIL, wire=WIRE)
#: A wrong password makes nobody wait.
PATIENT = """
auth_failure_delay = 0
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
"""


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    if reason := unavailable():
        missing(reason)
    with Dovecot(extra=PATIENT) as server:
        yield server


class Told:
    """What was reported, part by part."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, str]] = []

    async def __call__(self, part: str, trouble: str) -> None:
        self.parts.append((part, trouble))


def copy_at(port: int, told: Told, tmp_path: Path, context: ssl.SSLContext | None = None, **given: Any) -> SentCopy:
    login = Login(
        account="work",
        user=USER,
        password=SecretStr(PASSWORD),
        password_file="",
        oauth=None,
        site=site(data=str(tmp_path)),
    )
    usual = {"host": HOST, "port": port, "tls": "none", "timeout": 5}
    return SentCopy(place=SentFolder.model_validate(usual | given), context=context, login=login, report=told)


async def test_x5_what_was_sent_is_put_into_the_folder_once(dovecot: Dovecot, tmp_path: Path) -> None:
    """Made where there is none, read already; a second time it is found by its Message-ID."""
    told = Told()
    way = copy_at(dovecot.port, told, tmp_path, folder="Gesendet & mehr ü")
    assert await way.send(SENT, nothing) == "put into the folder of sent mail"
    assert await way.send(SENT, nothing) == "was already in the folder of sent mail"
    assert "hello" in dovecot.doveadm("fetch", "text", "mailbox", "Gesendet & mehr ü", "SEEN")
    assert dovecot.doveadm("search", "mailbox", "Gesendet & mehr ü").count("\n") == 1
    assert told.parts == []
    await way.close()


async def test_the_folder_that_the_server_marks_is_the_one(dovecot: Dovecot, tmp_path: Path) -> None:
    """Nothing set: the usual name where none is marked."""
    way = copy_at(dovecot.port, Told(), tmp_path)
    await way.send(SENT, nothing)
    assert "hello" in dovecot.doveadm("fetch", "text", "mailbox", "Sent")
    await way.close()


async def test_it_goes_under_tls(dovecot: Dovecot, tmp_path: Path) -> None:
    """By STARTTLS and from the first byte on."""
    context = ssl.create_default_context(cafile=dovecot.certificate.file)
    for number, (tls, port) in enumerate((("starttls", dovecot.port), ("implicit", dovecot.tls_port))):
        way = copy_at(port, Told(), tmp_path, context, tls=tls, folder="Tls")
        mail = replace(SENT, message_id=MessageId(f"<{number}@example.org>"))
        assert await way.send(mail, nothing) == "put into the folder of sent mail"
        await way.close()


async def test_trouble_is_told_and_passes(dovecot: Dovecot, tmp_path: Path) -> None:
    """The words say that the mail itself was sent; once it goes well again, that is told, too."""
    told = Told()
    way = copy_at(free_port(), told, tmp_path)
    with pytest.raises(Temporary, match="the mail itself was sent, and its copy is tried again"):
        await way.send(SENT, nothing)
    way.place = way.place.model_copy(update={"port": dovecot.port})
    await way.send(replace(SENT, message_id=MessageId("<later@example.org>")), nothing)
    assert [(part, bool(trouble)) for part, trouble in told.parts] == [
        ("sent folder of work", True),
        ("sent folder of work", False),
    ]
    await way.close()


async def test_a_wrong_password_is_not_shown(dovecot: Dovecot, tmp_path: Path) -> None:
    """The words name the folder and what the server says."""
    way = copy_at(dovecot.port, Told(), tmp_path)
    way.login.password = SecretStr("hunter2")
    with pytest.raises(Temporary, match="AUTHENTICATIONFAILED") as error:
        await way.send(SENT, nothing)
    assert "hunter2" not in str(error.value)
    await way.close()


def test_a_folder_needs_the_login_of_its_account() -> None:
    """And its password goes readable over no network."""
    with pytest.raises(ValidationError, match="needs the login"):
        SmtpRelay.model_validate({"host": "h", "sent": {"host": "imap.example.org"}})
    with pytest.raises(ValidationError, match=r"readable to imap\.example\.org"):
        SentFolder(host="imap.example.org", tls="none")
