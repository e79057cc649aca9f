"""What the ledger remembers of the HTTP door: tokens, orders, and mails that a program asks us to send."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from mailbot.domain.errors import Overtaken
from mailbot.domain.message import Envelope
from mailbot.domain.news import News, What
from mailbot.domain.orders import Placed, Standing, Token
from mailbot.domain.reply import Answered
from mailbot.domain.request import Admitted, Request, RequestId, State, Told
from mailbot.domain.sessions import Session
from mailbot.domain.work import Due
from mailbot.ports import Blobs
from mailbot.store.blobs import keep
from mailbot.store.codec import dump
from mailbot.store.database import Database
from mailbot.store.links import Links
from mailbot.store.metrics import Figures, Metrics
from mailbot.store.orders import Orders
from mailbot.store.replies import Replies, delivery_values, reply_values
from mailbot.store.restore import Restoring
from mailbot.store.sessions import Conversations
from mailbot.store.steps import Step, open_values
from mailbot.store.tokens import Tokens


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A mail that a program asks us to send: let in and answered in one step."""

    raw: bytes  #: what was asked, as a mail
    envelope: Envelope
    order: Admitted
    told: Told
    answered: Answered


class Front(Restoring):
    """A part of the ledger."""

    _replies: Replies

    def __init__(self, database: Database, blobs: Blobs) -> None:
        super().__init__(database, blobs)
        self._tokens, self._orders = Tokens(database.dialect), Orders(database.dialect)
        self._links = Links(database.dialect)
        self._metrics = Metrics(database.dialect)
        self._conversations = Conversations(database.dialect)

    # Tokens.

    async def add_token(self, token: Token, digest: str) -> bool:
        """Store a new token under the hash of its secret; False when its name is taken."""
        return await self._database.write(lambda c: self._tokens.add(c, token, digest))

    async def token(self, digest: str) -> Token | None:
        """The token whose secret has this hash."""
        return await self._database.read(lambda c: self._tokens.find(c, digest))

    async def tokens(self) -> Sequence[Token]:
        """All tokens, the oldest first."""
        return await self._database.read(self._tokens.all)

    async def revoke_token(self, name: str, at: datetime) -> bool:
        """End a token; False when there is none that counts."""
        return await self._database.write(lambda c: self._tokens.revoke(c, name, at))

    async def use_token(self, name: str, at: datetime) -> None:
        """Note that it was used; a loss of power may forget it."""
        await self._database.write(lambda c: self._tokens.use(c, name, at), durable=False)

    # Orders.

    async def place(self, raw: bytes, envelope: Envelope, placed: Placed) -> Placed:
        """Store an order with its request, or give the one that its key was used for before."""
        row = open_values(placed.request, raw, envelope, await keep(self._blobs, raw))

        def store(connection: Connection) -> Placed:
            if placed.key and (known := self._orders.repeated(connection, placed.token, placed.key)):
                return known
            self._open(connection, [row])
            self._orders.add(connection, placed)
            self._requests.webhooks.tell(connection, placed.request, What.QUEUED, placed.at)
            return placed

        return await self._once(store, placed)

    async def news(self, id: str) -> News | None:
        """One call to whoever ordered; None where there is none."""
        return await self._database.read(lambda c: self._requests.webhooks.load(c, id))

    async def move_news(self, old: News, new: News, *, said: str, at: datetime) -> None:
        """Store what became of it."""
        await self._database.write(lambda c: self._requests.webhooks.move(c, old, new, said, at))

    async def news_of(self, id: RequestId) -> Sequence[tuple[str, str, int, str]]:
        """All calls about a request, in their order: what, how far, tries, and what was said last."""
        return await self._database.read(lambda c: self._requests.webhooks.of(c, id))

    async def order(self, id: RequestId) -> Placed | None:
        """The order of a request; none of what came another way."""
        return await self._database.read(lambda c: self._orders.one(c, id))

    async def standing(self, id: RequestId) -> Standing | None:
        """How a request stands; none where there is none."""
        return await self._database.read(lambda c: self._orders.standing(c, id))

    async def figures(self) -> Figures:
        """All that the ledger counts."""
        return await self._database.scan(self._metrics.read)

    async def use_link(self, sign: str, until: datetime, most: int, now: datetime) -> bool:
        """Count one more download by a link; False: it was used *most* times already."""
        return await self._database.write(lambda c: self._links.use(c, sign, until, most, now))

    # Mails of a program.

    async def send(self, out: Outgoing, placed: Placed) -> Placed:
        """Store a mail to be sent, with the request that it answers, at once; a repeated key sends nothing."""
        at, id = placed.at, placed.request
        opened = open_values(id, out.raw, out.envelope, await keep(self._blobs, out.raw))
        kept = await keep(self._blobs, dump(out.order).encode("ascii"))
        new = Request(id=id, envelope=out.envelope, state=State.RECEIVED, turn=0, starts=0, postponed=0)
        let_in = new.after(out.order)
        steps = [
            Step(request=new, event=out.order, after=let_in, at=at, due=Due(), order=kept),
            Step(request=let_in, event=out.told, after=let_in.after(out.told), at=at, due=Due()),
        ]
        reply = reply_values(out.answered.reply, at)
        mails = [
            delivery_values(one, await keep(self._blobs, one.wire), out.order.priority, at)
            for one in out.answered.deliveries
        ]

        def store(connection: Connection) -> Placed:
            if placed.key and (known := self._orders.repeated(connection, placed.token, placed.key)):
                return known
            self._open(connection, [opened])
            self._orders.add(connection, placed)
            for step in steps:
                self._requests.move(connection, step)
            self._replies.add(connection, reply, mails)
            return placed

        return await self._once(store, placed)

    # Conversations.

    async def add_session(self, session: Session, most: int) -> bool:
        """Store a new one; False when its token has *most* already."""
        return await self._database.write(lambda c: self._conversations.add(c, session, most))

    async def session(self, id: str, token: str, now: datetime) -> Session | None:
        """The conversation of this token; none when there is none any more."""
        return await self._database.read(lambda c: self._conversations.one(c, id, token, now))

    async def sessions(self, token: str, now: datetime) -> Sequence[Session]:
        """All of this token."""
        return await self._database.read(lambda c: self._conversations.all(c, token, now))

    async def change_session(self, session: Session, turn: int) -> None:
        """Store what has become of it since *turn*; raise Overtaken when somebody was quicker."""
        await self._database.write(lambda c: self._conversations.change(c, session, turn))

    async def end_session(self, id: str, token: str, now: datetime) -> bool:
        """Forget it; False when there is none."""
        return await self._database.write(lambda c: self._conversations.end(c, id, token, now))

    async def _once(self, store: Callable[[Connection], Placed], placed: Placed) -> Placed:
        """Do it; whoever used the same key at the same moment, and was first, is the answer."""
        try:
            return await self._database.write(store)
        except Overtaken:
            known = await self._database.read(lambda c: self._orders.repeated(c, placed.token, placed.key))
            if known is None:
                raise
            return known
