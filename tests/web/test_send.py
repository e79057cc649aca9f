"""Mails that a program asks us to send."""

from __future__ import annotations

import base64
import email
import email.policy

from mailbot.domain.orders import Scope, request_of
from mailbot.domain.reply import Progress
from mailbot.domain.request import State

PACKAGE = {
    "recipient": "ana@acme.example",
    "subject": "Your report",
    "body": {"text": "It is attached.", "html": "<p>It is attached.</p>"},
    "attachments": [
        {"filename": "a.csv", "content": "a,b\n", "content_type": "text/csv", "encoding": "utf-8"},
        {"filename": "b.bin", "content": base64.b64encode(b"\0\1").decode()},
    ],
    "headers": {"X-Campaign": "7"},
}


async def sender(web, name="sender"):
    """The headers of a token that may send."""
    return await web.token(name, scopes=(Scope.SEND,))


async def mail_of(web, answer):
    """The delivery of an answer, and its mail."""
    standing = await web.ledger.standing(request_of(answer.json()["email_id"]))
    jobs = await web.ledger.claim({"send": 10}, web.doors.site.clock())
    delivery = await web.ledger.delivery(jobs[0].id)
    assert standing.progress == "waiting"
    return delivery, email.message_from_bytes(delivery.wire, policy=email.policy.default)


async def test_e12_a_package_is_sent_as_it_was_given(web):
    """Words, files and headers, from our address; due in the outbox once it is answered."""
    answer = await web.post("/send-package", PACKAGE, await sender(web))
    assert (answer.status_code, answer.json()["success"]) == (202, True)
    delivery, mail = await mail_of(web, answer)
    assert (delivery.recipients, mail["Subject"], mail["X-Campaign"]) == (("ana@acme.example",), "Your report", "7")
    assert mail["From"] == "build@mailbot.localhost"
    assert {one.get_filename(): one.get_content() for one in mail.iter_attachments()} == {
        "a.csv": "a,b\n",
        "b.bin": b"\0\1",
    }


async def test_e12_it_is_one_request_that_is_answered(web):
    """Nothing that leaves us is outside the ledger's count."""
    answer = await web.post("/send-package", PACKAGE, await sender(web))
    count = await web.ledger.count()
    assert (count.received, count.answered, count.holds) == (1, 1, True)
    assert (await web.ledger.request(request_of(answer.json()["email_id"]))).state is State.ANSWERED


async def test_e12_a_field_that_is_missing_is_400(web):
    """It is named, and nothing is sent."""
    token = await sender(web)
    for lacks in ("recipient", "subject", "body"):
        body = {name: value for name, value in PACKAGE.items() if name != lacks}
        answer = await web.post("/send-package", body, token)
        assert (answer.status_code, lacks in answer.json()["error"]) == (400, True)
    assert (await web.ledger.count()).received == 0


HOSTILE = (
    {"headers": {"X-A": "1\r\nBcc: eve@evil.example"}}, {"headers": {"Bcc": "eve@evil.example"}},
    {"headers": {"X-Mailbot-Loop": "x"}}, {"headers": {"x-mailbot-loop": "x"}}, {"headers": {"X-A:": "x"}},
    {"headers": {"To": "x"}}, {"recipient": "a@b.example, c@d.example"},
    {"recipient": "a@b.example\r\nBcc: c@d.example"}, {"attachments": [{"filename": "a", "content": "%%%"}]},
)  # fmt: skip


async def test_e12_nobody_writes_our_headers(web):
    """No second recipient, no mark of ours, no broken file."""
    token = await web.token("all", people=("*",), scopes=(Scope.SEND,))
    for change in HOSTILE:
        assert (await web.post("/send-package", PACKAGE | change, token)).status_code == 400, change
    assert (await web.ledger.count()).received == 0


async def test_e12_a_hostile_subject_stays_a_subject(web):
    """What stands in it is words, on as many lines as it needs."""
    subject = "A\r\nBcc: eve@evil.example\r\n\r\nbody \u2028 \u0000 =?utf-8?q?x?="
    _, mail = await mail_of(web, await web.post("/send-package", PACKAGE | {"subject": subject}, await sender(web)))
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("A")


async def test_e12_only_to_whom_the_token_may(web):
    """A token is no open relay."""
    answer = await web.post("/send-package", PACKAGE | {"recipient": "bob@other.example"}, await sender(web))
    assert answer.status_code == 403
    assert (await web.post("/send-package", PACKAGE, await web.token())).status_code == 403


async def test_e12_the_status_of_a_mail(web):
    """Queued, then what became of it; another token's is a 404."""
    token = await sender(web)
    answer = await web.post("/send-package", PACKAGE, token)
    name = answer.json()["email_id"]
    assert (await web.get(f"/email-status/{name}", token)).json()["status"] == "queued"
    delivery, _ = await mail_of(web, answer)
    now = web.doors.site.clock()
    await web.ledger.move_delivery(delivery, delivery.ended(Progress.SENT), at=now, said="250 ok")
    found = (await web.get(f"/email-status/{name}", token)).json()
    assert (found["status"], found["recipient"], found["attempts"]) == ("sent", "ana@acme.example", 1)
    assert found["message_id"] == delivery.message_id
    assert (await web.get(f"/email-status/{name}", await sender(web, "other"))).status_code == 404
    assert (await web.get("/email-status/nothing", token)).status_code == 404


async def test_e12_the_same_key_sends_once(web):
    """A repeated call sends no second mail; another one with its key is refused."""
    token = await sender(web) | {"Idempotency-Key": "k1"}
    first, again = [await web.post("/send-package", PACKAGE, token) for _ in range(2)]
    assert first.json() == again.json()
    assert len(await web.ledger.claim({"send": 10}, web.doors.site.clock())) == 1
    assert (await web.post("/send-package", PACKAGE | {"subject": "Other"}, token)).status_code == 422


async def test_e11_a_test_mail(web):
    """It is sent; an address that is none is a 400."""
    token = await sender(web)
    answer = await web.post("/send-test", {"recipient": "ana@acme.example"}, token)
    assert answer.status_code == 202
    assert "test mail" in (await mail_of(web, answer))[1]["Subject"]
    for wrong in ("nobody", "", "a@b@c.example", "a b@c.example"):
        assert (await web.post("/send-test", {"recipient": wrong}, token)).status_code == 400
