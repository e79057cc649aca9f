"""The rules, with their own tests; and the admin's own templates."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from mailbot.decide.rules import RulesError
from mailbot.doctor.apart import apart
from mailbot.doctor.patient import Patient
from mailbot.doctor.sign import Sign, fail, ok, warn
from mailbot.rulebook import load_book
from mailbot.shipped import own_templates
from mailbot.site import letterhead, policy_in, rules_folder, trouble_of


async def rules(patient: Patient) -> AsyncGenerator[Sign]:
    """They can be read, and pass their tests."""
    settings, folder = patient.settings, rules_folder(patient.settings)
    try:
        book = await apart(lambda: load_book(folder, settings.admins))
        policy_in(folder, settings)
    except (RulesError, ValueError) as error:
        mistakes = str(error).splitlines()
        for line in mistakes[:10]:
            yield fail(f"the rules: {line}", f"mend that line, then: mailbot rules check {folder}")
        if len(mistakes) > 10:  # noqa: PLR2004  (the same)
            yield fail(f"the rules have {len(mistakes) - 10} more mistakes", f"mailbot rules check {folder}")
        return
    yield ok(f"{folder}: {len(book.rules)} rules, their {len(book.trials)} tests pass")


async def templates(patient: Patient) -> AsyncGenerator[Sign]:
    """What the admin has written for our mails can be used."""
    place = patient.settings.templates
    if place is None:
        return
    made = letterhead(patient.settings, patient.site.names)
    if trouble := trouble_of(patient.settings, made):
        yield warn(f"your templates: {trouble}; ours are sent in their place", f"mend them in {place}")
    else:
        yield ok(f"{place}: your {len(own_templates(place)[0])} templates can be used")
