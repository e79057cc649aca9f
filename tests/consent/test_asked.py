"""How a person gives consent, by both ways, against a provider that does what the RFCs say and what they do not."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest

from mailbot.consent import asked as module
from mailbot.consent.asked import by_browser, by_device, log_in
from mailbot.consent.grants import granted
from mailbot.consent.oauth import OAuth
from mailbot.consent.tokens import Tokens
from mailbot.domain.errors import Permanent, Temporary
from tests.consent.fake_oauth import CLIENT, SCOPE, FakeProvider
from tests.process import run, settings
from tests.receive.clocks import Hands


@pytest.fixture
def provider():
    with FakeProvider() as one:
        yield one


@pytest.fixture
def hands():
    return Hands()


def silent(_words):
    """Nobody reads it."""


async def device(provider, hands, faults=(), **settings):
    provider.faults = ["ok", *faults]
    return await by_device(provider.oauth(**settings), hands, silent, hands.sleep)


async def test_the_device_flow(provider, hands):
    """The code and the page are said; it is asked at the provider's pace until the person has typed it."""
    said = []
    provider.faults = ["ok", "pending", "pending"]
    grant = await by_device(provider.oauth(), hands, said.append, hands.sleep)
    assert grant.access in provider.access
    assert grant.given_at == hands.now
    assert f"{provider.url}/activate" in said[0]
    assert "WDJB-MJHT" in said[0]
    assert hands.slept == [5, 5, 5]


async def test_slower_when_told(provider, hands):
    """Five seconds more for good; a provider in trouble is asked less, too, and the person's code is not given up."""
    await device(provider, hands, ["slow_down", "pending", "500", "reset", "garbage"])
    assert hands.slept == [5, 10, 10, 15, 20, 25]


async def test_a_pace_without_sense_is_bounded(provider, hands):
    """An interval of 0 does not hammer, one of a year does not sleep."""
    provider.interval = "0.0"
    await device(provider, hands, ["pending"])
    assert hands.slept == [5, 5]
    for interval, slept in ((-3, 1), (10**9, 60)):
        provider.interval, hands.slept = interval, []
        await device(provider, hands)
        assert hands.slept == [slept]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("denied", "was refused"),
        ("declined", "was refused"),
        ("expired", "nobody typed the code"),
        ("invalid_client", "client_id"),
        ("invalid_grant", "has ended"),
        ("odd", "some_new_error"),
        ("no-refresh", "no refresh token"),
    ],
)
async def test_an_end_without_consent(provider, hands, fault, said):
    """It is not asked again; the words say what to do."""
    with pytest.raises(Permanent, match=said):
        await device(provider, hands, ["pending", fault])
    assert len(provider.asked) == 3


async def test_nobody_types_the_code(provider, hands):
    """The questions end with the code, whatever the provider says."""
    with pytest.raises(Permanent, match="nobody typed"):
        await device(provider, hands, ["pending"] * 1000)
    assert sum(hands.slept) == 900


async def test_google_names_the_page_otherwise(provider, hands):
    """verification_url."""
    provider.google = True
    assert await device(provider, hands)


@pytest.mark.parametrize("fault", ["empty", "page", "500"])
async def test_no_code_to_show(provider, hands, fault):
    """A provider that does not begin is tried later."""
    provider.faults = [fault]
    with pytest.raises(Temporary):
        await by_device(provider.oauth(), hands, silent, hands.sleep)


async def test_a_provider_without_the_device_flow(hands):
    """Google does not give mail by it: the other way is named."""
    with pytest.raises(Permanent, match="use --browser"):
        await by_device(module.OAuth(provider="gmail", client_id="c"), hands, silent)


class Browser:
    """A person who opens the address that is said."""

    def __init__(self, provider, *first):
        self.provider, self.first, self.pages, self.said = provider, first, [], ""

    def __call__(self, words):
        self.said = words
        self.url = re.search(r"http://\S+/authorize\S+", words)[0]
        self.back = parse_qs(urlsplit(self.url).query)["redirect_uri"][0]
        self.work = asyncio.create_task(asyncio.to_thread(self._go))

    def _go(self):
        for path in self.first:
            try:
                self.pages.append(self.provider.browse(self.back + path))
            except urllib.error.HTTPError as error:
                self.pages.append(error.code)
                error.close()
        self.pages.append(self.provider.browse(self.url))


