"""What Prometheus reads: every number right after a known run, none lost by a restart, no address in any label."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from mailbot.domain.orders import Scope
from mailbot.web.metrics import Seen, exposition, named
from tests.deliver.fetched import web as listening
from tests.servers_prometheus import MONITORING, prometheus
from tests.web.test_serve import TOKEN, ended, home
from tests.web.world import ORDER, here

#: The names of the rows E13, NA14, NC15 and X2, and of the guide.
NAMES = """
requests_total request_duration_seconds_bucket code_generations_total emails_sent_total
email_send_duration_seconds_bucket mailbot_mail_received_total mailbot_queue_depth mailbot_mails
mailbot_oldest_unanswered_timestamp_seconds mailbot_generation_duration_seconds_bucket mailbot_llm_tokens_total
mailbot_checks_total mailbot_repairs_total mailbot_delivery_attempts_total mailbot_replies_total mailbot_build_info
mailbot_rules_last_reload_successful mailbot_conservation_difference mailbot_model_up mailbot_disk_free_bytes
mailbot_disk_size_bytes mailbot_canary_last_answered_timestamp_seconds mailbot_answer_duration_seconds_bucket
mailbot_webhooks mailbot_orders_total mailbot_http_key_calls_total process_resident_memory_bytes
mailbot_oldest_held_timestamp_seconds mailbot_relay_up mailbot_imap_up mailbot_imap_last_poll_timestamp_seconds
mailbot_mail_rejected_total
"""


PARTY = "A page for our summer party on 3 July in the park"


def numbers(text):
    """Every sample: its name and labels, and its value."""
    found = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            found[one.name, *sorted(one.labels.values())] = one.value
    return found


async def known(client, url, hook):
    """Two orders that are built, one that is answered with a question; all of them told."""
    for number, description in enumerate((PARTY, PARTY, "A page about bees")):
        order = {"app_type": "web_application", "description": description}
        order["recipient_email"] = f"ana{number}@acme.example"
        order["tech_stack"] = ["html", "css"] if description == PARTY else ["python"]
        answer = await client.post(f"{url}/generate", json=order | {"webhook_url": hook}, headers=TOKEN)
        await ended(client, url, answer.json()["request_id"])
    assert (await client.get(f"{url}/status/nothing", headers=TOKEN)).status_code == 404


async def test_e13_na14_nc15_a_real_prometheus_sees_every_number(tmp_path):
    """Shows 6: each name is scraped, right after a known run; and every panel of the dashboard has series."""
    async with listening() as hooks:
        inside = {"webhook": {"allow": ["localhost"]}, "fetch": {"inside": [f"localhost:{hooks.port}"]}}
        async with home(tmp_path, **inside) as (house, [url]), httpx.AsyncClient() as client:
            await known(client, url, f"http://localhost:{hooks.port}/hook")
            for part, trouble in (("relay a.example", ""), ("relay b.example", "421"), ("imap build@acme.example", "")):
                await house.ledger.report(part, trouble, house.site.clock())
            await told(hooks, 6)
            with prometheus(tmp_path, url.removeprefix("http://")) as server:
                await asyncio.to_thread(server.scraped)
                await asyncio.to_thread(look, server)
                await asyncio.to_thread(panels, server)


async def told(hooks, number):
    """Wait until so many webhooks were heard."""
    for _ in range(200):
        if len(hooks.calls) >= number:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(hooks.calls)


def look(server):
    """The numbers, as Prometheus has them."""
    missing = [name for name in NAMES.split() if not server.ask(f"count({name})") and name not in EMPTY]
    assert missing == []
    values = {
        'mailbot_mail_received_total{channel="http",verdict="admitted"}': 3,
        'mailbot_mails{state="received"}': 3,
        'mailbot_mails{state="answered"}': 3,
        "mailbot_conservation_difference": 0,
        'mailbot_replies_total{result="built"}': 2,
        'mailbot_replies_total{result="asked"}': 1,
        'code_generations_total{provider="scaffold",status="success"}': 2,
        'emails_sent_total{status="sent"}': 3,
        'emails_sent_total{status="failed"}': 0,
        "email_send_duration_seconds_count": 3,
        "mailbot_answer_duration_seconds_count": 3,
        "sum(mailbot_generation_duration_seconds_count)": 3,
        'mailbot_checks_total{result="passed"}': 2,
        "mailbot_repairs_total": 0,
        'mailbot_delivery_attempts_total{result="sent"}': 3,
        'mailbot_webhooks{status="completed",result="told"}': 3,
        'mailbot_webhooks{status="email_sent",result="told"}': 3,
        'mailbot_orders_total{key="API_TOKEN"}': 3,
        'requests_total{method="POST",endpoint="/generate",status="202"}': 3,
        'requests_total{method="GET",endpoint="/status/{request_id}",status="404"}': 1,
        'request_duration_seconds_count{method="POST",endpoint="/generate"}': 3,
        "mailbot_rules_last_reload_successful": 1,
        'mailbot_relay_up{relay="a.example"}': 1,
        'mailbot_relay_up{relay="b.example"}': 0,
        'mailbot_imap_up{account="@acme.example"}': 1,
        "mailbot_model_up": 1,
        "mailbot_canary_last_answered_timestamp_seconds": 0,
        "mailbot_oldest_unanswered_timestamp_seconds - mailbot_scraped_timestamp_seconds": 0,
        'mailbot_queue_depth{queue="intake",state="due"}': 0,
    }
    wrong = {expr: server.value(expr) for expr, value in values.items() if server.value(expr) != value}
    assert wrong == {}
    assert server.value("mailbot_disk_free_bytes < mailbot_disk_size_bytes")
    assert server.value("process_resident_memory_bytes > 1e7")


EMPTY = {"mailbot_mail_rejected_total"}  # nothing was


def panels(server):
    """Every expression of the dashboard is right, and gives something."""
    dashboard = json.loads((MONITORING / "dashboard.json").read_text())
    asked = [(panel["title"], target["expr"]) for panel in dashboard["panels"] for target in panel["targets"]]
    assert len(asked) > 20
    server.until(lambda: server.ask("sum(rate(requests_total[5m]))"))
    assert [one for one in asked if not server.ask(one[1])] == []
    rules = server.get("/api/v1/rules")["groups"][0]["rules"]
    assert {one["health"] for one in rules} <= {"ok", "unknown"}


async def test_no_restart_loses_a_number(tmp_path):
    """All but what is said to be since the start is the same in the next process."""
    async with home(tmp_path) as (_, [url]), httpx.AsyncClient() as client:
        await known(client, url, "https://hooks.acme.example/x")
        before = numbers((await client.get(f"{url}/metrics")).text)
    async with home(tmp_path) as (_, [url]), httpx.AsyncClient() as client:
        after = numbers((await client.get(f"{url}/metrics")).text)
    mine = ("mailbot_", "emails_", "code_", "email_")
    lost = {key for key in before if key[0].startswith(mine) and before[key] > after.get(key, -1)}
    moves = ("mailbot_http_", "mailbot_disk_free_bytes", "mailbot_webhooks", "mailbot_queue_depth")
    assert {key for key in lost if not key[0].startswith(moves)} == set()
    assert before["mailbot_replies_total", "built"] == 2


async def test_no_label_names_a_person_or_a_mail(tmp_path):
    """Neither an address, nor an id, nor what stands in a path; and what is unknown is one label."""
    async with here(tmp_path, peer="127.0.0.1") as web:
        headers = await web.token("ci", scopes=(Scope.ORDERS,))
        name = (await web.post("/generate", ORDER, headers)).json()["request_id"]
        await web.get(f"/status/{name}", headers)
        await web.get("/a/path/of/somebody@acme.example")
        await web.client.request("PROPFIND", "/")
        for part in ("relay ola@gmail.example at smtp.example", "imap build@acme.example"):
            await web.ledger.report(part, "no", web.doors.site.clock())
        text = (await web.get("/metrics")).text
    labels = re.findall(r'="([^"]*)"', text)
    assert not [one for one in labels if re.fullmatch(r"[^@]+@.*", one) or name in one or "somebody" in one]
    assert {"other", "/status/{request_id}"} <= set(labels)
    assert 'mailbot_imap_up{account="@acme.example"} 0.0' in text


async def test_numbers_are_for_whoever_may_see_them(tmp_path):
    """This machine, unless a proxy on it calls for others; or a token that may see everything."""
    async with here(tmp_path, peer="127.0.0.1") as web:
        assert (await web.get("/metrics")).status_code == 200
        assert (await web.get("/metrics", {"X-Forwarded-For": "203.0.113.9"})).status_code == 401
    async with here(tmp_path) as web:
        assert (await web.get("/metrics")).status_code == 401
        assert (await web.get("/metrics", await web.token("ci"))).status_code == 403
        answer = await web.get("/metrics", await web.token("prom", scopes=(Scope.READ,)))
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")


async def test_who_asks_often_hears_the_same(web, monkeypatch):
    """Within five seconds the ledger is asked once."""
    asked, usual = [], web.ledger.figures

    async def figures():
        asked.append(1)
        return await usual()

    monkeypatch.setattr(web.ledger, "figures", figures)
    headers = await web.token("prom", scopes=(Scope.READ,))
    texts = [(await web.get("/metrics", headers)).text for _ in range(5)]
    assert (len(asked), len(set(texts))) == (1, 1)


async def test_promtool_finds_nothing_to_say(web):
    """Names, types and units are as Prometheus wants them; E13's own names are as they are."""
    text = (await web.get("/metrics", await web.token("prom", scopes=(Scope.READ,)))).text
    done = await asyncio.to_thread(
        subprocess.run, ["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False
    )
    assert done.stderr + done.stdout == ""


@pytest.mark.parametrize("file", ["rules alerts.yml", "config --syntax-only prometheus.yml"])
def test_e14_x2_what_ships_for_prometheus_is_right(file):
    """By Prometheus' own tool."""
    done = subprocess.run(
        ["promtool", "check", *file.split()], cwd=MONITORING, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_x2_every_alert_fires_when_it_should_and_not_before():
    """The unit tests beside the alerts; each alert has two."""
    done = subprocess.run(
        ["promtool", "test", "rules", "alerts_test.yml"], cwd=MONITORING, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    alerts = re.findall(r"- alert: (\w+)", (MONITORING / "alerts.yml").read_text())
    tested = re.findall(r"- name: (\w+)\n", (MONITORING / "alerts_test.yml").read_text())
    silent = re.findall(r"- name: (\w+) is silent\n", (MONITORING / "alerts_test.yml").read_text())
    assert sorted(alerts) == sorted(tested) == sorted(silent)


def test_names_that_hold_an_address():
    """Only what stands behind it is shown."""
    assert (named("ola@acme.example"), named("smtp.example")) == ("@acme.example", "smtp.example")


def test_methods_and_routes_are_few():
    """Whatever is called, the labels stay few."""
    seen = Seen()
    for number in range(500):
        seen.add(f"X{number}", "other", 404, 0.1)
    assert len(seen.calls) == 1
    assert exposition.__doc__
