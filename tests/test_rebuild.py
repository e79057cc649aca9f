"""Your inbox is the backup: a project comes back from the mails alone, byte for byte, and goes on."""

from __future__ import annotations

import email
import email.policy
import io
import json
import mailbox
import zipfile
from dataclasses import replace
from email.message import EmailMessage

import pytest

from mailbot import rebuild as module
from mailbot.build.forms_made import as_base64, as_text
from mailbot.build.history import bundle_of, full_bundle
from mailbot.build.history_record import record_of, written
from mailbot.build.package import package, zipped
from mailbot.domain.errors import Permanent
from mailbot.domain.names import Names
from mailbot.domain.project import ProjectId
from mailbot.domain.reply import DeliveryId
from mailbot.rebuild import again_of, gathered, mails_in, rebuild, to_folder, told
from mailbot.receive.reader import InProcess
from mailbot.settings import load
from mailbot.store import open_ledger
from tests.build.histories import MANY, files_in, git, project
from tests.fakes import NOW, PAGE, envelope
from tests.house import NAMES
from tests.process import run, settings
from tests.test_edit_life import ONE, patched, repacked, with_files
from tests.test_fork_life import passed_on
from tests.world import World, first, reply

KEY = (b"k" * 32).hex()
ROUNDS = (
    first("One page about bees. There must be a README.md file."),
    reply("Make the header blue."),
    reply("rollback to v1"),
    reply("Make the footer green. The page must say Honey."),
    reply("drop 1"),
    reply("rollback to v2"),
    reply("Make the header red."),
    reply("Add a picture."),
    reply("rollback to v4"),
    reply("Add a second page."),
    reply("Make the title longer."),
)


def place(folder):
    """A mailbox with our key and nothing else: its settings, and how its ledger is opened."""
    (folder / "data" / "keys").mkdir(parents=True)
    (folder / "data" / "keys" / "names-0001.key").write_text(KEY)
    known = load(settings(folder))

    async def open_again(clock):
        return await open_ledger(known.database_url, str(known.folder), clock)

    return known, open_again


async def live(world, *letters):
    """Let it live; its project, whole."""
    world.model.answers = [PAGE.format(f"<p>bee {n}</p>") for n in range(1, 30)]
    await world.live(*letters)
    [id] = {mail.project for mail in await world.ledger.mails(50) if mail.project}
    found = await whole(world.ledger, id)
    await world.stop()
    return found


async def whole(ledger, id):
    """The project of the ledger with every version."""
    return await ledger.project(id, *range(1, 50))


def same(one, other):
    """That two projects are the same: files, commits, what was found, and the checks."""
    assert sorted(one.revisions) == sorted(other.revisions)
    for number, revision in one.revisions.items():
        again = other.revisions[number]
        assert (again.commit, again.entry) == (revision.commit, revision.entry)
        assert again.draft.files == revision.draft.files
        assert again.draft.report.findings == revision.draft.report.findings
        assert (again.author, again.request, again.draft.title) == (
            revision.author, revision.request, revision.draft.title,
        )  # fmt: skip
    assert (other.owner, other.last, other.title, other.ledger) == (one.owner, one.last, one.title, one.ledger)


def to_mbox(path, wires):
    """The mails, as a mail program exports them."""
    box = mailbox.mbox(path)
    for wire in wires:
        box.add(wire)
    box.close()
    return path


async def restore(known, source, **how):
    return await rebuild(known, source, **({"to": None, "project": "", "look": False} | how))


async def test_e30_ten_rounds_come_back_from_the_mails_alone(tmp_path):
    """The ledger is thrown away: the same files, checks and commits, and the next wish goes on in the old thread."""
    _, opener = place(tmp_path / "lost")
    world = World(opener)
    before = await live(world, *ROUNDS)
    source = to_mbox(tmp_path / "thread.mbox", [one.wire for one in world.way.taken])
    known, opened = place(tmp_path / "new")
    said = await restore(known, source)
    world.open_ledger = opened
    await world.start()
    same(before, await whole(world.ledger, before.id))
    assert said.count("signed by us") == before.last == 10
    assert "missing" not in said
    await world.say(*ROUNDS, reply("Make it bigger."))
    after = await whole(world.ledger, before.id)
    assert after.last == 11
    assert f"parent {before.revisions[10].commit}" in after.revisions[11].entry
    assert (await world.ledger.count()).holds
    await world.stop()


