"""All models by name: the list, read anew; weights of ours, made by the server; what is in memory."""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import os
from pathlib import Path

import pytest

from mailbot.build.plan import Brief
from mailbot.build.prompt import Prompt
from mailbot.domain.errors import Permanent, Temporary
from mailbot.domain.intent import Kind
from mailbot.models import AnyModel, Ollama, Scaffold, Talking
from mailbot.models.listed import Models, Unknown
from mailbot.models.registry import registry
from mailbot.models.talk import Options, Talker
from tests.models.fake_ollama import FakeOllama, Script
from tests.models.fake_openai import FakeOpenAi
from tests.models.rooms import KINDS, SITE

SAID = Script(pieces=["Yes", "."])


@contextlib.asynccontextmanager
async def listed(tmp_path, text, *scripts, own=None, **more):
    """The models of a list, and a fake Ollama that it names as URL."""
    async with FakeOllama(*(scripts or (SAID,)), models=("base",)) as server:
        file = tmp_path / "models.yaml"
        file.write_text(text.replace("URL", server.url))
        settings = Talking(file=file, folder=tmp_path / "weights", **more)
        yield server, Models(settings=settings, own=own, site=SITE)


def put(tmp_path, name, content=b"GGUF weights"):
    """A file in the models folder, and its digest."""
    path = tmp_path / "weights" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


async def said(models, name="", text="Well?"):
    """What a model says."""
    stream = models.talk(models.opened(name), "me", [Prompt(role="user", content=text)], Options())
    return "".join([one.text async for one in stream])


def rewrite(tmp_path, text, server):
    file = tmp_path / "models.yaml"
    file.write_text(text.replace("URL", server.url))
    os.utime(file, ns=(1, file.stat().st_mtime_ns + 1_000_000_000))


async def test_na11_gguf_is_given_to_the_server(tmp_path):
    """With the first use: its file as a blob, once, and a model of it with the threads that the list says."""
    digest = put(tmp_path, "small.gguf")
    text = "models: {small: {type: gguf, path: small.gguf, quantization: q4_K_M, threads: 4, url: URL}}"
    async with listed(tmp_path, text) as (server, models):
        assert not server.creates
        assert await said(models) == "Yes."
        assert await said(models, "small") == "Yes."
        assert server.blobs == {digest: b"GGUF weights"}
    made = {"model": "mailbot-small", "stream": True, "parameters": {"num_thread": 4}}
    assert server.creates == [made | {"files": {"small.gguf": digest}}]
    assert {one["model"] for one in server.asked} == {"mailbot-small"}


async def test_na11_safetensors_are_given_as_a_folder(tmp_path):
    """With what describes them, quantised as the list says; other files of the folder stay."""
    names = ("model.safetensors", "config.json", "tokenizer.json")
    digests = {name: put(tmp_path, f"big/{name}", name.encode()) for name in names}
    put(tmp_path, "big/notes.exe")
    text = "models: {big: {type: ollama, path: big, format: safetensors, quantization: q4_K_M, url: URL}}"
    async with listed(tmp_path, text) as (server, models):
        await models.load("big")
        assert server.creates[0]["files"] == digests
        assert server.creates[0]["quantize"] == "q4_K_M"
        assert len(server.loads) == 1


async def test_na11_a_lora_adapter_is_put_on_a_model(tmp_path):
    """On one that the server has, or on weights of ours."""
    adapter, base = put(tmp_path, "lora/adapter_model.safetensors"), put(tmp_path, "own.gguf", b"other")
    text = (
        "models:\n  tuned: {type: ollama, path: base, adapter: lora, url: URL}\n"
        "  both: {type: ollama, path: own.gguf, adapter: lora, url: URL}\n"
    )
    async with listed(tmp_path, text) as (server, models):
        assert await said(models, "tuned") == "Yes."
        assert await said(models, "both") == "Yes."
    first, second = server.creates
    assert (first["from"], first["adapters"]) == ("base", {"adapter_model.safetensors": adapter})
    assert (second["files"], second["adapters"]) == ({"own.gguf": base}, {"adapter_model.safetensors": adapter})


async def test_na11_onnx_is_served_by_a_server_that_speaks_as_openai_does(tmp_path):
    """An Ollama does not run it, and that is said."""
    async with FakeOpenAi(SAID, models=("phi.onnx",)) as server:
        text = f"models: {{phi: {{type: onnx, path: phi.onnx, format: onnx, url: '{server.base}'}}}}"
        (tmp_path / "m.yaml").write_text(text)
        models = Models(settings=Talking(file=tmp_path / "m.yaml"), own=None, site=SITE)
        assert await said(models, "phi") == "Yes."
        assert await models.opened("phi").talker.loaded() is None
    with pytest.raises(Permanent, match=r"does not run phi\.onnx"):
        registry("models: {phi: {type: ollama, path: phi.onnx}}", "m.yaml")


