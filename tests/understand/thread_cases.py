"""How mail programs and providers carry our three names back to us, and how they damage them: cases for test_thread.

Each is a story, the project that is meant (none: nothing may be joined), the fields of the mail, its text, and whom
its envelope names.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mailbot.domain.names import Names
from mailbot.domain.project import ProjectId
from mailbot.domain.reply import DeliveryId

NAMES = Names(domain="mailbot.example", keys=(b"new" * 11, b"old" * 11))
BEFORE = Names(domain="mailbot.example", keys=(b"old" * 11,))
STRANGER = Names(domain="mailbot.example", keys=(b"else" * 8,))
P, Q = ProjectId("t7k2m9"), ProjectId("b3c4d5")
TO, TO_Q, REF, REF_Q = (*(NAMES.thread_address(one, "build") for one in (P, Q)), *map(NAMES.reference, (P, Q)))


def id_of(project, kind="1", names=NAMES):
    """The Message-ID of a mail of ours."""
    return names.message_id(project, kind, DeliveryId("d4x7q2m5n3ab"))


ID, ID_Q = id_of(P), id_of(Q)
TOKEN, MAC = REF.removeprefix("Ref ").split(".")
OUTLOOK = (
    "Blue, please.\n\nFrom: mailbot <build@mailbot.example>\nSent: Thursday, November 19, 2026 4:02 PM\n"
    'To: Ana Example <ana@acme.example>\nSubject: Sales page\n\nv1 of "Sales page" is ready.\n\n'
)
GMAIL = "Blue, please.\n\nOn Thu, Nov 19, 2026 at 4:02 PM mailbot <build@mailbot.example> wrote:\n\n> v1 is ready.\n>\n"
APPLE = "Blue, please.\n\n> On 19 Nov 2026, at 16:02, mailbot <build@mailbot.example> wrote:\n> \n> v1 is ready.\n> \n"
PASSED = (
    "Look.\n\n---------- Forwarded message ---------\nFrom: {}\nDate: Thu, Nov 19, 2026 at 4:02 PM\n"
    "Subject: Sales page\nTo: <ana@acme.example>\n\n"
)
OURS, EVA = "mailbot <build@mailbot.example>", "Eva <eva@kunde.example>"
LOST = {"In-Reply-To": "<0102018f-77@eu-west-1.amazonses.com>", "References": "<0102018f-77@eu-west-1.amazonses.com>"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One mail, and what it is about."""

    story: str
    project: ProjectId | None = P
    fields: dict[str, str] = field(default_factory=dict)
    text: str = "Blue, please.\n"
    kind: str = "plain"
    recipients: tuple[str, ...] = ("build@mailbot.example",)

    @property
    def raw(self) -> bytes:
        """The mail."""
        fields = {
            "From": "Ana Example <ana@acme.example>", "To": "build@mailbot.example", "Subject": "Re: Sales page",
            "Date": "Fri, 20 Nov 2026 10:00:00 +0000", "Message-ID": "<r1@acme.example>", "MIME-Version": "1.0",
            "Content-Type": f"text/{self.kind}; charset=utf-8", "Content-Transfer-Encoding": "8bit",
        }  # fmt: skip
        lines = [f"{name}: {value}" for name, value in (fields | self.fields).items()]
        return "\n".join([*lines, "", self.text]).encode()


def _case(story, project=P, /, *, text="Blue, please.\n", kind="plain", to=("build@mailbot.example",), **fields):
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    return Case(story=story, project=project, fields=named, text=text, kind=kind, recipients=to)


