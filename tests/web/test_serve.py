"""The whole process with its HTTP door: several addresses, TLS, a server of somebody else's, one role alone."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import ssl
import subprocess
import sys
import time

import httpx
import pytest

from mailbot.app import house
from mailbot.domain.errors import Permanent
from mailbot.models import Scaffold
from mailbot.receive import Smtp
from mailbot.settings import WrongSettings, load
from mailbot.web.settings import Web
from tests.deliver.certificate import Certificate
from tests.servers import free_port
from tests.web.world import ENVIRONMENT, ORDER

TOKEN = {"Authorization": f"Bearer {ENVIRONMENT}"}


@contextlib.asynccontextmanager
async def home(tmp_path, **more):
    """A whole house that serves, and the addresses of its HTTP door."""
    given = {"data": tmp_path / "data", "models": (Scaffold(),), "checks": {"kind": "static"}, "api_token": ENVIRONMENT}
    given |= {"receive": (Smtp(listen="127.0.0.1:0"),), "web": Web(listen=("127.0.0.1:0",))}
    nothing = tmp_path / "empty.toml"
    nothing.write_text("")
    settings = load(nothing, **given | more)
    stop, up = asyncio.Event(), asyncio.get_running_loop().create_future()
    async with house(settings) as found:
        serving = asyncio.create_task(found.serve(stop, up.set_result))
        await asyncio.wait([serving, up], return_when=asyncio.FIRST_COMPLETED)
        try:
            if serving.done():
                await serving
            yield found, [one for place in up.result() for one in place.split(", ") if "://" in one]
        finally:
            stop.set()
            await serving


async def ended(client, url, name):
    """The events of an order until it has ended."""
    async with client.stream("GET", f"{url}/status/{name}/events", headers=TOKEN) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        return [json.loads(line[6:]) async for line in stream.aiter_lines() if line.startswith("data: ")]


async def test_e4_e6_an_order_is_built_and_its_answer_mailed(tmp_path):
    """From the call to the mail; whoever listens hears every step."""
    async with home(tmp_path) as (_, [url]), httpx.AsyncClient() as client:
        name = (await client.post(f"{url}/generate", json=ORDER, headers=TOKEN)).json()["request_id"]
        told = await ended(client, url, name)
        assert (told[-1]["status"], told[-1]["email_sent"], told[-1]["error"]) == ("completed", True, None)
        assert told[-1]["completed_at"] > told[-1]["created_at"]
        mails = list((tmp_path / "data" / "sent" / "new").iterdir())
        assert len(mails) == 1
        assert b"To: ana@acme.example" in mails[0].read_bytes()


async def test_e7_what_nobody_vouches_for_is_not_answered(tmp_path):
    """With a domain set, the open door lets nobody make us write to a stranger."""
    web = Web(listen=("127.0.0.1:0",), webhook_open=True)
    async with home(tmp_path, web=web, domain="example.org") as (_, [url]), httpx.AsyncClient() as client:
        answer = await client.post(f"{url}/webhook/generate", json={"recipient_email": "eve@victim.example"})
        told = await ended(client, url, answer.json()["request_id"])
        assert told[-1]["status"] == "failed"
        assert not [one for one in (tmp_path / "data" / "sent").rglob("*") if one.is_file()]


async def test_nc17_several_addresses_answer_all_routes(tmp_path):
    """One process on 8000, 9000 and 5000, as clients of such systems expect; also on IPv6."""
    async with home(tmp_path, web=Web(listen=("127.0.0.1:0", "127.0.0.1:0", "[::1]:0"))) as (_, urls):
        assert len(urls) == 3
        async with httpx.AsyncClient() as client:
            for url in (one if "://" in one else f"http://{one}" for one in urls):
                assert (await client.get(f"{url}/healthz")).json() == {"status": "alive"}


async def test_an_address_that_is_taken_is_said_in_words(tmp_path):
    """And nothing is left open."""
    (tmp_path / "two").mkdir()
    async with home(tmp_path) as (_, [url]):
        taken = url.removeprefix("http://")
        with pytest.raises(Permanent, match=r"cannot listen for HTTP on .*\[web\] listen"):
            async with home(tmp_path / "two", web=Web(listen=("127.0.0.1:0", taken))):
                pass


async def test_nd1_tls_by_files(tmp_path):
    """HTTPS with the certificate of the files; plain HTTP is not answered there."""
    made = Certificate.made(tmp_path)
    web = Web(listen=("127.0.0.1:0",), tls_cert=made.file, tls_key=made.key)
    async with home(tmp_path, web=web) as (_, [url]):
        assert url.startswith("https://127.0.0.1:")
        async with httpx.AsyncClient(verify=ssl.create_default_context(cafile=made.file)) as client:
            assert (await client.get(f"{url}/healthz")).status_code == 200
            with pytest.raises(httpx.HTTPError):
                await client.get(f"{url}/healthz".replace("https", "http"))


async def test_nd1_only_a_named_proxy_says_who_calls(tmp_path):
    """X-Forwarded-For counts from there, and from nobody else."""
    forwarded = {"X-Forwarded-For": "203.0.113.9", **TOKEN}
    for proxies, peer in (((), "127.0.0.1"), (("127.0.0.0/8",), "203.0.113.9")):
        folder = tmp_path / str(len(proxies))
        folder.mkdir()
        web = Web(listen=("127.0.0.1:0",), proxies=proxies)
        async with home(folder, web=web) as (found, [url]), httpx.AsyncClient() as client:
            await client.post(f"{url}/generate", json=ORDER, headers=forwarded)
            mail = (await found.ledger.mails(1))[0]
            assert (await found.ledger.request(mail.id)).envelope.peer == peer


async def test_a_stream_ends_with_the_house(tmp_path):
    """Whoever listens does not keep us from stopping."""
    async with httpx.AsyncClient() as client:
        async with home(tmp_path, roles=("web", "worker")) as (found, [url]):
            found.engine.caps = {}  # nothing is built any more
            name = (await client.post(f"{url}/generate", json=ORDER, headers=TOKEN)).json()["request_id"]
            listening = asyncio.create_task(ended(client, url, name))
            await asyncio.sleep(0.1)
        assert (await asyncio.wait_for(listening, 20))[0]["status"] in {"queued", "processing", "completed"}


async def test_without_a_table_nothing_listens(tmp_path):
    """No [web]: no door."""
    async with home(tmp_path, web=None) as (_, urls):
        assert urls == []


async def test_nd1_the_web_alone_needs_a_database_for_two(tmp_path):
    """On SQLite two processes would write one file."""
    with pytest.raises(WrongSettings, match="PostgreSQL"):
        async with home(tmp_path, roles=("web",)):
            pass


async def test_nd1_the_web_and_the_worker_are_two_processes(tmp_path, postgres_url):
    """One takes the order, the other builds and answers; both on one database and one data folder."""
    async with home(tmp_path, roles=("worker",), web=None, database_url=postgres_url):
        web = home(tmp_path, roles=("web",), database_url=postgres_url, receive=(Smtp(listen="127.0.0.1:0"),))
        async with web as (_, [url]), httpx.AsyncClient() as client:
            name = (await client.post(f"{url}/generate", json=ORDER, headers=TOKEN)).json()["request_id"]
            told = await ended(client, url, name)
            assert (told[-1]["status"], told[-1]["email_sent"]) == ("completed", True)


def test_d19_e22_any_server_can_open_the_door(tmp_path):
    """`uvicorn mailbot.web:app`, settings from the environment; SIGTERM ends it in good order."""
    port = free_port()
    environment = dict(os.environ)  # noqa: TID251  (of a program that is started)
    environment |= {"MAILBOT_DATA": str(tmp_path / "data"), "API_TOKEN": ENVIRONMENT}
    environment |= {"MAILBOT_RECEIVE": f'[{{"kind": "smtp", "listen": "127.0.0.1:{free_port()}"}}]'}
    environment |= {"MAILBOT_MODELS": '[{"kind": "scaffold"}]', "MAILBOT_CHECKS": '{"kind": "static"}'}
    command = [sys.executable, "-m", "uvicorn", "mailbot.web:app", "--port", str(port), "--log-level", "warning"]
    with subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        url, end = f"http://127.0.0.1:{port}", time.monotonic() + 60
        while time.monotonic() < end and process.poll() is None:
            with contextlib.suppress(httpx.HTTPError):
                assert "mailbot" in httpx.get(url).text
                break
            time.sleep(0.05)
        assert httpx.post(f"{url}/generate", json=ORDER, headers=TOKEN).status_code == 202
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert process.returncode in {0, -signal.SIGTERM}, said
    assert "Traceback" not in said
