"""In which shape a package arrives: what each receiver's mail system lets through decides, best first.

zip        the usual one, where no name in it is refused
page       a small web page as one file, and the sources beside it
renamed    a zip in which refused names end in .txt; RENAME.json has the one command that gives them their own back
bundle     a git repository in one file: git clone it
text       all files one after another in a text (txtar)
base64     the zip as letters
link       an address where it is fetched, for a week
metadata   what it is, without it
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from mailbot.build.forms_made import RENAMED_LIST, as_base64, as_text, names_listed, renamed
from mailbot.build.lint import ending_of, lint
from mailbot.build.package import METADATA, Package, zipped
from mailbot.build.page import single_page
from mailbot.build.providers import Provider, Providers
from mailbot.build.size import payload, wire_size
from mailbot.build.sshsig import Signer
from mailbot.build.sums import signed_sums
from mailbot.domain.message import Attachment
from mailbot.domain.reply import Receiver

STRICT: Final = "strict"  #: the provider whose list renames what nobody is known to refuse
_BINARY: Final = "application/octet-stream"
_BUNDLE: Final = "application/x-git-bundle"
_ROOM: Final = 1_000_000  #: bytes by which longer names may make a zip larger


class Form(StrEnum):
    """The shape that a package is sent in."""

    ZIP = "zip"
    PAGE = "page"
    RENAMED = "renamed"
    BUNDLE = "bundle"
    TEXT = "text"
    BASE64 = "base64"
    LINK = "link"
    METADATA = "metadata"


_PATCHED: Final = frozenset({Form.ZIP, Form.PAGE, Form.RENAMED, Form.BUNDLE})  #: with a patch beside them
_WITH_SUMS: Final = frozenset({Form.ZIP, Form.RENAMED, Form.TEXT, Form.BASE64})  #: the whole package, with its sums
#: What a gateway that refuses a form has refused: it will refuse the next form by the same thing.
_CARRIER: Final[Mapping[Form, frozenset[str]]] = {
    Form.ZIP: frozenset({"zip"}),
    Form.PAGE: frozenset({"page", "bundle"}),
    Form.RENAMED: frozenset({"zip"}),
    Form.BUNDLE: frozenset({"bundle"}),
    Form.TEXT: frozenset({"text"}),
    Form.BASE64: frozenset({"base64"}),
    Form.LINK: frozenset({"link"}),
    Form.METADATA: frozenset({"metadata"}),
}


@dataclass(frozen=True, kw_only=True)
class Goods:
    """All that could be sent of one revision."""

    package: Package
    whole: Callable[[], bytes] | None = None  #: makes the bundle of the history, to be cloned
    thin: tuple[str, bytes] = ("", b"")  #: name and bytes of the bundle that continues the version before
    patch: tuple[str, bytes] = ("", b"")  #: the same as a mail of git
    url: str = ""  #: where it can be fetched
    signer: Signer | None = None  #: who vouches for what is attached beside the package; none: nobody

    @cached_property
    def bundle(self) -> bytes:
        """A git repository in one file; empty where there is no history."""
        return self.whole() if self.whole else b""

    @cached_property
    def page(self) -> bytes:
        """The page as one file; empty where it cannot be one."""
        return single_page(self.package.tree)

    @cached_property
    def text(self) -> bytes:
        """All files as one text; empty where that would not be the same, byte for byte."""
        return as_text(self.package.tree)

    @property
    def stem(self) -> str:
        """What every attachment is named after."""
        return self.package.name.removesuffix(".zip")


def chain(
    goods: Goods, receiver: Receiver, asked: str, providers: Providers, allowed: Collection[str] = ()
) -> tuple[Form, ...]:
    """The forms for *receiver*, best first: the one that was asked for, then what its mail system lets through.

    Never one that it has refused. *allowed*: the forms that the rules permit; none: every form. What goes by the same
    thing as a refused form comes last: who refuses a zip refuses the next zip, whatever its files are called.
    """
    provider = providers.of(receiver.operator)
    fit = [one for one in Form if one not in receiver.refused and _passes(goods, one, provider, providers)]
    fit = [one for one in fit if not allowed or one in allowed] or fit
    gone = frozenset(thing for one in Form if one in receiver.refused for thing in _carriers(one, goods))
    fit.sort(key=lambda one: (one is Form.METADATA, len(_carriers(one, goods) & gone)))
    wanted = [one for wish in (asked, receiver.asked, receiver.took) for one in _meant(wish) if one in fit]
    return tuple(dict.fromkeys((*wanted, *fit)))


def packed(
    goods: Goods, form: Form, receiver: Receiver, providers: Providers, *, beside: bool = True
) -> tuple[Attachment, ...]:
    """What is attached: patch, the package in its form, metadata.json, Dockerfile, in this order (row E16).

    The signed sums of all that come last, where it is not only what stands in a package that has sums of its own.

    *beside*: a second form goes along where the receiver is known to take it, and it stays small.
    """
    provider, package = providers.of(receiver.operator), goods.package
    whole = list(_whole(goods, form, provider, providers))
    extra = _beside(goods, form, provider) if beside else []
    if wire_size([*whole, *extra]) > provider.limit // 2:
        extra = []
    about = Attachment(name=METADATA, media_type="application/json", content=package.metadata)
    recipe = Attachment(name="Dockerfile", media_type="text/x-dockerfile", content=package.dockerfile)
    with_recipe = [recipe] if package.dockerfile and form not in {Form.LINK, Form.METADATA} else []
    patch = Attachment(name=goods.patch[0], media_type="text/x-patch", content=goods.patch[1])
    with_patch = [patch] if goods.patch[1] and form in _PATCHED else []
    attached = (*with_patch, *whole, *extra, about, *with_recipe)
    apart = bool(with_patch or extra) or form not in _WITH_SUMS
    return (*attached, *(_vouched(attached, goods.signer) if goods.signer and apart else ()))


def _vouched(attached: Sequence[Attachment], signer: Signer) -> Iterator[Attachment]:
    for name, content in signed_sums({one.name: one.content for one in attached}, signer).items():
        yield Attachment(name=name, media_type="text/plain", content=content)


def fits(attachments: Collection[Attachment], limit: int) -> bool:
    """Whether a mail of *limit* bytes takes them, encoded, beside its words."""
    return sum(len(one.content) for one in attachments) <= payload(limit) and wire_size(attachments) <= limit


def limit_of(receiver: Receiver, providers: Providers) -> int:
    """How many bytes one mail to *receiver* may have: what its server said, else what its provider is known to take."""
    known = providers.of(receiver.operator).limit
    return min(receiver.limit, known) if receiver.limit else known


def _meant(wish: str) -> tuple[Form, ...]:
    """The forms that a wish names; a text may have to be letters."""
    if wish == Form.TEXT:
        return (Form.TEXT, Form.BASE64)
    return (Form(wish),) if wish in set(Form) else ()


def _carriers(form: Form, goods: Goods) -> frozenset[str]:
    if form is Form.PAGE and not goods.whole:
        return frozenset({"page", "zip"})
    return _CARRIER[form]


def _passes(goods: Goods, form: Form, provider: Provider, providers: Providers) -> bool:
    """Whether the form can be made, and nothing in it is on the receiver's list."""
    if form in {Form.ZIP, Form.RENAMED}:
        return _zip_passes(goods, form, provider, providers)
    if form is Form.PAGE:
        inside = goods.whole or _zip_passes(goods, Form.RENAMED, provider, providers)
        return bool(inside and goods.page) and "html" not in provider.endings | provider.top
    made = {Form.BUNDLE: goods.whole, Form.TEXT: goods.text, Form.LINK: goods.url}
    return bool(made.get(form, True)) and "bundle" not in provider.endings | provider.top


