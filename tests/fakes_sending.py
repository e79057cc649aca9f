"""The part of the ledger of dictionaries that is about what leaves: see fakes_ledger."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from mailbot.domain.reply import SENT_COPY, Progress, Receiver
from mailbot.domain.sending import JOURNAL, MEMORY, Replied, rest

GIVEN_UP = {Progress.FAILED, Progress.BOUNCED}


@dataclass
class MemorySendings:
    """A part of a MemoryLedger."""

    steps: dict = field(default_factory=dict, kw_only=True)  #: what was said of each delivery
    replied_at: dict = field(default_factory=dict, kw_only=True)  #: by request
    lessons: list = field(default_factory=list, kw_only=True)  #: with the time of each
    resting: dict = field(default_factory=dict, kw_only=True)  #: by address

    def deliveries_of(self, request, way=None):
        rows = [row.value for row in self.rows.values() if row.kind == "delivery"]
        mine = [one for one in rows if one.request == request and one.form not in JOURNAL]
        mine = [one for one in mine if not one.form.startswith("notice-") and not one.way.startswith(SENT_COPY)]
        return [one for one in mine if way in {None, one.way}]

    async def settle(self, moved, *, at):
        await self.move_delivery(moved.old, moved.new, at=at, said=moved.said)
        self._deliver([one for one in moved.following if ("delivery", one.id) not in self.rows], 5, at)
        if moved.lesson:
            self.lessons.append((at, moved.lesson))
        for one in moved.silences:
            key = one.address.lower()
            before = self.resting.get(key)
            times = before.times + 1 if before else 1
            span = rest(one.kind, times)
            new = replace(one, address=key, times=times, until=at + span if span else None)
            ever = before and before.until is None
            self.resting[key] = replace(new, kind=before.kind, until=None) if ever else new

    async def came_back(self, request, event, moved, *, at):
        self._current("request", request.id, request)
        self._current("delivery", moved.old.id, moved.old)
        await self.record(request, event, at=at)
        await self.settle(moved, at=at)

    async def whole(self, id):
        return self.raws[id]

    async def replied(self, request, way):
        reply = self.replies.get(request)
        if reply is None:
            return None
        project = self.projects.get(reply.project)
        then = self.replied_at[request]
        before = [n for n, one in project.revisions.items() if one.at <= then] if project else []
        own = [n for n, one in project.revisions.items() if one.request == request] if project else []
        last = min(own, default=reply.revision) - 1 if reply.revision else max(before, default=0)
        forms = tuple(
            (one.form, self.steps[one.id][-1][2] if one.id in self.steps else "")
            for one in self.deliveries_of(request, way)
        )
        return Replied(kind=reply.kind, at=then, project=reply.project, last=last, revision=reply.revision, forms=forms)

    async def stood(self, id, last, *revisions):
        project = self.projects.get(id)
        if project is None:
            return None
        wanted = {n: one for n, one in project.revisions.items() if n in {last, project.last, *revisions}}
        brought = [check for n, one in sorted(project.revisions.items()) if n <= last for check in one.draft.checks]
        return replace(project, last=last, revisions=wanted, checks=tuple(brought))

    async def receiver(self, domain, operator, now):
        known = {}
        for at, lesson in self.lessons:
            fits = lesson.domain == domain and (not operator or lesson.operator in {"", operator})
            if fits and at > now - MEMORY:
                known[lesson.form] = at, lesson
        took = [(at, one.form) for at, one in known.values() if one.took]
        limits = [one.limit for _, one in known.values() if one.limit]
        operators = [one.operator for _, one in known.values() if one.operator]
        return Receiver(
            operator=operator or next(iter(operators), ""),
            refused=frozenset(one.form for _, one in known.values() if not one.took),
            took=max(took)[1] if took else "",
            limit=min(limits, default=0),
        )

    # Whether somebody wants to be forgotten: what an erasure takes is tested on the real ledgers only.

    async def asked_to_forget(self, project, author, since):
        known = [row.value for row in self._requests() if row.value.id in self.replies and row.order]
        asked = [one for one in known if (one.admitted.intent.project, one.admitted.author) == (project, author)]
        return bool(asked) and asked[-1].admitted.intent.kind == "erase"

    async def silence(self, address, mark=""):
        return self.resting.get(address.lower()) or self.resting.get(mark)

    async def silences(self, now):
        return [one for one in self.resting.values() if not one.ends(now)]

    async def lift(self, address, at):
        one = self.resting.get(address.lower())
        if one is None or one.ends(at):
            return False
        self.resting[address.lower()] = replace(one, until=at)
        return True

    async def unreached(self, author, before):
        seq = self._row("request", before).seq
        earlier = [
            (id, reply)
            for id, reply in self.replies.items()
            if reply.to == author and self._row("request", id).seq < seq
        ]
        if not earlier:
            return ""
        id, reply = earlier[-1]
        ends = {one.progress for one in self.deliveries_of(id)}
        return (reply.subject or "-") if ends and ends <= GIVEN_UP else ""
