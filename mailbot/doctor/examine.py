"""Look at everything at the same time: each thing within its time, and none that breaks hides another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Final

from mailbot.deliver import AnyWay, Maildir
from mailbot.doctor import (
    calibrate,
    certificates,
    data,
    given,
    listeners,
    machine,
    mailbox,
    mails,
    model,
    names,
    probe,
    relays,
    rules,
)
from mailbot.doctor.patient import Patient
from mailbot.doctor.sign import Sign, fail, warn
from mailbot.domain.errors import MailbotError

Check = Callable[[Patient], AsyncGenerator[Sign]]

#: In the order in which they are told.
CHECKS: Final[Mapping[str, Sequence[Check]]] = {
    "settings": (given.environment, given.secrets, given.people),
    "data": (data.folder, data.disk, data.owner, data.database),
    "rules": (rules.rules, rules.templates),
    "ports": (listeners.ports,),
    "certs": (certificates.certificates,),
    "imap": (mailbox.mailboxes,),
    "relay": (relays.relays,),
    "dns": (names.way_in, names.spf, names.keys, names.policy, names.address),
    "model": (model.builder,),
    "machine": (machine.sandbox, machine.browser, machine.time, machine.port_25),
    "mails": (mails.parts,),
}

#: A model is loaded from disk, a sandbox is tried by getting out of it, and mails take their time.
LONGER: Final = {"model": 5, "machine": 2, "mail": 20}


async def examine(patient: Patient, groups: Sequence[str] = tuple(CHECKS)) -> list[Sign]:
    """Every sign of *groups*."""
    wanted = [(group, check) for group in CHECKS if group in groups for check in CHECKS[group]]
    found = await asyncio.gather(*(_looked(group, check, patient) for group, check in wanted))
    return [sign for signs in found for sign in signs]


async def _looked(group: str, check: Check, patient: Patient) -> list[Sign]:
    """What one check sees; what it saw before it broke counts."""
    signs: list[Sign] = []
    seconds = patient.seconds * LONGER.get(group, 1)
    try:
        async with asyncio.timeout(seconds), aclosing(check(patient)) as stream:
            async for sign in stream:
                signs.append(replace(sign, group=group))  # noqa: PERF401  (what came before an end is kept)
    except TimeoutError:
        words = f"looking at it ({check.__name__}) took more than {seconds:g} seconds"
        signs.append(replace(warn(words, "mailbot doctor --seconds 120"), group=group))
    except MailbotError as error:
        signs.append(replace(fail(str(error), "what the message names"), group=group))
    except Exception as error:  # noqa: BLE001  (a check that breaks says so; the others go on)
        words = f"it could not be looked at ({check.__name__}): {type(error).__name__}: {error}"
        signs.append(replace(fail(words, "tell the developers of mailbot"), group=group))
    return signs


async def sent(patient: Patient, through: AnyWay | None) -> list[Sign]:
    """The signs of mails to ourselves: by each relay, or *through* one with a forged proof on it."""
    if isinstance(through, Maildir):
        return [replace(fail("no relay is set to send by", "--through HOST:PORT"), group="mail")]
    if through is None:
        return await _looked("mail", probe.by_mail, patient)

    async def forged(one: Patient) -> AsyncGenerator[Sign]:
        async for sign in calibrate.calibrate(one, through):
            yield sign

    return await _looked("mail", forged, patient)
