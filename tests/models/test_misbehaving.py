"""Servers and streams that misbehave: each ends within its limits, with the right kind of error, and leaks nothing."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from dataclasses import dataclass, field

import pytest

from mailbot.domain.errors import MailbotError, Permanent, Temporary
from tests.models.fake_ollama import PIECES, Script
from tests.models.rooms import ANTHROPIC, KINDS, OLLAMA, OPENAI, question, quiet, unused_port

CUT = "cut"  #: no error, but an answer that is marked as cut
WHOLE = "whole"
LIMITS = {"first_seconds": 15, "idle_seconds": 15, "total_seconds": 30}
SHORT = {"first_seconds": 0.4, "idle_seconds": 0.3}
FRAMED = {"ollama": b"%s\n", "openai": b"data: %s\n\n", "anthropic": b"event: content_block_delta\ndata: %s\n\n"}
MB = b"x" * 1_000_000


def http(status, body=b"", more=b"Content-Type: application/json\r\n"):
    return b"HTTP/1.1 %d X\r\n%sContent-Length: %d\r\n\r\n%s" % (status, more, len(body), body)


def endless(status, kind=b"application/json"):
    """A body that has no end; 30 MB of it are sent."""
    head = b"HTTP/1.1 %d X\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n" % (status, kind)
    return head + (b"f4240\r\n" + MB + b"\r\n") * 30


@dataclass(frozen=True)
class Case:
    """One way to misbehave, and how it must end."""

    name: str
    script: Script
    ends: object
    words: str = ""
    kinds: tuple = KINDS
    text: str = "Say something."
    settings: dict = field(default_factory=dict)
    line: bytes = b""  #: of the stream, framed as each protocol does


LONG = "word " * 2_000
NESTED = json.dumps({"error": {"code": 500, "message": "unexpected EOF"}})
MEMORY = "model requires more system memory (12.0 GiB) than is available (7.5 GiB)"
CASES = [
    Case(
        "hangs before the first byte",
        Script(wait=30),
        Temporary,
        "did not answer in time: no word in 0.4",
        settings=SHORT,
    ),
    Case("hangs in the middle", Script(stall=30), Temporary, "fell silent|no word", settings=SHORT),
    Case("never comes to an end", Script(stall=0.05, pieces=["x "] * 500), CUT, settings={"total_seconds": 2}),
    Case(
        "thinks for ever",
        Script(thinking=["hm "] * 500, stall=0.05),
        Temporary,
        "in time: (it was still thinking after|no word in) 0.5 seconds",
        settings={"total_seconds": 0.5},
    ),
    Case("dies in the middle", Script(reset=True), Temporary, "broke off"),
    Case("closes without an end", Script(done=False), Temporary, "broke off before its end"),
    Case("closes without a word", Script(pieces=[], done=False), Temporary, "broke off before its end"),
    Case("reads only part", Script(prompt_tokens=131), Permanent, "read only part", text=LONG),
    Case("garbage in the stream", Script(), Temporary, "does not speak", line=b'{"a": nonsense'),
    Case("a list in the stream", Script(), Temporary, "does not speak|broke off", line=b"[1, 2]"),
    Case("a deep value in the stream", Script(), Temporary, "", line=b"[" * 5_000),
    Case("an error in the stream", Script(error="the runner died"), Temporary, "the runner died"),
    Case("a nested error in the stream", Script(error=NESTED), Temporary, "unexpected EOF"),
    Case("a line without end", Script(endless=MB), Temporary, "sends without end"),
    Case("blank lines without end", Script(endless=b"\n" * 1000), Temporary, "", settings=SHORT),
    Case("blanks without end", Script(pieces=["x", *["\n"] * 500]), CUT),
    Case("nothing but blanks", Script(pieces=[" \n"] * 500), Permanent, "nothing but blanks"),
    Case("words without end", Script(pieces=["".join(map(str, range(n, n + 9_000))) for n in range(30)]), CUT),
    Case("the same words without end", Script(pieces=["do it again, "] * 5_000), CUT),
    Case("the limit", Script(done_reason="length"), CUT),
    Case("an empty answer", Script(pieces=[]), Temporary, "empty answer"),
    Case(
        "thinking takes everything",
        Script(pieces=[], thinking=["hm"], done_reason="length"),
        Permanent,
        "think = false",
    ),
    Case(
        "thinking aloud takes everything", Script(pieces=["<think>", "hm"], done_reason="length"), Permanent, "thinking"
    ),
    Case("a web page", Script(raw=http(200, b"<html>\n\n\n", b"Content-Type: text/html\r\n")), Temporary, ""),
    Case("an empty 200", Script(raw=http(200)), Temporary, ""),
    Case("null", Script(raw=http(200, b"null\n")), Temporary, ""),
    Case("another protocol", Script(raw=b"SSH-2.0-OpenSSH\r\n"), Temporary, "broke off|no server|does not speak"),
    Case("nothing at all", Script(raw=b""), Temporary, "broke off|no server"),
    Case("half a head", Script(raw=b"HTTP/1.1 200 OK\r\nContent-T"), Temporary, "broke off|no server"),
    Case("an endless head", Script(raw=b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200_000), Temporary, ""),
    Case("an endless body", Script(raw=endless(200)), Temporary, "without end|does not speak|broke off"),
    Case("an endless error", Script(raw=endless(500)), Temporary, ""),
    Case("a bomb", Script(raw=http(200, gzip.compress(b"0" * 10**7), b"Content-Encoding: gzip\r\n")), Temporary, ""),
    Case(
        "a bomb as an error",
        Script(raw=http(500, gzip.compress(b"0" * 10**7), b"Content-Encoding: gzip\r\n")),
        Temporary,
        "",
    ),
    Case("broken letters", Script(), Temporary, "", line=b'{"\xff\xfe": "\xc5"}'),
    Case("split letters", Script(split=True), WHOLE),
    Case("thinks first", Script(thinking=["Hm. ", "=== FILE: b.py ==="]), WHOLE),
    Case("thinks aloud first", Script(pieces=["<think>", "b.py", "</think>\n", *PIECES]), WHOLE),
    Case("400", Script(status=400, error="that cannot be"), Permanent, "refused the request .400.: that cannot be"),
    Case("401", Script(status=401, error="no"), Permanent, "api_key_file"),
    Case("402", Script(status=402, error="Payment Required"), Permanent, "not paid"),
    Case("403", Script(status=403, error="forbidden"), Permanent, "refused the request"),
    Case(
        "404", Script(raw=http(404, b"404 page not found", b"Content-Type: text/plain\r\n")), Permanent, "correct url"
    ),
    Case("405", Script(status=405, error="405 method not allowed"), Permanent, "refused"),
    Case("408", Script(status=408, error="slow"), Temporary, "408"),
    Case("409", Script(status=409, error="conflict"), Temporary, "409"),
    Case("413", Script(status=413, error="too large"), Permanent, "refused"),
    Case("418", Script(status=418, error="teapot"), Permanent, "refused"),
    Case("422", Script(status=422, error="unprocessable"), Permanent, "refused"),
    Case("429", Script(status=429, error="slow down"), Temporary, "429"),
    Case("429 without money", Script(status=429, error="insufficient_quota"), Permanent, "not paid"),
    Case("499", Script(status=499, error="request canceled"), Temporary, "canceled"),
    Case("500", Script(status=500, error="llama runner process has terminated"), Temporary, "terminated"),
    Case("502", Script(status=502, error="bad gateway"), Temporary, "bad gateway"),
    Case("503", Script(status=503, error="no healthy upstream"), Temporary, "no healthy upstream"),
    Case("504", Script(status=504, error="gateway timeout"), Temporary, "gateway timeout"),
    Case("529", Script(status=529, error="overloaded"), Temporary, "overloaded"),
    Case("301", Script(status=301, error="", more="Location: http://127.0.0.1:9/\r\n"), Permanent, "has moved"),
    Case("302", Script(status=302, error="", more="Location: http://127.0.0.1:9/\r\n"), Temporary, "302"),
    Case("307", Script(status=307, error="", more="Location: http://127.0.0.1:9/\r\n"), Temporary, "307"),
    Case("308", Script(status=308, error="", more="Location: http://127.0.0.1:9/\r\n"), Permanent, "has moved"),
    Case("304", Script(status=304, error=""), Temporary, "304|broke off"),
    Case("a strange error", Script(raw=http(500, b"[[3]]")), Temporary, ""),
    Case(
        "words of its own", Script(status=500, error="x\n\x1b[31m" + "y" * 5_000), Temporary, r"x \[31my{200,300}; it|x"
    ),
    Case("out of memory", Script(status=500, error=MEMORY), Temporary, "too little memory .*smaller model"),
    Case("out of memory on the way", Script(error="cudaMalloc failed: out of memory"), Temporary, "too little memory"),
    Case(
        "the context", Script(status=400, error="the prompt is longer than the context"), Permanent, "num_ctx = 16384"
    ),
    Case("a filter", Script(done_reason="content_filter"), Permanent, "refused to answer", (OPENAI,)),
    Case("a refusal", Script(done_reason="refusal"), Permanent, "refused to answer", (ANTHROPIC,)),
    Case("unloaded", Script(pieces=[], done_reason="unload"), Temporary, "empty answer", (OLLAMA,)),
    Case(
        "a queue that is full",
        Script(status=503, error="server busy, please try again."),
        Temporary,
        "too many",
        (OLLAMA,),
    ),
    Case(
        "a tool",
        Script(),
        Temporary,
        "empty answer|broke off",
        line=b'{"message": {"role": "a", "tool_calls": []}, "done": true}',
        kinds=(OLLAMA,),
    ),
]


def framed(case, kind):
    script = case.script
    return Script(pieces=[], line=FRAMED[kind.name] % case.line) if case.line else script


@pytest.mark.parametrize(
    ("case", "kind"), [pytest.param(case, kind, id=f"{case.name}-{kind}") for case in CASES for kind in case.kinds]
)
async def test_it_ends_within_its_limits(case, kind):
    """With Temporary for what passes, Permanent for what would be the same again, and nothing left behind."""
    before = asyncio.all_tasks()
    async with kind.serve(framed(case, kind)) as server:
        serving = asyncio.all_tasks() - before
        end, words = await _end(kind.open(server, **(LIMITS | case.settings)), case)
        assert end is case.ends, words
        assert len(server.asked) == 1  # nobody but our one retry policy asks again
        assert re.search(case.words, words), words
        assert words.isprintable() or end in {CUT, WHOLE}
        await quiet(server, before | serving)


async def _end(model, case):
    try:
        async with asyncio.timeout(60):
            heard, text = await model.write(question(case.text))
    except MailbotError as error:
        end, words = next(base for base in (Temporary, Permanent) if isinstance(error, base)), str(error)
    else:
        end, words = CUT if heard.cut else WHOLE, text
        assert end is CUT or text == "".join(PIECES)
        assert len(text) < 700_000
    return end, words


@pytest.mark.parametrize("kind", KINDS, ids=str)
async def test_it_is_not_there(kind):
    """It may be started any moment."""
    with pytest.raises(Temporary, match="is it running"):
        await kind.at(f"http://127.0.0.1:{unused_port()}").write(question())


@pytest.mark.parametrize("kind", KINDS, ids=str)
async def test_a_question_that_is_cancelled_ends_on_the_server_too(kind):
    """The connection is closed at once, and nothing is left behind."""
    before = asyncio.all_tasks()
    async with kind.serve(Script(stall=30)) as server:
        serving = asyncio.all_tasks() - before
        asking = asyncio.create_task(kind.open(server).write(question()))
        await server.heard.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await asyncio.wait_for(server.gone.wait(), 10)
        await quiet(server, before | serving)


@pytest.mark.parametrize("kind", KINDS, ids=str)
async def test_what_is_cut_is_not_read_further(kind):
    """The server hears that nobody listens any more."""
    async with kind.serve(Script(pieces=["do it again, "] * 5_000, stall=0.0001)) as server:
        heard, _ = await kind.open(server).write(question())
        assert heard.cut
        await asyncio.wait_for(server.gone.wait(), 10)
