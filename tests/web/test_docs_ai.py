"""docs/ai.md: every command of it is run against a real door with a fake Ollama behind it, and works."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from mailbot.models.registry import registry
from mailbot.web.server import Listening
from tests.models.fake_ollama import Script
from tests.servers import missing
from tests.web.talking import talking
from tests.web.test_docs_api import told
from tests.web.world import ENVIRONMENT

PAGE = (Path(__file__).parents[2] / "docs" / "ai.md").read_text("utf-8")


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


async def test_every_command_of_the_page_works(tmp_path):
    """Whole answers, pieces, sessions, models, numbers; none fails."""
    if not shutil.which("curl"):
        missing("curl is not installed: apt install curl")
    whole = "".join(blocks("sh")).replace("\\\n", " ")
    commands = [one for one in re.split(r"^(?=curl|export)", whole, flags=re.MULTILINE) if one.startswith("curl")]
    async with talking(tmp_path, Script(pieces=["Wisła", "."]), listen=("127.0.0.1:0",)) as web:
        listening = Listening(web.doors)
        url = await listening.open(None)
        said = [await told(one, tmp_path, URL=url, API_TOKEN=ENVIRONMENT) for one in commands]
        await listening.close()
    assert len(said) >= 14
    assert json.loads(said[0])["response"] == "Wisła."
    assert "mailbot/builder" in "".join(said)


def test_the_list_of_the_page_is_one():
    """Each of its models is understood."""
    found = registry(blocks("yaml")[0], "models.yaml")
    assert list(found.models) == ["coder", "small", "big", "tuned", "phi"]
    assert set(found.weights) == {"small", "big", "tuned"}
