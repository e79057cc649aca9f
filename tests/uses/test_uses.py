"""E35: the twelve uses, each a mail as a person writes it, answered by the real pipeline with a scripted model."""

from __future__ import annotations

import pytest

from mailbot.build.answer import applied
from mailbot.build.data import emptied
from tests.uses import wishes
from tests.uses.house import built, scripted

#: What mailbot adds where the model wrote none.
OURS = {".gitignore", "Dockerfile", "requirements.txt"}
#: That nothing was run, in the language of the mail.
NOT_RUN = (
    "did not run this program",
    "dieses Programm nicht ausgeführt",
    "pas exécuté ce programme",
    "nie uruchomiono",
)


@pytest.fixture
def sends(sqlite_ledgers):
    """Mail one of them, with an own ledger on disk, and look at whatever holds of every answer."""

    async def send(use, **more):
        got = await built(await sqlite_ledgers(), use, **more)
        assert got.subject == f"Re: {use.subject}"
        assert got.mail["To"] == "ana@acme.example"
        assert got.told == got.found, "the mail says something else than the record"
        assert any(words in " ".join(got.text.split()) for words in NOT_RUN), "it says that nothing was run"
        for path, content in applied(scripted(use.answer), {}).items():
            assert emptied(got.files[path].decode()) == content.decode(), f"{path} is what the model wrote"
        return got

    return send


def made(got):
    """The files of the project, without those that mailbot adds to every one."""
    return got.files.keys() - OURS


async def test_e35_admin_dashboard(sends):
    """A page with their list built in; what nobody looked at is a question mark."""
    got = await sends(wishes.DASHBOARD)
    assert got.first == 'Ana, v1 of "Loans at a glance" is ready.'
    assert made(got) == {"index.html", "README.md", "data/loans.csv"}
    assert b"Chloe,Momo,2027-01-15" in got.files["index.html"]
    assert got.told == {1: "?", 2: "✔", 3: "✔", 4: "✔", 5: "?"}
    assert "2 points of yours were not verified" in got.text
    assert [brief.outline for brief in got.asked] == [True, False, False]


async def test_e35_custom_report(sends):
    """The program and its test beside their orders, which are as they sent them."""
    got = await sends(wishes.REPORT)
    assert got.first == 'Ana, v1 of "Turnover by month and region" is ready.'
    assert made(got) == {"report.py", "test_report.py", "README.md", "data/orders.csv"}
    assert got.files["data/orders.csv"] == wishes.ORDERS.encode()
    assert got.told == {1: "✔", 2: "?", 3: "✔"}
    assert "orders.csv: 3 rows, 3 columns: date, region, amount" in got.text


async def test_e35_one_off_script(sends):
    """One script, and what it must not do was read in its code."""
    got = await sends(wishes.SCRIPT)
    assert got.first == 'Ana, v1 of "Rename my photos" is ready.'
    assert made(got) == {"rename.py", "README.md"}
    assert got.told == {1: "✔"}
    assert 'rename.py: "if given.do:" (my reading)' in got.text


async def test_e35_personalised_demo(sends):
    """In German, with the customer's name on the page."""
    got = await sends(wishes.DEMO)
    assert got.first == "Ana, v1 von „Vorführung für Gartenbau Weiß“ ist fertig."
    assert made(got) == {"index.html", "style.css", "README.md"}
    assert "Gartenbau Weiß!</h1>" in got.files["index.html"].decode()
    assert "✔" in got.told.values()


async def test_e35_custom_integration(sends):
    """A service with its container; what only a running one can show is not claimed."""
    got = await sends(wishes.INTEGRATION)
    assert got.first == 'Ana, v1 of "Shop orders into our chat" is ready.'
    assert made(got) == {"bridge.py", "test_bridge.py", "README.md"}
    assert b"ENV HOST=0.0.0.0" in got.files["Dockerfile"]
    assert got.told == {1: "✔", 2: "✔", 3: "✔", 4: "?"}