def longer(files):
    """What somebody does to the files of a ZIP."""
    for name in files:
        if name.endswith("list.txt"):
            files[name] += b"line 13\n"


async def test_ten_rounds_of_wishes_rollbacks_edits_and_a_fork_come_back(tmp_path):
    """In git, in the mails, and after a rebuild from the mails alone the history is the same, byte for byte."""
    _, opener = place(tmp_path / "lost")
    world = World(opener)
    world.model.answers = [ONE.replace("line 1\n", f"top {n}\n") for n in range(20)]
    rounds = (
        first(), reply("Change the top."), patched("Here is my fix."), reply("rollback to v1"),
        reply("Change the top again."), with_files("My own.", ("edited.zip", repacked(longer))),
        reply("rollback to v3"), reply("Change the top once more."), patched("Here is my fix.", of=7),
        reply("rollback to v6"),
    )  # fmt: skip
    await world.live(*rounds)
    await passed(world, passed_on("", of=5))
    ids = {mail.project for mail in await world.ledger.mails(50) if mail.project}
    before = {id: await whole(world.ledger, id) for id in ids}
    wires = [one.wire for one in world.way.taken]
    await world.stop()
    thread, fork = sorted(before.values(), key=lambda one: -one.last)
    kinds = [one.draft.maker.kind for _, one in sorted(thread.revisions.items())]
    assert kinds == [
        "model", "model", "edit", "rollback", "model", "edit", "rollback", "model", "edit", "rollback",
    ]  # fmt: skip
    assert (fork.owner, fork.files) == ("bo@acme.example", thread.revisions[6].draft.files)
    known, opened = place(tmp_path / "new")
    said = await restore(known, to_mbox(tmp_path / "thread.mbox", wires))
    assert said.count("signed by us") == 11
    world.open_ledger = opened
    await world.start()
    for id, one in before.items():
        same(one, await whole(world.ledger, id))
    await world.stop()
    folder = tmp_path / "repository"
    (folder / "whole.bundle").parent.mkdir()
    (folder / "whole.bundle").write_bytes(full_bundle(thread)[1])
    git(folder, "clone", "-q", "whole.bundle", "cloned")
    log = git(folder / "cloned", "log", "--reverse", "--format=%H %ae").split("\n")
    assert [line.split()[0] for line in log if line] == [one.commit for _, one in sorted(thread.revisions.items())]


async def passed(world, letter):
    """A colleague sends what was passed on to them."""
    raw, to = letter(world, 3)
    await world.pipeline.receive(raw, replace(envelope(), recipients=(to,)))
    await world.drain()


# Threads that are written by hand, so that each can be wrong in its own way.

MADE = project(MANY, {**MANY, "README.md": b"blue\n"}, MANY, {"README.md": b"green\n"})
NEWEST = MADE.head


class Here:
    """Workers that are this process."""

    async def run(self, function, *args):
        return function(*args)


def letter(made, number, *, sign=NAMES.mark, attached=None, files=None):
    """Our mail about one version of *made*; *attached*: something else than its zip, of other *files*."""
    one = made.revisions[number]
    before = replace(made, last=number - 1, revisions={n: r for n, r in made.revisions.items() if n < number})
    packed = package(
        replace(one.draft, files=files or one.draft.files),
        request=one.request,
        at=one.at,
        number=number,
        record=record_of(before, one),
        sign=sign,
    )
    metadata = packed.metadata
    if files:  # it says of the other files that they are its own
        listed = [{"path": path, "added_by": "model"} for path in one.draft.files]
        metadata = written({**json.loads(metadata), "files": listed}, sign)
    mail = EmailMessage()
    mail["From"], mail["To"] = "build@mailbot.localhost", "ana@acme.example"
    mail["Message-ID"] = NAMES.message_id(made.id, str(number), DeliveryId(f"d{number}"))
    mail.set_content("It is ready.")
    attached = {packed.name: packed.zip} if attached is None else attached
    for name, content in {**attached, "metadata.json": metadata}.items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def bundled(made, number):
    """The bundle that came with one version."""
    before = replace(made, last=number - 1, revisions={n: r for n, r in made.revisions.items() if n < number})
    return dict([bundle_of(before, made.revisions[number])])


