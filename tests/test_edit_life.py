"""The life of an author's own changes: a patch, a ZIP, a bundle, pasted lines; merged, asked about, and never lost."""

from __future__ import annotations

import base64
import copy
import io
import subprocess
import zipfile

import pytest

from mailbot.build.edit_apply import blob_id
from mailbot.domain.intent import Kind
from mailbot.domain.project import Finding, Report, Result
from tests.fakes import mail
from tests.world import World, first, read, reply, words

LINES = "=== FILE: list.txt ===\n{}\n=== END FILE ===\n"
ONE = LINES.format("\n".join(f"line {number}" for number in range(1, 13)))
TWO = ONE.replace("line 1\n", "top changed\n")
PATCH = """\
diff --git a/list.txt b/list.txt
--- a/list.txt
+++ b/list.txt
@@ -10,3 +10,3 @@
 line 10
-line 11
+line eleven
 line 12
"""
TOP = """\
--- list.txt
+++ list.txt
@@ -1,2 +1,2 @@
-line 1
+mine
 line 2
"""

PLAIN = ONE.partition("\n")[2].removesuffix("=== END FILE ===\n").encode()
LOOSE = PLAIN.replace(b"line 11", b"line eleven")
INDEXED = PATCH.replace("--- a", f"index {blob_id(PLAIN)[:9]}..0123abc 100644\n--- a", 1)


def with_files(text, *files, of=None, **headers):
    """An answer to a mail of ours, the newest or another, with files."""

    def write(world, number):
        ours = list(world.answers()[0])
        raw, to = reply(text)(world, number)
        raw = raw.replace(ours[number - 2].encode(), ours[of].encode()) if of is not None else raw
        head, _, body = raw.partition(b"\r\n\r\n")
        parts = [b"Content-Type: text/plain\r\n\r\n" + body, *(part(world, *one) for one in files)]
        inner = b"".join(b"\r\n--b\r\n" + one for one in parts)
        return (
            head + b"\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n" + inner + b"\r\n--b--\r\n",
            to,
        )

    return write


def part(world, name, content):
    made = content(world) if callable(content) else content
    fields = f'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="{name}"\r\n'
    return f"{fields}Content-Transfer-Encoding: base64\r\n\r\n".encode() + base64.encodebytes(made)


def patched(text, patch=PATCH, of=None):
    return with_files(text, ("change.patch", patch.encode()), of=of)


def package(ending, at=-1):
    """A file of one of our mails, as the person saved it."""

    def of(world):
        mail = read(world, at)
        (found,) = [one for one in mail.iter_attachments() if one.get_filename().endswith(ending)]
        return found.get_content()

    return of


def repacked(change, at=-1):
    """Our ZIP, unpacked, changed and packed again."""

    def of(world):
        files = {}
        with zipfile.ZipFile(io.BytesIO(package(".zip", at)(world))) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        change(files)
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return made.getvalue()

    return of


@pytest.fixture
async def world(memory_ledgers):
    one = World(await memory_ledgers())
    one.model.by_kind = {Kind.CREATE: ONE, Kind.REVISE: TWO}
    await one.start()
    yield one
    await one.stop()


async def project(world, at=-1):
    """The project of one of our mails, with all its versions."""
    id = list(world.answers()[0])[at].partition(".")[0].lstrip("<")
    return await world.ledger.project(id, *range(1, 9))


async def test_j12_a_patch_becomes_the_next_version(world):
    """By its author, line for line; no model is asked."""
    await world.say(first(), patched("Here is my fix."))
    found = await project(world)
    assert (found.last, len(world.model.asked)) == (2, 1)
    assert b"line eleven" in found.files["list.txt"]
    assert (found.head.author, found.head.draft.maker.kind) == ("ana@acme.example", "edit")
    assert words(world).startswith("Your patch is applied: v2, by your own hand. Changed: list.txt")


async def test_j12_it_is_merged_with_what_was_built_meanwhile(world):
    """It was made from v1, and in v2 another line is changed."""
    await world.say(first(), reply("Change the top."), patched("My fix of v1.", of=0))
    found = await project(world)
    assert found.last == 3
    assert found.files["list.txt"].splitlines()[0::10] == [b"top changed", b"line eleven"]


