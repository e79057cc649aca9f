"""Reports as mail systems send them: bounces, complaints, and news of mail that is late."""

from __future__ import annotations

GMAIL = (
    "552-5.7.0 This message was blocked because its content presents a potential\r\n"
    " 552-5.7.0 security issue. Please visit https://support.google.com/mail/?p=BlockedMessage\r\n"
    " 552 5.7.0 message content guidelines. gsmtp"
)
_HEAD = (
    "From: {author}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{number}.bounce@mx.example>\r\n"
    "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/report; report-type={kind}; boundary="b"\r\n\r\n'
)


def bounce(delivery, said=GMAIL, **changes):
    """A bounce after RFC 3464 of the mail that *delivery* is, which it gives back."""
    known = {
        "author": "Mail Delivery Subsystem <mailer-daemon@mx.example>",
        "to": delivery.sender,
        "subject": "Delivery Status Notification (Failure)",
        "number": 1,
        "kind": "delivery-status",
        "action": "failed",
        "status": "5.7.0",
        "text": "Your message wasn't delivered.",
        "whom": delivery.recipients[0],
        "charset": "utf-8",
    } | changes
    status = (
        f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {known['whom']}\r\n"
        f"Action: {known['action']}\r\n"
        f"Status: {known['status']}\r\nDiagnostic-Code: smtp; {said}\r\n"
    )
    return _report(known, "message/delivery-status", status, returned(delivery, changes.get("returned")))


def late(delivery, **changes):
    """The news that it is still being tried."""
    text = "The attachment is blocked until it was searched for viruses; the mail is tried again for 4 days."
    known = {
        "text": text,
        "action": "delayed",
        "status": "4.4.1",
        "subject": "Warning: could not send message for past 4 hours",
    }
    return bounce(delivery, "451 4.4.1 connection timed out", **(known | changes))


def complaint(delivery):
    """The person said that it is spam (RFC 5965)."""
    known = {
        "author": "fbl@mx.example",
        "to": delivery.sender,
        "subject": "complaint about message from mailbot",
        "number": 7,
        "kind": "feedback-report",
        "text": "This is an email abuse report.",
        "charset": "utf-8",
    }
    text = "Feedback-Type: abuse\r\nUser-Agent: x/1\r\nVersion: 1\r\n"
    return _report(known, "message/feedback-report", text, returned(delivery, None))


def returned(delivery, given):
    """The header of the mail that comes back; *given*: as the provider in between changed it."""
    return given if given is not None else delivery.wire.partition(b"\r\n\r\n")[0].decode()


def _report(known, kind, text, head):
    parts = [
        f"Content-Type: text/plain; charset={known['charset']}\r\n\r\n{known['text']}",
        f"Content-Type: {kind}\r\n\r\n{text}",
        f"Content-Type: text/rfc822-headers\r\n\r\n{head}",
    ]
    body = "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n"
    return (_HEAD.format(**known) + body).encode(known["charset"])
