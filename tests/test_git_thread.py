"""A thread in git, out of the real mails, with the commands that docs/git.md shows."""

from __future__ import annotations

import email
import email.policy
import re
import shlex
from dataclasses import replace
from pathlib import Path

from tests.build.histories import files_in, git, project, sized
from tests.fakes import PAGE
from tests.world import World, first, reply

DOC = (Path(__file__).parents[1] / "docs" / "git.md").read_text("utf-8")
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", DOC, re.DOTALL)
    for line in block.splitlines()
    if "git " in line[:4]
]
LETTERS = (
    first(),
    reply("Make the header blue."),
    reply("rollback to v1"),
    reply("Make the footer green."),
    reply("Make the footer red."),
)


async def thread(ledgers, *letters):
    """A thread: its project with every version, the mails of ours, and its world."""
    world = World(await ledgers())
    world.model.answers = [PAGE.format(f"<p>bee {n}</p>") for n in range(1, 30)]
    await world.live(*letters)
    [id] = world.ledger.projects
    made = await world.ledger.project(id, *range(1, 30))
    return made, [one.wire for one in world.way.taken], world


def parts(wire):
    """The attachments of a mail."""
    read = email.message_from_bytes(wire, policy=email.policy.default)
    return {part.get_filename(): part.get_payload(decode=True) for part in read.walk() if part.get_filename()}


def saved(folder, wires):
    """What a person saves: every attachment, and each mail as a file."""
    for number, wire in enumerate(wires, 1):
        (folder / f"v{number}.eml").write_bytes(wire)
        for name, content in parts(wire).items():
            (folder / name).write_bytes(content)


async def test_e30_the_commands_of_the_documentation_work_on_the_real_mails(memory_ledgers, tmp_path):
    """Each of them, in their order: clone, pull, am of the patch, am of the whole mail, bundle."""
    made, wires, _ = await thread(memory_ledgers, *LETTERS)
    saved(tmp_path, wires)
    assert len(COMMANDS) == 12
    for line in COMMANDS:
        words = shlex.split(line.partition(" > ")[0])[1:]
        git(tmp_path / "bees" if (tmp_path / "bees").exists() else tmp_path, *words)
    clone = tmp_path / "bees"
    assert files_in(clone).items() >= made.files.items()
    trees = git(clone, "log", "-2", "--format=%T").split()
    assert trees == [made.revisions[number].entry[5:45] for number in (5, 4)]
    assert git(clone, "log", "-1", "--format=%an %B").startswith("Ana v5: Make the footer red.")
    assert git(clone, "rev-parse", "v3^{tree}") == git(clone, "rev-parse", "v1^{tree}")
    assert git(clone, "fsck", "--strict") == ""


async def test_e16_patch_zip_bundle_metadata_recipe(memory_ledgers):
    """In this order, from the second version on; the first is its package alone."""
    _, wires, _ = await thread(memory_ledgers, *LETTERS[:3])
    assert [list(parts(wire)) for wire in wires] == [
        ["bees-v1.zip", "metadata.json", "Dockerfile"],
        ["bees-v1-v2.patch", "bees-v2.zip", "bees-v1-v2.bundle", "metadata.json", "Dockerfile"],
        ["bees-v2-v3.patch", "bees-v3.zip", "bees-v2-v3.bundle", "metadata.json", "Dockerfile"],
    ]


async def test_e30_a_rollback_of_300_files_asks_no_model(memory_ledgers):
    """And its mail brings a few hundred bytes of history: the files are known."""
    world = World(await memory_ledgers())
    await world.live(*LETTERS[:2])
    [(id, known)] = world.ledger.projects.items()
    asked = len(world.model.asked)
    world.ledger.projects[id] = replace(project(sized(300), sized(300, change=3)), id=id, owner=known.owner)
    await world.say(*LETTERS[:3])
    after = world.ledger.projects[id]
    assert len(world.model.asked) == asked
    assert after.revisions[3].draft.files == sized(300)
    assert after.revisions[3].entry.split("\n")[1] == f"parent {after.revisions[2].commit}"
    assert len(parts(world.way.taken[-1].wire)["bees-v2-v3.bundle"]) < 1_000