async def test_j12_a_patch_that_names_what_it_was_made_from(world):
    """Both passages are said to have no lines around them; the content that git names says which version it was."""
    await world.say(first(), reply("Change the top."), patched("My fix of v1.", INDEXED))
    found = await project(world)
    assert "They were made from v1 and are merged with v2 without a conflict." in words(world)
    assert found.files["list.txt"].splitlines()[0::10] == [b"top changed", b"line eleven"]


async def test_j12_a_conflict_is_asked_about(world):
    """Nothing is changed before its author says which; both passages are shown."""
    await world.say(first(), reply("Change the top."), patched("My fix of v1.", TOP, of=0), reply("mine"))
    asked = words(world, 2)
    assert asked.startswith("I changed nothing yet: I need 1 answer from you.")
    assert "mine (what you sent): mine yours (v2): top changed" in asked
    found = await project(world)
    assert (found.last, len(world.model.asked)) == (3, 2)
    assert found.files["list.txt"].startswith(b"mine\n")


@pytest.mark.parametrize(("answer", "line"), [("1 yours, thanks", b"top changed"), ("both", b"top changed\nmine")])
async def test_j12_the_other_side_or_both_can_be_chosen(world, answer, line):
    """To choose what stands is to change nothing, and that is said."""
    await world.say(first(), reply("Change the top."), patched("My fix of v1.", TOP, of=0), reply(answer))
    found = await project(world)
    assert found.files["list.txt"].startswith(line + b"\n")
    assert (found.last, "there is no change" in words(world)) == ((2, True) if answer[0] == "1" else (3, False))


async def test_other_words_than_a_choice_are_a_wish(world):
    """The edit is left alone; it can be sent again."""
    await world.say(first(), reply("Change the top."), patched("Of v1.", TOP, of=0), reply("Make it blue instead."))
    assert world.model.asked[-1].text == "Make it blue instead."


async def test_j12_an_edited_zip(world):
    """With our metadata, our top folder, and the files that we had put around it; a file may go, another come."""

    def change(files):
        (top,) = {name.partition("/")[0] for name in files}
        files[f"{top}/list.txt"] = files[f"{top}/list.txt"].replace(b"line 11", b"line eleven").replace(b"\n", b"\r\n")
        files[f"{top}/new.txt"] = b"new\n"

    await world.say(first(), with_files("I changed two things.", ("bees.zip", repacked(change))))
    found = await project(world)
    assert sorted(found.files) == ["list.txt", "new.txt"]
    assert found.files["list.txt"] == found.revisions[1].draft.files["list.txt"].replace(b"line 11", b"line eleven")


async def test_an_unchanged_zip_is_no_change(world):
    """It is said, and no version is made."""
    await world.say(first(), with_files("Here.", ("bees.zip", repacked(lambda _: None))))
    assert words(world).startswith("Your files are the same as v1: there is no change.")
    assert (await project(world)).last == 1


async def test_a_wish_beside_an_edit_is_built_upon_it(world):
    """Two versions in one answer: the author's own, then the model's; the model was shown the edited files."""
    await world.say(first(), patched("Here is my fix. Please change the top line as well."))
    found = await project(world)
    assert [found.revisions[number].draft.maker.kind for number in (2, 3)] == ["edit", "model"]
    assert b"line eleven" in found.revisions[2].draft.files["list.txt"]
    assert b"line eleven" in world.model.asked[-1].files["list.txt"]
    assert "v2, by your own hand" in words(world)


async def test_a_wish_that_comes_to_nothing_leaves_the_edit(world):
    """The author's own work is a version all the same, and what was not done is quoted."""
    world.model.by_kind[Kind.REVISE] = "I cannot."
    await world.say(first(), patched("Here is my fix. Please change the top line as well."))
    found = await project(world)
    assert (found.last, found.head.draft.maker.kind) == (2, "edit")
    assert "Nothing came of the wish beside it" in words(world)


async def test_what_breaks_is_told_and_the_edit_is_kept(world):
    """It is the author's own; it is never called done."""
    world.sandbox.results = [Result.PASSED, Result.FAILED]
    await world.say(first(), patched("Here is my fix."))
    assert (await project(world)).last == 2
    assert "it is not done: 1 check fails" in words(world)


