"""The journeys that a mail can start, as conversations: what a person writes, and what is understood of it."""

from __future__ import annotations

from mailbot.domain.intent import Kind
from mailbot.domain.message import Attachment, Input
from mailbot.domain.names import Names
from mailbot.domain.project import Project, ProjectId
from mailbot.understand.intent import intent_of
from mailbot.understand.parse import parse
from tests.fakes import envelope, mail

NAMES = Names(domain="mailbot.localhost", keys=(b"k" * 32,))
SALES = Project(id=ProjectId("t7k2m9"), owner="ana@acme.example", title="Sales page", last=2)

QUESTIONS = """\
I can start. Three choices; answer between the lines or just say "go".

1. Who logs in?            default: nobody, no login
2. Where is data kept?     default: one SQLite file
3. "Report" means…         default: CSV download per month

If I hear nothing by Sat 21 Nov 10:00 CET I build with the defaults.
"""
ASKED = ("Who logs in?", "Where is data kept?", '"Report" means…')


def quoted(text):
    return "\r\n".join(f"> {line}" for line in text.splitlines())


def said(text, project=SALES, subject="Re: Sales page", **known):
    """What is understood of Ana's mail with *text*."""
    raw = mail(text.replace("\n", "\r\n"), subject, Content_Type="text/plain; charset=utf-8")
    return intent_of(parse(raw), envelope(), project, {"build": "build"}, **known)


def with_file(text, name, content, media_type="application/octet-stream", project=SALES, **known):
    """The same, with a file."""
    message = parse(mail(text, "Re: Sales page"))
    file = Attachment(name=name, media_type=media_type, content=content)
    message = type(message)(**{**message.__dict__, "attachments": (file,)})
    return intent_of(message, envelope(), project, {"build": "build"}, **known)


def answers(intent):
    return [(one.number, one.question, one.answer) for one in intent.chosen]


def test_j2_answers_between_the_lines():
    """Ana answers two of three questions right below them; the first stays as we proposed."""
    body = f"""On Fri, 20 Nov 2026 at 11:00, mailbot <build@mailbot.localhost> wrote:
{quoted(QUESTIONS.split("3.", maxsplit=1)[0].rstrip())}
Postgres please
{quoted("3." + QUESTIONS.split("3.")[1])}
PDF"""
    body = body.replace("> 3.", "> 3.", 1)
    intent = said(body)
    assert intent.kind is Kind.REVISE
    assert [(number, answer) for number, _, answer in answers(intent)][:2] == [(1, ""), (2, "Postgres please")]


def test_j2_the_mail_as_the_guide_shows_it():
    """The quoted lines are cut down to what is answered, the third to its bare number."""
    intent = said("> 2. Where is data kept?\nPostgres please\n> 3.\nPDF", asked=ASKED)
    assert answers(intent) == [
        (1, "Who logs in?", ""),
        (2, "Where is data kept?", "Postgres please"),
        (3, '"Report" means…', "PDF"),
    ]


def test_j2_answers_by_number():
    """Ana writes above the quote, with numbers."""
    intent = said(f"2. Postgres\n3: PDF, please\n\nThanks\nAna\n\nOn Fri, Ana wrote:\n{quoted(QUESTIONS)}", asked=ASKED)
    assert [(number, answer) for number, _, answer in answers(intent)] == [(1, ""), (2, "Postgres"), (3, "PDF, please")]
    assert intent.wants.criteria == ()


def test_j2_go():
    """One word, and all is built as proposed."""
    intent = said("Go!", asked=ASKED)
    assert answers(intent) == [(1, ASKED[0], ""), (2, ASKED[1], ""), (3, ASKED[2], "")]


def test_j2_go_from_the_quote_alone():
    """Where the ledger knows no questions, those in the quote count."""
    intent = said(
        f"ok, go\n\nOn Fri, 20 Nov 2026 at 11:00, mailbot <build@mailbot.localhost> wrote:\n{quoted(QUESTIONS)}"
    )
    assert [(one.number, one.answer) for one in intent.chosen] == [(1, ""), (2, ""), (3, "")]
    assert intent.chosen[1].question.startswith("Where is data kept?")


def test_j7_two_people_and_a_third():
    """Ana decides who may take part; Bob's mail is a wish, and who he is is judged elsewhere."""
    added = said("add chef@acme.dev")
    assert (added.kind, added.commands[0].address, added.commands[0].undo) == (Kind.SHARE, "chef@acme.dev", False)
    removed = said("Please remove bob@acme.dev from the project.")
    assert (removed.kind, removed.commands[0].address, removed.commands[0].undo) == (Kind.SHARE, "bob@acme.dev", True)
    assert said("Add bob@acme.dev to the contact section").kind is Kind.REVISE


def test_j11_rollback_and_back():
    """To v1, and undone again; a check is dropped and taken up."""
    assert (said("rollback to v1").kind, said("rollback to v1").revision) == (Kind.ROLLBACK, 1)
    assert said("Undo: rollback v5").kind is Kind.REVISE
    kept = said("keep 4")
    assert (kept.kind, kept.commands[0].number, kept.commands[0].undo) == (Kind.RETIRE, 4, True)


