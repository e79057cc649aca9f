"""A ledger of dictionaries: the same contract as the real one, in the plainest form, without any SQL.

It scans where the real one looks up, so each is evidence about the other (tests/store).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import median

from mailbot.build.moves import Said
from mailbot.decide.facts import Facts
from mailbot.decide.memory import keeper, kept
from mailbot.decide.people import after
from mailbot.decide.quota import SPANS, Used, domain_of, identity
from mailbot.domain.errors import Impossible, Overtaken, Permanent
from mailbot.domain.intent import Kind
from mailbot.domain.project import Project
from mailbot.domain.reply import Delivery, Progress
from mailbot.domain.request import (  # fmt: skip
    Admitted,
    GaveUp,
    Held,
    Ignored,
    Merged,
    Postponed,
    Refused,
    Released,
    Request,
    State,
    Told,
    Withdrawn,
)
from mailbot.domain.work import HeldMail, Waited
from mailbot.ports import Count, Due, Job
from tests.fakes_sending import MemorySendings

DUE, TIMED, BLOCKED, IN_HAND = range(4)
HOUR = timedelta(hours=1)


def same(one, other):
    """Whether a quota counts both as one person."""
    return identity(one) == identity(other)


@dataclass
class Row:
    """Something that waits."""

    seq: int
    kind: str
    id: str
    value: Request | Delivery | None = None
    queue: str = "intake"
    priority: int = 5
    round: int = 0
    wait: int | None = DUE
    wake_at: datetime | None = None
    not_before: datetime | None = None
    starts: int = 0
    lane: str | None = None
    closed: str = ""
    counted_at: datetime | None = None
    held: object = None

    @property
    def order(self):
        return self.value.admitted if isinstance(self.value, Request) else None

    @property
    def builds(self):
        return self.order is not None and self.order.intent.kind.builds

    def nothing_due(self):
        self.wait = self.wake_at = self.not_before = self.lane = None
        self.starts = 0

    def waits(self, queue, not_before, at):
        """Due at once, or when its time comes."""
        timed = not_before is not None and not_before > at
        self.queue, self.not_before, self.starts = queue or self.queue, not_before, 0
        self.wait, self.wake_at = (TIMED, not_before) if timed else (DUE, None)
        self.round = 0 if self.queue == "intake" else self.round or 1


@dataclass
class MemoryLedger(MemorySendings):
    """The durable memory of a test: it outlives the process that a test calls dead."""

    clock: object
    lease: timedelta = HOUR
    rows: dict = field(default_factory=dict)  #: by kind and id
    raws: dict = field(default_factory=dict)
    recorded: dict = field(default_factory=dict)  #: the turns, by request
    replies: dict = field(default_factory=dict)
    projects: dict = field(default_factory=dict)
    leases: dict = field(default_factory=dict)
    cursors: dict = field(default_factory=dict)  #: by account and folder
    marks: dict = field(default_factory=dict)  #: the request that each signature proved
    parts: dict = field(default_factory=dict)
    deaths: dict = field(
        default_factory=dict
    )  #: how often the process ended while it was in hand, by kind, id and turn
    words: dict = field(default_factory=dict)
    later: dict = field(default_factory=dict)  #: what the clock will say, and how that stands
    kept: dict = field(default_factory=dict)  #: in mind, by owner
    joined: dict = field(default_factory=dict)  #: author and Message-ID of mails that became part of another

    async def close(self):
        """Nothing is lost."""

    # Requests.

    def _row(self, kind, id):
        try:
            return self.rows[kind, id]
        except KeyError:
            raise Permanent(f"there is no {kind} {id}") from None

    def _add(self, kind, id, **values):
        row = self.rows[kind, id] = Row(seq=len(self.rows) + 1, kind=kind, id=id, **values)
        return row

    def _requests(self):
        return [row for row in self.rows.values() if row.kind == "request"]

    async def open_request(self, id, raw, envelope):
        if ("request", id) not in self.rows:
            self._add("request", id, value=Request(id=id, envelope=envelope))
            self.raws[id] = raw
        return id

    async def open_requests(self, mails, cursor):
        for id, raw, envelope in mails:
            await self.open_request(id, raw, envelope)
        self.cursors[cursor.account, cursor.folder] = cursor

    async def cursor(self, account, folder):
        return self.cursors.get((account, folder))

    async def request(self, id):
        row = self._row("request", id)
        return replace(row.value, starts=row.starts)

    async def raw(self, id):
        self._row("request", id)
        return self.raws[id]

    async def record(self, request, event, *, at, due=None, answered=None, others=()):
        after, due = request.after(event), due or Due()
        if (after.state is State.ANSWERED) != (answered is not None):
            raise Impossible("an answer and its reply are one")
        row = self._current("request", request.id, request)
        self._fits(event, answered, row)
        self._spoken(event, request)
        self._room(event, row, at)
        ends = self._ends(others)
        self._move(row, after, event, due, at)
        self._deliver(due.notices, 1, at)
        if answered:
            self._too_late(request.id)
        for other, end in ends:
            self._move(other, other.value.after(end), end, Due(), at)
        self._answer(row, answered, at)
        if isinstance(event, Told) and event.checks and (project := self.projects.get(answered.reply.project)):
            self.projects[project.id] = replace(project, checks=project.checks + event.checks)
        for lane in {one.order.intent.project for one, _ in [(row, event), *ends] if one.order}:
            self._release(lane)
        self._mark(request, event)
        order = event.admitted if isinstance(event, Released) else event
        if isinstance(order, Admitted):
            self._follow(order.intent)
            self._keep(order)

    def _ends(self, others):
        """The other requests that end with this one, as they may."""
        ends = [(self._row("request", id), event) for id, event in others]
        if any(row.value.state in {State.ANSWERED, State.CLOSED} for row, _ in ends):
            raise Overtaken("one has ended meanwhile")
        if any(replace(row.value).after(event).state is not State.CLOSED for row, event in ends):
            raise Impossible("only what closes a request ends another")
        return ends

    def _too_late(self, id):
        """No notice goes out beside the answer."""
        for late in self._notices(id):
            if late.value.progress is Progress.WAITING:
                late.value = replace(late.value, progress=Progress.FAILED, turn=late.value.turn + 1)
                late.wait = None

    def _room(self, event, row, at):
        quotas = [meter.quota for meter in getattr(event, "meters", ())]
        if any(used.until for used in self._used(quotas, event.author if quotas else "", row.id, at)):
            raise Overtaken("the last room was taken")

    def _used(self, quotas, author, id, now):
        found = []
        for quota in quotas:
            start = now - SPANS[quota.every]
            times = sorted(
                row.counted_at
                for row in self._requests()
                if row.id != id and row.counted_at and start < row.counted_at <= now and self._of(quota, row, author)
            )
            full = quota.max and len(times) >= quota.max
            until = times[-quota.max] + SPANS[quota.every] if full else None
            found.append(Used(quota=quota, used=min(len(times), quota.max), until=until))
        return tuple(found)

    @staticmethod
    def _of(quota, row, author):
        if quota.per == "sender":
            return same(row.order.author, author)
        return quota.per == "all" or domain_of(row.order.author) == domain_of(author)

    def _follow(self, intent):
        project = self.projects.get(intent.project)
        if project:
            language = intent.language or project.language
            self.projects[project.id] = replace(project, people=after(project.people, intent), language=language)

    def _keep(self, order):
        if keeper(order):
            self.kept[keeper(order)] = kept(self.kept.get(keeper(order), ()), order)

    def _spoken(self, event, request):
        order = event.admitted if isinstance(event, Released) else event
        if isinstance(order, Admitted):
            self._void(order.intent.project, request)

    def _void(self, project, request):
        late = self.later.get(request.id, (None, ""))[1] == "void"
        if request.envelope.channel == "clock" and late:
            raise Overtaken("its author has written")
        for id, (one, _) in self.later.items():
            if one.project == project:
                self.later[id] = one, "void"

    async def overdue(self, now):
        found = [one for one, state in self.later.values() if state == "waits" and one.until <= now]
        return sorted(found, key=lambda one: (one.until, one.id))

    async def said(self, id):
        self.later[id] = self.later[id][0], "said"

    async def memories(self, owner):
        return sorted(self.kept.get(owner, ()), key=lambda one: one.number)

    async def join(self, request, amended, *, at):
        target = self._current("request", amended.request.id, amended.request)
        event = Merged(into=amended.request.id)
        self._current("request", request.id, request)
        if (amended.order.author, amended.mail) in self._named().values() and amended.mail:
            raise Overtaken("the same mail came by another way")
        target.value = replace(target.value, admitted=amended.order, turn=target.value.turn + 1, starts=0)
        target.queue, target.starts = amended.queue or target.queue, 0
        if target.wait == IN_HAND:
            target.wait = DUE
        self.joined[request.id] = amended.order.author, amended.mail
        self._void(amended.order.intent.project, request)
        self._follow(amended.added)
        self._keep(replace(amended.order, intent=amended.added))
        await self.record(request, event, at=at)

    async def at_work(self, project):
        ids = await self.unfinished(project) if project else ()
        return (await self.request(ids[-1]), len(await self.turns(ids[-1]))) if ids else None

    async def asked(self, project):
        ends = [(id, reply.kind) for id, reply in self.replies.items() if reply.project == project and project]
        newest = next(((id, kind) for id, kind in reversed(ends) if kind in {"asked", "gaveup", "built"}), None)
        waits = newest and (newest[1] == "asked" or (newest[1] == "gaveup" and not self.projects[project].last))
        return (await self.request(newest[0])).admitted if waits else None

    async def free(self, names):
        return next(name for name in names if name not in self.projects)

    async def own(self, author, ids):
        admitted = [row for row in self._requests() if row.value.state is State.ADMITTED and row.builds]
        known = {row.order.message_id: row.order.intent.project for row in admitted if row.order.author == author}
        return next((known[id] for id in reversed(ids) if known.get(id)), None)

    def _fits(self, event, answered, own):
        """What makes the real one roll back: a known mail, a stranger's project, a revision not the next."""
        order = event.admitted if isinstance(event, Released) else event
        name = (order.author, order.message_id) if isinstance(order, Admitted) else None
        if answered and own.order is None:
            name = answered.reply.to, answered.reply.in_reply_to
        if name and name[1] and name in {known for id, known in self._named().items() if id != own.id}:
            raise Overtaken("the same mail came by another way")
        match event:
            case Admitted(intent=intent) if intent.kind is Kind.CREATE and intent.project in self.projects:
                if self.projects[intent.project].owner != event.author:
                    raise Overtaken("somebody else has opened it")
        revision = answered and (answered.first or answered.revision)
        if revision and revision.number != self.projects[answered.reply.project].last + 1:
            raise Overtaken("not the next revision")

    def _mark(self, request, event):
        """A signature proves one mail."""
        proven = request.envelope.authentic
        if proven and isinstance(event, Admitted | Held | Merged | Refused):
            for mark in proven.marks:
                self.marks.setdefault(mark, request.id)

    def _named(self):
        """Author and Message-ID of every mail that was let in or refused."""
        named = {id: (reply.to, reply.in_reply_to) for id, reply in self.replies.items()}
        return (
            named
            | self.joined
            | {row.id: (row.order.author, row.order.message_id) for row in self._requests() if row.order}
        )

    def _current(self, kind, id, read):
        """The row, if it is still as it was read."""
        row = self._row(kind, id)
        same = "state" if kind == "request" else "progress"
        if (row.value.turn, getattr(row.value, same)) != (read.turn, getattr(read, same)):
            raise Overtaken(f"{id} has moved on")
        return row

    def _move(self, row, after, event, due, at):
        row.value = replace(after, starts=0)
        row.held = event if isinstance(event, Held) else None
        if isinstance(event, GaveUp | Withdrawn):
            row.counted_at = None
        if after.state not in {State.RECEIVED, State.ADMITTED}:
            row.nothing_due()
            if after.state is State.CLOSED:
                row.closed = event.rule if isinstance(event, Ignored) else type(event).__name__.lower()
            return
        order = event.admitted if isinstance(event, Released) else event if isinstance(event, Admitted) else None
        if order:
            self._let_in(row, order, due, at)
        row.lane = None
        row.waits(due.queue, due.not_before, at)
        if isinstance(event, Postponed):
            row.wait, row.wake_at = TIMED, due.not_before or at
        if row.builds and row.wait == DUE:
            row.wait, row.lane = BLOCKED, row.order.intent.project

    def _let_in(self, row, order, due, at):
        intent = order.intent
        if intent.project and intent.project not in self.projects:
            self.projects[intent.project] = Project(id=intent.project, owner=order.author, title=intent.title)
        alike = [
            one
            for one in self._requests()
            if one is not row and one.wait is not None and one.priority == order.priority
        ]
        served = min((one.round for one in alike if one.round and one.wait != IN_HAND), default=1)
        last = max((one.round for one in alike if one.order and same(one.order.author, order.author)), default=0)
        row.counted_at = at if intent.kind.counts else None
        row.priority = order.priority
        row.round = 0 if due.queue in {"", "intake"} else max(served, last + 1)

    def _release(self, lane):
        stand = [row for row in self._requests() if lane is not None and row.lane == lane]
        blocked = [row for row in stand if row.wait == BLOCKED]
        if blocked and len(blocked) == len(stand):
            min(blocked, key=lambda row: row.seq).wait = DUE

    def _answer(self, row, answered, at):
        if not answered:
            return
        self.replies[row.id] = answered.reply
        if answered.later:
            self.later[answered.later.id] = answered.later, "waits"
        self.replied_at[row.id] = at
        self._deliver(answered.deliveries, row.order.priority if row.order else 5, at)
        for revision in (one for one in (answered.first, answered.revision) if one):
            project = self.projects[answered.reply.project]
            self.projects[project.id] = replace(
                project,
                last=revision.number,
                title=project.title or revision.draft.title,
                checks=project.checks + revision.draft.checks,
                revisions={**project.revisions, revision.number: revision},
            )

    def _deliver(self, deliveries, priority, at):
        for one in deliveries:
            self._add("delivery", one.id, value=one, priority=priority).waits("send", one.not_before, at)
            self.rows["delivery", one.id].round = 0

    async def add_deliveries(self, deliveries):
        self._deliver(deliveries, 5, self.clock())

    async def waited(self, id):
        said = {id for id, turns in self.recorded.items() if any(isinstance(turn, Said) for turn in turns)}
        spans = [
            (at - self.rows["request", one].value.envelope.received_at).total_seconds()
            for one, at in self.replied_at.items()
            if one in said
        ]
        told = [row.value.first_at for row in self._notices(id)]
        return Waited(usual=median(spans[-20:]) if len(spans) > 2 else None, noticed_at=max(told, default=None))

    def _notices(self, id):
        rows = [row for row in self.rows.values() if row.kind == "delivery" and row.value.request == id]
        return [row for row in rows if row.value.form.startswith("notice-")]

    async def turns(self, id):
        return list(self.recorded.get(id, ()))

    async def add_turn(self, request, turn, *, at, due, in_hand=False):
        row = self._current("request", request.id, request)
        blocked, lane = row.wait == BLOCKED, request.order.intent.project if row.builds else None
        stand = [
            one for one in self._requests() if lane and one.lane == lane and one.wait != BLOCKED and one is not row
        ]
        if stand and not blocked:
            raise Overtaken("another of the project is at work")
        row.value = replace(request, turn=request.turn + 1, starts=0, postponed=0)
        if not (in_hand and row.wait == IN_HAND):
            row.waits(due.queue, due.not_before, at)
            row.lane = lane
        if blocked:
            row.wait = BLOCKED
        self.recorded.setdefault(request.id, []).append(turn)
        self._deliver(due.notices, 1, at)
        return row.value

    async def facts(self, message, request, marks=(), thread=None, quotas=()):
        own, day = self._row("request", request).value.envelope.received_at, timedelta(days=1)
        others = [row for row in self._requests() if row.id != request and row.order]
        mine = [row for row in others if same(row.order.author, message.author)]
        domain = [row for row in others if domain_of(row.order.author) == domain_of(message.author)]
        replies = [self._row("request", id) for id, reply in self.replies.items() if same(reply.to, message.author)]
        refused = [row for row in replies if row.order is None and row.id != request]
        name = message.author, message.id
        first = sorted((self._row("request", id).seq, id) for id, known in self._named().items() if known == name)
        earlier = [id for _, id in first if message.id and id != request]

        def since(rows, span):
            return [row for row in rows if own - span < row.value.envelope.received_at <= own]

        def counted(rows, span):
            known = [row for row in rows if row.counted_at and row.counted_at > own - span]
            return sum(row.value.envelope.received_at <= own for row in known)

        there = [row for row in since(mine, day) if thread and row.order.intent.project == thread]
        replay = next((self.marks[mark] for mark in marks if self.marks.get(mark, request) != request), "")
        return Facts(
            duplicate_of=earlier[0] if earlier else "",
            late="its author has written" if self.later.get(request, (None, ""))[1] == "void" else "",
            replay_of=replay,
            sender_hour=counted(mine, HOUR),
            sender_day=counted(mine, day),
            sender_open=sum(
                row.value.state is State.ADMITTED and row.value.envelope.received_at <= own for row in mine
            ),
            domain_hour=counted(domain, HOUR),
            domain_day=counted(domain, day),
            total_hour=counted(others, HOUR),
            total_day=counted(others, day),
            sender_answers=len(since(mine, day)) + len(since(refused, day)),
            sender_refused=len(since(refused, day)),
            thread=thread or "",
            role=(thread in self.projects and self.projects[thread].role(message.author)) or "",
            used=self._used(quotas, message.author, request, self.clock()),
            thread_day=len(there),
            said=self._said(there),
        )

    @staticmethod
    def _said(rows):
        """The words of the newest three, up to a command."""
        said = []
        for row in sorted(rows, key=lambda row: -row.seq)[:3]:
            intent = row.order.intent
            if intent.text and intent.kind not in {Kind.CREATE, Kind.REVISE, Kind.QUESTION}:
                break
            said.append(intent.text)
        return tuple(said)

    async def held(self, key="", before=None, most=200):
        rows = [row for row in self._requests() if row.held and row.id.startswith(key)]
        rows = [row for row in rows if before is None or row.value.envelope.received_at <= before]
        return [
            HeldMail(request=row.value, order=row.held.admitted, rule=row.held.rule, reason=row.held.reason)
            for row in rows[:most]
        ]

    async def project(self, id, *revisions):
        project = self.projects.get(id)
        if project is None:
            return None
        wanted = {number: one for number, one in project.revisions.items() if number in {project.last, *revisions}}
        return replace(project, revisions=wanted)

    async def unfinished(self, project):
        admitted = [row for row in self._requests() if row.value.state is State.ADMITTED]
        return [row.id for row in admitted if row.order.intent.project == project]

    async def report(self, part, trouble, at):
        self.parts[part] = trouble, at

    async def learn(self, words, *, spam, undo=False):
        for word in {0, *words}:
            counts = list(self.words.get(word, (0, 0)))
            counts[not spam] = max(0, counts[not spam] + (-1 if undo else 1))
            self.words[word] = tuple(counts)

    async def learned(self, words):
        return {word: self.words[word] for word in {0, *words} if word in self.words}

    # Deliveries, timers, leases.

    async def delivery(self, id):
        return self._row("delivery", id).value

    async def move_delivery(self, old, new, *, at, said, in_hand=False):
        row = self._current("delivery", old.id, old)
        self.steps.setdefault(old.id, []).append((at, new.progress, said))
        held = in_hand and row.wait == IN_HAND
        row.value, kept = new, (row.starts, row.wake_at)
        if new.progress not in {Progress.WAITING, Progress.COMMITTING}:
            row.nothing_due()
            return
        row.waits("send", new.not_before, at)
        row.round = 0
        if held:
            row.wait, (row.starts, row.wake_at) = IN_HAND, kept

    async def add_timer(self, name, slot):
        id = f"{name}:{slot.isoformat()}"
        if ("timer", id) in self.rows:
            return False
        self._add("timer", id, queue="maint")
        return True

    async def end_timer(self, id):
        if row := self.rows.get(("timer", id)):
            row.nothing_due()

    async def hold(self, name, holder, ttl):
        now = self.clock()
        known, until = self.leases.get(name, (holder, now))
        if known == holder or until <= now:
            self.leases[name] = holder, now + ttl
        return self.leases[name][0]

    async def renew(self, name, holder, ttl):
        known, until = self.leases.get(name, ("", self.clock()))
        if known == holder and until > self.clock():
            self.leases[name] = holder, self.clock() + ttl
            return True
        return False

    async def release(self, name, holder):
        if self.leases.get(name, ("", None))[0] == holder:
            del self.leases[name]

    # The queue.

    async def claim(self, slots, now):
        self._promote(now)
        free, jobs = dict(slots), []
        for row in sorted(self.rows.values(), key=lambda row: (row.priority, row.round, row.seq)):
            places = free.setdefault(row.queue, slots.get(row.queue.partition(":")[0] + ":*", 0))
            if row.wait == DUE and places > 0:
                free[row.queue] -= 1
                row.wait, row.wake_at, row.starts = IN_HAND, now + self.lease, row.starts + 1
                jobs.append(Job(kind=row.kind, id=row.id, queue=row.queue, starts=row.starts))
        return jobs

    def _promote(self, now):
        for row in self.rows.values():
            if row.wait == IN_HAND and row.wake_at <= now:
                row.wait, row.wake_at = TIMED, max(now, row.not_before or now)
        back = set()
        for row in self.rows.values():
            if row.wait == TIMED and row.wake_at <= now:
                row.wait, row.wake_at = DUE, None
                if row.builds and row.lane is None:
                    row.wait, row.lane = BLOCKED, row.order.intent.project
                    back.add(row.lane)
        for lane in back:
            self._release(lane)

    async def stumbled(self, job, until, why, *, counted):
        row = self._row(job.kind, job.id)
        if (row.wait, row.starts, row.queue) == (IN_HAND, job.starts, job.queue):
            row.wait, row.wake_at = TIMED, max(until, row.not_before or until)
            row.starts -= not counted

    async def next_due(self):
        return min((row.wake_at for row in self.rows.values() if row.wait == TIMED), default=None)

    async def recover(self):
        now = self.clock()
        held = [row for row in self.rows.values() if row.wait == IN_HAND]
        kinds = ["request", "delivery", "timer"]
        held.sort(key=lambda row: (kinds.index(row.kind), row.seq))
        for place, row in enumerate(held, 1):
            key = row.kind, row.id, row.value.turn if row.value else 0
            before = self.deaths.get(key, 0)
            self.deaths[key] = before + 1
            rest = [0, 0, 5, 15, 30, 60][before] + (place if before else 0) if before < 6 else 0
            row.starts = row.starts - 1 if before < 6 else 3
            row.wait, row.wake_at = TIMED, max(now + timedelta(seconds=rest), row.not_before or now)
        return len(held)

    async def count(self):
        states = [row.value.state for row in self._requests()]
        reasons = [row.closed for row in self._requests() if row.value.state is State.CLOSED]
        return Count(
            received=len(self.raws),
            answered=sum(row.value.state is State.ANSWERED for row in self._requests() if row.id in self.replies),
            held=states.count(State.HELD),
            in_flight=states.count(State.RECEIVED) + states.count(State.ADMITTED),
            closed={reason: reasons.count(reason) for reason in set(reasons)},
        )
