"""Ask an rspamd how much a mail looks like spam: one POST to its normal worker, and an answer in JSON."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mailbot.domain.errors import Temporary
from mailbot.domain.message import Envelope, Proof, Raw
from mailbot.receive.mapped import octets
from mailbot.understand.spam import DROPS, HOLDS, TOLD, Spam

MAX_ANSWER: Final = 2_000_000  #: bytes
MAX_RECIPIENTS: Final = 100
MAX_HEADER: Final = 300  #: characters of a value that the envelope gives
CHUNK: Final = 256 * 1024
_SURELY: Final = {"reject": DROPS, "add header": HOLDS, "rewrite subject": HOLDS}
_WEIGHTY: Final = 0.5


@dataclass(frozen=True, kw_only=True)
class RspamdClient:
    """One rspamd."""

    url: str
    password: str = ""
    timeout: float = 10.0

    name = "rspamd"

    async def ask(self, raw: Raw, envelope: Envelope) -> Spam:
        """What it says; raise Temporary when it says nothing of use in time."""
        answer = await self._answer(raw, envelope)
        try:
            found = json.loads(answer)
            return _spam(found)
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError, OverflowError) as error:
            raise Temporary(f"its answer is none of rspamd ({type(error).__name__})") from error

    async def _answer(self, raw: Raw, envelope: Envelope) -> bytes:
        import httpx  # noqa: PLC0415  (memory that only a question needs)

        headers = [*_headers(envelope), ("Content-Length", str(_size(raw)))]
        if self.password:
            headers.append(("Password", self.password))
        try:
            async with (
                asyncio.timeout(self.timeout),
                httpx.AsyncClient(
                    verify=ssl.create_default_context() if self.url.startswith("https:") else False,
                    timeout=self.timeout,
                    trust_env=False,
                ) as client,
                client.stream("POST", f"{self.url}/checkv2", headers=headers, content=_pieces(raw)) as response,
            ):
                if response.status_code != 200:  # noqa: PLR2004  (OK)
                    raise Temporary(f"it answers {response.status_code}")
                return await _limited(response)
        except TimeoutError:
            raise Temporary(f"no answer within {self.timeout:g} seconds") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
            raise Temporary(f"it cannot be asked ({type(error).__name__})") from error


async def _limited(response: Any) -> bytes:  # noqa: ANN401  (httpx.Response, which is not imported here)
    body = bytearray()
    async for piece in response.aiter_bytes(65_536):
        body += piece
        if len(body) > MAX_ANSWER:
            raise Temporary(f"it answers with more than {MAX_ANSWER:,} bytes")
    return bytes(body)


def _size(raw: Raw) -> int:
    return len(raw) if isinstance(raw, bytes) else raw.size


async def _pieces(raw: Raw) -> AsyncIterator[bytes]:
    """The mail, a piece at a time: a large one is never in memory as a whole."""
    with octets(raw) as mail:
        for at in range(0, len(mail), CHUNK):
            yield mail[at : at + CHUNK]


def _headers(envelope: Envelope) -> list[tuple[str, str]]:
    """What rspamd wants to know of the envelope; nothing in it can begin another header."""
    known = [
        ("IP", envelope.peer),
        ("Helo", envelope.helo),
        ("From", envelope.sender),
        ("User", "known" if envelope.proof is Proof.ACCOUNT else ""),
        *(("Rcpt", one) for one in envelope.recipients[:MAX_RECIPIENTS]),
    ]
    clean = [(name, "".join(char for char in value[:MAX_HEADER] if "!" <= char <= "~")) for name, value in known]
    return [(name, value) for name, value in clean if value]


def _spam(found: Mapping[str, Any]) -> Spam:
    """Its score on our scale: what it would mark holds a mail, what it would reject drops it."""
    score, required = float(found["score"]), float(found.get("required_score") or 15.0)
    marks = float((found.get("thresholds") or {}).get("add header") or required * HOLDS / DROPS)
    ours = _mapped(score, max(0.1, marks), max(0.2, required))
    symbols = found.get("symbols") or {}
    told = sorted(
        ((float(one.get("score") or 0), str(name)) for name, one in symbols.items()), key=lambda one: -abs(one[0])
    )
    reasons = tuple(f"{_word(name)} ({points:+.1f})" for points, name in told if abs(points) >= _WEIGHTY)
    return Spam(
        score=round(max(ours, _SURELY.get(str(found.get("action")), ours)), 2),
        reasons=(f"rspamd says {score:.1f} of {required:.1f}", *reasons)[:TOLD],
    )


def _mapped(score: float, marks: float, rejects: float) -> float:
    if score < marks or rejects <= marks:
        return max(-20.0, min(100.0, score * HOLDS / marks))
    return min(100.0, HOLDS + (score - marks) * (DROPS - HOLDS) / (rejects - marks))


def _word(name: str) -> str:
    """The name of a symbol, as far as it is one."""
    return "".join(char for char in name[:60] if char.isalnum() or char in "_-.")