BY_ADDRESS = (
    _case("Gmail keeps everything", To=TO, to=(TO,), In_Reply_To=ID, References=f"<r0@acme.example> {ID}",
          text=GMAIL + f"> {REF}\n"),
    _case("Outlook leaves References out, and Exchange In-Reply-To", To=TO, to=(TO,), Thread_Topic="Sales page"),
    _case("Outlook on a telephone quotes nothing", To=TO, to=(TO,), text="Blue\n\nGet Outlook for iOS\n"),
    _case("Notes writes addresses in capitals", To=TO.upper(), to=(TO.upper(),)),
    _case("a server that keeps case mixes it", To=TO.title(), to=(TO.title(),)),
    _case("the thread address is in Cc", Cc=f"Bob <bob@acme.example>, mailbot <{TO}>"),
    _case("it is in Bcc, so only the envelope has it", to=("build@mailbot.example", TO)),
    _case("a mailbox of many names: Delivered-To", Delivered_To=TO),
    _case("Postfix behind an alias: X-Original-To", X_Original_To=TO, Delivered_To="box@host.example"),
    _case("Exim: Envelope-To", Envelope_To=f"<{TO}>"),
    _case("a provider forwards all mail: X-Forwarded-To", X_Forwarded_To=TO),
    _case("a provider without plus addresses cuts it off the envelope only", To=TO, to=("build@mailbot.example",)),
    _case("the name is the address", To=f'"{TO}" <{TO}>', to=(TO,)),
    _case("Outlook puts the address into quotes within its brackets", To=f"mailbot <'x'>, <{TO}>"),
    _case("many people, ours the last", To=", ".join([*(f"p{n}@acme.example" for n in range(40)), TO])),
    _case("To is folded", To=f"Bob Example <bob@acme.example>,\n\t{TO}"),
    _case("a form wrote the plus as an escape", To=TO.replace("+", "=2B"), to=(TO.replace("+", "=2B"),)),
    _case("a link of mailto wrote it as another", to=(TO.replace("+", "%2B"),)),
    _case("the same mailbot under its earlier domain", To=TO.replace("mailbot.example", "old.example")),
    _case("under another local part of ours", To=TO.replace("build+", "ask+"), to=(TO.replace("build+", "ask+"),)),
    _case("a name with a plus before ours", To=TO.replace("build+", "box+build+")),
    _case("an address signed before the key was changed", To=BEFORE.thread_address(P, "build")),
)  # fmt: skip

BY_ID = (
    _case("Apple Mail to the plain address", In_Reply_To=ID, References=ID, text=APPLE),
    _case("Thunderbird with a long thread", In_Reply_To="<r0@acme.example>", References=f"{ID} <r0@acme.example>"),
    _case("only In-Reply-To", In_Reply_To=ID),
    _case("only References, folded", References=f"<r0@acme.example>\n {ID}"),
    _case("References with commas between", References=f"<r0@acme.example>,{ID},<r2@acme.example>"),
    _case("References without spaces", References=f"<r0@acme.example>{ID}<r2@acme.example>"),
    _case("MH says whose mail it is", In_Reply_To=f'Your message of "Thu, 19 Nov 2026 16:02:11." {ID}'),
    _case("Eudora names two", In_Reply_To=f"<r0@acme.example> {ID}"),
    _case("Notes writes ids in capitals", In_Reply_To=ID.upper()),
    _case("a telephone answers without quoting", In_Reply_To=ID, text="Blue\n"),
    _case("somebody answers our question", In_Reply_To=id_of(P, "asked")),
    _case("a colleague's answer is answered", In_Reply_To="<bob@acme.example>", References=f"{ID} <bob@acme.example>"),
    _case("sixty mails later", References=" ".join([*(f"<r{n}@acme.example>" for n in range(59)), ID])),
    _case("In-Reply-To was rewritten, References not", In_Reply_To="<x@outlook.example>", References=ID),
    _case("the subject was changed", In_Reply_To=ID, Subject="Something else"),
    _case("a subject of another project", In_Reply_To=ID, Subject=f"Re: {REF_Q}"),
    _case("an id signed before the key was changed", In_Reply_To=id_of(P, "2", BEFORE)),
)  # fmt: skip

