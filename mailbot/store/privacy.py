"""The part of the ledger that forgets: a person who asks for it, and everybody when the time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from mailbot.domain.message import Address
from mailbot.domain.privacy import Erasure, Gone, Spans, Theirs
from mailbot.domain.project import ProjectId
from mailbot.domain.reply import Answered
from mailbot.domain.request import Event, Ignored, RequestId, Withdrawn
from mailbot.ports import Blobs
from mailbot.store import expire, holding
from mailbot.store.belongings import Belongings, Piece
from mailbot.store.blobs import GRACE, FileBlobs, fetch, sweep
from mailbot.store.database import Database
from mailbot.store.erase import Forget, ended
from mailbot.store.requests import Requests
from mailbot.store.week import Telling

RULE = "erased"  #: under which a held mail is closed whose author is forgotten
WHY = "its author asked to be forgotten"


class Forgetting(Telling):
    """A part of the ledger."""

    _requests: Requests

    def __init__(self, database: Database, blobs: Blobs) -> None:
        super().__init__(database, blobs)
        self._forget, self._belongings = Forget(database.dialect), Belongings()

    # A person.

    async def theirs(self, author: Address, but: str = "") -> Theirs:
        """How much there is of *author*, the request *but* not counted."""
        return await self._database.scan(lambda c: self._forget.theirs(c, author, but))

    async def at_work_for(self, author: Address, but: str = "") -> Sequence[RequestId]:
        """The requests of *author* that were let in and have no answer yet."""
        found = await self._database.scan(lambda c: self._forget.unfinished(c, author, but))
        return [RequestId(id) for id in found]

    async def asked_to_forget(self, project: ProjectId, author: Address, since: datetime) -> bool:
        """Whether the thread *project* is one in which *author* was asked since then, and nothing was said after."""
        return await self._database.read(lambda c: self._belongings.asked(c, project, author, since))

    async def belongings(self, author: Address) -> Mapping[str, bytes]:
        """Everything of *author*, as files."""
        pieces = await self._database.scan(lambda c: self._belongings.all(c, author))
        return {path: content for one in pieces for path, content in (await self._files(one)).items()}

    async def _files(self, piece: Piece) -> Mapping[str, bytes]:
        if piece.body is None and piece.blob is None:
            return {}
        return piece.files(await fetch(self._blobs, piece.body, piece.blob))

    async def forget(self, wish: Erasure) -> Theirs:
        """Forget a person, whatever is being done for them."""
        return await self._database.write(lambda c: self._erase(c, wish))

    def _erase(self, connection: Connection, wish: Erasure) -> Theirs:
        author, by = wish.author, RequestId(wish.request)
        ends: list[tuple[RequestId, Event]] = [
            (RequestId(id), Withdrawn(by=by)) for id in self._forget.unfinished(connection, author, by)
        ]
        ends += [(RequestId(id), Ignored(rule=RULE, reason=WHY)) for id in self._forget.held(connection, author)]
        self._requests.end(connection, ends, wish.at)
        return self._forget.erase(connection, wish)

    def _brings(self, connection: Connection, answered: Answered) -> None:
        """What comes with an answer beside its mail: what the clock will say, and that its author is forgotten."""
        self._waits(connection, answered.later)
        if answered.erasure:
            self._erase(connection, answered.erasure)

    async def erased(self) -> Mapping[str, datetime]:
        """The marks of those who were forgotten, and when that was."""
        return await self._database.read(expire.marks)

    async def named_blobs(self) -> frozenset[str]:
        """Every blob that a row names."""
        return await self._database.scan(expire.blobs)

    async def keep_back(self) -> int:
        """Let nothing leave before resume(); how much that is."""
        return await self._database.write(holding.hold)

    async def resume(self) -> int:
        """Let go what was kept back; how much that is."""
        return await self._database.write(holding.resume)

    async def forget_again(self, known: Mapping[str, datetime], mark_of: Callable[[str], str]) -> int:
        """Forget whoever is marked and came back with a backup; how many those were."""
        people = await self._database.scan(expire.people)
        found = [(one, mark) for one in people if (mark := mark_of(one)) in known]
        for address, mark in found:
            await self.forget(Erasure(author=Address(address), mark=mark, at=known[mark]))
        return len(found)

    # What is over its time.

    async def expire(self, spans: Spans, now: datetime) -> Gone:
        """Take out what was kept long enough, a little at a time, so that nothing waits for it; what is open stays."""
        people = await self._database.write(lambda c: ended(c, now))
        mails = await self._bit_by_bit(lambda c: expire.mails(c, now - spans.mails))
        projects = await self._bit_by_bit(lambda c: expire.projects_over(c, now - spans.projects))
        projects_less = await self._bit_by_bit(lambda c: expire.orders_over(c, now - spans.projects))
        facts = await self._bit_by_bit(lambda c: expire.facts(c, now - spans.facts))
        blobs = await self.tidy()
        return Gone(mails=mails, projects=projects, facts=facts + projects_less, blobs=blobs, people=people)

    async def _bit_by_bit(self, work: Callable[[Connection], int]) -> int:
        done = 0
        while some := await self._database.write(work):
            done += some
        return done

    async def tidy(self, grace: float = GRACE) -> int:
        """Remove the blobs that no row names, and what the log of the database still holds of what is gone."""
        gone = 0
        if isinstance(self._blobs, FileBlobs):
            folder = self._blobs.folder
            old = await asyncio.to_thread(sweep, folder, frozenset(), look=True, grace=grace)
            if old:
                named = await self._database.scan(expire.blobs)
                gone = len(await asyncio.to_thread(sweep, folder, old - named, grace=grace))
        await self._database.scan(expire.checkpoint)
        return gone