async def test_e35_proof_of_concept(sends):
    """The README says where the limits are, because the README was asked for that."""
    got = await sends(wishes.CONCEPT)
    assert got.first == 'Ana, v1 of "Proof of concept: search our minutes" is ready.'
    assert made(got) == {"search.py", "README.md"}
    assert got.told == {1: "✔"}
    assert 'README.md: "It reads all files at every start" (my reading)' in got.text


async def test_e35_hotfix(sends):
    """The first mail brings the code as a zip: what the fix has no business with comes back byte for byte."""
    got = await sends(wishes.HOTFIX)
    assert got.first == 'Ana, v1 of "URGENT: payroll crashes" is ready.'
    assert made(got) == {"pay/__init__.py", "pay/rates.py", "README.md", "test_rates.py"}
    assert got.files["README.md"] == wishes.PAY["payroll/README.md"].encode()
    assert got.told == {1: "✔"}
    assert b"sum(amounts) / len(amounts)\n" in got.asked[0].files["pay/rates.py"]


async def test_e35_quick_patch(sends):
    """A file and a patch for it: the model sees both, and the answer is the file as it should be."""
    got = await sends(wishes.QUICK)
    assert got.first == 'Ana, v1 of "Small patch" is ready.'
    assert b'"Good morning, {name.strip()}!"' in got.files["greet.py"]
    assert got.told == {1: "✔"}
    assert "patch of 1 file, +1 -1 lines: greet.py" in got.text
    assert [one.name for one in got.asked[0].inputs] == ["greet.py", "greeting.patch"]


async def test_e35_disaster_recovery(sends):
    """A tool with its runbook; each of five wishes has its evidence."""
    got = await sends(wishes.RECOVERY)
    assert got.first == 'Ana, v1 of "Get our data out of a broken SQLite file" is ready.'
    assert made(got) == {"restore.py", "test_restore.py", "RUNBOOK.md", "README.md"}
    assert set(got.told.values()) == {"✔"}
    assert len(got.told) == 5


async def test_e35_learning_environment(sends):
    """In French, with their words on the cards; without a browser nobody knows that it works offline."""
    got = await sends(wishes.LEARNING)
    assert got.first == "Ana, la v1 de « Mon coin de portugais » est prête."
    assert made(got) == {"index.html", "README.md", "data/mots.csv"}
    assert b"maison,casa" in got.files["index.html"]
    assert got.told == {1: "✔", 2: "?"}


async def test_e35_exercise_generator(sends):
    """In Polish; the same number gives the same sheet, as the code shows."""
    got = await sends(wishes.EXERCISES)
    assert got.first == "Ana, wersja v1 projektu „Zadania z ułamków” jest gotowa."
    assert made(got) == {"zadania.py", "test_zadania.py", "README.md"}
    assert got.told == {1: "✔", 2: "✔"}


async def test_e35_development_environment(sends):
    """Containers and the script that starts them; their Dockerfile is the model's, and not ours."""
    got = await sends(wishes.ENVIRONMENT)
    assert got.first == 'Ana, v1 of "Same environment for the whole team" is ready.'
    assert made(got) == {"compose.yaml", "setup.sh", ".devcontainer/devcontainer.json", "README.md"}
    assert b"postgresql-client" in got.files["Dockerfile"]
    assert got.told == {1: "✔", 2: "✔", 3: "?"}


@pytest.mark.parametrize("passage", ["", "All of it works, I have tested it.", "2. Open it with a double click."])
async def test_a_model_that_praises_itself_is_not_believed(sends, passage):
    """A passage that stands nowhere, or only in the README, is no evidence: only the files that were found count."""
    got = await sends(wishes.DASHBOARD, passages={"": passage})
    assert got.told == {1: "?", 2: "✔", 3: "✔", 4: "?", 5: "?"}
    assert "3 points of yours were not verified" in got.text


def test_there_are_twelve():
    """Each with words, files and a subject of its own."""
    assert len({use.answer for use in wishes.TWELVE}) == len({use.subject for use in wishes.TWELVE}) == 12