async def found_in(letters, names=NAMES):
    mails = ((f"mail {number}", raw) for number, raw in enumerate(letters, 1))
    return await gathered(mails, InProcess(), Here(), names)


async def again(letters, names=NAMES):
    """The project that these mails hold."""
    return await again_of(MADE.id, await found_in(letters, names), Here())


STRANGER = Names(domain="mailbot.localhost", keys=(b"s" * 32,))
OTHER = project(MANY, {**MANY, "README.md": b"blue\n"}, MANY, {"README.md": b"evil\n"})


async def test_versions_come_back_in_any_order_and_twice():
    """Out of their packages; the same mail again changes nothing."""
    letters = [letter(MADE, number) for number in (3, 1, 4, 2, 4)]
    same(MADE, (await again(letters)).project)


async def test_with_other_keys_it_is_unverified():
    """It comes back, and every line says so."""
    got = await again([letter(MADE, number) for number in range(1, 5)], STRANGER)
    same(MADE, got.project)
    assert "\n".join(told(got, known=True)).count("unverified") == 4


async def test_a_version_without_its_mail_is_in_the_history_of_the_next():
    """The bundle of v2 holds v1; the files of v3 are in no mail, and that is said."""
    letters = [letter(MADE, 2, attached=bundled(MADE, 2)), letter(MADE, 4)]
    got = await again(letters)
    said = "\n".join(told(got, known=True))
    assert sorted(got.project.revisions) == [1, 2, 4]
    assert got.project.revisions[1].draft.files == MANY
    assert got.missing == (3,)
    assert "v3 is missing: no mail here holds its files" in said
    assert "from the history of a later one" in said
    assert "the version before it is not here" in said


async def test_thin_bundles_alone_are_enough():
    """Each on top of the one before, whatever the order of the mails."""
    letters = [letter(MADE, number, attached=bundled(MADE, number)) for number in (4, 3, 2)]
    got = await again(letters)
    assert {n: one.draft.files for n, one in got.project.revisions.items()} == {
        n: one.draft.files for n, one in MADE.revisions.items()
    }


async def test_a_forged_mail_does_not_count_against_a_signed_one():
    """Another v4, under the Message-ID of ours, written with another key."""
    letters = [letter(OTHER, 4, sign=STRANGER.mark), *(letter(MADE, number) for number in range(1, 5))]
    got = await again(letters)
    same(MADE, got.project)
    assert got.notes == ("mail 1: it brings another v4, which is not the one in the history",)


async def test_a_changed_record_is_not_signed():
    """One letter of the checks' words, and the mark is void."""
    raw = letter(MADE, 4)
    content = email.message_from_bytes(raw, policy=email.policy.default)
    changed = json.loads(next(part for part in content.walk() if part.get_filename() == "metadata.json").get_content())
    changed["checks"]["executed"] = False
    [part] = [part for part in content.walk() if part.get_filename() == "metadata.json"]
    part.set_content(json.dumps(changed).encode(), maintype="application", subtype="json", filename="metadata.json")
    got = await again([content.as_bytes()])
    assert not got.claims[4].signed
    assert (await again([raw])).claims[4].signed


async def test_two_newest_versions_that_nobody_signed_are_for_a_person_to_decide():
    """Nothing is guessed; which mails they are is said."""
    letters = [*(letter(MADE, number, sign=None) for number in range(1, 5)), letter(OTHER, 4, sign=None)]
    with pytest.raises(Permanent, match=r"several mails bring a v4 .*: mail 4, mail 5. Take out"):
        await again(letters)


async def test_the_later_version_says_which_earlier_one_is_right():
    """Of two v2 the one counts on which v3 stands."""
    other = project(MANY, {"README.md": b"evil\n"})
    got = await again([letter(other, 2, sign=None), *(letter(MADE, n, sign=None) for n in range(1, 5))])
    same(MADE, got.project)
    assert got.notes == ("mail 1: it brings another v2, which is not the one in the history",)


async def test_files_that_are_not_what_the_commit_says_do_not_count():
    """The record is ours, the package beside it is not."""
    evil = {"bees-v4.zip": zipped({"README.md": b"evil\n"}, "bees-v4")}
    got = await again([*(letter(MADE, number) for number in (1, 2, 3)), letter(MADE, 4, attached=evil)])
    assert got.missing == (4,)
    assert 4 not in got.project.revisions


