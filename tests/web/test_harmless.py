"""A stranger's page in a real browser: nothing of it runs, and nothing leaves, by either wall alone."""

from __future__ import annotations

import html.parser
import http.server
import threading
import time

import pytest

from mailbot.domain.errors import Unreadable
from mailbot.web.harmless import MAX_OPEN, harmless
from mailbot.web.routes_mail import _STRANGER
from tests.reply.axe import opened
from tests.web.hostile import HOSTILE, TRAP

NUMBERED = list(HOSTILE.values())
SANDBOX = 'sandbox="allow-popups allow-popups-to-escape-sandbox"'


class _Pages(http.server.BaseHTTPRequestHandler):
    """/raw/N behind the policy, /clean/N without it, /bare/N without both, and a page with all of a kind in frames."""

    def do_GET(self):
        _, kind, number = self.path.split("/")
        if number == "all":
            safe = SANDBOX if kind == "raw" else ""
            frames = (f"<iframe src=/{kind}/{n} {safe}></iframe>" for n in range(len(NUMBERED)))
            page = f"<title>mine</title>{''.join(frames)}"
        else:
            page = NUMBERED[int(number)]
            page = harmless(page, {})[0] if kind == "clean" else page
        self.send_response(200)
        if kind == "raw" and number != "all":
            self.send_header("Content-Security-Policy", _STRANGER)
            self.send_header("X-DNS-Prefetch-Control", "off")
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.encode("utf-8"))

    def log_message(self, *_):
        pass


class Trap(http.server.BaseHTTPRequestHandler):
    """Everything that leaves comes here: every name leads to it."""

    caught: list[str] = []  # noqa: RUF012  (emptied by each test)

    def do_GET(self):
        self.caught.append(self.path)
        self.send_response(404)
        self.end_headers()

    do_POST = do_GET  # noqa: N815  (the library's name)

    def log_message(self, *_):
        pass


class _Counting(http.server.ThreadingHTTPServer):
    """It counts connections, too: a browser that only connects has told who looked."""

    daemon_threads = True

    def get_request(self):
        found = super().get_request()
        Trap.caught.append("connection")
        return found


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A browser for which every name leads to the trap, and the address of the pages."""
    with _Counting(("127.0.0.1", 0), Trap) as trap, _Counting(("127.0.0.1", 0), _Pages) as pages:
        pages.get_request = super(_Counting, pages).get_request
        for one in (trap, pages):
            threading.Thread(target=one.serve_forever, daemon=True).start()
        rule = f"--host-resolver-rules=MAP * 127.0.0.1:{trap.server_port}, EXCLUDE 127.0.0.1"
        with opened(tmp_path_factory.mktemp("browser"), rule) as eye:
            yield eye, f"http://127.0.0.1:{pages.server_port}"
        trap.shutdown()
        pages.shutdown()


def caught(eye, url, patience=1.0):
    """What left while that page was open, and its title and address afterwards."""
    Trap.caught.clear()
    eye.tell("Page.navigate", url=url)
    until = time.monotonic() + 20
    while time.monotonic() < until and eye.value("document.readyState") != "complete":
        time.sleep(0.05)
    end = time.monotonic() + patience
    while time.monotonic() < end and not Trap.caught:
        time.sleep(0.05)
    return sorted(set(Trap.caught)), eye.value("document.title"), eye.value("location.href")


@pytest.mark.parametrize("wall", ["raw", "clean"])
def test_e32_nothing_runs_and_nothing_leaves(place, wall):
    """34 hostile pages: behind the policy as they are, and made harmless without any policy."""
    eye, url = place
    assert caught(eye, f"{url}/{wall}/all") == ([], "mine", f"{url}/{wall}/all")


def test_the_trap_catches(place):
    """Without both walls the first page of all is caught, or no other result means anything."""
    eye, url = place
    for number in (1, 9, 14, 18, 20, 22, 24, 28):
        assert caught(eye, f"{url}/bare/{number}", 5)[0], NUMBERED[number]


class _Tags(html.parser.HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page.partition("</head>")[2])

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("name", list(HOSTILE))
def test_what_is_left_is_words(name):
    """No tag that acts, no attribute that runs, no address that is fetched."""
    acts = {"script", "iframe", "object", "embed", "meta", "base", "form", "link", "svg", "math", "input", "video"}
    for tag, attributes in _Tags(harmless(HOSTILE[name], {})[0]).found:
        assert tag not in acts
        assert not [one for one in attributes if one.startswith("on") or one in {"src", "srcset", "background", "ping"}]
        assert "href" not in attributes
        assert TRAP not in attributes.get("style", "") or "url" not in attributes["style"]


def test_what_a_mail_needs_stays():
    """Words, order, tables, colours, a link that opens beside, a picture that came along."""
    given = (
        '<table bgcolor=red><tr><td>a<b onclick=x>b</b>c<o:p>d</o:p>e</table><a href="https://ok.example/?a=1&b">f</a>'
    )
    page, elsewhere = harmless(
        f"<p lang=de>{given}<img src='cid:p@1' alt=g><img src=cid:none>", {"p@1": "data:image/png;base64,AA=="}
    )
    assert "<td>a<b>b</b>c<span>d</span>e</td>" in page
    assert '<a href="https://ok.example/?a=1&amp;b" target="_blank" rel="noopener noreferrer">f</a>' in page
    assert '<img alt="g" src="data:image/png;base64,AA==">' in page
    assert (elsewhere, 'bgcolor="red"' in page, 'lang="de"' in page) == (0, True, True)


def test_what_is_too_deep_is_not_read():
    """Reading it would take minutes."""
    with pytest.raises(Unreadable, match="inside one another"):
        harmless("<div>" * (MAX_OPEN + 1), {})
    assert harmless("<p>" * 5_000 + "x", {})[0].count("<p>") == 5_000


def test_pictures_from_elsewhere_are_counted():
    """So that a person knows why there are none."""
    assert harmless("<img src=http://a.example/1><img src=//b.example/2><img>", {})[1] == 2
