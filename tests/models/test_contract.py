"""What a model's room promises, held against the fakes, and against a real server where one is named.

MAILBOT_TEST_OLLAMA_URL is the address of an Ollama with the models of tests/models/scripted.py, and
MAILBOT_TEST_OLLAMA_MODELS says what they are called there: ``good=mailbot-good,repair=mailbot-repair,...``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import dataclass, field, replace

import pytest

from mailbot.build.answer import CUT, applied
from mailbot.build.plan import Brief
from mailbot.domain.errors import Permanent
from mailbot.domain.intent import Kind as Wish
from mailbot.domain.project import Finding, Report, Result
from tests.models.rooms import KINDS, OLLAMA, OPENAI, ROOT, question
from tests.models.scripted import GOOD, KEYWORD, MODELS

URL = os.environ.get("MAILBOT_TEST_OLLAMA_URL", "")  # noqa: TID251  (a switch of the test run)
NAMES = os.environ.get("MAILBOT_TEST_OLLAMA_MODELS", "")  # noqa: TID251  (the same)
BRIEF = Brief(kind=Wish.CREATE, title="Jobs", text="A list of jobs for the command line.")


@dataclass
class Served:
    """A server with the scripted models, whoever plays them."""

    kind: object
    url: str
    names: dict = field(default_factory=lambda: {name: f"mailbot-{name}" for name in MODELS})

    def open(self, name, **more):
        given = {"name": self.names.get(name, name), "num_predict": 2_048}
        return self.kind.at(self.url, **(given | more))


@contextlib.asynccontextmanager
async def real(kind):
    """The server that the environment names."""
    url = f"{URL.rstrip('/')}/v1" if kind is OPENAI else URL.rstrip("/")
    named = dict(pair.split("=", 1) for pair in NAMES.split(",") if "=" in pair)
    served = Served(kind, url)
    served.names |= named
    yield served


@contextlib.asynccontextmanager
async def fake(kind):
    """The same models, played by a fake."""
    async with kind.fake(models=(), serves={f"mailbot-{name}": model for name, model in MODELS.items()}) as server:
        yield Served(kind, getattr(server, "base", server.url))


@pytest.fixture(
    params=[(where, kind) for where in (fake, real) for kind in KINDS], ids=lambda one: f"{one[1]}-{one[0].__name__}"
)
async def served(request):
    """Each kind of room before its fake, and before a real server."""
    where, kind = request.param
    if where is real and not URL:
        pytest.skip("MAILBOT_TEST_OLLAMA_URL names no server")
    async with where(kind) as found:
        yield found


async def test_a_good_build(served):
    """Word for word, with what it took."""
    said = await served.open("good").ask(BRIEF)
    assert said.text.strip() == GOOD.strip()
    assert set(applied(said.text, {})) == {"app.py", "README.md"}
    assert said.maker.prompt_tokens > 10
    assert said.maker.tokens > said.maker.prompt_tokens
    assert said.maker.seconds > 0


async def test_a_broken_build_is_repaired(served):
    """By what the check said of it."""
    model = served.open("repair")
    broken = applied((await model.ask(BRIEF)).text, {})
    with pytest.raises(SyntaxError) as wrong:
        compile(broken["app.py"], "app.py", "exec")
    detail = f"{KEYWORD}: {wrong.value}"
    report = Report(findings=(Finding(check="syntax", subject="app.py", result=Result.FAILED, detail=detail),))
    repaired = await model.ask(replace(BRIEF, files=broken, answer="...", report=report))
    compile(applied(repaired.text, broken)["app.py"], "app.py", "exec")


async def test_endless_output_ends_at_its_limit(served):
    """And is marked, so that its last file is not taken for a whole one."""
    said = await served.open("endless", num_predict=256).ask(BRIEF)
    assert said.text.endswith(CUT)
    assert 100 < said.maker.tokens - said.maker.prompt_tokens <= 256


async def test_a_model_that_is_not_there(served):
    """Nobody else is asked instead."""
    with pytest.raises(Permanent, match="mailbot-nobody"):
        await served.open("mailbot-nobody").ask(BRIEF)


async def test_a_question_that_is_cancelled_frees_the_server(served):
    """The next one is answered at once."""
    first = asyncio.create_task(served.open("endless", num_predict=100_000, num_ctx=8_192).ask(BRIEF))
    await asyncio.sleep(0.3)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    async with asyncio.timeout(20):
        assert (await served.open("good").ask(BRIEF)).text.strip() == GOOD.strip()


async def test_a_look_says_that_it_is_ready(served):
    """Before the first mail."""
    assert "is ready at" in await served.open("good").look()


@pytest.mark.parametrize("served", [(fake, OLLAMA), (real, OLLAMA)], ids=["fake", "real"], indirect=True)
async def test_a_context_that_is_too_small(served):
    """What can be drawn smaller is; what cannot is refused with words. Nothing is cut in silence."""
    model = served.open("small")
    heard, text = await model.write(question("word " * 5_000))
    assert (text.strip(), heard.cut) == (GOOD.strip(), False)
    assert heard.prompt_tokens < 2_048
    with pytest.raises(Permanent, match="too long"):
        await model.write(lambda _: question("a b c " * 3_000)(18_000))


@pytest.mark.parametrize("served", [(fake, OLLAMA), (real, OLLAMA)], ids=["fake", "real"], indirect=True)
async def test_thinking_that_a_model_cannot_is_left_out(served):
    """Once; the answer counts."""
    assert (await served.open("good", think=True).ask(BRIEF)).text.strip() == GOOD.strip()


def test_the_keyword_stands_in_no_prompt():
    """Or the broken build would never be made."""
    assert not [file.name for file in (ROOT / "prompts").glob("*") if KEYWORD in file.read_text("utf-8")]
