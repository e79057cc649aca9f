"""A model on an Ollama server: the wire, its faults, and what each of them means for a mail."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from mailbot.build.answer import CUT, applied
from mailbot.build.plan import Brief
from mailbot.domain.errors import Permanent, Temporary
from mailbot.domain.intent import Kind
from mailbot.models.ollama import Ollama, found
from tests.fakes import site
from tests.models.fake_ollama import PIECES, FakeOllama, Script

ROOT = Path(__file__).parents[2]
SITE = site(texts={file.name: file.read_text("utf-8") for file in (ROOT / "prompts").glob("*.j2")})
BRIEF = Brief(kind=Kind.CREATE, title="Bees", text="A page about bees.")


def model(server, **more):
    return Ollama(kind="ollama", name="qwen2.5-coder:7b", url=server.url, **more).open(SITE)


async def ask(*scripts, brief=BRIEF, **more):
    async with FakeOllama(*scripts) as server:
        return await model(server, **more).ask(brief), server


async def test_an_answer_is_kept_as_it_came():
    """With who gave it, and what it took."""
    said, _ = await ask(Script())
    assert said.text == "".join(PIECES)
    assert applied(said.text, {}) == {"a.py": "x = '<&>'  # ż\n".encode()}
    assert (said.maker.kind, said.maker.name, said.maker.provider) == ("model", "qwen2.5-coder:7b", "ollama")
    assert said.maker.seconds == 1.5
    assert said.maker.tokens > 7
    assert said.title == "Bees"


async def test_the_question_forbids_to_be_cut_and_sets_the_context():
    """What decides between a whole answer and a silent half of one."""
    _, server = await ask(Script(), num_ctx=4096, num_predict=1024)
    sent = server.asked[0]
    assert (sent["truncate"], sent["shift"], sent["stream"], sent["think"]) == (False, False, True, False)
    assert sent["options"] == {"num_ctx": 4096, "num_predict": 1024, "temperature": 0.2}
    assert sent["keep_alive"] == "30m"
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]
    assert sum(len(message["content"]) for message in sent["messages"]) < (4096 - 1024) * 3


async def test_chunks_may_end_anywhere():
    """Inside of a letter, inside of a line."""
    said, _ = await ask(Script(split=True))
    assert said.text == "".join(PIECES)


async def test_thinking_is_not_the_answer():
    """Only what follows it is."""
    said, _ = await ask(Script(thinking=["Hm. ", "=== FILE: b.py ==="]))
    assert said.text == "".join(PIECES)


async def test_an_answer_that_ended_at_its_limit_is_marked():
    """So that its last file is not taken for a whole one."""
    said, _ = await ask(Script(pieces=[*PIECES, "=== FILE: b.py ===\nhalf"], done_reason="length"))
    assert said.text.endswith(CUT)
    assert set(applied(said.text, {})) == {"a.py"}
    words, _ = await ask(
        Script(pieces=["Because"], done_reason="length"), brief=Brief(kind=Kind.QUESTION, title="", text="Why?")
    )
    assert words.text == "Because"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (Script(done=False), "broke off"),
        (Script(error="an error was encountered while running the model: unexpected EOF"), "unexpected EOF"),
        (Script(reset=True), "broke off"),
        (Script(pieces=["", " \n"]), "empty answer"),
        (Script(status=503, error="server busy, please try again.  maximum pending requests exceeded"), "server busy"),
        (Script(status=500, error="llama runner process has terminated"), "terminated"),
        (Script(status=499, error="request canceled"), "canceled"),
        (Script(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<html>\n\n\n"), "does not speak as Ollama"),
        (Script(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[]\n"), "does not speak as Ollama"),
        (Script(raw=b"HTTP/1.1 500 X\r\nContent-Length: 3\r\n\r\n[]\n"), "does not speak as Ollama"),
        (Script(raw=b"SSH-2.0-OpenSSH\r\n"), "broke off"),
        (Script(raw=b"HTTP/1.1 302 X\r\nLocation: http://elsewhere.example/\r\nContent-Length: 0\r\n\r\n"), "302"),
    ],
)
async def test_a_passing_trouble_is_temporary(script, words):
    """An answer is complete only when the server says so."""
    with pytest.raises(Temporary, match=words):
        await ask(script)


NESTED = json.dumps(
    {"error": {"code": 400, "message": "request (643 tokens) exceeds the available context size (256 tokens)"}}
)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (Script(status=404, error="model 'nope' not found"), "ollama pull qwen2.5-coder:7b"),
        (Script(status=400, error=NESTED), "too long .* num_ctx = 16384"),
        (Script(status=400, error="the prompt is longer than the context"), "too long"),
        (Script(status=400, error="invalid model name"), "refused the request"),
        (Script(status=403, error=""), "refused the request"),
        (Script(pieces=[], thinking=["hm"], done_reason="length"), "think = false"),
    ],
)
async def test_what_would_be_the_same_again_is_permanent_and_says_what_to_do(script, words):
    """Asking once more would only cost time."""
    with pytest.raises(Permanent, match=words):
        await ask(script)


async def test_a_prompt_that_was_read_only_in_part_is_noticed():
    """A server that cuts silently is told apart by what it counted."""
    long = Brief(kind=Kind.CREATE, title="Bees", text="word " * 1_500)
    with pytest.raises(Permanent, match="read only part"):
        await ask(Script(prompt_tokens=131), brief=long)
    assert (await ask(Script(prompt_tokens=0), brief=long))[0].text


async def test_a_model_that_cannot_think_is_asked_without():
    """Once, and the answer counts."""
    refused = Script(status=400, error='"qwen2.5-coder:7b" does not support thinking')
    said, server = await ask(refused, Script(), think=True)
    assert said.text == "".join(PIECES)
    assert [sent.get("think") for sent in server.asked] == [True, None]


async def test_a_model_that_loops_is_stopped():
    """Blanks without end, and words without end."""
    said, _ = await ask(Script(pieces=["x", *["\n"] * 500]))
    assert said.text.endswith(CUT)
    said, _ = await ask(Script(pieces=["word " * 20_000] * 20))
    assert len(said.text) < 750_000
    assert said.text.endswith(CUT)


@pytest.mark.parametrize(
    ("script", "limits"),
    [
        (Script(wait=30), {"first_seconds": 0.1}),
        (Script(stall=30), {"idle_seconds": 0.1}),
        (Script(stall=0.05, pieces=["x"] * 1_000), {"total_seconds": 0.3}),
    ],
)
async def test_a_model_that_does_not_answer_in_time_is_left(script, limits):
    """Before the first word, between two, and for the whole; the server hears that nobody listens."""
    async with FakeOllama(script) as server:
        with pytest.raises(Temporary, match="did not answer in time"):
            await model(server, **limits).ask(BRIEF)
        await asyncio.wait_for(server.gone.wait(), 10)


async def test_a_slow_load_is_waited_for():
    """Between two words the patience is shorter than before the first."""
    said, _ = await ask(Script(wait=0.4), idle_seconds=0.1)
    assert said.text == "".join(PIECES)


async def test_a_question_that_is_cancelled_ends_on_the_server_too():
    """The stream is closed at once."""
    async with FakeOllama(Script(stall=30)) as server:
        asking = asyncio.create_task(model(server).ask(BRIEF))
        await server.heard.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await asyncio.wait_for(server.gone.wait(), 10)


async def test_no_server_is_a_passing_trouble(unused_port):
    """It may be started any moment."""
    with pytest.raises(Temporary, match="no Ollama answers at"):
        await Ollama(kind="ollama", name="m", url=f"http://127.0.0.1:{unused_port}").open(SITE).ask(BRIEF)


async def test_a_proxy_of_the_environment_is_not_asked(monkeypatch):
    """What is on loopback is reached on loopback."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert (await ask(Script()))[0].text
    async with FakeOllama() as server:
        assert await found(server.url)