@pytest.mark.parametrize("path", ["../x", "/etc/x", ".git/config", "a/../../x"])
async def test_files_whose_names_do_harm_do_not_count(path):
    """Not even where a commit has just these."""
    made = project(MANY, {path: b"x"})
    evil = {"a.zip": raw_zip({f"bees/{path}": b"x"})}
    got = await again([letter(MADE, 1), letter(made, 2, attached=evil, files=MANY)])
    assert got.missing == (2,)


def raw_zip(files):
    """A zip with any names at all."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


PLAIN = project({"index.html": b"<h1>Bees</h1>\n", "run.cmd": b"echo\n"})
PACKED = package(PLAIN.head.draft, request="r1", at=NOW, number=1)
RENAMED = {path + ".txt" if path == "run.cmd" else path: content for path, content in PACKED.tree.items()}
SIGNED = {**PACKED.tree, "SHA256SUMS": b"x", "sbom.cdx.json": b"{}"}  #: what is packed and not even listed
FORMS = {
    "signed": {"a.zip": zipped(SIGNED, "bees")},
    "zip": {"a.zip": PACKED.zip},
    "renamed": {"a.zip": zipped(RENAMED | {"RENAME.json": b'{"files": {"run.cmd.txt": "run.cmd"}}'}, "bees")},
    "text": {"a.txt": as_text(PACKED.tree)},
    "base64": {"a.base64.txt": as_base64(PACKED.zip)},
    "bundle": dict([full_bundle(PLAIN)]),
}


@pytest.mark.parametrize("form", list(FORMS))
async def test_every_form_is_read(form):
    """Also without the files that are only packed around it."""
    got = await again([letter(PLAIN, 1, attached=FORMS[form])])
    assert got.project.files == PLAIN.files


def with_metadata(content):
    mail = EmailMessage()
    mail["From"], mail["X-Mailbot-Loop"] = "build@mailbot.localhost", "mailbot.localhost"
    mail.set_content("x")
    mail.add_attachment(content, maintype="application", subtype="json", filename="metadata.json")
    return mail.as_bytes()


BROKEN = {
    "no-json": b"{",
    "deep": b"[" * 200_000,
    "a-list": b"[]",
    "no-version": b'{"package_version": true}',
    "strange-version": b'{"package_version": 99999999999999}',
    "no-commit": b'{"package_version": 1, "history": {"project": "t7k2m9"}}',
    "another-commit": json.dumps(
        {"package_version": 1, "history": {"project": "t7k2m9", "commit": "0" * 40, "entry": NEWEST.entry}}
    ).encode(),
    "all-of-the-wrong-kind": json.dumps(
        {"package_version": 4, "ledger": [1], "files": 2, "checks": {"findings": [None]}, "coverage": [],
         "history": {"project": "t7k2m9", "commit": NEWEST.commit, "entry": NEWEST.entry, "made_by": 3}}
    ).encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", list(BROKEN))
async def test_a_mail_that_is_not_what_it_says_is_passed_over(name):
    """The others count; what was wrong is said."""
    letters = [with_metadata(BROKEN[name]), *(letter(MADE, number) for number in range(1, 5))]
    found = await found_in(letters)
    got = await again_of(MADE.id, found, Here())
    same(MADE, got.project)
    assert found.notes or got.notes or name == "all-of-the-wrong-kind"


async def test_mails_of_others_are_not_even_opened():
    """Only those that carry our mark are read."""
    others = [b"From: a@b\r\nSubject: x\r\n\r\nMessage-ID: <t7k2m9.1.d.aaaaaaaaaa@x>\r\n", b"", b"\xff\0"]
    found = await found_in([*others, letter(MADE, 1)])
    assert (found.mails, found.ours, found.notes) == (4, 1, [])


def test_mails_are_found_in_whatever_a_program_exports(tmp_path):
    """An mbox, a Maildir, a folder of files, one file."""
    raw = [b"Subject: one\n\nFrom here on\n\nx\n", b"Subject: two\n\ny\n"]
    to_mbox(tmp_path / "a.mbox", raw)
    kept = mailbox.Maildir(tmp_path / "maildir")
    (tmp_path / "folder").mkdir()
    for number, one in enumerate(raw):
        kept.add(one)
        (tmp_path / "folder" / f"{number}.eml").write_bytes(one)
    for name, count in (("a.mbox", 2), ("maildir", 2), ("folder", 2), ("folder/0.eml", 1)):
        got = list(mails_in(tmp_path / name))
        assert sorted(one.split(b"\n")[0] for _, one in got) == [b"Subject: one", b"Subject: two"][:count]
    assert [where for where, _ in mails_in(tmp_path / "a.mbox")] == ["a.mbox, mail 1", "a.mbox, mail 2"]


def test_a_mail_that_is_too_large_is_named_and_the_next_is_read(tmp_path, monkeypatch):
    """It never stands in memory."""
    monkeypatch.setattr(module, "MAX_MAIL", 1_000)
    (tmp_path / "a.mbox").write_bytes(
        b"From x\n" + b"y" * 5_000 + b"\n" + b"z\n" * 900 + b"\nFrom x\nSubject: b\n\nc\n"
    )
    (tmp_path / "b.eml").write_bytes(b"Subject: x\n\n" + b"y" * 2_000)
    assert [raw is None for _, raw in mails_in(tmp_path / "a.mbox")] == [True, False]
    assert [raw is None for _, raw in mails_in(tmp_path / "b.eml")] == [True]


async def test_a_repository_is_made_of_the_mails(tmp_path):
    """Git finds no fault in it; the commits are the same; a folder with something in it is left alone."""
    got = await again([letter(MADE, number) for number in range(1, 5)])
    assert "a git repository of 4 versions." in to_folder(got, tmp_path / "bees")
    assert git(tmp_path / "bees", "fsck", "--strict", "--full") == ""
    assert git(tmp_path / "bees", "rev-parse", "HEAD", "v3", "v1").split() == [
        MADE.revisions[number].commit for number in (4, 3, 1)
    ]
    assert git(tmp_path / "bees", "status", "--porcelain") == ""
    assert files_in(tmp_path / "bees") == MADE.files
    with pytest.raises(Permanent, match="is not empty"):
        to_folder(got, tmp_path / "bees")


async def test_a_repository_with_gaps_begins_anew(tmp_path):
    """And says so."""
    got = await again([letter(MADE, number) for number in (1, 4)])
    assert "begins anew where versions are missing" in to_folder(got, tmp_path / "bees")
    assert git(tmp_path / "bees", "fsck", "--strict", "--full") == ""
    assert files_in(tmp_path / "bees") == MADE.files


async def test_mails_without_a_version_are_told_so(tmp_path):
    """With what helps; and several projects do not go into one folder."""
    known, _ = place(tmp_path / "new")
    source = to_mbox(tmp_path / "empty.mbox", [b"Subject: x\n\ny\n", with_metadata(b"{")])
    with pytest.raises(Permanent, match=r"(?s)in the 2 mails of .*, of which 1 are .*Give the mails with.*left out"):
        await restore(known, source)
    both = [letter(MADE, 1), letter(replace(MADE, id=ProjectId("zzzzzz")), 1)]
    with pytest.raises(Permanent, match="several projects in it: t7k2m9, zzzzzz; name one with --project"):
        await restore(known, to_mbox(tmp_path / "both.mbox", both), to=tmp_path / "bees")
    with pytest.raises(Permanent, match="no version of project nobody; there are t7k2m9, zzzzzz is in"):
        await restore(known, tmp_path / "both.mbox", project="nobody")
    with pytest.raises(Permanent, match="cannot be read: No such file"):
        await restore(known, tmp_path / "nowhere.mbox")


def test_the_command_says_what_it_finds_and_what_to_do(tmp_path):
    """As a person types it: a look at what there is."""
    config = settings(tmp_path)
    source = to_mbox(tmp_path / "thread.mbox", [letter(MADE, number) for number in range(1, 5)])
    shown = run("rebuild", source, "--look", "-c", config)
    assert shown.returncode == 0, shown.stderr
    assert f"v4  {NEWEST.commit}  2026-11-20 12:04 UTC  1 files, unverified" in shown.stdout
    assert "Our keys are not here, so nothing could be verified" in shown.stdout
