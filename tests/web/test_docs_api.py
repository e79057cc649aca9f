"""docs/api.md: every command of it is run against a real house, and answers as the page says."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
from pathlib import Path

import httpx
from typer.testing import CliRunner

from mailbot.cli import app
from tests.servers import missing
from tests.web.test_serve import ended, home

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def blocks(kind):
    """The blocks of *kind* in the page, in order."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def commands():
    """Every curl of the page."""
    whole = "".join(blocks("sh")).replace("\\\n", " ")
    return [one for one in re.split(r"^(?=curl|export)", whole, flags=re.MULTILINE) if one.startswith("curl")]


async def told(command, folder, **environment):
    """What a command of the page prints."""
    known = {**os.environ, **environment}  # noqa: TID251  (of a program that is started)
    process = await asyncio.create_subprocess_shell(
        f"{command.strip()} -f", stdout=asyncio.subprocess.PIPE, cwd=folder, env=known
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, (command, said)
    return said.decode()


async def test_every_command_of_the_page_works(tmp_path):
    """From the first order to the mail that is made: none fails, and names given back are used further down."""
    if not shutil.which("curl"):
        missing("curl is not installed: apt install curl")
    async with home(tmp_path) as (_, [url]):
        known = {"URL": url, "API_TOKEN": "the-token-of-the-environment"}
        answers = {}
        for command in commands():
            said = await told(command, tmp_path, **known)
            answers[command] = said
            found = json.loads(said) if said.startswith("{") else {}
            known |= {"REQUEST_ID": found["request_id"]} if "estimated_completion" in found else {}
            known |= {"EMAIL_ID": found["email_id"]} if "email_id" in found else {}
        async with httpx.AsyncClient() as client:
            last = (await ended(client, url, known["REQUEST_ID"]))[-1]
    assert len(answers) >= 18  # a page without commands would prove nothing
    assert last["status"] == "completed"
    keyed = [said for command, said in answers.items() if "order-7" in command]
    assert len({json.loads(one)["request_id"] for one in keyed}) == 1


def test_the_commands_for_tokens_work(tmp_path):
    """create shows the secret once, list shows everything else, revoke ends it."""
    config = tmp_path / "mailbot.toml"
    config.write_text(f'data = "{tmp_path / "data"}"\n')
    runner = CliRunner()
    said = []
    for line in blocks("console")[0].strip().splitlines():
        done = runner.invoke(app, [*line.split()[1:], "--config", str(config)])
        assert done.exit_code == 0, done.output
        said.append(done.stdout)
    assert re.fullmatch(r"mbt_[0-9A-Za-z]{49}\n", said[0])
    assert said[0].strip() not in said[1]
    assert "orders,send  for ana@example.org,@acme.example" in said[1]
    assert "does not count any more" in said[2]