BY_LINE = (
    _case("a relay rewrote our Message-ID; Gmail quotes", **LOST, text=GMAIL + f"> {REF}\n"),
    _case("Outlook quotes under a header", **LOST, text=OUTLOOK + REF + "\n"),
    _case("Apple Mail", **LOST, text=APPLE + f"> {REF}\n"),
    _case("Thunderbird, the answer below", **LOST, text=f"On 19/11/2026, mailbot wrote:\n> v1\n> {REF}\n\nBlue.\n"),
    _case("Yahoo quotes without marks", **LOST, text=(
        f"Blue.\n\nOn Thursday, November 19, 2026, 04:02 PM, mailbot <build@mailbot.example> wrote:\n\nv1\n\n{REF}\n")),
    _case("Proton", **LOST, text=f"Blue.\n\nSent with Proton Mail secure email.\n\n"
          f"On Thursday, November 19th, 2026 at 4:02 PM, mailbot <build@mailbot.example> wrote:\n\n> v1\n>\n> {REF}\n"),
    _case("quoted twice", text=GMAIL + f"> > {REF}\n"),
    _case("quoted by a bar", text=f"Blue.\n\n| v1 is ready.\n| {REF}\n"),
    _case("in capitals", text=GMAIL + f"> {REF.upper()}\n"),
    _case("in bold", text=GMAIL + f"> *{REF}*\n"),
    _case("with a full stop behind", text=GMAIL + f"> {REF}.\n"),
    _case("with a colon", text=GMAIL + f"> Ref: {TOKEN}.{MAC}\n"),
    _case("broken behind Ref", text=GMAIL + f"> Ref\n> {TOKEN}.{MAC}\n"),
    _case("broken behind the full stop", text=GMAIL + f"> Ref {TOKEN}.\n> {MAC}\n"),
    _case("broken within", text=GMAIL + f"> Ref {TOKEN}.{MAC[:4]}\n> {MAC[4:]}\n"),
    _case("a soft break of quoted-printable was left", text=GMAIL + f"> Ref {TOKEN}.{MAC[:4]}=\n> {MAC[4:]}\n"),
    _case("a space of quoted-printable was left", text=GMAIL + f"> Ref=20{TOKEN}.{MAC}=20\n"),
    _case("a space that does not break", text=GMAIL + f"> Ref\u00a0{TOKEN}.{MAC}\n"),
    _case("characters of no width", text=GMAIL + f"> Ref \u200b{TOKEN}.\u00ad{MAC}\u200b\n"),
    _case("a mark of byte order before it", text=GMAIL + f"> \ufeff{REF}\n"),
    _case("HTML of Gmail", kind="html", text=(
        '<div>Blue.</div><div class="gmail_quote"><blockquote class="gmail_quote">v1 is ready.<br>'
        f'<p style="font-size:13px;opacity:.75">{REF}</p></blockquote></div>')),
    _case("HTML of Outlook", kind="html", text=(
        '<p class="MsoNormal">Blue.<o:p></o:p></p><div id="divRplyFwdMsg"><b>From:</b> mailbot &lt;build@mailbot.'
        "example&gt;<br><b>Sent:</b> Thursday, 19 November 2026 16:02<br><b>To:</b> Ana<br><b>Subject:</b> Page</div>"
        f"<table><tr><td>v1 is ready.</td></tr><tr><td>Ref&nbsp;{TOKEN}.{MAC}</td></tr></table>")),
    _case("HTML that breaks a word", kind="html", text=
          f"<blockquote>Ref {TOKEN}.{MAC[:5]}<wbr>{MAC[5:]}</blockquote>"),
    _case("flowed text", Content_Type="text/plain; format=flowed", text=GMAIL + f"> Ref \n> {TOKEN}.{MAC}\n"),
    _case("copied into a new mail", Subject="Sales page", text=f"Blue, please.\n\n{REF}\n"),
    _case("the line was cut off, the address is quoted", text=APPLE + f"> Reply-To: {TO}\n"),
    _case("a link of ours was quoted", text=GMAIL + f"> [Stop](mailto:{TO}?subject=Stop)\n"),
    _case("a line signed before the key was changed", text=GMAIL + f"> {BEFORE.reference(P)}\n"),
    _case("a forged line stands above", text=GMAIL + f"> {STRANGER.reference(Q)}\n> {REF}\n"),
)  # fmt: skip

BOTH = (
    _case("the envelope is surer than the header", to=(TO,), To=TO_Q),
    _case("the address is surer than the id", To=TO, In_Reply_To=ID_Q),
    _case("the id is surer than the line", In_Reply_To=ID, text=GMAIL + f"> {REF_Q}\n"),
    _case("what is answered is surer than the thread", In_Reply_To=ID, References=f"{ID_Q} <x@acme.example>"),
    _case("the newest of the thread", References=f"{ID_Q} {ID}"),
    _case("the newest mail of a chain of Outlook stands first", text=(
        OUTLOOK + f"{REF}\n\nFrom: mailbot <build@mailbot.example>\nSent: Monday, November 2, 2026 4:02 PM\n"
        f"To: Ana\nSubject: Other\n\nv1\n\n{REF_Q}\n")),
    _case("the line that is quoted least", text=GMAIL + f"> > > {REF_Q}\n> {REF}\n"),
    _case("a quoted line is surer than a pasted one", text=f"See {REF_Q}\n\n" + GMAIL + f"> {REF}\n"),
    _case("our own mail is passed on", Subject="Fwd: Sales page", text=PASSED.format(OURS) + f"{REF}\n"),
    _case("our own mail is passed on, by name only", Subject="Fwd: Page", text=PASSED.format("mailbot") + f"{REF}\n"),
    _case("a customer's mail, and below it ours", Subject="Fwd: Bug", text=(
        PASSED.format(EVA) + f"It fails.\n{REF_Q}\n\n" + PASSED.partition("\n")[2].format(OURS) + f"{REF}\n")),
    _case("a customer's mail that quotes ours, and below it ours", Subject="Fwd: Bug", text=(
        PASSED.format(EVA) + f"It fails.\n> {REF}\n\n" + PASSED.partition("\n")[2].format(OURS) + f"{REF}\n")),
    _case("an answer with a customer's mail attached", Content_Type="multipart/mixed; boundary=b", text=(
        f"--b\n\n{GMAIL}> {REF}\n\n--b\nContent-Type: message/rfc822\n\nFrom: {EVA}\n\n{REF}\n\n--b--\n")),
    _case("two pasted lines: nobody can tell", None, text=f"Take both: {REF} and {REF_Q}\n"),
    _case("two quoted addresses: nobody can tell", None, text=GMAIL + f"> {TO}\n> {TO_Q}\n"),
)  # fmt: skip