async def test_the_queue_is_that_of_the_server():
    """One answer at a time for each."""
    async with FakeOllama() as server:
        assert model(server).host == server.url.removeprefix("http://")


async def test_the_models_of_a_server_are_found():
    """Those that can write."""
    async with FakeOllama(models=("a:1b", "b:2b")) as server:
        assert await found(server.url) == ["a:1b", "b:2b"]
        server.tags = (
            b'{"models": [{"name": "e", "capabilities": ["embedding"]}, {"name": "c", "capabilities": ["completion"]}]}'
        )
        assert await found(server.url) == ["c"]


@pytest.mark.parametrize(
    "tags", [b"", b"[]", b"{}", b'{"models": 3}', b'{"models": [1, {"name": 2}, null]}', b"\xff", b"<html>"]
)
async def test_what_is_no_list_of_models_holds_none(tags):
    """Somebody else may be at that address."""
    async with FakeOllama() as server:
        server.tags = tags
        assert await found(server.url) == []


async def test_where_nobody_answers_no_model_is_found(unused_port):
    """Neither refused nor silent is an error."""
    assert await found(f"http://127.0.0.1:{unused_port}") == []
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert await found(f"http://127.0.0.1:{silent.getsockname()[1]}", seconds=0.2) == []


@pytest.mark.parametrize(
    "wrong", [{"url": "ftp://x"}, {"num_ctx": 5}, {"name": ""}, {"temperature": 9}, {"kepe_alive": "1m"}]
)
def test_a_wrong_setting_is_refused(wrong):
    """At the start, not at the first mail."""
    with pytest.raises(ValidationError):
        Ollama(**({"kind": "ollama", "name": "m"} | wrong))


def test_the_client_is_loaded_with_the_first_question_only():
    """An idle server does not pay for it."""
    program = "import sys, mailbot.models; print([name for name in ('ollama', 'httpx') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture
def unused_port():
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]