@pytest.mark.parametrize("path", ["../out.gguf", "/etc/out.gguf", "~/out.gguf", "a/../../out.gguf", "a\\..\\out.gguf"])
def test_na11_weights_lie_in_their_folder(path):
    """A path that leads out of it is refused when the list is read."""
    with pytest.raises(Permanent, match="as seen from the models folder"):
        registry(f"models: {{a: {{type: ollama, path: {path!r}}}}}", "m.yaml")


async def test_na11_no_link_leads_out_of_the_folder(tmp_path):
    """Neither of the file nor of one in a folder; what is not there, and no folder at all, are said."""
    put(tmp_path, "x/config.json")
    (tmp_path / "secret.gguf").write_bytes(b"secret")
    (tmp_path / "weights" / "out.gguf").symlink_to(tmp_path / "secret.gguf")
    (tmp_path / "weights" / "x" / "model.safetensors").symlink_to(tmp_path / "secret.gguf")
    text = (
        "models:\n  out: {type: ollama, path: out.gguf, url: URL}\n  gone: {type: ollama, path: gone.gguf, url: URL}\n"
        "  x: {type: ollama, path: x, format: safetensors, url: URL}\n"
    )
    async with listed(tmp_path, text) as (server, models):
        for name, words in (("out", "not inside"), ("x", "not inside"), ("gone", "holds no weights")):
            with pytest.raises(Permanent, match=words):
                await models.load(name)
        nowhere = Models(settings=Talking(file=tmp_path / "models.yaml"), own=None, site=SITE)
        with pytest.raises(Permanent, match="no models folder is set"):
            await nowhere.load("out")
        assert not server.blobs


async def test_na11_a_file_that_has_changed_is_given_anew(tmp_path):
    """With the next load; one that is the same is not sent again."""
    put(tmp_path, "a.gguf")
    async with listed(tmp_path, "models: {a: {type: ollama, path: a.gguf, url: URL}}") as (server, models):
        await models.load("a")
        await models.load("a")
        assert len(server.creates) == 1
        put(tmp_path, "a.gguf", b"newer weights")
        await models.load("a")
        assert [len(server.creates), len(server.blobs)] == [2, 2]


@pytest.mark.parametrize(
    ("lines", "kind", "words"),
    [
        ([{"error": "unsupported architecture"}], Permanent, "cannot make mailbot-a: unsupported architecture"),
        ([{"status": "parsing GGUF"}], Temporary, "did not make mailbot-a to its end .parsing GGUF"),
    ],
)
async def test_a_model_that_cannot_be_made_is_said(tmp_path, lines, kind, words):
    """And tried anew with the next call."""
    put(tmp_path, "a.gguf")
    async with listed(tmp_path, "models: {a: {type: ollama, path: a.gguf, url: URL}}") as (server, models):
        server.making = lines
        with pytest.raises(kind, match=words):
            await said(models, "a")
        server.making = []
        assert await said(models, "a") == "Yes."


async def test_na11_the_list_is_read_anew_before_a_model_is_used(tmp_path):
    """A new model is there at once; a mistake changes nothing but what is told of the list."""
    async with listed(tmp_path, "models: {a: {type: ollama, path: base, url: URL}}") as (server, models):
        assert models.names() == ["a"]
        rewrite(tmp_path, "models: {b: {type: ollama, path: base, url: URL, context_length: 4096}}", server)
        assert await said(models, "b") == "Yes."
        assert server.asked[0]["options"]["num_ctx"] == 4096
        with pytest.raises(Unknown, match="there is no model 'a'"):
            models.named("a")
        rewrite(tmp_path, "models: {b: {type: olama}}", server)
        assert await said(models) == "Yes."
        assert "models.b" in models.trouble
        rewrite(tmp_path, "models: {b: {type: ollama, path: base, url: URL}}", server)
        models.reread()
        assert not models.trouble


async def test_na11_nothing_is_loaded_before_it_is_used_and_it_is_put_out_when_it_is_not(tmp_path):
    """The first word loads it; how long it stays, and that it is to go, its server is told."""
    text = "models: {a: {type: ollama, path: base, url: URL, keep_alive: 10m}}"
    async with listed(tmp_path, text) as (server, models):
        assert await models.opened("a").talker.loaded() is False
        await said(models, "a")
        assert server.loads[0]["keep_alive"] == "10m"
        assert await models.opened("a").talker.loaded() is True
        await models.unload("a")
        assert server.loads[-1]["keep_alive"] == 0
        assert await models.opened("a").talker.loaded() is False


