"""A model on an Ollama server: the wire, its faults, and what each of them means for a mail."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from dataclasses import replace

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from mailbot.build.answer import CUT, applied
from mailbot.build.plan import Brief
from mailbot.domain.errors import Permanent, Temporary
from mailbot.domain.intent import Kind
from mailbot.domain.project import Finding, Report, Result
from mailbot.models.ollama import Ollama, found
from mailbot.models.remote import SHAPED
from tests.models.fake_ollama import PIECES, FakeOllama, Script, Scripted
from tests.models.rooms import ROOT, SITE, question, unused_port

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


async def test_the_maker_says_which_model_it_was_exactly_and_which_prompts():
    """Its digest as the server tells it, and a hash that other prompts change."""
    said, _ = await ask(Script())
    assert (said.maker.digest, len(said.maker.prompts)) == ("ab" * 32, 64)
    async with FakeOllama(Script()) as server:
        other = Ollama(kind="ollama", name="qwen2.5-coder:7b", url=server.url)
        changed = await other.open(replace(SITE, texts={**SITE.texts, "x.j2": "more"})).ask(BRIEF)
    assert changed.maker.prompts != said.maker.prompts


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


NESTED_WITH_NUMBERS = json.dumps(
    {
        "error": {
            "code": 400,
            "type": "exceed_context_size_error",
            "message": "it exceeds the available context size",
            "n_prompt_tokens": 8000,
            "n_ctx": 4000,
        }
    }
)
NESTED = json.dumps(
    {"error": {"code": 400, "message": "request (643 tokens) exceeds the available context size (256 tokens)"}}
)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (Script(status=404, error="model 'nope' not found"), "ollama pull qwen2.5-coder:7b"),
        (Script(status=400, error=NESTED), "too long .* num_ctx = 16384"),
        (Script(status=400, error="invalid model name"), "refused the request"),
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


async def test_a_slow_first_word_is_waited_for():
    """Between two words the patience is shorter than before the first."""
    said, _ = await ask(Script(wait=1.5), idle_seconds=1.2)
    assert said.text == "".join(PIECES)


async def test_a_slow_load_is_waited_for():
    """It has a patience of its own, and happens once; the next question finds the model loaded."""
    async with FakeOllama(load=2.2) as server:
        asked = model(server, first_seconds=2, idle_seconds=2)
        await asked.ask(BRIEF)
        await asked.ask(BRIEF)
    assert len(server.loads) == 1
    assert server.loads[0]["options"]["num_ctx"] == 16_384
    assert (server.loads[0]["truncate"], server.loads[0]["shift"], server.loads[0]["messages"]) == (False, False, [])


async def test_a_load_that_never_ends_is_left():
    """With words for the admin."""
    async with FakeOllama(load=30) as server:
        with pytest.raises(Temporary, match=r"was not loaded at .* in 0.2 seconds"):
            await model(server, load_seconds=0.2).ask(BRIEF)


async def test_a_model_that_is_kept_for_a_moment_only_is_loaded_again():
    """The wait for the disk is never taken for a wait for words."""
    async with FakeOllama() as server:
        asked = model(server, keep_alive="0")
        await asked.ask(BRIEF)
        await asked.ask(BRIEF)
    assert [load["keep_alive"] for load in server.loads] == ["5m", "5m"]  # with 0 it would be unloaded
    assert [sent["keep_alive"] for sent in server.asked] == ["0", "0"]


@pytest.mark.parametrize(
    ("said", "seconds"), [("30m", 1800), ("5s", 5), ("2h", 7200), ("90", 90), ("500ms", 0.5), ("-1", float("inf"))]
)
def test_how_long_a_model_is_kept(said, seconds):
    """As Ollama reads it."""
    assert Ollama(kind="ollama", name="m", keep_alive=said).kept == seconds


async def test_a_smaller_context_than_was_asked_for_is_noticed():
    """A server gives a model no more than it was trained for; the prompt is drawn for that."""
    async with FakeOllama(Script(), serves={"qwen2.5-coder:7b": Scripted(default="x", context=4096)}) as server:
        await model(server).ask(Brief(kind=Kind.CREATE, title="Bees", text="word " * 3_000))
    assert len("".join(message["content"] for message in server.asked[0]["messages"])) < 4096 * 3


async def test_a_prompt_that_does_not_fit_is_drawn_smaller_once():
    """By as much as the server says; what still does not fit is told."""
    refused = Script(status=400, error=NESTED_WITH_NUMBERS)
    long = Brief(kind=Kind.REVISE, title="Bees", text="More.", files={"a.txt": b"word " * 5_000})
    said, server = await ask(refused, Script(), brief=long)
    assert said.text == "".join(PIECES)
    sizes = [sum(len(message["content"]) for message in sent["messages"]) for sent in server.asked]
    assert sizes[1] < sizes[0] * 0.6
    with pytest.raises(Permanent, match="too long"):
        await ask(refused, brief=long)


async def test_a_server_behind_a_key_gets_it_and_no_other(monkeypatch, tmp_path):
    """Not the one that the environment has for another server."""
    monkeypatch.setenv("OLLAMA_API_KEY", "of-somebody-else")
    _, server = await ask(Script())
    assert "of-somebody-else" not in str(server.headers)
    (tmp_path / "key").write_text("ours\n", "utf-8")
    _, server = await ask(Script(), api_key_file=str(tmp_path / "key"))
    assert server.headers[-1]["authorization"] == "bearer ours"


async def test_a_model_is_fetched_where_that_is_allowed():
    """With progress in the log, and only then."""
    async with FakeOllama(models=()) as server:
        with capture_logs() as logs:
            said = await model(server, pull=True).ask(BRIEF)
        assert said.text == "".join(PIECES)
        assert [entry["percent"] for entry in logs if entry["event"] == "model.pull"] == [0, 10, 50, 100, 0]
    async with FakeOllama(models=()) as server:
        with pytest.raises(Permanent, match=r"ollama pull qwen2.5-coder:7b"):
            await model(server).ask(BRIEF)
        assert server.models == {}


@pytest.mark.parametrize(
    ("lines", "error", "words"),
    [
        ([{"status": "pulling manifest"}, {"error": "pull model manifest: file does not exist"}], Permanent, "name"),
        ([{"status": "pulling manifest"}, {"error": "write: no space left on device"}], Temporary, "no space left"),
        ([{"status": "pulling manifest"}, {"status": "verifying sha256 digest"}], Temporary, "to its end .verifying"),
    ],
)
async def test_a_fetch_that_fails_says_why(lines, error, words):
    """Only "success" is one."""
    async with FakeOllama(models=()) as server:
        server.pulls = lines
        with pytest.raises(error, match=words):
            await model(server, pull=True).ask(BRIEF)


SCHEMA = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}


async def shaped(*scripts):
    async with FakeOllama(*scripts) as server:
        _, text = await model(server).write(question(schema=SCHEMA))
        return text, [sent.get("format") for sent in server.asked]


async def test_an_answer_keeps_the_schema():
    """The server is told; fences around the value are taken off."""
    assert await shaped(Script(pieces=['{"title": "Bees"}'])) == ('{"title": "Bees"}', [SCHEMA])
    assert await shaped(Script(pieces=["```json\n", '{"title": "Bees"}', "\n```"])) == ('{"title": "Bees"}', [SCHEMA])


async def test_an_answer_that_breaks_the_schema_is_asked_for_once_more():
    """Without the server's help, which some models ignore; both count."""
    good = Script(pieces=['{"title": "Bees"}'])
    assert await shaped(Script(pieces=['{"titel": 1}']), good) == ('{"title": "Bees"}', [SCHEMA, None])
    assert await shaped(Script(status=400, error="failed to parse grammar"), good) == (
        '{"title": "Bees"}',
        [SCHEMA, None],
    )
    assert (await shaped(Script(pieces=["No."])))[0] == "No."