async def test_a_patch_that_does_not_fit_is_told_passage_by_passage(world):
    """In words, with what helps; nothing is changed."""
    await world.say(first(), patched("Here is my fix.", PATCH.replace("line 11", "no such line")))
    told = words(world)
    assert told.startswith("I did not take over your changes; nothing was changed.")
    assert "passage 1 of list.txt, line 10" in told
    assert "attach the whole files" in told
    assert (await project(world)).last == 1


async def test_pasted_lines(world):
    """A block that begins and ends with lines of the file takes their place."""
    block = "list.txt is better so:\r\n\r\n```\r\nline 10\r\nline ten and a half\r\nline 11\r\n```"
    await world.say(first(), reply(block))
    found = await project(world)
    assert found.files["list.txt"].splitlines()[9:12] == [b"line 10", b"line ten and a half", b"line 11"]


async def test_a_loose_file_takes_the_place_of_its_name(world):
    """Whole, and merged as everything else."""
    await world.say(first(), reply("Change the top."), with_files("Mine.", ("list.txt", LOOSE), of=0))
    found = await project(world)
    assert found.files["list.txt"].splitlines()[0::10] == [b"top changed", b"line eleven"]


async def test_a_bundle_of_stock_git_is_taken_over(world, tmp_path):
    """Cloned from our mail, changed, committed, bundled on top of our commit: merged with what came meanwhile."""
    await world.say(first(), reply("Change the top."))
    (tmp_path / "ours.bundle").write_bytes(package(".bundle")(world))
    git(tmp_path, "clone", "-q", "ours.bundle", "bees")
    git(tmp_path / "bees", "checkout", "-q", "-b", "mine", "v1")
    (tmp_path / "bees" / "list.txt").write_bytes(LOOSE)
    git(tmp_path / "bees", "commit", "-qam", "my fix")
    git(tmp_path / "bees", "bundle", "create", "../mine.bundle", "v1..mine")
    mine = (tmp_path / "mine.bundle").read_bytes()
    await world.say(first(), reply("Change the top."), with_files("My commits.", ("mine.bundle", mine)))
    found = await project(world)
    assert words(world).startswith("Your commits are taken over: v3")
    assert found.files["list.txt"].splitlines()[0::10] == [b"top changed", b"line eleven"]


def git(folder, *words):
    told = ["git", "-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "advice.detachedHead=false", *words]
    subprocess.run(told, cwd=folder, check=True, capture_output=True)


async def test_a_series_of_git_send_email(world):
    """One mail for each patch, each a version by its author; the letter to them is no wish."""
    second = PATCH.replace("line eleven", "line 11 again").replace("-line 11\n", "-line eleven\n")

    def sent(part, text):
        def write(world, number):
            to = read(world, 0)["Reply-To"]
            told = {"In-Reply-To": "<2@acme.example>", "References": "<2@acme.example>"}
            return mail(text.replace("\n", "\r\n"), f"[PATCH {part}/2] Better lines", to, number, **told), to

        return write

    letter = sent(0, "Please make these changes.\n\n list.txt | 2 +-\n")
    one, two = (sent(at, f"Make it a word.\n---\n{patch}--\n2.43.0\n") for at, patch in ((1, PATCH), (2, second)))
    await world.say(first(), letter, one, two)
    found = await project(world)
    assert (found.last, len(world.model.asked)) == (3, 1)
    assert found.files["list.txt"].splitlines()[10] == b"line 11 again"
    assert words(world, 1).startswith("This is the letter to your patches")


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"../out.txt": b"x\n"}, "nothing in it can be used"),
        ({".git/hooks/pre-commit": b"x\n", "list.txt": LOOSE, "CON.txt": b"x\n"}, "Windows takes it for a device"),
        ({f"many/{number}.txt": b"%d" % number for number in range(6_000)}, "entries"),
        ({f"many/{number}.txt": b"%d" % number for number in range(700)}, "701 files, and 500 is the most"),
        ({"list.txt": LOOSE, "data/list.txt": b"", "data": b"y"}, "collides with"),
    ],
    ids=["traversal", "names", "entries", "files", "twins"],
)
async def test_a_hostile_zip_changes_nothing(world, files, why):
    """It is told why; the newest version stays."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    await world.say(first(), with_files("Here.", ("bees.zip", made.getvalue())))
    assert (await project(world)).last == 1
    assert why in words(world)


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (("mine.bundle", b"# v2 git bundle\n" + b"x" * 100), "it is broken; make it again with git bundle create"),
        (
            ("mine.bundle", b"# v2 git bundle\n-" + b"ab" * 20 + b"\n" + b"cd" * 20 + b" HEAD\n\nPACK"),
            "commit ababababab",
        ),
        (("a.patch", PATCH.encode() + b" " * 5_000_001), "5 MB at most"),
        (("a.patch", PATCH.replace("list.txt", "../../etc/passwd").encode()), "there is no such file"),
        (("a.patch", b"--- /dev/null\n+++ b/.git/config\n@@ -0,0 +1 @@\n+x\n"), "programs act on a file of that name"),
    ],
    ids=["no bundle", "unknown commit", "5 MB", "traversal", "hook"],
)
async def test_a_hostile_edit_changes_nothing(world, file, why):
    """In words that help."""
    await world.say(first(), with_files("Here.", file))
    assert (await project(world)).last == 1
    assert why in words(world)


async def test_a_fix_says_which_files_it_changed(world):
    """Of the code that the first mail brought, which is no version of ours."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("bees/list.txt", PLAIN)
        archive.writestr("bees/app.py", "a = 1\n")
    world.model.by_kind[Kind.FIX] = TWO

    def letter(world, number):
        head, _, _ = mail("Fix the top line in my code.", "Bees").partition(b"\r\n\r\n")
        parts = [
            b"Content-Type: text/plain\r\n\r\nFix the top line in my code.",
            part(world, "bees.zip", made.getvalue()),
        ]
        inner = b"".join(b"\r\n--b\r\n" + one for one in parts)
        return (
            head + b"\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n" + inner + b"\r\n--b--\r\n",
            "build@mailbot.localhost",
        )

    await world.say(letter)
    assert "Changed: list.txt" in words(world)
    assert "New:" not in words(world)


