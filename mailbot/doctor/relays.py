"""The ways out: each relay is visited, as far as a mail would get before its first byte."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from mailbot.deliver import Lmtp, Maildir, SmtpRelay
from mailbot.deliver.look import Offered, SenderRefused, Visit
from mailbot.deliver.session import Denied
from mailbot.doctor.apart import apart
from mailbot.doctor.patient import Patient
from mailbot.doctor.sign import Sign, fail, ok, warn
from mailbot.doctor.why import mend_of
from mailbot.domain.errors import MailbotError, Permanent, Temporary
from mailbot.domain.reply import DeliveryId

PORTS: Final = "587 with starttls, 465 with tls"
SOON: Final = timedelta(days=14)
_WAIT: Final = 8.0  #: seconds for one answer


async def relays(patient: Patient) -> AsyncGenerator[Sign]:
    """Each of them, one after the other."""
    for entry in patient.settings.deliver:
        if isinstance(entry, Maildir):
            async for sign in _maildir(patient, entry):
                yield sign
            continue
        try:
            offered = await visit(patient, entry)
        except MailbotError as error:
            yield _refused(entry, error)
            continue
        for sign in _well(patient, entry, offered):
            yield sign


async def visit(patient: Patient, entry: SmtpRelay | Lmtp) -> Offered:
    """Go to the relay and log in, name our sender and ourselves as recipient, and leave."""
    relay = entry.relay(patient.site)
    relay = replace(relay, timeout=min(_WAIT, relay.timeout), final_timeout=_WAIT)
    secret = await secret_of(patient, entry)
    # In a real mail the sender is a return path of ours, and so it is here.
    sender = patient.site.names.return_path(DeliveryId("doctor"))
    admins = patient.settings.admins
    recipient = admins[0] if patient.settings.domain is None and admins else patient.address
    return await apart(lambda: Visit(relay, secret).visit(sender, recipient))


async def secret_of(patient: Patient, entry: SmtpRelay | Lmtp) -> str | bytes:
    """What we log in with there; empty where the relay asks for nothing."""
    if isinstance(entry, Lmtp) or not entry.user:
        return ""
    login = entry.login(patient.site)
    try:
        return await login.secret()
    finally:
        await login.close()


async def _maildir(patient: Patient, entry: Maildir) -> AsyncGenerator[Sign]:
    place = entry.path(patient.settings.folder)
    if patient.settings.domain is None:
        yield ok(f"replies are put into the Maildir {place}")
    else:
        words = f"replies are put into the Maildir {place}: nobody at {patient.settings.domain} gets them by mail"
        yield warn(words, "add a [[deliver]] of kind smtp: mailbot init --relay HOST")


def _refused(entry: SmtpRelay | Lmtp, error: MailbotError) -> Sign:
    words = f"the relay {entry.account}: {error}"
    if isinstance(error, Denied):
        return fail(words, f"{_login(entry)}; Gmail and Microsoft 365 want an app password or `mailbot oauth login`")
    if isinstance(error, SenderRefused):
        return fail(words, "sent_from = the account's own address; or have the relay allow our domain as sender")
    if isinstance(error, Permanent):
        return fail(words, "have the relay pass on mail for others than itself, or log in there (user, password_file)")
    if type(error) is Temporary:
        return warn(words, "wait; some relays put off the first mail of a stranger (greylisting)")
    return fail(words, mend_of(error, ports=PORTS, ca_file="ca_file"))


def _login(entry: SmtpRelay | Lmtp) -> str:
    named = entry.password_file if isinstance(entry, SmtpRelay) else ""
    return f"correct the password in {named}" if named else "correct `user` and the password"


def _well(patient: Patient, entry: SmtpRelay | Lmtp, offered: Offered) -> list[Sign]:
    tls = offered.tls or "no TLS (on this machine)"
    login = f"the login of {entry.user}" if isinstance(entry, SmtpRelay) and entry.user else "no login"
    signs = [
        ok(f"the relay {entry.account} takes our mail: {tls}, {login}, extensions {', '.join(offered.extensions)}")
    ]
    if offered.ends and offered.ends - patient.clock() < SOON:
        words = f"the certificate of the relay {entry.account} ends on {offered.ends:%Y-%m-%d}"
        signs.append(warn(words, "have it renewed there"))
    return signs