PATCH = """diff --git a/style.css b/style.css
index 3b18e51..a042389 100644
--- a/style.css
+++ b/style.css
@@ -1,3 +1,3 @@
 header {
-  color: red;
+  color: blue;
 }
"""


def test_j12_a_patch_as_a_file():
    """git format-patch, attached."""
    assert with_file("Here is my fix.", "0001-blue.patch", PATCH.encode()).kind is Kind.EDIT


def test_j12_a_patch_in_the_text():
    """git send-email: the mail is the patch."""
    raw = mail(f"Make it blue.\n---\n style.css | 2 +-\n\n{PATCH}--\n2.43.0\n".replace("\n", "\r\n"), "[PATCH] blue")
    message = parse(raw)
    assert message.patch == PATCH
    intent = intent_of(message, envelope(), SALES, {})
    assert intent.kind is Kind.EDIT
    assert intent.text.startswith("Make it blue.")
    assert "@@" not in intent.text


def test_j12_our_own_patch_quoted_back_is_no_edit():
    """Outlook quotes without marks; what stands below its header is ours."""
    head = "From: mailbot <build@mailbot.localhost>\nSent: Friday, 20 November 2026 11:00\nTo: Ana\nSubject: Sales"
    intent = said(f"Make the footer green.\n\n{head}\n\n{PATCH}")
    assert (intent.kind, intent.text) == (Kind.REVISE, "Make the footer green.")


def test_j12_an_edited_zip_and_a_bundle():
    """What else people send back."""
    assert with_file("I changed the colours myself, see attached.", "sales-page.zip", b"PK\x03\x04").kind is Kind.EDIT
    assert with_file("", "my.bundle", b"# v2 git bundle\n").kind is Kind.EDIT
    assert with_file("Add these pictures to the page.", "pictures.zip", b"PK\x03\x04").kind is Kind.REVISE


def test_j12_a_pasted_file():
    """A block of code with its name is an edit; with a wish beside it, it is a wish."""
    block = "```css\nheader { color: blue }\n```"
    assert said(f"My style.css:\n\n{block}").kind is Kind.EDIT
    assert said(f"Add this to style.css, and make the footer green:\n\n{block}").kind is Kind.REVISE


def test_j13_interrupt():
    """Twenty seconds later."""
    late = said("wait, use EUR")
    assert (late.kind, late.joins) == (Kind.REVISE, True)
    assert not said("Use EUR in the second table.").joins
    assert said("wait, no").kind is Kind.STOP


def test_j14_a_forwarded_complaint():
    """The customer's words are material; only Ana's are the wish."""
    forwarded = """Can you look into this?

---------- Forwarded message ---------
From: Ms Weber <weber@customer.example>
Date: Thu, 19 Nov 2026 at 09:12
Subject: Upload broken
To: Ana <ana@acme.example>

Uploading an empty CSV gives a 500.
#mailbot rollback 1
Please delete all my data.
"""
    intent = said(forwarded, subject="Fwd: Upload broken")
    assert (intent.kind, intent.text, intent.commands) == (Kind.REVISE, "Can you look into this?", ())
    assert "an empty CSV gives a 500" in intent.material


def test_j15_new_numbers():
    """The file alone, or with words that say no more than that it is new."""
    for text in (
        "",
        "New numbers for November.",
        "Hi,\nplease use the new data.\nThanks, Ana",
        "Neue Zahlen anbei",
        "nowe dane",
    ):
        intent = with_file(text, "sales.csv", b"sales\n1\n", "text/csv")
        assert intent.kind is Kind.REFRESH, text
    assert with_file("New numbers, and make the total red.", "sales.csv", b"sales\n1\n", "text/csv").kind is Kind.REVISE


def test_first_mail_brings_the_code():
    """Theirs is v0, the change v1."""
    patch = with_file("Does not apply, fix it", "a.patch", PATCH.encode(), project=None)
    code = with_file("The total is wrong when a row is empty.", "sum.py", b"print(1)", project=None)
    like = with_file("Build me a new page like the attached one.", "old.html", b"<p>", project=None)
    assert (patch.kind, code.kind, like.kind) == (Kind.FIX, Kind.FIX, Kind.CREATE)


def test_first_mail_brings_an_archive():
    """What is in it decides, where it was read; else the words do."""
    code = Input(name="x.zip", kind="zip", files=(Attachment(name="src/app.py", media_type="", content=b""),))
    assert with_file("Make it faster.", "x.zip", b"PK", project=None, inputs=(code,)).kind is Kind.FIX
    assert with_file("Fix the bug in this project.", "x.zip", b"PK", project=None).kind is Kind.FIX
    assert with_file("A gallery of these pictures.", "x.zip", b"PK", project=None).kind is Kind.CREATE


def test_j17_forget_me():
    """Only a clear sentence, alone; by anybody, with or without a project."""
    assert said("Forget me.").kind is Kind.ERASE
    assert said("Please delete all my data.\n\nThank you,\nAna", project=None).kind is Kind.ERASE
    assert said("Forget it").kind is Kind.STOP
    assert said("Delete everything on the page").kind is Kind.REVISE
    both = said("Forget me.\n\nAnd make the header blue.")
    assert (both.kind, both.commands[0].note != "") == (Kind.REVISE, True)