async def test_a_secret_in_an_edit_is_not_packed(world):
    """It would leave with the next mail."""
    leak = Finding(
        check="secrets", subject="list.txt", result=Result.FAILED, detail="line 11: a GitHub token; take it out"
    )
    world.sandbox.check = AsyncCheck(Report(), Report(findings=(leak,)))
    await world.say(first(), patched("Here is my fix."))
    assert (await project(world)).last == 1
    assert "list.txt holds what nobody else should see, line 11: a GitHub token; take it out" in words(world)


class AsyncCheck:
    """Finds one report after another."""

    def __init__(self, *reports):
        self.reports = list(reports)

    async def __call__(self, files, checks, before=None):
        return self.reports.pop(0)


EDIT = patched("Here is my fix.")
BOTH = patched("Here is my fix. Please change the top line as well.")


async def lived(begun, die_at=None):
    """The edit in a copy of a world, as it was *begun*."""
    kept = ("way", "model", "sandbox", "clock", "acknowledged")
    ledger, values = copy.deepcopy((begun.ledger, {name: getattr(begun, name) for name in kept}))

    async def again(_clock):
        return ledger

    return await World(again, **values).live(first(), EDIT, die_at=die_at)


async def test_die_at_every_effect_of_an_edit(world):
    """A version or none: each mail has one answer, and no edit is made twice."""
    await world.say(first())
    whole = await lived(world)
    expected = await project(whole)
    for die_at in range(2, whole.life.effects + 1, 2):  # after each: before the next one nothing else is stored
        again = await lived(world, die_at)
        assert (list(again.answers()[0]), again.crashes) == (list(whole.answers()[0]), 1)
        found = await project(again)
        assert [one.draft.files for one in found.revisions.values()] == [
            one.draft.files for one in expected.revisions.values()
        ]


async def test_both_versions_are_stored_in_one_step(sqlite_ledgers):
    """In the real ledger, too, with their commits one upon the other."""
    world = World(await sqlite_ledgers())
    world.model.by_kind = {Kind.CREATE: ONE, Kind.REVISE: TWO.replace("line 11", "line eleven")}
    await world.live(first(), BOTH)
    found = await project(world)
    await world.stop()
    assert [(number, one.draft.maker.kind) for number, one in sorted(found.revisions.items())][1:] == [
        (2, "edit"),
        (3, "model"),
    ]
    assert f"parent {found.revisions[2].commit}\n" in found.head.entry
