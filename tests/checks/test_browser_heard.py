"""What a browser says of a page, and what is kept of it."""

from __future__ import annotations

from mailbot.checks.browser_heard import LIST, WORDS, Heard

OWN = "http://127.0.0.1:8000/"


def heard(*events):
    made = Heard(OWN)
    for what, given in events:
        made.take(what, given)
    return made


def asked(url, id="1", kind="Script"):
    return ("Network.requestWillBeSent", {"requestId": id, "request": {"url": url}, "type": kind})


def failed(id="1", **more):
    return ("Network.loadingFailed", {"requestId": id, "errorText": "net::ERR_NAME_NOT_RESOLVED", **more})


def test_requests_that_fail_are_told_apart():
    """Our own by their name, others by their host; what was called off is no failure."""
    page = heard(asked(f"{OWN}a.js?x=1"), failed(), asked("https://cdn.example/x.js", "2"), failed("2"),
                 asked(f"{OWN}b.js", "3"), failed("3", canceled=True), asked("data:x", "4"), failed("4"))  # fmt: skip
    assert page.problems["failed"] == ["a.js: ERR_NAME_NOT_RESOLVED"]
    assert page.problems["outside"] == ["cdn.example"]
    assert (page.requests, page.waiting) == (4, {})


def test_an_icon_that_nobody_named_is_not_missed():
    """Browsers ask for it by themselves."""
    answer = {"requestId": "1", "response": {"status": 404}, "type": "Other"}
    assert heard(asked(f"{OWN}favicon.ico"), ("Network.responseReceived", answer)).problems["failed"] == []


def test_a_page_cannot_fill_our_memory():
    """A few problems of each kind, and of each its beginning."""
    details = {"text": "Uncaught", "exception": {"description": "x" * 10_000_000}, "url": OWN, "lineNumber": 1}
    page = heard(("Runtime.exceptionThrown", {"exceptionDetails": details}))
    assert len(page.problems["error"][0]) <= WORDS
    for number in range(1_000):
        page.note("console", str(number))
    assert len(page.problems["console"]) == LIST
    many = heard(*[asked(f"{OWN}{n}", str(n)) for n in range(3_000)])
    assert len(many.waiting) == 1_000


def test_a_page_that_leaves_is_followed_with_the_eyes_only():
    """Also where what it goes to cannot be had."""
    away = {"frame": {"url": "chrome-error://chromewebdata/", "unreachableUrl": "https://x.example/"}}
    assert heard(("Page.frameNavigated", away)).gone_to == "https://x.example/"
    assert heard(("Page.frameNavigated", {"frame": {"url": f"{OWN}b.html"}})).gone_to == ""
    assert heard(("Page.frameNavigated", {"frame": {"url": "https://x/", "parentId": "1"}})).gone_to == ""


def test_only_errors_of_the_console_are_problems():
    """What a page prints otherwise says nothing."""
    said = [("Runtime.consoleAPICalled", {"type": kind, "args": [{"value": kind}]}) for kind in ("log", "error")]
    assert heard(*said).problems["console"] == ["error"]


def test_what_is_not_known_is_passed_over():
    """A newer browser says more."""
    assert heard(("Some.newThing", {})).told()["requests"] == 0
