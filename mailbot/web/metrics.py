"""The numbers for Prometheus: what the ledger counts, which no restart loses, and what this process has seen.

HTTP calls, their times, and what was asked of the models over HTTP are counted since the start of the process; all else
is read from the ledger. No label is an address or an id: relays and accounts that are called by one get a number.
"""

from __future__ import annotations

import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.process_collector import ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mailbot import __version__
from mailbot.store.metrics import BUCKETS, Figures, Labels, Spread
from mailbot.web.tally import Tally

CALLS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)  #: seconds of an HTTP call
METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
OTHER: Final = "other"  #: what no route answers, and what is no method
MOST: Final = 50  #: values of one label that somebody else names; the others count together
#: Before anything happened these are there, too, so that a first one is seen as an increase.
_ZERO: Final[Mapping[str, Iterable[Labels]]] = {
    "emails": (("sent",), ("failed",), ("bounced",)),
    "replies": (("built",), ("told",), ("asked",), ("refused",), ("gaveup",)),
    "checks": (("passed",), ("failed",)),
    "webhooks": (("completed", "told"), ("failed", "told"), ("email_sent", "told")),
}


Values = Mapping[Any, float]  #: by their labels


@dataclass(eq=False)
class Seen:
    """The HTTP calls of this process."""

    calls: Counter[Labels] = field(default_factory=Counter)  #: method, endpoint, status
    below: dict[Labels, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * (len(CALLS) + 1)))
    seconds: Counter[Labels] = field(default_factory=Counter)

    def add(self, method: str, endpoint: str, status: int, seconds: float) -> None:
        """Count one."""
        method = method if method in METHODS else OTHER
        self.calls[method, endpoint, str(status)] += 1
        place = next((at for at, limit in enumerate(CALLS) if seconds <= limit), len(CALLS))
        self.below[method, endpoint][place] += 1
        self.seconds[method, endpoint] += seconds  # type: ignore[assignment]  # a Counter of seconds


class Timed:
    """Around the application: counts each call by the route that answers it, never by what stands in its path."""

    def __init__(self, app: ASGIApp, seen: Seen) -> None:
        self._app, self._seen = app, seen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, counted = time.perf_counter(), False

        async def heard(message: Message) -> None:
            nonlocal counted
            if message["type"] == "http.response.start" and not counted:
                counted = True
                route = getattr(scope.get("route"), "path", OTHER)
                self._seen.add(scope["method"], route, message["status"], time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, heard)


@dataclass(frozen=True, kw_only=True)
class Now:
    """What is looked at while somebody asks."""

    at: datetime
    data: str  #: the folder of everything
    model: bool | None = None  #: whether it answers; none: nobody can say


def exposition(figures: Figures, seen: Seen, tally: Tally, now: Now) -> bytes:
    """Everything, as Prometheus reads it."""
    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    registry.register(_Once([*_mails(figures), *_built(figures), *_sent(figures)]))
    registry.register(_Once([*_house(figures, now), *_http(seen, tally)]))
    return generate_latest(registry)


