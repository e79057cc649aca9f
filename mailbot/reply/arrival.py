"""In which shape the package comes, why, how it is opened, and how another one is asked for: from the records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from mailbot.build.forms import Form
from mailbot.build.providers import UNKNOWN
from mailbot.domain.message import MessageId
from mailbot.domain.reply import Reply
from mailbot.reply.enclosed import Enclosed
from mailbot.reply.occasion import Occasion
from mailbot.reply.tongue import phrase
from mailbot.reply.words import listed, wrapped

PREVIEWED: Final = 5  #: files of which the first lines are shown
LINES: Final = 3  #: of one of them
_NAMED: Final = 3  #: files, or folders, that a sentence names
_MAIN: Final = ("index.html", "app.py", "main.py", "server.js", "index.js", "app.js", "package.json", "README.md")
_OPEN: Final[Mapping[Form, str]] = {
    Form.PAGE: phrase("Open it: double-click %(file)s; everything is inside it."),
    Form.RENAMED: phrase(
        "Open it: unpack %(file)s; RENAME.json in it has the one line that gives the files their own names back, and"
        ' "mailbot open" does it by itself.'
    ),
    Form.BUNDLE: phrase("Open it: git clone %(file)s"),
    Form.TEXT: phrase('Open it: all files stand in %(file)s, one after another; "mailbot open" puts them apart.'),
    Form.BASE64: phrase(
        "Open it: base64 -d %(file)s > %(zip)s (on Windows: certutil -decode %(file)s %(zip)s), then unpack that."
    ),
    Form.LINK: phrase("Fetch it within 7 days: %(url)s"),
    Form.METADATA: phrase("No shape was left that your mail server takes, so only what the package is comes along."),
}
_WHY: Final[Mapping[Form, str]] = {
    Form.PAGE: phrase("%(provider)s refuses files such as %(names)s, so the page is one file with all of it inside."),
    Form.RENAMED: phrase("%(provider)s refuses files such as %(names)s, so their names end in .txt here."),
}
_SO: Final = phrase("%(provider)s refuses files such as %(names)s in a zip, so it comes in another shape.")
_ANOTHER: Final = phrase('No attachment? Reply "resend as bundle", or as text or zip.')
_OR_LINK: Final = phrase('No attachment? Reply "resend as bundle", or as text, zip or link.')


def arrival(about: Occasion) -> dict[str, object]:
    """The values about the package for the templates; empty ones where nothing is sent."""
    sent = about.sent
    return {
        "arrives": list(_told(sent, about)) if sent else [],
        "how": opened(about),
        "preview": list(_preview(sent, about)) if sent else [],
        "another": about.tongue.say(_OR_LINK if about.letterhead.public_url else _ANOTHER) if sent else "",
    }


def opened(about: Occasion) -> str:
    """How a package that is no plain zip is opened; empty for a zip."""
    sent = about.sent
    if sent is None or sent.form is Form.ZIP or sent.goods is None:
        return ""
    name = sent.goods.stem
    ends = {Form.PAGE: ".html", Form.BUNDLE: ".bundle", Form.TEXT: ".txt", Form.BASE64: ".base64.txt"}
    file = name + ends.get(sent.form, ".zip")
    return about.tongue.say(_OPEN[sent.form], file=file, zip=f"{name}.zip", url=sent.goods.url)


def other_mails(sent: Enclosed, about: Occasion, first: Reply) -> Iterator[Reply]:
    """The mails with the parts that did not fit into the first one."""
    say, every = about.tongue.say, len(sent.more) + 1
    for number, part in enumerate(sent.more, 2):
        words = [
            say("Part %(number)s of %(all)s of %(name)s.", number=number, all=every, name=sent.goods_name),
            say("Save all of these mails, then join them: mailbot open %(mails)s", mails=_mails(every)),
            "",
            about.letterhead.names.reference(about.known.id) if about.known else "",
        ]
        yield Reply(
            request=first.request,
            project=first.project,
            revision=first.revision,
            kind=first.kind,
            form=f"{sent.form}-{number}of{every}",
            to=first.to,
            cc=first.cc,
            subject=first.subject,
            text=wrapped("\n".join(words)),
            in_reply_to=first.in_reply_to or MessageId(""),
            references=first.references,
            attachments=(part,),
        )


def _told(sent: Enclosed, about: Occasion) -> Iterator[str]:
    """Why it comes in this shape, what is not in it, and where the rest is; mostly nothing."""
    say, to = about.tongue.say, sent.to
    provider = say("Your mail server") if sent.provider.name == UNKNOWN else sent.provider.title
    if sent.refused and not to.refusal:
        names = listed((about.line(one, 40) for one in sorted(sent.refused)), _NAMED, about.tongue)
        yield say(_WHY.get(sent.form, _SO), provider=provider, names=names)
    if to.asked and not _is(sent.form, to.asked):
        yield say(
            'You asked for it as "%(form)s"; that does not get through, or cannot be made of these files.',
            form=to.asked,
        )
    if sent.left_out:
        folders = [
            say("%(name)s (%(size)s MB)", name=about.line(name, 40), size=about.tongue.number(size / 1e6, 1))
            for name, size in sorted(sent.left_out.items(), key=lambda one: -one[1])
        ]
        yield say("I left out what you can make again: %(names)s.", names=listed(folders, _NAMED, about.tongue))
    if sent.more:
        every = len(sent.more) + 1
        yield say(
            "It is too large for one mail: this is part 1 of %(all)s. Save all of them, then join them: %(command)s",
            all=every,
            command=f"mailbot open {_mails(every)}",
        )


def _mails(every: int) -> str:
    return " ".join(f"part{number}.eml" for number in range(1, every + 1))


def _is(form: Form, asked: str) -> bool:
    return form == asked or (asked == Form.TEXT and form is Form.BASE64)


def _preview(sent: Enclosed, about: Occasion) -> Iterator[str]:
    """The first lines of the main files, where the package is not simply opened; indented, as code is."""
    if sent.goods is None or sent.form in {Form.ZIP, Form.PAGE, Form.METADATA}:
        return
    tree = sent.goods.package.tree
    found = [path for name in _MAIN for path in tree if path == name]
    for path in found[:PREVIEWED]:
        yield f"    {path}:"
        for one in tree[path][:4_000].decode("utf-8", "replace").splitlines()[:LINES]:
            yield "      " + about.line(one, 68)
