"""Conversations that are kept."""

from __future__ import annotations

from datetime import timedelta

from mailbot.domain.orders import Scope
from tests.models.fake_ollama import Script
from tests.web.talking import MODEL, events, say, talking

SAID = Script(pieces=["Yes", "."])
PATH = "/api/v1/sessions"


async def begun(web, **body):
    answer = await web.post(PATH, body, web.key)
    assert answer.status_code == 201
    return answer.json()["session_id"]


async def test_na10_a_session_is_begun_read_changed_and_ended(tmp_path):
    """With its model, its messages and what its owner keeps with it."""
    async with talking(tmp_path, SAID) as web:
        name = await begun(web, metadata={"room": 7}, messages=[{"role": "system", "content": "Be brief."}])
        found = (await web.get(f"{PATH}/{name}", web.key)).json()
        assert (found["model"], found["metadata"], found["messages"][0]["role"]) == (None, {"room": 7}, "system")
        changed = await web.client.put(f"{PATH}/{name}", json={"model": MODEL, "metadata": {}}, headers=web.key)
        assert (changed.json()["model"], changed.json()["metadata"]) == (MODEL, {})
        assert changed.json()["messages"] == found["messages"]
        assert (await web.get(PATH, web.key)).json()["total"] == 1
        assert (await web.client.delete(f"{PATH}/{name}", headers=web.key)).status_code == 204
        for again in (web.client.delete, web.client.get):
            assert (await again(f"{PATH}/{name}", headers=web.key)).status_code == 404


async def test_na10_a_chat_goes_on_where_it_was(tmp_path):
    """Whole or in pieces, the next message knows the last answer; also after a restart, as it is in the ledger."""
    async with talking(tmp_path, SAID) as web:
        name = await begun(web, messages=[{"role": "system", "content": "Be brief."}])
        first = (await say(web, "/api/v1/chat", message="One?", session_id=name)).json()
        assert first["session_id"] == name
        chunks = events((await say(web, "/api/v1/chat", message="Two?", session_id=name, stream=True)).text)
        assert chunks[-1]["done"]
        told = [one["content"] for one in web.server.asked[1]["messages"]]
        found = (await web.get(f"{PATH}/{name}", web.key)).json()
    assert told == ["Be brief.", "One?", "Yes.", "Two?"]
    assert [one["content"] for one in found["messages"]] == [*told, "Yes."]


async def test_na12_a_session_ends_by_itself(tmp_path):
    """After so long without a call; each call begins its time anew, and what is over leaves the database."""
    async with talking(tmp_path, SAID, talk={"session_minutes": 10}) as web:
        name, now = await begun(web), web.doors.site.clock()
        token = (await web.ledger.tokens())[0].name
        assert await web.ledger.session(name, token, now + timedelta(minutes=9))
        assert await web.ledger.session(name, token, now + timedelta(minutes=11)) is None
        before = (await web.get(f"{PATH}/{name}", web.key)).json()["expires_at"]
        await say(web, "/api/v1/chat", message="One?", session_id=name)
        assert (await web.get(f"{PATH}/{name}", web.key)).json()["expires_at"] > before
        old = await web.ledger.session(name, token, now)
        late = now + timedelta(hours=1)
        more = type(old)(**{**vars(old), "id": "f" * 32, "created_at": late, "expires_at": late + timedelta(hours=1)})
        assert await web.ledger.add_session(more, 1)  # the one that is over is not counted, and is gone
        assert [one.id for one in await web.ledger.sessions(token, now)] == ["f" * 32]


async def test_na10_nobody_reads_the_session_of_another(tmp_path):
    """Nor changes, continues or ends it."""
    async with talking(tmp_path, SAID) as web:
        name, other = await begun(web), await web.token("other", scopes=(Scope.GENERATE,))
        chat = {"message": "Hi", "session_id": name}
        answers = [
            await web.get(f"{PATH}/{name}", other),
            await web.client.put(f"{PATH}/{name}", json={}, headers=other),
            await web.client.delete(f"{PATH}/{name}", headers=other),
            await web.post("/api/v1/chat", chat, other),
        ]
        assert [one.status_code for one in answers] == [404] * 4
        assert (await web.get(PATH, other)).json() == {"sessions": [], "total": 0}


async def test_na10_of_two_at_once_the_second_is_told(tmp_path):
    """Nothing that was said is lost in silence."""
    async with talking(tmp_path, SAID) as web:
        name = await begun(web)
        session = await web.ledger.session(name, "app", web.doors.site.clock())
        await say(web, "/api/v1/chat", message="One?", session_id=name)
        late = type(session)(**{**vars(session), "updated_at": web.doors.site.clock()})

        async def old(*_):
            return late

        web.doors.memory.session, real = old, web.doors.memory.session
        answer = await say(web, "/api/v1/chat", message="Two?", session_id=name)
        web.doors.memory.session = real
        assert (answer.status_code, answer.json()["error_code"]) == (409, "conflict")


async def test_sessions_have_limits(tmp_path):
    """How many of a token, how long a message, and how many of them."""
    async with talking(tmp_path, SAID, talk={"max_sessions": 2, "max_prompt": 20}) as web:
        for _ in range(2):
            await begun(web)
        assert (await web.post(PATH, {}, web.key)).status_code == 409
        line = {"role": "user", "content": "x" * 20}
        name = (await web.get(PATH, web.key)).json()["sessions"][0]["session_id"]
        put = [[{"role": "user", "content": "x" * 21}], [line] * 201, [line] * 65]
        for messages in put:
            answer = await web.client.put(f"{PATH}/{name}", json={"messages": messages}, headers=web.key)
            assert answer.status_code == 422
        for body in ({"message": "y" * 21}, {"messages": []}, {"message": " "}, {"context": ["known"]}):
            assert (await say(web, "/api/v1/chat", session_id=name, **body)).status_code == 422