NOWHERE = (
    _case("the same subject", None),
    _case("our line in the subject", None, Subject=f"Re: Sales page {REF}"),
    _case("our address in the subject", None, Subject=f"Re: {TO}"),
    _case("our id as its own Message-ID", None, Message_ID=ID),
    _case("our line in a field of its own", None, X_Reference=REF, Comments=TO),
    _case("our address as a display name", None, To=f'"{TO}" <build@mailbot.example>'),
    _case("our address as the sender's name", None, From=f'"{TO}" <ana@acme.example>'),
    _case("an address that another key signed", None, To=STRANGER.thread_address(P, "build")),
    _case("an id that another key signed", None, In_Reply_To=id_of(P, "1", STRANGER)),
    _case("a line that another key signed", None, text=GMAIL + f"> {STRANGER.reference(P)}\n"),
    _case("the signature of one project on another", None,
          To=TO.replace(P, Q), text=GMAIL + f"> {REF.replace(P, Q)}\n"),
    _case("the signature of an id on an address", None, To=f"build+{P}.{ID.split('.')[3][:10]}@mailbot.example"),
    _case("the signature of an address in an id", None, In_Reply_To=f"<{P}.1.d4x7q2m5n3ab.{MAC}@mailbot.example>"),
    _case("an id of ours with another revision", None, In_Reply_To=ID.replace(".1.", ".2.")),
    _case("a signature too short", None, text=GMAIL + f"> {REF[:-1]}\n"),
    _case("a signature too long", None, text=GMAIL + f"> {REF}a\n"),
    _case("a line run together with the next word", None, text=GMAIL + f"> {REF}7 days\n"),
    _case("without its signature", None, text=GMAIL + f"> Ref {P}\n", To=f"build+{P}@mailbot.example"),
    _case("a letter that looks like another", None, text=GMAIL + f"> Ref {TOKEN}.\u017f{MAC[1:]}\n"),
    _case("a mail of ours about no project", None, In_Reply_To=id_of(None, "told")),
    _case("a customer's thread", None, In_Reply_To="<w1@kunde.example>", References="<w0@kunde.example>"),
    _case("words in HTML that nobody sees", None, kind="html", text=f'<p>Blue.</p><p style="display:none">{REF}</p>'),
    _case("a customer's words that are passed on", None, Subject="Fwd: Bug", text=PASSED.format(EVA) + f"{REF}\n"),
    _case("an address in them", None, Subject="Fwd: Bug", text=PASSED.format(EVA) + f"Write to {TO}\n"),
    _case("a line in an attached mail", None, Content_Type="multipart/mixed; boundary=b", text=(
        f"--b\n\nBlue.\n\n--b\nContent-Type: message/rfc822\n\nFrom: build@mailbot.example\nMessage-ID: {ID}\n"
        f"To: {TO}\n\nv1\n\n{REF}\n\n--b--\n")),
    _case("a line in an attached file", None, Content_Type="multipart/mixed; boundary=b", text=(
        f"--b\n\nBlue.\n\n--b\nContent-Type: text/csv; name=a.csv\n\n{REF}\n\n--b--\n")),
)  # fmt: skip

CASES = (*BY_ADDRESS, *BY_ID, *BY_LINE, *BOTH, *NOWHERE)
