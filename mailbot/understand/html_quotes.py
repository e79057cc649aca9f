"""Which elements of a page mail programs put around what is not new: quotes, what says whose they are, signatures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final

_WRAPPED: Final = re.compile(r"(?:x_)+")  #: what Outlook on the web puts before the names in what it quotes
_SPACE: Final = re.compile(r"\s+")


class Place(Enum):
    """What the words in an element are."""

    QUOTE = "quote"  #: quoted, all of them
    HOLDER = "holder"  #: somebody may have answered in it between quotes; without any, it is one quote
    WHOLE = "whole"  #: quoted, if anything is written outside
    REST = "rest"  #: quoted, and so is all that follows
    TITLED = "titled"  #: the same, if it begins with the header of a mail
    HEAD = "head"  #: they say who wrote what follows
    SIGNATURE = "signature"


_BY_NAME: Final[Mapping[str, Place]] = {
    name: place
    for place, names in {
        Place.HOLDER: "gmail_quote gmail_quote_container gmail_extra_quote protonmail_quote tutanota_quote zmail_extra "
        "nh_extra missive_quote freshdesk_quote front-blockquote cm_quote hs_reply quote quoted quoted-content "
        "quotedtext quoted-text quoted_text email_quote isreplycontent ntes-mailmaster-quote ntes-pcmail-quote "
        "messagereplysection __quoted_text__",
        Place.WHOLE: "yahoo_quoted olk_src_body_section mail-editor-reference-message-container isforwardcontent "
        "ms-outlook-mobile-reference-message appleoriginalcontents reference-message-container history_container "
        "forwardbody1 replybody1 original-content blockquote_zmail",
        Place.REST: "divrplyfwdmsg appendonsend zwchr stopspelling __divider__ __headers__",
        Place.HEAD: "gmail_attr moz-cite-prefix moz-email-headers-table reply-intro outlookmessageheader "
        "yahoo_quoted_header quote-header email_header",
        Place.SIGNATURE: "gmail_signature gmail_signature_prefix moz-signature applemailsignature signature "
        "ms-outlook-mobile-signature protonmail_signature_block protonmail_signature_block-user tutanota-signature "
        "messagesignaturesection composer_signature yahoo-signature yahoo_signature zmail_signature mail-signature "
        "email-signature signature_block lineageosmailsignature",
    }.items()
    for name in names.split()
}
#: How the names end that programs of one family, or one yet unknown, give: ydp3f2a0yahoo_quoted, somebodys-quote.
_ENDINGS: Final = (
    ("yahoo_quoted", Place.WHOLE), ("yahoo-signature", Place.SIGNATURE), ("_quote", Place.HOLDER),
    ("-quote", Place.HOLDER), ("_quoted", Place.HOLDER), ("-quoted", Place.HOLDER), ("_signature", Place.SIGNATURE),
    ("-signature", Place.SIGNATURE), ("mailsignature", Place.SIGNATURE),
)  # fmt: skip
_BEGINNINGS: Final = (("yahoo_quoted_", Place.WHOLE), ("bloop_sign", Place.SIGNATURE))
_INDENT: Final = re.compile(r"border:(?:none|0|medium none)|border-left:(?:none|0)")
_WORD_QUOTE: Final = re.compile(r"border-left:solid (?:blue|#[0-9a-f]{6}|windowtext) 1\.5pt;padding:0(?:in|cm|mm|pt)? ")
_WORD_HEADER: Final = re.compile(
    r"border-top:solid #?\w{3,10} 1\.0pt;padding:3\.0pt 0|border-top:#?\w{3,10} 1px solid;padding-"
)


def place_of(name: str, attributes: Mapping[str, str]) -> Place | None:
    """What the words in this element are; none: its author's, or what those around them are."""
    if name == "includetail":  # how one program calls what it quotes
        return Place.WHOLE
    if not attributes:
        return Place.QUOTE if name == "blockquote" else None
    style = _SPACE.sub(" ", attributes.get("style", "")[:2_000]).lower().replace(": ", ":").replace("; ", ";")
    if name == "blockquote" and (attributes.get("type", "").lower() == "cite" or not _INDENT.search(style)):
        return Place.QUOTE
    known = _named(_names(attributes))
    if known is None and name == "div" and style:
        known = Place.QUOTE if _WORD_QUOTE.search(style) else Place.TITLED if _WORD_HEADER.search(style) else None
    return known


def _names(attributes: Mapping[str, str]) -> Iterable[str]:
    """What programs call an element, in small letters."""
    values = (attributes.get(key, "")[:300] for key in ("id", "class", "name", "data-marker", "data-smartmail"))
    for one in " ".join(values).lower().split():
        yield _WRAPPED.sub("", one, count=1) if one.startswith("x_") else one


def _named(names: Iterable[str]) -> Place | None:
    for one in names:
        if one in _BY_NAME:
            return _BY_NAME[one]
        for ending, place in _ENDINGS:
            if one.endswith(ending):
                return place
        for beginning, place in _BEGINNINGS:
            if one.startswith(beginning):
                return place
    return None