async def test_the_browser_flow(provider, hands):
    """The browser comes back with a code, which our verifier turns into tokens; the way back is closed after."""
    browser = Browser(provider)
    grant = await by_browser(provider.oauth(), "build@example.org", hands, browser)
    await browser.work
    assert grant.access in provider.access
    assert "you can close this window" in browser.pages[0]
    asked = parse_qs(urlsplit(browser.url).query)
    assert asked["login_hint"] == ["build@example.org"]
    assert asked["code_challenge"][0] not in str(provider.asked)
    port = urlsplit(browser.back).port
    assert f"ssh -L {port}:127.0.0.1:{port}" in browser.said
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_nothing_is_believed_that_does_not_know_the_state(provider, hands):
    """Another page or program of this machine neither gives a code nor ends the wait."""
    strangers = [
        "/?code=stolen&state=guessed", "/?error=access_denied", "/?code=stolen", "/favicon.ico", "/",
        "/?state=", "/?" + "&".join(["a=1"] * 40), "/?state=%00%ff&code=x",
    ]  # fmt: skip
    browser = Browser(provider, *strangers)
    assert await by_browser(provider.oauth(), "", hands, browser)
    await browser.work
    assert browser.pages[:-1] == [400, 400, 400, 404, 400, 400, 400, 400]
    assert "stolen" not in str(provider.asked)


@pytest.mark.parametrize(
    "noise", [b"", b"\r\n\r\n", b"\0\xff" * 30, b"POST / HTTP/1.1\r\n\r\n", b"GET /[ HTTP/1.1\r\n\r\n", b"x" * 100_000]
)
async def test_noise_on_the_way_back(provider, hands, noise):
    """Whatever a program of this machine sends, the person's browser is still waited for."""

    class Noisy(Browser):
        def _go(self):
            with urllib.request.socket.create_connection(("127.0.0.1", urlsplit(self.back).port), 5) as line:
                try:
                    line.sendall(noise)
                    line.shutdown(1)
                    line.recv(1000)
                except ConnectionError:
                    pass  # it has had enough
            super()._go()

    browser = Noisy(provider)
    assert await by_browser(provider.oauth(), "", hands, browser)
    await browser.work


async def test_a_client_that_says_nothing_holds_nobody(provider, hands):
    """It stays connected; the browser is served beside it, and the end does not wait for it."""
    browser = Browser(provider)
    lines = []

    async def held(words):
        lines.append(await asyncio.open_connection("127.0.0.1", urlsplit(browser.back).port))

    def say(words):
        browser(words)
        browser.holding = asyncio.create_task(held(words))

    assert await by_browser(provider.oauth(), "", hands, say)
    await asyncio.gather(browser.work, browser.holding)
    for _, writer in lines:
        writer.close()


async def test_a_person_who_says_no(provider, hands):
    """The words say so, and to whom."""
    provider.consents = False
    browser = Browser(provider)
    with pytest.raises(Permanent, match="was refused"):
        await by_browser(provider.oauth(), "", hands, browser)
    await browser.work


async def test_nobody_opens_the_page(provider, hands):
    """It ends, and the port with it."""
    with pytest.raises(Permanent, match="nobody consented"):
        await by_browser(provider.oauth(), "", hands, silent, patience=0.05)


async def test_a_code_is_worth_nothing_without_our_verifier(provider, hands, monkeypatch):
    """PKCE: the provider turns down another one. This test would pass a client that sends none."""
    posted = module.ask

    async def other(url, form, who):
        return await posted(url, {**form, "code_verifier": "x" * 43}, who)

    monkeypatch.setattr(module, "ask", other)
    browser = Browser(provider)
    with pytest.raises(Permanent, match="invalid_grant"):
        await by_browser(provider.oauth(), "", hands, browser)
    await browser.work


def room(account, oauth, user="build@example.org"):
    return SimpleNamespace(account=account, user=user, oauth=oauth)


async def test_log_in_keeps_what_it_was_given(provider, hands, tmp_path):
    """The only account needs no name; its tokens open it from then on."""
    rooms = [SimpleNamespace(listen="127.0.0.1:25"), room("inbox", provider.oauth())]
    said = []

    def say(words):
        said.append(Browser(provider))
        said[0](words)

    told = await log_in(rooms, "", "browser", tmp_path, hands, say)
    await said[0].work
    assert "lets mailbot into inbox" in told
    access = await Tokens(tmp_path / "tokens", hands).access("inbox", provider.oauth())
    assert access in provider.access
    assert access not in told