async def test_a_plan_is_held_to_its_shape():
    """The brief of a plan has a schema; a loop in it ends early."""
    plan = '{"title": "Bees", "new": [{"path": "index.html", "purpose": "the page"}]}'
    said, server = await ask(Script(pieces=[plan]), brief=replace(BRIEF, outline=True))
    assert said.text == plan
    assert server.asked[0]["format"]["required"] == ["new"]
    assert server.asked[0]["options"]["num_predict"] == SHAPED
    assert server.asked[0]["options"]["num_ctx"] == server.loads[0]["options"]["num_ctx"]


async def test_what_it_took_is_recorded():
    """Tokens of both sides, seconds, and the price of them."""
    said, server = await ask(Script(prompt_tokens=1_000_000), price_prompt=2, price_answer=1_000_000)
    assert said.maker.prompt_tokens == 1_000_000
    assert said.maker.tokens == 1_000_003
    assert said.maker.cost == 5.0
    assert server.account[0].prompt == server.account[0].evaluated


async def test_a_repair_is_read_from_the_cache():
    """What never changes comes first, so a second question costs the server only what is new."""
    broken = Report(findings=(Finding(check="syntax", subject="a.py", result=Result.FAILED, detail="line 1"),))
    files = {"a.py": b"x = (\n"}
    async with FakeOllama() as server:
        asked = model(server)
        await asked.ask(replace(BRIEF, files=files, kind=Kind.REVISE))
        await asked.ask(replace(BRIEF, files=files, kind=Kind.REVISE, answer="x", report=broken))
    assert server.account[1].evaluated < server.account[1].prompt


async def test_how_a_server_is_can_be_looked_at():
    """For the admin: before the first mail."""
    async with FakeOllama() as server:
        assert await model(server).look() == f"qwen2.5-coder:7b is ready at {server.url}"
    async with FakeOllama(models=("qwen2.5-coder:7b-q8",)) as server:
        with pytest.raises(Permanent, match=r"is not on .*: ollama pull qwen2.5-coder:7b"):
            await model(server).look()
    with pytest.raises(Temporary, match="no Ollama answers"):
        await Ollama(kind="ollama", name="m", url=f"http://127.0.0.1:{unused_port()}").open(SITE).look()


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


async def test_where_nobody_answers_no_model_is_found():
    """Neither refused nor silent is an error."""
    assert await found(f"http://127.0.0.1:{unused_port()}") == []
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
