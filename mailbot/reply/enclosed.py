"""What a reply encloses, and in which shape: chosen for the mail system of whoever gets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from mailbot.build.forms import Form, Goods, chain, fits, limit_of, packed
from mailbot.build.history import bundle_of, full_bundle, patch_of
from mailbot.build.history_record import record_of
from mailbot.build.links import link
from mailbot.build.lint import lint
from mailbot.build.package import MAX_FILES, MAX_PLAIN, package
from mailbot.build.plan import RESENT
from mailbot.build.provenance import Origin, mails_in, proving
from mailbot.build.providers import Provider
from mailbot.build.size import payload, without_remade
from mailbot.build.split import divided
from mailbot.domain.errors import Permanent
from mailbot.domain.message import Address, Attachment
from mailbot.domain.project import Draft, Project, ProjectId, Revision
from mailbot.domain.reply import Receiver
from mailbot.domain.request import Answer, Built, GaveUp, Request, Told
from mailbot.reply.letterhead import Letterhead


@dataclass(frozen=True, kw_only=True)
class To:
    """For whom a package is made, and what became of earlier tries."""

    receiver: Receiver = field(default_factory=Receiver)
    asked: str = ""  #: the form that this mail asks for
    refusal: str = ""  #: what the receiver's server said to the form before this one
    allowed: tuple[str, ...] = ()  #: the forms that the rules permit; none: every one
    most: int = 0  #: bytes that the rules permit for a mail; 0: no limit of theirs
    unreached: str = ""  #: the subject of our last mail to them, where it reached them in no form


NOBODY: Final = To()  #: of whom nothing is known


@dataclass(frozen=True, kw_only=True)
class Enclosed:
    """What goes along with the words."""

    form: Form = Form.ZIP
    attachments: tuple[Attachment, ...] = ()
    more: tuple[Attachment, ...] = ()  #: what did not fit: each goes in a mail of its own
    goods: Goods | None = None
    provider: Provider = field(default_factory=lambda: Provider(name="", title=""))
    refused: tuple[str, ...] = ()  #: names of files that the receiver's mail system refuses
    left_out: Mapping[str, int] = field(default_factory=dict)  #: folders that were not sent, and their bytes
    to: To = field(default_factory=To)

    @property
    def goods_name(self) -> str:
        """What everything of it is named after."""
        return self.goods.stem if self.goods else ""


@dataclass(frozen=True, kw_only=True)
class Stock:
    """A draft that is to be sent, and all that is known of its history."""

    draft: Draft
    number: int
    request: str  #: that made it
    at: datetime  #: when that came: a clock would differ
    project: Project | None
    revision: Revision | None  #: with its commit; none: it is no version
    mails: tuple[str, ...] = ()  #: Message-IDs of what asked for it, where no commit names them
    rules: str = ""  #: the version of the rules that let it in, where its maker does not say


def stock_of(event: Answer, request: Request, project: Project | None, revision: Revision | None) -> Stock | None:
    """What *event* has to send; none where it sends nothing. A try that is worth a look is no version."""
    if isinstance(event, Told) and event.topic == RESENT:
        return _again(request, project)
    if not isinstance(event, Built | GaveUp) or event.draft is None or not event.number:
        return None
    draft, at, order = event.draft, request.envelope.received_at, request.admitted
    made = Stock(draft=draft, number=event.number, request=request.id, at=at, project=project, revision=revision)
    return replace(made, mails=(order.message_id, *order.joined), rules=order.rules) if order else made


def _again(request: Request, project: Project | None) -> Stock | None:
    """The version that is wanted once more."""
    wanted = request.order.intent.revision
    return stock_at(project, project.last if wanted is None else wanted) if project else None


def stock_at(project: Project, number: int) -> Stock | None:
    """The version *number* of *project*, where it is loaded."""
    old = project.revisions.get(number)
    if old is None:
        return None
    return Stock(draft=old.draft, number=old.number, request=old.request, at=old.at, project=project, revision=old)


def enclosed(stock: Stock, to: To, letterhead: Letterhead) -> Enclosed:
    """The package of *stock* in the best form for its receiver; too large for every mail is Permanent."""
    known = limit_of(to.receiver, letterhead.providers)
    limit = min(known, to.most) if to.most else known
    slim, left_out = stock, dict[str, int]()
    if len(stock.draft.files) > MAX_FILES or sum(map(len, stock.draft.files.values())) > MAX_PLAIN:
        slim, left_out = _slimmed(stock)
    goods = goods_of(slim, letterhead, left_out)
    found = _fitting(goods, to, letterhead, limit)
    if found is None and not left_out:
        slim, left_out = _slimmed(stock)
        if left_out:
            goods = goods_of(slim, letterhead, left_out)
            found = _fitting(goods, to, letterhead, limit)
    found = found or _in_parts(goods, to, letterhead, limit)
    if found is None:
        raise Permanent(_too_large(goods, limit))
    return replace(found, left_out=left_out)


def goods_of(stock: Stock, letterhead: Letterhead, left_out: Mapping[str, int] | None = None) -> Goods:
    """Everything that could be sent of it."""
    request, at, number = stock.request, stock.at, stock.number
    signer = letterhead.keys.current.signer
    made = package(
        stock.draft, request=request, at=at, number=number, left_out=left_out, most=MAX_PLAIN * 2,
        record=record_of(stock.project, stock.revision), sign=letterhead.names.mark,
        prove=proving(_origin(stock, letterhead), signer),
    )  # fmt: skip
    url, key = letterhead.public_url, letterhead.names.keys[0]
    goods = Goods(
        package=made,
        signer=signer,
        url=link(url, request, number, made.name, at=at, key=key) if url and stock.revision else "",
    )
    return _with_history(goods, stock)


def _origin(stock: Stock, letterhead: Letterhead) -> Origin:
    """Where it comes from, as its commit and its maker say: what is sent once more says the same."""
    revision = stock.revision
    return Origin(
        draft=stock.draft,
        number=stock.number,
        request=stock.request,
        at=stock.at,
        mails=(mails_in(revision.entry) if revision else ()) or stock.mails,
        rules=(revision.draft.maker.rules if revision else "") or stock.rules,
        revision=revision,
        builder=letterhead.address,
        version=letterhead.version,
    )


def _with_history(goods: Goods, stock: Stock) -> Goods:
    """With the patch and the bundles: of all that was loaded, and of what is new since the version before."""
    new, project = stock.revision, stock.project or Project(id=ProjectId(""), owner=Address(""))
    if new is None or not new.entry:
        return goods
    kept = {number: one for number, one in project.revisions.items() if number <= new.number}
    whole = replace(project, revisions={**kept, new.number: new}, last=new.number)
    goods = replace(goods, whole=lambda: full_bundle(whole)[1])
    if not project.head or new.number <= project.last:
        return goods
    return replace(goods, thin=bundle_of(project, new), patch=patch_of(project, new))


def _fitting(goods: Goods, to: To, letterhead: Letterhead, limit: int) -> Enclosed | None:
    """In one mail."""
    receiver, providers = to.receiver, letterhead.providers
    forms = chain(goods, receiver, to.asked, providers, to.allowed)
    for form in forms if forms[:1] == (Form.METADATA,) else [one for one in forms if one is not Form.METADATA]:
        for beside in (True, False):
            attachments = packed(goods, form, receiver, providers, beside=beside)
            if fits(attachments, limit):
                return _made(goods, form, attachments, to, letterhead)
    return None


def _in_parts(goods: Goods, to: To, letterhead: Letterhead, limit: int) -> Enclosed | None:
    """In several mails, where nothing else is left."""
    receiver, providers = to.receiver, letterhead.providers
    provider = providers.of(receiver.operator)
    for form in chain(goods, receiver, "", providers):
        if form not in {Form.ZIP, Form.RENAMED}:
            continue
        if whole := divided(goods, form, provider, providers, limit):
            beside = packed(goods, Form.METADATA, receiver, providers)
            made = _made(goods, form, (whole[0], *beside), to, letterhead)
            return replace(made, more=whole[1:])
    return None


def _made(goods: Goods, form: Form, attachments: tuple[Attachment, ...], to: To, letterhead: Letterhead) -> Enclosed:
    provider = letterhead.providers.of(to.receiver.operator)
    hits = () if form is Form.ZIP else lint(goods.package.tree, provider)
    return Enclosed(
        form=form,
        attachments=attachments,
        goods=goods,
        provider=provider,
        refused=tuple(dict.fromkeys(one.name for one in hits)),
        to=to,
    )


def _slimmed(stock: Stock) -> tuple[Stock, dict[str, int]]:
    files, left = without_remade(stock.draft.files)
    return replace(stock, draft=replace(stock.draft, files=files)), dict(left)


def _too_large(goods: Goods, limit: int) -> str:
    return (
        f"the package is {len(goods.package.zip) / 1e6:.1f} MB; your mail server takes {payload(limit) / 1e6:.1f} MB, "
        "and it does not fit into a few mails either. Ask for a smaller one, for instance without data that it can "
        "download or make again."
    )
