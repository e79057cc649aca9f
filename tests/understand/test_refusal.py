"""Why a mail server refused: published answers of real servers, each read for what it means."""

from __future__ import annotations

import pytest

from mailbot.understand.refusal import MAX_SHOWN, why

GMAIL = (
    "552-5.7.0 This message was blocked because its content presents a potential\n"
    "552-5.7.0 security issue. Please visit https://support.google.com/mail/?p=BlockedMessage to review our\n"
    "552 5.7.0 message content guidelines. gsmtp"
)
SAID = {
    "content": [
        GMAIL,
        "550 5.7.1 [FEB] Your message was rejected because the attachment type is not allowed",
        "550 5.0.350 An attachment is of a file type that is NOT allowed by the recipient's organization.",
        "554 5.7.1 Message blocked due to banned attachment extension .js",
        "550 5.7.0 id=1234-05 - BANNED: .exe,.exe-ms,install.exe",
        "550-Attachment has unsupported file format.",
        "554 Administrative prohibition - Envelope blocked - attachment policy (Mimecast)",
        "554 5.7.1 The message content is not allowed: blocked by Proofpoint attachment rule",
        "550 5.7.1 Virus detected by ClamAV: Zip.Suspect.DoubleExtension",
        "550 Anhänge dieses Typs werden nicht angenommen",
        "550 5.7.1 Wiadomość odrzucona: niedozwolony załącznik",
        "554 5.6.0 rejected",
        "550 5.7.1 この添付ファイルは受信できません",
        "553 邮件包含病毒附件",
        "550 5.7.1 Les pièces jointes de ce type sont refusées",
    ],
    "size": [
        "552 5.3.4 Message size exceeds fixed limit",
        "552 5.2.3 Message exceeds maximum size",
        "550 5.2.3 RESOLVER.RST.SendSizeLimit.Org; message too large for this organization",
        "552-5.3.4 Your message exceeded Google's message size limits. Please visit",
        "relay.example:25, MAIL FROM: the relay takes at most 10,240,000 bytes; the mail has 12,000,000",
        "552 Message size exceeds maximum permitted",
        "550 Die Nachricht ist zu groß",
        "552 メッセージサイズが制限を超えています",
    ],
    "quota": [
        "552 5.2.2 Mailbox full",
        "452 4.2.2 The email account that you tried to reach is over quota.",
        "552-5.2.2 The recipient's inbox is out of storage space and inactive.",
        "552 Requested mail action aborted: exceeded storage allocation",
        "554 5.2.2 mailbox full;STOREDRV.Deliver; QuotaExceededException",
        "550 Postfach voll",
        "550 メールボックスの容量を超えています",
        "552 skrzynka jest przepełniona",
    ],
    "policy": [
        "550 5.7.515 Access denied, sending domain example.org does not meet the required authentication level.",
        "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your IP address.",
        "550-5.7.26 This mail has been blocked because the sender is unauthenticated.",
        "550-5.7.25 The IP address sending this message does not have a PTR record setup",
        "550 5.7.606 Access denied, banned sending IP [192.0.2.1]",
        "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
        "550 5.7.1 SPF check failed",
        "554 5.7.9 Message not accepted for policy reasons: DMARC",
        "550 5.7.1 relaying denied",
        "550 High probability of spam",
        "554 5.7.1 <a@b.example>: Relay access denied",
        "550 5.7.1 Absender nicht erlaubt",
    ],
    "recipient": [
        "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",
        "550 5.1.1 <bob@x.example>: Recipient address rejected: User unknown in local recipient table",
        "554 delivery error: dd This user doesn't have a yahoo.com account (x@yahoo.com) [0]",
        "550 5.2.1 The email account that you tried to reach is disabled.",
        "550 Requested action not taken: mailbox unavailable",
        "550 No such user here",
        "550 Unrouteable address",
        "550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416",
        "550 Benutzer unbekannt",
        "550 Użytkownik nie istnieje",
        "550 宛先のユーザーが見つかりません",
        "550 5.1.6 recipient no longer on server",
    ],
    "other": ["554 Transaction failed", "550 5.7.1 no", "", "550", "571 Delivery not authorized, message refused"],
}  # fmt: skip
CASES = [(kind, said) for kind, all_ in SAID.items() for said in all_]


@pytest.mark.parametrize(("kind", "said"), CASES, ids=[f"{kind}-{number}" for number, (kind, _) in enumerate(CASES)])
def test_what_a_server_says(kind, said):
    """The words of a server, behind our own words about where it said them."""
    assert why(said).kind == kind
    assert why(f"mx.example:25, waiting for the answer to the mail: {said}").kind == kind


def test_a_status_beside_the_words_counts():
    """A report gives it in a field of its own."""
    assert why("the server said no", "5.2.2").kind == "quota"
    assert why("the server said no", "5.1.1 (bad address)").kind == "recipient"
    assert (why("no", "5.7.515").kind, why("no", "5.7.515").status) == ("policy", "5.7.515")


def test_what_a_person_is_shown_begins_at_the_code():
    """Its lines are one, and our own words about the relay are left out."""
    said = why(f"relay.example:587, DATA: {GMAIL}").said
    assert said.startswith("552-5.7.0 This message was blocked because its content presents a potential security")
    assert len(said) <= MAX_SHOWN


def test_a_report_joins_the_lines():
    """Each line's own code stands in the middle then, and parts the words that belong together."""
    assert why(" ".join(GMAIL.split())).kind == "content"
    assert why(" ".join(GMAIL.split())).said == why(GMAIL).said


@pytest.mark.parametrize(
    ("said", "limit"),
    [
        ("552 5.3.4 Message size exceeds fixed limit", 0),
        ("552 5.3.4 message size 12000000 exceeds size limit 10240000 of server", 10_240_000),
        ("the relay takes at most 10,240,000 bytes; the mail has 12,000,000", 10_240_000),
        ("552 5.3.4 too large, maximum 25 MB", 25_000_000),
        ("552 5.3.4 too large, limit 12", 0),
    ],
)
def test_the_limit_that_a_server_names(said, limit):
    """Bytes of one mail, where it says how many it takes."""
    assert why(said).limit == limit


def test_no_words_are_too_many():
    """A server's answer of a megabyte is read as fast as one line."""
    assert why("550 " + "attachment " * 100_000).kind in {"other", "content"}
    assert why("550 " + "user \x00" * 100_000).kind == "other"
