"""It arrives: 200 projects of eleven stacks at six simulated mail systems, with nothing for their people to do."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from mailbot.build.history import recorded
from mailbot.build.providers import providers_of
from mailbot.client.found import packages
from mailbot.domain.project import Draft, Maker, Report, Revision
from mailbot.domain.reply import Receiver, Reply
from mailbot.domain.request import Built
from mailbot.reply.answer import Given, answered
from mailbot.reply.enclosed import To, enclosed, stock_of
from mailbot.reply.mime import seal
from mailbot.shipped import read_providers
from tests.deliver.gateways import GATEWAYS
from tests.deliver.projects import packed, projects
from tests.reply.people import ANA, LETTERHEAD, MESSAGE, NOW, project, request

PROVIDERS = providers_of(read_providers(Path("/nowhere")))
HOUSE = replace(LETTERHEAD, providers=PROVIDERS)
PROJECTS = projects()
REVISION = {"number": 1, "author": ANA, "request": "r1", "at": NOW}
REPLY = Reply(
    request="r1", project=None, revision=1, kind="built", to=ANA, subject="Bees", text="v1 is ready.\n", in_reply_to=""
)
MOST = 3  #: forms that one answer is tried in


def given(files, receiver=None):
    """A first version with these files, for somebody at a mail system."""
    maker = Maker(kind="model", name="m", provider="p")
    draft = Draft(title="Bees", files=files, report=Report(), maker=maker)
    return Given(Built(draft=draft, number=1), request(), MESSAGE, project(), NOW, receiver or Receiver())


def sent(files, receiver, house=HOUSE):
    """The one mail that carries it, and its form."""
    [delivery] = answered(given(files, receiver), ["email"], house).deliveries
    return delivery.form, delivery.wire


def enclosing(files, receiver, house=HOUSE):
    """The same mail with fewer words, for the words are what takes long."""
    one = given(files, receiver)
    revision = recorded(project(), Revision(**REVISION, draft=one.event.draft), one.request.order)
    found = enclosed(stock_of(one.event, one.request, project(), revision), To(receiver=receiver), house)
    reply = replace(REPLY, form=found.form, attachments=found.attachments)
    return found.form, seal(reply, "email", NOW, house, found.form).wire


def arrived(files, gateway, receiver, made):
    """Every form that was tried, and the mail that was taken; refused forms are learned as a mail server says so."""
    tried = []
    while True:
        form, wire = made(files, receiver)
        tried.append(form)
        if gateway.judge(wire).startswith("250"):
            return tried, wire, receiver
        receiver = replace(receiver, refused=receiver.refused | {form})
        assert len(tried) < MOST, (gateway.name, tried, gateway.judge(wire))


@cache
def plain(number):
    """The mail that brings a project as the usual zip, whoever gets it."""
    return enclosing(PROJECTS[number][1], Receiver(), LETTERHEAD)[1]


def same(wire, files):
    """Whether the person has the files, byte for byte, once the mail is opened."""
    [found] = packages([wire])
    return {path: found.files.get(path) for path in files} == files


@pytest.mark.parametrize("gateway", GATEWAYS, ids=lambda one: one.name.replace(" ", "-").replace(",", ""))
def test_e31_every_project_arrives_with_nothing_to_do(gateway):
    """In at most three forms each, and what arrives is the files, byte for byte.

    Nine of ten go to people of one domain, about which we learn; the others each to a domain that we never wrote to.
    """
    nobody = known = Receiver(operator=PROVIDERS.operator_of([gateway.mx]))
    forms, tries, as_zip, cloned = Counter(), Counter(), 0, set()
    for number, (name, files) in enumerate(PROJECTS):
        fresh = number % 10 == 0
        tried, wire, learned = arrived(files, gateway, nobody if fresh else known, sent if fresh else enclosing)
        known = known if fresh else learned
        as_zip += gateway.judge(plain(number)).startswith("250")
        forms[str(tried[-1])] += 1
        tries[len(tried)] += 1
        stack = (tried[-1], name.partition("-")[0])
        if b".bundle" not in wire or stack not in cloned:  # cloning takes a while: one of each stack
            cloned.add(stack)
            assert same(wire, files), name
    print(f"{gateway.name}: {len(PROJECTS)} arrive, as a plain zip {as_zip}; {dict(forms)}, tries {dict(tries)}")
    assert sum(forms.values()) == len(PROJECTS) > as_zip


@pytest.mark.parametrize("mail", ["x.cmd", "deep/run.BAT", "a.js ", "b.js.", "sites/example.com", "lib/app.ex"])
def test_the_simulated_systems_are_as_strict_as_their_lists(mail):
    """A test of the test: a name of the list is seen, in a zip, in a zip within it and as an attachment."""
    wire = sent({"README.md": b"x\n", "inner.zip": packed({mail: b"x"})}, Receiver(), LETTERHEAD)[1]
    assert GATEWAYS[0].judge(wire).startswith("552-5.7.0")
    assert not GATEWAYS[0].judge(sent({"README.md": b"x\n"}, Receiver(), LETTERHEAD)[1]).startswith("55")
