"""What somebody may ask about themselves: everything that is kept of them, or that none of it is kept any more.

To be forgotten takes two mails: the question has a thread of its own, whose signed address is the code, and only a yes
of the same proven author in that thread, in time, erases. That happens in the transaction of the answer to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from mailbot.build.package import MAX_ZIP, zipped
from mailbot.build.plan import stopped
from mailbot.domain.errors import Permanent
from mailbot.domain.intent import Command, Intent, Kind
from mailbot.domain.message import Attachment, Message
from mailbot.domain.project import Path, Project
from mailbot.domain.request import Answer, Event, Request, RequestId, Told, Withdrawn
from mailbot.ports import Clock, Ledger
from mailbot.reply.erasing import HOURS
from mailbot.understand.assent import says_yes

EXPORT: Final = "exported"  #: the topic of the mail with everything
TOO_LARGE: Final = "export-too-large"
NAME: Final = "everything.zip"
_THREAD: Final = timedelta(days=36_500)  #: a thread in which somebody was asked stays one of that kind


@dataclass(frozen=True, kw_only=True)
class Privacy:
    """What a person may ask about themselves."""

    ledger: Ledger
    clock: Clock

    async def understood(self, message: Message, project: Project | None, intent: Intent) -> Intent:
        """*intent*, unless it stands in a thread that asks its author whether they want to be forgotten.

        There, a yes in time is that; whatever else they say is answered with the same question. A new wish to be
        forgotten has a thread of its own.
        """
        own = project is not None and not project.last and project.role(message.author) == "owner"
        if project and own and await self._asked(project, message, _THREAD):
            sure = says_yes(message.text) and await self._asked(project, message, timedelta(hours=HOURS))
            said = Command(line=message.text.strip()[:80], kind=Kind.ERASE)
            bare = Intent(kind=Kind.ERASE, project=project.id, title=intent.title, text=intent.text, commands=(said,))
            return replace(bare, language=intent.language, sure=sure)
        return replace(intent, project=None) if intent.kind.own_data else intent

    async def _asked(self, project: Project, message: Message, within: timedelta) -> bool:
        return await self.ledger.asked_to_forget(project.id, message.author, self.clock() - within)

    async def answer(self, request: Request, event: Answer) -> Answer:
        """The answer with what it says of its author: how much there is, or all of it."""
        order = request.order
        if not isinstance(event, Told) or not order.intent.kind.own_data:
            return event
        if order.intent.kind is Kind.ERASE:
            found = await self.ledger.theirs(order.author, request.id if order.intent.sure else "")
            return replace(event, figures=found.figures)
        files = {Path(path): content for path, content in (await self.ledger.belongings(order.author)).items()}
        try:
            packed = zipped(files, "everything", MAX_ZIP)
        except Permanent as error:
            return replace(event, topic=TOO_LARGE, text=str(error))
        whole = Attachment(name=NAME, media_type="application/zip", content=packed)
        return replace(event, attached=(whole,), figures=(await self.ledger.theirs(order.author)).figures)

    async def ends(
        self, request: Request, event: Answer, project: Project | None
    ) -> tuple[Answer, Sequence[tuple[RequestId, Event]]]:
        """The answer, and the other requests that end with it: a stop ends those of its project, an erasure all."""
        order = request.admitted
        if order and project and order.intent.kind is Kind.STOP:
            return stopped(event, await self.ledger.unfinished(project.id), request.id)
        if order and order.intent.sure:
            found = await self.ledger.at_work_for(order.author, request.id)
            return event, [(id, Withdrawn(by=request.id)) for id in found]
        return event, ()
