"""Pages of strangers in a real Chromium, inside a real sandbox."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import time

import psutil
import pytest

from mailbot.checks import browser as room
from mailbot.checks.browser import OFF, PICTURE, browser_of, starts
from mailbot.checks.browser_seen import NO_BROWSER, NO_PAGE, OPENS
from mailbot.checks.limits import Ended, Ran
from mailbot.checks.sandbox import Running, Sandboxed
from mailbot.checks.serving import NO_LOOPBACK
from mailbot.domain.errors import Permanent
from mailbot.domain.project import Check, Result
from tests.checks.browsers import HEAD, browser, of_page, seen
from tests.fakes import site

__all__ = ["browser"]
ASKED = [
    ('document.title === "T"', True, "true"),
    ("!!document.querySelector('h2')", False, "false"),
    ("document.querySelector('p')", True, "p#p"),
    ("document.querySelector('h2')", False, "null"),
    ("document.querySelector('#p').textContent.trim() == 'x'", True, "true"),
    ("/(?<!\\d)33[.,]750*(?!\\d)/.test(document.body.innerText)", True, "true"),
    ('document.body.innerText.toLowerCase().includes("x")', True, "true"),
    ("new Promise((done) => setTimeout(() => done('y'), 100))", True, "'y'"),
    ("Promise.resolve(0)", False, "0"),
    ("await fetch('index.html').then((answer) => answer.status) === 200", True, "true"),
    ("const a = 1; a === 1", True, "true"),
    ("return document.title", True, "'T'"),
    ("() => document.title === 'T'", True, "true"),
    ("total === 5", True, "true"),
    ("window.total * 1", True, "5"),
    ("typeof later === 'function'", True, "true"),
    ("NaN", False, "NaN"),
    ("10n", True, "10n"),
    ("undefined", False, "undefined"),
]
PAGE = "33.750<script>const total = 5; window.total = 5; setTimeout(() => { window.later = () => 1 }, 300)</script>"


async def test_every_form_of_check_has_its_answer(browser, full):
    """As engines and people write them; what comes late is waited for; a picture of it all."""
    said = await seen(browser, full, PAGE, *[check for check, _, _ in ASKED])
    assert [(a.true, a.value) for a in said.answers] == [(true, value) for _, true, value in ASKED]
    assert of_page(said) == ("passed", "'T', 1 request, no error")
    assert said.picture.startswith(b"\xff\xd8\xff")
    assert 500 < len(said.picture) < PICTURE


async def test_what_is_not_true_says_what_it_is_instead(browser, full):
    """The left side of a comparison, or the mistake; what nobody can read is no mistake of the page."""
    checks = ["document.title === 'U'", "document.querySelector('b').textContent", "1 +", "while (true) {}",
              "new Promise(() => {})", "document.title === 'T'"]  # fmt: skip
    answers = (await seen(browser, full, "", *checks)).answers
    assert answers[0].left == "document.title is 'T'"
    assert answers[1].error.startswith("TypeError: Cannot read properties of null")
    assert answers[2].error.startswith("SyntaxError")
    assert [answers[3].error, answers[4].error] == ["no answer within 2 s"] * 2
    assert answers[5].true


async def test_a_page_cannot_change_what_a_check_means(browser, full):
    """Whatever its scripts put in the place of the language."""
    liar = """<script>console.log('all checks passed'); Document.prototype.querySelector = () => ({textContent: '42'});
    Object.getOwnPropertyNames = () => ['document', 'querySelector', 'p']; Promise.prototype.then = () => true;
    String.prototype.includes = () => true</script>"""
    check = "document.querySelector('#p').textContent === '42'"
    said = await seen(browser, full, liar, check, "document.body.innerText.includes('bees')")
    assert [(a.true, a.by_page) for a in said.answers] == [(False, True), (False, True)]


async def test_a_check_that_changes_the_page_is_asked_once_and_leaves_no_trace(browser, full):
    """The next one finds a fresh page."""
    page = (
        "<button onclick='p.append(1)'>b</button><script>function add() { p.append(2); return p.textContent }</script>"
    )
    checks = ["document.querySelector('button').click(); document.querySelector('p').textContent === 'x1'",
              "add() === 'x2'", "document.querySelector('p').textContent === 'x'"]  # fmt: skip
    assert [a.true for a in (await seen(browser, full, page, *checks)).answers] == [True, True, True]


@pytest.mark.parametrize(
    ("page", "result", "words"),
    [
        ("<script>while (true) {}</script>", "failed", "too busy to answer"),
        ("<script>while (true) alert(1)</script>", "failed", "too busy to answer"),
        ("<script>alert(1); confirm(2); prompt(3); onbeforeunload = () => 'x'</script>", "passed", "'T', 1 request"),
        ("<a id=a href='data:x/y,z' download=z>d</a><script>a.click()</script>", "passed", "'T', 1 request"),
        ("<script>for (let n = 0; n < 50; n++) window.open('/')</script>", "passed", "'T', 1 request"),
        ("<canvas id=c width=10000 height=10000></canvas><script>c.getContext('2d').fill()</script>",
         "", ""),
        ("<script>let a = []; while (true) a.push(new Uint8Array(1e7).fill(1))</script>", "failed", "alloc"),
        ("<script>location = 'https://example.com/'</script>", "failed", "goes away, to https://example.com/"),
        ("<script>setTimeout(() => location.reload(), 20)</script>", "failed", "again and again"),
        ("<script>location = 'file:///etc/passwd'</script>", "failed", "Not allowed to load local resource"),
        ("<iframe src='file:///etc/passwd'></iframe>", "failed", "Not allowed to load local resource"),
        ("<script>throw new Error('bees')</script>", "failed", "Error: bees (the page itself, line 1)"),
        ("<script>console.error('no', 'bees')</script>", "failed", "no bees"),
        ("<script>Promise.reject(new Error('late'))</script>", "failed", "late"),
        ("<script src=none.js></script><img src=no.png>", "failed", "answer 404, and 1 more"),
        ("<script src='https://cdn.example/x.js'></script>", "unchecked", "cdn.example, out of reach"),
        ("<script>navigator.serviceWorker.register('sw.js')</script>", "passed", "'T'"),
        ("<script>console.error('x'.repeat(2e7))</script>", "failed", "more at once than anybody reads"),
        ("<script>new RTCPeerConnection({iceServers: [{urls: 'stun:stun.example'}]}).createDataChannel('x')</script>",
         "passed", "'T'"),
    ],
)  # fmt: skip
async def test_a_page_can_do_nothing_but_fail(browser, full, page, result, words):
    """Within its time, and what is said of it is so."""
    began = time.monotonic()
    files = {"index.html": HEAD + page, "sw.js": "self.onfetch = (e) => e.respondWith(new Response('mine'))"}
    said = of_page(await seen(browser, full, files, "document.title"))
    assert time.monotonic() - began < room.WALL
    assert said[0] in (result or ("passed", "failed"))
    assert words in said[1]


async def test_a_script_that_does_not_end_is_ended(browser, full):
    """What else there is of the page is still seen; the page has failed."""
    said = await seen(
        browser, full, "<script>setTimeout(() => { while (true) {} }, 50)</script>", "document.title === 'T'"
    )
    assert of_page(said)[0] == "failed"
    assert (said.answers[0].true, said.picture[:2]) == (True, b"\xff\xd8")


THIEF = """\
import glob, http.server, os
def got():
    for place in (*glob.glob('/proc/[0-9]*'), ):
        try:
            line = open(place + '/cmdline').read()
        except OSError:
            continue
        if 'browser_inside' in line and 'python' in line.split('\\0')[0]:
            for name in ('mem', 'environ', 'fd/1', 'maps'):
                try:
                    open(f'{place}/{name}', 'rb').close()
                    yield name
                except OSError:
                    pass
        try:
            fake = '\\n{"mark": "?", "checks": [{"true": true}], "port": 1, "ready": true}\\n'
            open(place + '/fd/1', 'w').write(fake)
        except OSError:
            pass
    yield from glob.glob('/box/.mailbot*')
