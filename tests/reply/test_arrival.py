"""What is said of the form of a package: why, how it is opened, what stayed behind, how another one is asked for."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path

import pytest

from mailbot.build.package import MAX_FILES
from mailbot.build.providers import providers_of
from mailbot.client.found import packages
from mailbot.domain.errors import Permanent
from mailbot.domain.intent import Kind
from mailbot.domain.project import Draft, Maker, Report
from mailbot.domain.reply import Receiver
from mailbot.domain.request import Built, GaveUp, Told
from mailbot.reply.answer import Given, answered
from mailbot.shipped import read_providers
from tests.reply.people import DRAFT, FIRST, LETTERHEAD, MESSAGE, NOW, project, request

HOUSE = replace(LETTERHEAD, providers=providers_of(read_providers(Path("/nowhere"))))
SMALL = replace(LETTERHEAD, providers=providers_of({"a": '{"name": "unknown", "limit": 800000, "endings": "cmd js"}'}))
NODE = {"server.js": b"let a = 1\n", "run.cmd": b"x\n", "README.md": b"# Bees\n", "package.json": b"{}\n"}
WEB = {"index.html": b'<meta charset=utf-8><body><script src="a.js"></script></body>\n', "a.js": b"x = 1\n"}
PLAIN = {"notes.txt": b"x\n", "README.md": b"# Bees\n"}


def noise(number, seed=1):
    """Bytes that do not pack."""
    return random.Random(seed).randbytes(number)


def mails(files, operator="google", form="", house=HOUSE, **receiver):
    """The mails of a first version with these files."""
    draft = Draft(title="Bees", files=files, report=Report(), maker=Maker(kind="model", name="m"))
    one = request()
    order = replace(one.order, intent=replace(one.order.intent, form=form))
    to = Receiver(operator=operator, **receiver)
    given = Given(Built(draft=draft, number=1), replace(one, admitted=order), MESSAGE, project(), NOW, to)
    return answered(given, ["email"], house)


def said(files, **more):
    """The words of the first of them, on one line, and its form."""
    made = mails(files, **more)
    return " ".join(made.reply.text.split()), made.deliveries[0].form


def test_a_zip_needs_no_words_but_how_another_form_is_asked_for():
    """The usual case stays as short as it was."""
    text, form = said(PLAIN)
    assert form == "zip"
    assert 'Attached: bees-v1.zip, metadata.json. No attachment? Reply "resend as bundle", or as text or zip.' in text
    assert "refuses" not in text


def test_other_names_are_told_with_the_reason_and_the_way_back():
    """Who refuses what, and what gives the names back."""
    text, form = said(NODE)
    assert form == "renamed"
    assert "Gmail refuses files such as run.cmd, server.js, so their names end in .txt here." in text
    assert "Open it: unpack bees-v1.zip; RENAME.json in it has the one line that gives the files" in text
    assert "server.js: let a = 1" in text


@pytest.mark.parametrize(
    ("files", "more", "form", "words"),
    [
        (WEB, {}, "page", "Open it: double-click bees-v1.html; everything is inside it."),
        (PLAIN, {"form": "bundle"}, "bundle", "Open it: git clone bees-v1.bundle"),
        (PLAIN, {"form": "text"}, "text", "Open it: all files stand in bees-v1.txt, one after another"),
        (PLAIN, {"form": "base64"}, "base64", "base64 -d bees-v1.base64.txt > bees-v1.zip"),
        (PLAIN, {"form": "link"}, "zip", 'You asked for it as "link"; that does not get through'),
        (NODE, {"form": "zip"}, "renamed", 'You asked for it as "zip"; that does not get through'),
        (NODE, {"operator": ""}, "renamed", "Your mail server refuses files such as run.cmd, server.js"),
    ],
)
def test_each_form_says_how_it_is_opened(files, more, form, words):
    """In a line; and a wish that could not be followed is named."""
    text, found = said(files, **more)
    assert (found, words in text) == (form, True), text


def test_the_delivery_has_its_form_and_a_name_of_its_own():
    """So that the same answer can go out again in another form."""
    first, second = mails(PLAIN).deliveries[0], mails(PLAIN, refused=frozenset({"zip"})).deliveries[0]
    assert (first.form, second.form) == ("zip", "bundle")
    assert first.id != second.id
    assert first.message_id != second.message_id
    assert mails(PLAIN).deliveries[0] == first


def test_a_link_is_offered_where_packages_can_be_fetched():
    """And only there."""
    one = replace(request(), id="abcdefghijklmnopqrst")
    draft = replace(DRAFT, files=PLAIN)
    order = replace(one.order, intent=replace(one.order.intent, form="link"))
    given = Given(Built(draft=draft, number=1), replace(one, admitted=order), MESSAGE, project(), NOW)
    made = answered(given, ["email"], replace(HOUSE, public_url="https://build.example.org"))
    assert made.deliveries[0].form == "link"
    assert "Fetch it within 7 days: https://build.example.org/get/abcdefghijklmnopqrst/1/" in " ".join(
        made.reply.text.split()
    )
    assert "or as text, zip or link" in " ".join(made.reply.text.split())


def test_e31_what_is_too_large_leaves_behind_what_can_be_made_again():
    """Named with its size, in the mail and in metadata.json; the rest is complete (J8)."""
    heavy = {f"node_modules/p{n}/i.js": noise(120_000, n) for n in range(8)}
    made = mails({**NODE, **heavy}, operator="", house=SMALL)
    text = " ".join(made.reply.text.split())
    assert re.search(r"I left out what you can make again: node_modules \(\d\.\d MB\)\.", text)
    [found] = packages([made.deliveries[0].wire])
    assert b'"left_out"' in found.files["metadata.json"]
    assert {name: found.files[name] for name in NODE} == NODE
    assert len(made.deliveries[0].wire) < 800_000
    many = {f"node_modules/{n}.js": b"" for n in range(MAX_FILES)}
    assert "node_modules (0.0 MB)" in said({**NODE, **many})[0]


def test_e31_what_fits_into_no_mail_comes_in_several():
    """Each below the limit, joined by one command; the parts after the first say which they are (J8)."""
    files = {**PLAIN, "weights.bin": noise(300_000, 1), "more.bin": noise(300_000, 2)}
    made = mails(files, operator="", house=SMALL)
    assert [one.form for one in made.deliveries] == ["zip", "zip-2of2"]
    assert all(len(one.wire) < 800_000 for one in made.deliveries)
    text = " ".join(made.reply.text.split())
    assert "this is part 1 of 2. Save all of them, then join them: mailbot open part1.eml part2.eml" in text
    assert b"Part 2 of 2 of bees-v1." in made.deliveries[1].wire
    [found] = packages([one.wire for one in made.deliveries])
    assert {name: found.files[name] for name in files} == files
    assert len({one.message_id for one in made.deliveries}) == 2


def test_e31_what_is_too_large_for_all_of_them_is_refused_with_what_helps():
    """In megabytes, for the mail server that it goes to."""
    with pytest.raises(Permanent, match=r"your mail server takes 0\.4 MB, and it does not fit into a few mails either"):
        mails({"a.bin": noise(3_000_000)}, operator="", house=SMALL)


def again(text="v1", revision=None, form="", about=None):
    """A version that is sent again."""
    one = request(Kind.RESEND)
    intent = replace(one.order.intent, revision=revision, form=form)
    asked = replace(one, admitted=replace(one.order, intent=intent))
    return answered(
        Given(Told(topic="resent", text=text), asked, MESSAGE, about or project(FIRST), NOW), ["email"], HOUSE
    )


def test_a_version_that_is_sent_again_is_the_same_package():
    """The files, the name and the request that made it; no new version comes of it."""
    made = again()
    text = " ".join(made.reply.text.split())
    assert text.startswith('Here is v1 of "Sales page" again.')
    assert "Attached: sales-page-v1.zip, metadata.json" in text
    assert 'Reply "resend as bundle"' in text
    assert made.revision is None
    [found] = packages([made.deliveries[0].wire])
    assert {name: found.files[name] for name in DRAFT.files} == dict(DRAFT.files)
    assert b'"request_id": "r1"' in found.files["metadata.json"]
    assert "sales-page-v1.zip" in made.reply.html
    assert again(form="text").deliveries[0].form == "text"


def test_rules_name_the_forms_and_the_size():
    """What an admin sets for these people holds, where it can be made."""
    one = request()
    grants = replace(one.order.set, forms=("bundle",), max_reply_bytes=700_000)
    asked = replace(one, admitted=replace(one.order, set=grants))
    given = Given(Built(draft=replace(DRAFT, files=PLAIN), number=1), asked, MESSAGE, project(), NOW)
    assert answered(given, ["email"], HOUSE).deliveries[0].form == "bundle"
    large = replace(given, event=Built(draft=replace(DRAFT, files={"a.bin": noise(3_000_000)}), number=1))
    with pytest.raises(Permanent, match="mail server takes"):
        answered(large, ["email"], HOUSE)


def test_a_try_that_goes_along_is_told_how_to_open_it():
    """It is no version, and its form is chosen like any other."""
    draft = Draft(title="Bees", files=NODE, report=Report(), maker=Maker(kind="model", name="m"))
    event = GaveUp(reason="a check fails", draft=draft, number=2)
    made = answered(
        Given(event, request(), MESSAGE, project(FIRST), NOW, Receiver(operator="google")), ["email"], HOUSE
    )
    text = " ".join(made.reply.text.split())
    assert made.deliveries[0].form == "renamed"
    assert "Gmail refuses files such as run.cmd, server.js" in text
    assert "RENAME.json in it has the one line" in text
