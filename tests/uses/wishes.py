"""The twelve mails: what the person writes and attaches, and where a reader finds that each wish is kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.uses.letter import zipped

LOANS = "member,book,due\nBruno,Emma,2026-11-02\nChloe,Momo,2027-01-15\nDana,Solaris,2026-10-20\n"
ORDERS = "date,region,amount\n2026-09-03,north,120.50\n2026-09-17,south,80.00\n2026-10-01,north,45.25\n"
WORDS = "mot,palavra\nmaison,casa\nchat,gato\nmer,mar\n"

#: Their code: an empty month divides by nothing.
PAY = {
    "payroll/pay/__init__.py": "",
    "payroll/pay/rates.py": (
        '"""Rates of work."""\n\n\ndef pay(hours, rate):\n    """What is owed."""\n'
        "    return round(hours * rate, 2)\n\n\n"
        'def average(amounts):\n    """The mean."""\n    return sum(amounts) / len(amounts)\n'
    ),
    "payroll/README.md": "# Payroll\n\nRun `python3 -m pay`.\n",
}
GREET = '"""Greet people."""\n\n\ndef greet(name):\n    """A friendly line."""\n    return f"Hello {name}"\n'
PATCH = """\
diff --git a/greet.py b/greet.py
--- a/greet.py
+++ b/greet.py
@@ -3,4 +3,4 @@

 def greet(name):
     \"\"\"A friendly line.\"\"\"
-    return f"Hello {name}"
+    return f"Good morning, {name}!"
"""


@dataclass(frozen=True)
class Use:
    """One of the twelve: a mail, and what a model that does its work would say."""

    answer: str  #: the file of answers
    subject: str
    text: str
    files: dict = field(default_factory=dict)  #: what is attached
    passages: dict = field(default_factory=dict)  #: words of a wish -> the passage that keeps it


DASHBOARD = Use(
    "admin_dashboard",
    "Loans at a glance",
    """Hi,

I run our village library. Please make me an admin page for our loans (list attached): a table that I can search by
member, and on top how many books are overdue. It has to open on my laptop with a double click.

Requirements:
- there must be a file index.html
- there must be a file README.md
- overdue rows stand out in red
- it prints on one A4 page

Thanks, Ana
""",
    {"loans.csv": LOANS.encode()},
    {"overdue rows": 'due < today ? "firebrick" : "inherit"'},
)
REPORT = Use(
    "custom_report",
    "Turnover by month and region",
    """Hello,

each month I add up our orders by hand. Please write me something that reads the attached list and writes a table
with a line for each month and a column for each region.

Requirements:
- there must be a file report.py
- the program must be tested, with a file test_report.py
- amounts have two decimals

Ana
""",
    {"orders.csv": ORDERS.encode()},
    {"two decimals": ':.2f}" for region in regions'},
)
SCRIPT = Use(
    "one_off_script",
    "Rename my photos",
    """I have 2000 photos called IMG_1234.jpg in one folder. I need a Python script, for once, that renames them to the
day they are from, like 2026-08-14_001.jpg. It must not rename anything before I have seen the list.
""",
    {},
    {"must not rename": "if given.do:"},
)
DEMO = Use(
    "personalised_demo",
    "Vorführung für Gartenbau Weiß",
    """Guten Tag,

morgen besuche ich die Firma Gartenbau Weiß. Bitte baue eine kleine Vorführung unserer Terminbuchung, eine Seite, die
den Kunden mit Namen begrüßt und in Grün gehalten ist. Es darf nichts wirklich gesendet werden.

Anforderungen:
- Es muss eine Datei index.html geben
- Der Name Gartenbau Weiß steht groß oben

Viele Grüße
Ana
""",
    {},
    {"nichts wirklich gesendet": "event.preventDefault();", "steht groß": "<h1>Guten Tag, Gartenbau Weiß!</h1>"},
)
INTEGRATION = Use(
    "custom_integration",
    "Shop orders into our chat",
    """Hi! Our web shop can call a URL for every order, and our chat has a web address for incoming messages. Please
write a small service in Python between the two: one line in the chat for each order. The shop sends a header
X-Shop-Token.

Requirements:
- there must be a file bridge.py
- there must be a file Dockerfile
- an order that comes twice is told once
- POST / returns 403
""",
    {},
    {"comes twice": 'if order["id"] not in SEEN:'},
)
CONCEPT = Use(
    "proof_of_concept",
    "Proof of concept: search our minutes",
    """Before we buy something: can we search the minutes of our meetings (text files) without a server? Please show
in a small Python program that it works. The README must say where the limits are.
""",
    {},
    {"where the limits are": "It reads all files at every start"},
)
HOTFIX = Use(
    "hotfix",
    "URGENT: payroll crashes",
    """Our payroll stopped this morning, code attached. Please fix it:

    File "pay/rates.py", line 11, in average
      return sum(amounts) / len(amounts)
    ZeroDivisionError: division by zero

It happens for people who joined this month. An empty month must give 0. Do not touch README.md.
""",
    {"payroll.zip": zipped(PAY)},
    {"must give 0": "if amounts else 0.0"},
)
QUICK = Use(
    "quick_patch",
    "Small patch",
    """Here is greet.py and the patch of a colleague. Please apply it, and spaces around the name must be cut off.
""",
    {"greet.py": GREET.encode(), "greeting.patch": PATCH.encode()},
    {"spaces around": "{name.strip()}!"},
)
RECOVERY = Use(
    "disaster_recovery",
    "Get our data out of a broken SQLite file",
    """After the power cut our database says "database disk image is malformed". We need a tool that saves what can be
saved into a new file, in Python without any packages.

Requirements:
- there must be a file restore.py
- there must be a file RUNBOOK.md
- the broken file is only read
- it says how many rows of each table were saved
- an existing file is never overwritten
""",
    {},
    {
        "only read": "?mode=ro&immutable=1",
        "how many rows": 'rows saved")',
        "never overwritten": "is there already; name a new file",
    },
)
LEARNING = Use(
    "learning_environment",
    "Mon coin de portugais",
    """Bonjour,

j'apprends le portugais. Je voudrais une page avec des cartes à retourner, faites de ma liste ci-jointe, qui se
souvient de ce que je sais déjà et me repose le reste.

Exigences :
- Il doit y avoir un fichier index.html
- La page doit fonctionner hors ligne

Merci
Ana
""",
    {"mots.csv": WORDS.encode()},
)
EXERCISES = Use(
    "exercise_generator",
    "Zadania z ułamków",
    """Dzień dobry,

uczę w szkole podstawowej. Proszę o program w Pythonie, który losuje kartę z dziesięcioma zadaniami na dodawanie
ułamków i osobno klucz odpowiedzi.

Wymagania:
- Musi być plik zadania.py
- Ten sam numer musi dawać te same zadania

Pozdrawiam
Ana
""",
    {},
    {"Ten sam numer": "los = random.Random(ziarno)"},
)
ENVIRONMENT = Use(
    "development_environment",
    "Same environment for the whole team",
    """Three of us, three laptops, and it never works on the third. Please give us one environment for development:
Python 3.11, git, make and a PostgreSQL, in containers, started by one script.

Requirements:
- there must be a file compose.yaml
- there must be a file setup.sh
- it runs on all three laptops
""",
)
TWELVE = (
    DASHBOARD, REPORT, SCRIPT, DEMO, INTEGRATION, CONCEPT, HOTFIX, QUICK, RECOVERY, LEARNING, EXERCISES, ENVIRONMENT,
)  # fmt: skip