@pytest.mark.parametrize(
    ("names", "account", "said"),
    [
        ((), "", r"no \[\[receive\]\] or \[\[deliver\]\] entry"),
        (("a", "b"), "", "choose one of the accounts with --account: a, b"),
        (("a", "b"), "c", "choose one"),
    ],
)
async def test_which_account(provider, hands, tmp_path, names, account, said):
    """One must be meant; nobody is asked for consent before that is clear."""
    rooms = [room(name, provider.oauth()) for name in names]
    with pytest.raises(Permanent, match=said):
        await log_in(rooms, account, None, tmp_path, hands, silent)
    assert provider.asked == []


async def test_x5_an_account_that_is_read_and_sent_from_is_asked_for_both(provider, hands, tmp_path, monkeypatch):
    """One consent under one name, whichever entry comes first."""
    asked = []

    async def consented(oauth, *_):
        asked.append(oauth.endpoints().scope)
        return granted(provider.grant(), hands(), "the provider")

    monkeypatch.setattr(module, "consent", consented)
    reads = OAuth(provider="microsoft365", client_id=CLIENT)
    sends = reads.model_copy(update={"sends": True})
    for rooms in ((reads, sends), (sends, reads)):
        await log_in([room("work", oauth) for oauth in rooms], "work", None, tmp_path, hands, silent)
    assert len(asked) == 2
    assert all("IMAP.AccessAsUser.All" in scope and "SMTP.Send" in scope for scope in asked)


async def test_the_usual_way_of_the_provider(provider, hands, tmp_path, monkeypatch):
    """Where nobody says how: by the device flow, where there is one."""
    monkeypatch.setattr(module, "by_device", lambda oauth, clock, say: by_device(oauth, clock, say, hands.sleep))
    rooms = [room("one", provider.oauth()), room("two", provider.oauth())]
    assert "into two" in await log_in(rooms, "two", None, tmp_path, hands, silent)
    assert provider.asked[0] == {"path": "/device", "client_id": CLIENT, "scope": provider.oauth().scope}
    assert [path.name for path in (tmp_path / "tokens").glob("*.json")] == ["two.json"]


SETTINGS = """\
data = "{folder}/data"
[[receive]]
kind = "imap"
name = "inbox"
host = "127.0.0.1"
tls = "none"
user = "build@example.org"
[receive.oauth]
provider = "custom"
client_id = "{client}"
scope = "{scope}"
device_url = "{url}/device"
authorize_url = "{url}/authorize"
token_url = "{url}/token"
"""


@pytest.fixture
def config(provider, tmp_path):
    path = tmp_path / "mailbot.toml"
    path.write_text(SETTINGS.format(folder=tmp_path, client=CLIENT, scope=SCOPE, url=provider.url))
    return path


def test_the_command_by_browser(provider, config, tmp_path):
    """The real process: it says the address, waits, and keeps what it got; no token is printed."""
    command = [sys.executable, "-m", "mailbot", "oauth", "login", "--browser", "-c", str(config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        said = "".join(itertools.takewhile(lambda line: "ssh -L" not in line, process.stderr))
        provider.browse(re.search(r"http://\S+/authorize\S+", said)[0])
        told, rest = process.communicate(timeout=60)
    assert process.returncode == 0, rest
    assert "lets mailbot into inbox" in told
    kept = json.loads((tmp_path / "data" / "tokens" / "inbox.json").read_text())
    assert kept["access"] in provider.access
    assert [secret for secret in (kept["access"], kept["refresh"]) if secret in told + said + rest] == []


def test_the_command_by_device(provider, config):
    """The code on the screen; what the provider refuses ends in words and exit code 1."""
    provider.interval = 1
    provider.faults = ["ok", "pending"]
    done = run("oauth", "login", "-c", config)
    assert done.returncode == 0, done.stderr
    assert "WDJB-MJHT" in done.stderr
    provider.faults = ["ok", "denied"]
    done = run("oauth", "login", "--account", "inbox", "--device", "-c", config)
    assert done.returncode == 1
    assert "was refused" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_without_an_account(tmp_path):
    """It says where the setting belongs; two ways at once are none."""
    config = settings(tmp_path)
    done = run("oauth", "login", "-c", config)
    assert done.returncode == 1
    assert "no [[receive]] or [[deliver]] entry of the settings has `oauth`" in done.stderr
    assert run("oauth", "login", "--device", "--browser", "-c", config).returncode == 2