def _zip_passes(goods: Goods, form: Form, provider: Provider, providers: Providers) -> bool:
    if form is Form.ZIP:
        return not lint(goods.package.tree, provider)
    tree, names = renamed(goods.package.tree, renaming(goods, provider, providers))
    return bool(names) and not lint(tree, provider)


def renaming(goods: Goods, provider: Provider, providers: Providers) -> Provider:
    """Whose list renames: the receiver's; where it has nothing to rename, the strictest, as a second try."""
    listed = any(ending_of(path) in provider.endings for path in goods.package.tree)
    return provider if listed else providers.known.get(STRICT, provider)


def _whole(goods: Goods, form: Form, provider: Provider, providers: Providers) -> Iterator[Attachment]:
    """The package itself, in its form."""
    stem, package = goods.stem, goods.package
    match form:
        case Form.ZIP:
            yield Attachment(name=package.name, media_type=_BINARY, content=package.zip)
        case Form.RENAMED:
            tree, names = renamed(package.tree, renaming(goods, provider, providers))
            content = zipped({**tree, RENAMED_LIST: names_listed(names)}, stem, len(package.zip) + _ROOM)
            yield Attachment(name=f"{stem}.zip", media_type=_BINARY, content=content)
        case Form.PAGE:
            yield Attachment(name=f"{stem}.html", media_type="text/html", content=goods.page)
            yield from _whole(goods, Form.BUNDLE if goods.whole else Form.RENAMED, provider, providers)
        case Form.BUNDLE:
            yield Attachment(name=f"{stem}.bundle", media_type=_BUNDLE, content=goods.bundle)
        case Form.TEXT:
            yield Attachment(name=f"{stem}.txt", media_type="text/plain", content=goods.text)
        case Form.BASE64:
            letters = as_base64(package.zip)
            yield Attachment(name=f"{stem}.base64.txt", media_type="text/plain", content=letters)
        case Form.LINK | Form.METADATA:
            return


def _beside(goods: Goods, form: Form, provider: Provider) -> list[Attachment]:
    """The bundle that goes along: what is new; of a first version the whole, where that is known to pass."""
    if form not in {Form.ZIP, Form.RENAMED}:
        return []
    name, content = goods.thin
    if not content and form is Form.RENAMED and Form.BUNDLE in provider.beside:
        name, content = f"{goods.stem}.bundle", goods.bundle
    return [Attachment(name=name, media_type=_BUNDLE, content=content)] if content else []
