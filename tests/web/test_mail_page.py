"""The mail page of a real `mailbot serve`: by its calls, and in a real Chromium."""

from __future__ import annotations

import base64
import smtplib
import time
from email.message import EmailMessage

import httpx
import pytest

from mailbot.domain.errors import Broken
from mailbot.settings import WrongSettings, load
from mailbot.web.mailbox import Mailbox
from tests.process import run, serving, settings
from tests.reply.axe import eye
from tests.servers import free_port
from tests.web.hostile import HOSTILE

__all__ = ["eye"]
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PAGES = "Bees <script>alert(1)</script>"


def hostile():
    """A machine's mail, so that nobody answers it, with everything that a page may try."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Auto-Submitted"] = "eve@evil.example", "build@mailbot.localhost", "auto-generated"
    mail["Subject"] = "Look <img src=x onerror=alert(1)>"
    mail.set_content("Plain words <b>here</b>.")
    seen = "".join(page for name, page in HOSTILE.items() if name not in {"noscript", "template"})
    mail.add_alternative(f"<p id=top>Hello from a page<img src='cid:dot' alt=dot></p>{seen}", subtype="html")
    mail.get_payload()[1].add_related(DOT, "image", "png", cid="<dot>")
    mail.add_attachment(b"<script>alert(1)</script>", maintype="text", subtype="html", filename="../evil\u202e.html")
    return mail


class Page:
    """Where it is, and what is on it."""

    def __init__(self, port, listed):
        self.port, self.url = port, f"http://127.0.0.1:{port}"
        self.hostile = next(one for one in listed if one["From"].endswith("evil.example"))
        self.asked = next(one for one in listed if one["From"] == "ana@acme.example")
        self.answer = next(one for one in listed if one["Tags"] == ["sent"])

    def get(self, path, **headers):
        return httpx.get(self.url + path, headers=headers, timeout=30)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A mailbox with an answered request and a hostile mail."""
    folder, port = tmp_path_factory.mktemp("page"), free_port()
    config = settings(folder, mail_page=f'"127.0.0.1:{port}"')
    with serving(config) as process:
        place = next(line for line in process.stdout if "by SMTP at" in line).split()[-1]
        assert f"http://127.0.0.1:{port}/" in "".join(process.stdout.readline() for _ in range(4))
        sent = run("send", "--config", config, "--from", "ana@acme.example", "--subject", PAGES, "A page about bees.")
        assert sent.returncode == 0, sent.stderr
        with smtplib.SMTP(*place.split(":")) as client:
            client.send_message(hostile())
        until = time.monotonic() + 30
        while time.monotonic() < until:
            listed = httpx.get(f"http://127.0.0.1:{port}/api/v1/messages", timeout=30).json()["messages"]
            if len(listed) == 3 and "closed" in {one["State"] for one in listed}:
                break
            time.sleep(0.1)
        yield Page(port, listed)


def test_e32_a_sink_shows_what_came_and_what_left(page):
    """As JSON, for programs: the list, one whole, the bytes."""
    asked = page.get(f"/api/v1/message/{page.asked['ID']}").json()
    assert (asked["Subject"], asked["State"], asked["Text"].strip()) == (PAGES, "answered", "A page about bees.")
    assert asked["Why"].startswith("rule first-try: ")
    assert [one["what"] for one in asked["Life"]][:2] == ["received", "admitted"]
    answer = page.get(f"/api/v1/message/{page.answer['ID']}").json()
    assert (answer["To"], answer["Request"]) == ("ana@acme.example", page.asked["ID"])
    assert answer["Steps"][-1]["state"] == "sent"
    assert next(one["FileName"] for one in answer["Attachments"]).endswith(".zip")
    raw = page.get(f"/api/v1/message/{page.answer['ID']}/raw")
    assert f"Message-ID: <{answer['MessageID']}>".encode() in raw.content
    assert len(page.get("/api/v1/messages?limit=1").json()["messages"]) == 1
    assert len(page.get("/api/v1/messages?limit=x").json()["messages"]) == 3


def test_words_of_strangers_are_words(page):
    """In the list, in the thread, over the mail: nothing of them is a tag, a sign that turns, or a control."""
    for path in ("/", f"/thread/{page.asked['Thread']}", f"/mail/{page.hostile['ID']}", f"/mail/{page.asked['ID']}"):
        text = page.get(path).text
        assert "<script" not in text
        assert "onerror=" not in text.replace("onerror=alert(1)&gt;", "")
        assert "\u202e" not in text
    assert "rule automatic" in page.get(f"/mail/{page.hostile['ID']}").text
    assert "rule automatic" in page.get("/").text