class Thief(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header('Content-Type', 'text/html')
        self.end_headers()
        self.wfile.write(b'<!doctype html><link rel=icon href="data:,"><title>T</title>' + ' '.join(got()).encode())
if __name__ == '__main__':
    http.server.HTTPServer(('127.0.0.1', 8000), Thief).serve_forever()
"""


async def test_a_server_cannot_speak_for_the_browser(browser, full):
    """It cannot look into our program, and what it prints in its place lacks the mark."""
    said = await seen(browser, full, {"server.py": THIEF}, "document.body.innerText.trim() === ''", "false")
    assert [a.true for a in said.answers] == [True, False]


async def test_nothing_is_left_of_a_browser_that_is_given_up(browser, full):
    """Whoever waits for it may stop at any time."""
    task = asyncio.create_task(seen(browser, full, "<script>while (true) {}</script>"))
    while not any("remote-debugging" in words for words in _running()):  # noqa: ASYNC110  (it says nothing to us)
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not [words for words in _running() if "chrom" in words]


def _running():
    """How everything that runs below us was started."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            yield " ".join(process.cmdline())


CHECKS = [Check(number=1, kind="js", text="js: document.title === 'T'"),
          Check(number=2, kind="prose", text="It works offline.", spec="offline"),
          Check(number=3, kind="prose", text="It is nice.")]  # fmt: skip


async def report(files, **given):
    tree = {name: text.encode() for name, text in files.items()}
    found = await Running(**given).check(tree, CHECKS)
    return found, [(f.result.value, f.detail) for f in found.findings if f.subject in {c.text for c in CHECKS}]


async def test_in_the_room_a_page_is_opened_asked_and_drawn(browser, full):
    """In less than five seconds, with the evidence."""
    began = time.monotonic()
    found, said = await report({"index.html": HEAD}, cage=full, browser=browser)
    assert time.monotonic() - began < 20  # on a busy machine; alone it takes about one
    assert said[:2] == [("passed", "it is true"), ("passed", "opened with the network off: all of 1 request answered")]
    page = next(f for f in found.findings if f.subject == OPENS)
    assert (page.check, page.result, page.command) == (
        "js",
        Result.PASSED,
        "open the page index.html in Chromium, network off",
    )
    assert (found.picture[:3], len(page.sha256)) == (b"\xff\xd8\xff", 64)


async def test_a_page_that_needs_the_network_is_not_offline(browser, full):
    """Whoever asked for that reads what it asks for."""
    _, said = await report(
        {"index.html": HEAD + "<img src='http://pictures.example/a.png'>"}, cage=full, browser=browser
    )
    assert said[1] == ("failed", "it asks for pictures.example")


async def test_without_a_browser_each_check_says_what_was_not_checked(full):
    """And nothing is said to have been opened."""
    found, said = await report({"index.html": HEAD}, cage=full)
    assert said[:2] == [("unchecked", NO_BROWSER)] * 2
    assert found.picture == b""


async def test_where_a_browser_does_not_start_nothing_is_held_against_the_page(full):
    """It is this server's lack."""
    found, said = await report({"index.html": HEAD}, cage=full, browser=browser_of("/usr/bin/false"))
    assert [result for result, _ in said[:2]] == ["unchecked"] * 2
    assert "the browser does not start in this server's sandbox" in said[0][1]
    assert found.passed


def test_a_browser_is_tried_before_it_is_needed(browser, full, tmp_path):
    """One that the sandbox cannot see would make every check wait for ever."""
    assert starts(browser, full) == ""
    assert "GNU coreutils" in starts(browser_of("/usr/bin/false"), full)
    with pytest.raises(Permanent, match="does not start in the sandbox"):
        Sandboxed(tier="bubblewrap", browser="/usr/bin/true").open(site())
    hidden = tmp_path / "chrome"
    hidden.write_text("")
    tmp_path.chmod(0o700)
    assert starts(browser_of(str(hidden)), full)


async def test_where_there_is_no_page_or_no_network_inside_nothing_is_opened(browser, full, bare):
    """With the reason."""
    assert (await report({"a.py": "x = 1", "b.py": ""}, cage=full, browser=browser))[1][0] == ("unchecked", NO_PAGE)
    assert (await report({"index.html": HEAD}, cage=bare, browser=browser))[1][0] == ("unchecked", NO_LOOPBACK)


async def test_a_service_without_a_page_is_not_drawn(browser, full):
    """It is not even opened, where nobody asks for that."""
    server = THIEF.replace("text/html", "application/json").replace("b'<!doctype", "b'{}' or b'<!doctype")
    found = await Running(cage=full, browser=browser).check({"server.py": server.encode()}, [])
    assert ([f.check for f in found.findings if f.check == "js"], found.picture) == ([], b"")


@pytest.mark.parametrize(
    ("output", "why"),
    [
        ("", "the browser was ended"), ('{"mark": "other", "port": 1}', "the browser was ended"),
        ("[" * 9_000 + "MARK", "the browser was ended"), ('{"MARK"', "the browser was ended"),
        ('{"mark": "MARK", "port": 0}', "the server of the page did not listen"),
        ('{"mark": "MARK", "port": 1, "no_browser": "Gone"}', "does not start"),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_not_believed(output, why):
    """Whatever is printed instead of it."""
    ran = Ran(exit_code=0, ended=Ended.BY_ITSELF, output=output, sha256="", seconds=0.1)
    assert why in room._read(ran, "MARK").why_not


def test_a_picture_is_one_or_nothing():
    """No larger than it may be."""
    good = b"\xff\xd8\xff" + b"x" * 100
    assert room._picture(base64.b64encode(good).decode()) == good
    for bad in ("", "!", base64.b64encode(b"GIF89a").decode(), base64.b64encode(good * 1_000).decode()):
        assert room._picture(bad) == b""


def test_the_browser_of_the_settings_is_taken_or_refused(tmp_path):
    """A path that is none stops the start."""
    assert browser_of(OFF) is None
    assert browser_of(str(tmp_path / "none")) is None
    program = tmp_path / "chrome"
    program.write_text("")
    assert browser_of(str(program)).seen[0] == str(tmp_path)
    with pytest.raises(Permanent, match="there is no program at /nowhere/chrome"):
        Sandboxed(browser="/nowhere/chrome").open(site())
    assert json.loads(Sandboxed().model_dump_json())["browser"] == ""