class _Once:
    """A collector of what is known already."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _counter(name: str, words: str, labels: Iterable[str], values: Values) -> Metric:
    made = CounterMetricFamily(name, words, labels=tuple(labels))
    for key, value in _few(values).items():
        made.add_metric(key, value)
    return made


def _gauge(name: str, words: str, labels: Iterable[str] = (), values: Values | None = None) -> Metric:
    made = GaugeMetricFamily(name, words, labels=tuple(labels))
    for key, value in (values or {}).items():
        made.add_metric(key, value)
    return made


def _few(values: Values) -> Values:
    """The largest of too many; the rest is counted together."""
    if len(values) <= MOST * 4:
        return values
    ranked = sorted(values.items(), key=lambda item: -item[1])
    rest: Counter[Labels] = Counter()
    for key, value in ranked[MOST * 4 :]:
        rest[(OTHER,) * len(key)] += value  # type: ignore[assignment]  # seconds are counted, too
    return {**dict(ranked[: MOST * 4]), **rest}


def _histogram(name: str, words: str, labels: Iterable[str], values: Mapping[Labels, Spread]) -> Metric:
    made = HistogramMetricFamily(name, words, labels=tuple(labels))
    for key, one in values.items():
        steps = [(str(limit), below) for limit, below in zip(BUCKETS, one.below, strict=True)]
        made.add_metric(key, [*steps, ("+Inf", one.number)], sum_value=one.seconds)
    return made


def _zeros(name: str, values: Mapping[Labels, int]) -> Mapping[Labels, float]:
    return {**dict.fromkeys(_ZERO[name], 0), **values}


def named(name: str) -> str:
    """A name as a label: one that holds an address is kept to what stands behind it."""
    return f"@{name.rpartition('@')[2]}"[:100] if "@" in name else name[:100]


def _summed(values: Mapping[Labels, int]) -> Mapping[Labels, int]:
    """By labels that hold no address."""
    found: Counter[Labels] = Counter()
    for key, value in values.items():
        found[tuple(map(named, key))] += value
    return found


def _mails(figures: Figures) -> Iterator[Metric]:
    count = figures.count
    verdicts = {(channel, verdict.lower()): value for (channel, verdict), value in figures.verdicts.items()}
    yield _counter("mailbot_mail_received", "Mails and orders, by verdict.", ("channel", "verdict"), verdicts)
    yield _counter("mailbot_mail_rejected", "Mails that were refused or ignored.", ("reason",), figures.rejected)
    states = {("received",): count.received, ("answered",): count.answered, ("closed",): sum(count.closed.values())}
    states |= {("held",): count.held, ("in_flight",): count.in_flight}
    yield _gauge("mailbot_mails", "Every mail that ever came, by what became of it.", ("state",), states)
    lost = count.received - count.answered - sum(count.closed.values()) - count.held - count.in_flight
    words = "received - answered - closed - held - in flight: anything but 0 is a fault."
    yield _gauge("mailbot_conservation_difference", words, (), {(): lost})
    yield _gauge("mailbot_queue_depth", "What waits.", ("queue", "state"), {("intake", "due"): 0, **figures.waiting})
    yield _counter("mailbot_replies", "Answers that were written.", ("result",), _zeros("replies", figures.replies))
    words = "From receipt to the answer."
    yield _histogram("mailbot_answer_duration_seconds", words, (), {(): figures.answers})


def _built(figures: Figures) -> Iterator[Metric]:
    yield _counter("code_generations", "Programs, made or not.", ("provider", "status"), figures.built)
    tokens = {
        (*key, kind): amount for key, two in figures.tokens.items() for kind, amount in zip(_KINDS, two, strict=True)
    }
    yield _counter("mailbot_llm_tokens", "Tokens of builds.", ("provider", "model", "kind"), tokens)
    words = "Answers of models, in builds."
    labels = ("provider", "model")
    yield _histogram("mailbot_generation_duration_seconds", words, labels, figures.generations)
    yield _counter("mailbot_checks", "Runs of all checks of a version.", ("result",), _zeros("checks", figures.checks))
    yield _counter("mailbot_repairs", "Answers of models that mend what failed.", (), {(): figures.repairs})


def _sent(figures: Figures) -> Iterator[Metric]:
    yield _counter("emails_sent", "Mails of ours.", ("status",), _zeros("emails", figures.emails))
    words = "From the answer until another mail system took it."
    yield _histogram("email_send_duration_seconds", words, (), {(): figures.sendings})
    attempts = _summed(figures.attempts)
    yield _counter("mailbot_delivery_attempts", "Tries to send a mail.", ("relay", "result"), attempts)
    hooks = _zeros("webhooks", figures.webhooks)
    yield _gauge("mailbot_webhooks", "Calls to those who ordered.", ("status", "result"), hooks)
    yield _counter("mailbot_orders", "Orders over HTTP.", ("key",), _summed(figures.orders))


def _house(figures: Figures, now: Now) -> Iterator[Metric]:
    yield _gauge("mailbot_build_info", "Which mailbot this is.", ("version",), {(__version__,): 1})
    words = "When the oldest mail came that has no answer; now, if there is none."
    yield _gauge(
        "mailbot_oldest_unanswered_timestamp_seconds", words, (), {(): (figures.unanswered or now.at).timestamp()}
    )
    words = "When the oldest mail came that waits for a person; now, if there is none."
    yield _gauge("mailbot_oldest_held_timestamp_seconds", words, (), {(): (figures.held or now.at).timestamp()})
    yield _gauge("mailbot_relay_up", "Whether a relay took the last mail.", ("relay",), _parts(figures, "relay "))
    yield _gauge("mailbot_imap_up", "Whether a mailbox can be read.", ("account",), _parts(figures, "imap "))
    words = "When a mailbox was read last without trouble."
    yield _gauge("mailbot_imap_last_poll_timestamp_seconds", words, ("account",), _polls(figures))
    trouble, reloaded, _ = figures.parts.get("rules", ("", now.at, None))
    yield _gauge(
        "mailbot_rules_last_reload_successful", "Whether the rules on disk are in force.", (), {(): not trouble}
    )
    yield _gauge("mailbot_rules_since_timestamp_seconds", "Since when that is so.", (), {(): reloaded.timestamp()})
    if now.model is not None:
        yield _gauge("mailbot_model_up", "Whether the model that builds answers.", (), {(): now.model})
    disk = shutil.disk_usage(now.data)
    yield _gauge("mailbot_disk_free_bytes", "Room for the data folder.", (), {(): disk.free})
    yield _gauge("mailbot_disk_size_bytes", "The whole of that disk.", (), {(): disk.total})
    words = "When a mail of somebody called canary was answered last; 0: never."
    yield _gauge(
        "mailbot_canary_last_answered_timestamp_seconds",
        words,
        (),
        {(): figures.canary.timestamp() if figures.canary else 0},
    )
    yield _gauge("mailbot_scraped_timestamp_seconds", "The clock of mailbot.", (), {(): now.at.timestamp()})


def _parts(figures: Figures, kind: str) -> Mapping[Labels, float]:
    found: dict[Labels, float] = {}
    for part, (trouble, _, _) in sorted(figures.parts.items()):
        if part.startswith(kind) and not part.endswith("passed over"):
            name = (named(part.removeprefix(kind)),)
            found[name] = min(found.get(name, 1), float(not trouble))
    return found


def _polls(figures: Figures) -> Mapping[Labels, float]:
    found: dict[Labels, float] = {}
    for part, (trouble, since, heard) in sorted(figures.parts.items()):
        if part.startswith("imap ") and not part.endswith("passed over"):
            name, well = (named(part.removeprefix("imap ")),), since if trouble else heard or since
            found[name] = min(found.get(name, well.timestamp()), well.timestamp())
    return found


def _http(seen: Seen, tally: Tally) -> Iterator[Metric]:
    labels = ("method", "endpoint")
    yield _counter("requests", "HTTP calls since the start.", (*labels, "status"), dict(seen.calls))
    made = HistogramMetricFamily("request_duration_seconds", "Until an answer began, since the start.", labels=labels)
    for key, below in list(seen.below.items()):
        steps = [(str(limit), sum(below[: at + 1])) for at, limit in enumerate(CALLS)]
        made.add_metric(key, [*steps, ("+Inf", sum(below))], sum_value=seen.seconds[key])
    yield made
    keys = _summed({(name,): value for name, value in tally.keys.items()})
    yield _counter("mailbot_http_key_calls", "HTTP calls by token, since the start.", ("key",), keys)
    used = list(tally.models.items())[:MOST]
    answers = {
        (name[:100], end): value
        for name, one in used
        for end, value in (("success", one.answers), ("failed", one.failures))
    }
    yield _counter("mailbot_http_generations", "Answers of models over HTTP.", ("model", "status"), answers)
    tokens = {
        (name[:100], kind): value
        for name, one in used
        for kind, value in zip(_KINDS, (one.prompt_tokens, one.tokens), strict=True)
    }
    yield _counter("mailbot_http_tokens", "Tokens of models over HTTP, since the start.", ("model", "kind"), tokens)


_KINDS: Final = ("prompt", "completion")