async def test_the_builder_of_a_list_is_its_default(tmp_path):
    """Unless the settings name one; it is made of our weights before it builds."""
    put(tmp_path, "a.gguf")
    async with listed(tmp_path, "models: {a: {type: ollama, path: a.gguf, url: URL}}") as (server, models):
        answer = await models.builder().ask(Brief(kind=Kind.QUESTION, title="", text="Why?"))
        assert answer.text == "Yes."
        assert server.creates
        await models.builder().ask(Brief(kind=Kind.QUESTION, title="", text="Why?"))
        assert len(server.asked) == 2  # each builder has its own memory
    own = Models(settings=models.settings, own=Scaffold(), site=SITE)
    assert own.builder().host == "scaffold"
    assert (own.default, own.names()) == ("a", ["a", "scaffold"])


async def test_na12_a_plain_question_by_mail_is_answered_once(tmp_path):
    """The second time it costs nothing."""
    async with listed(tmp_path, "models: {a: {type: ollama, path: base, url: URL}}") as (server, models):
        builder = models.builder()
        first, second = [await builder.ask(Brief(kind=Kind.QUESTION, title="", text="Why?")) for _ in range(2)]
        assert (first.text, second.text, second.maker.tokens, len(server.asked)) == ("Yes.", "Yes.", 0, 1)


async def test_other_names_are_passed_on_by_rule(tmp_path):
    """To the default model's server, and no others."""
    async with FakeOllama(SAID, models=("llama3:8b",)) as server:
        own = Ollama(kind="ollama", name="m", url=server.url)
        models = Models(settings=Talking(pass_on=("llama3*",)), own=own, site=SITE)
        assert await said(models, "llama3:8b") == "Yes."
        for name in ("mistral", "llama3 x", "llama3/../../x\n"):
            with pytest.raises(Unknown):
                models.named(name)


def test_na18_every_room_is_a_model_by_its_kind():
    """load, talk (predict), and what is known of it; and one name in a union makes it."""
    assert {kind.name for kind in KINDS} | {"scaffold"} == {
        one.model_fields["kind"].annotation.__args__[0] for one in AnyModel.__origin__.__args__
    }
    clients = [kind.at("http://127.0.0.1:1/v1") for kind in KINDS] + [Scaffold().open(SITE)]
    for client in clients:
        for name in ("ask", "talk", "load", "unload", "loaded", "host", "slots"):
            assert hasattr(client, name), (client, name)
    assert inspect.isasyncgenfunction(type(clients[-1]).talk)
    assert Talker.__doc__
    page = (Path(__file__).parents[2] / "docs" / "adding-a-room.md").read_text("utf-8")
    assert "`Model`" in page


@pytest.mark.parametrize("kind", KINDS, ids=str)
async def test_each_room_talks_with_the_numbers_that_are_wanted(kind):
    """In pieces, as its server has them; the limit is the caller's."""
    async with kind.serve(Script(pieces=["A", "B"])) as server:
        room = kind.open(server)
        stream = room.talk([Prompt(role="user", content="?")], Options(max_tokens=7, temperature=1.5, top_p=0.5))
        pieces = [one async for one in stream]
    asked = server.asked[0]
    options = asked.get("options", asked)
    assert "".join(one.text for one in pieces) == "AB"
    assert pieces[-1].end == "stop"
    assert sum(one.usage.answer_tokens for one in pieces if one.usage) > 0
    assert options.get("num_predict", options.get("max_tokens")) == 7
    assert options["temperature"] == (1.0 if kind.name == "anthropic" else 1.5)
    assert options.get("top_p", 0.5) == 0.5


async def test_what_a_server_does_not_know_is_left_out():
    """A newer model takes no temperature, and another name for the limit."""
    async with FakeOpenAi(SAID, refuses=("max_tokens", "temperature", "top_p")) as server:
        room = KINDS[1].open(server)
        for _ in range(2):
            stream = room.talk([Prompt(role="user", content="?")], Options(max_tokens=7))
            assert [one.text async for one in stream if one.text] == ["Yes", "."]
    last = server.asked[-1]
    assert (last["max_completion_tokens"], "temperature" in last, "top_p" in last) == (7, False, False)
    assert len(server.asked) == 5