def test_a_file_is_kept_and_never_shown(page):
    """Its name is safe, its type says nothing, and a browser asks where to put it."""
    found = page.get(f"/mail/{page.hostile['ID']}/file/1")
    assert found.content.rstrip() == b"<script>alert(1)</script>"
    assert found.headers["content-disposition"] == "attachment; filename*=UTF-8''evil.html"
    assert found.headers["content-type"] == "application/octet-stream"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert page.get(f"/mail/{page.hostile['ID']}/file/7").status_code == 404


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"host": "evil.example"}, 403),
        ({"host": "evil.example:8025"}, 403),
        ({"host": "127.0.0.1.evil.example:8025"}, 403),
        ({"host": "localhost:8025"}, 200),
        ({"host": "[::1]:8025"}, 200),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}, 403),
        ({"sec-fetch-site": "same-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}, 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}, 200),
    ],
)
def test_only_this_machine_looks(page, headers, code):
    """A name that an attacker points at 127.0.0.1 shows nothing, nor does a page of theirs get to read this one."""
    found = page.get("/", **headers)
    assert found.status_code == code
    assert found.headers["content-security-policy"].startswith("default-src 'none'")
    assert found.headers["cross-origin-resource-policy"] == "same-origin"


def test_what_is_not_there_says_so_and_nothing_can_be_changed(page):
    """Two words each: for a person, for a program."""
    assert page.get("/mail/nobody").status_code == page.get("/thread/nobody").status_code == 404
    assert "no such mail" in page.get("/mail/%3Cscript%3E").text
    assert page.get("/api/v1/message/nobody").json() == {
        "error": "There is no such mail here; it may have been erased."
    }
    for method in ("POST", "DELETE", "PUT"):
        assert httpx.request(method, f"{page.url}/api/v1/messages", timeout=30).status_code == 405


def test_e32_a_hostile_mail_in_a_browser(page, eye, tmp_path):
    """It is seen; no script runs, nothing is asked of anybody else, and a picture that came along is shown."""
    eye.asked.clear()
    eye.visit(f"{page.url}/mail/{page.hostile['ID']}", 1000, "light")
    until = time.monotonic() + 20
    while time.monotonic() < until and not any(url.startswith("data:") for url in eye.asked):
        eye.value("new Promise(done => setTimeout(done, 100))")
    (tmp_path / "hostile.png").write_bytes(eye.picture())
    assert [url for url in eye.asked if not url.startswith((page.url, "data:image/png", "about:"))] == []
    assert any(url.startswith("data:image/png") for url in eye.asked)
    assert eye.value("document.title").startswith("Look <img")
    assert eye.value("location.href") == f"{page.url}/mail/{page.hostile['ID']}"
    assert eye.value("document.scripts.length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_the_mail_page(page, eye, scheme, tmp_path):
    """The list, a thread, a mail of each kind: contrast, names, landmarks; nothing is wider than a phone."""
    paths = ("/", f"/thread/{page.asked['Thread']}", f"/mail/{page.asked['ID']}", f"/mail/{page.answer['ID']}", "/x")
    for number, path in enumerate(paths):
        for width in (375, 1000):
            found = eye.visit(page.url + path, width, scheme)
            (tmp_path / f"{number}-{width}.png").write_bytes(eye.picture())
            assert found["violations"] == [], (path, width)
            assert "color-contrast" not in found["unsure"]
            assert found["wide"] <= width, path


def test_the_page_is_on_this_machine_only(tmp_path):
    """It has no password, so no setting puts it where others are."""
    path = tmp_path / "mailbot.toml"
    for place in ("0.0.0.0:8025", "192.0.2.1:8025", "example.org:8025", "8025", "127.0.0.1"):
        path.write_text(f'mail_page = "{place}"')
        with pytest.raises(WrongSettings, match=r"mailbot.toml:1: mail_page: .*127\.0\.0\.1"):
            load(path)


def test_a_place_that_is_taken(tmp_path):
    """Where an admin chose it, it is said and nothing starts; by itself, mailbot goes on without the page."""
    with httpx.Client(), smtplib.socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("serve", "--config", settings(tmp_path, mail_page=f'"127.0.0.1:{taken.getsockname()[1]}"'))
    assert done.returncode == 1
    assert "choose another with mail_page" in done.stderr


async def test_a_mail_that_kills_its_reader_is_still_in_the_list(tmp_path):
    """Without its words, with why, and with its bytes."""

    class Deadly:
        async def run(self, *_):
            raise Broken("it took too long")

    box = Mailbox(memory=None, workers=Deadly())
    assert (await box._letter(b"x" * 10))["trouble"] == "it cannot be shown: it took too long"
