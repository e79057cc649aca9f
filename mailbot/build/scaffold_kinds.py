"""Which of the archetypes a sentence asks for, beside the lists and pages: by the word for the thing itself.

The word must stand in the head of the sentence, before its "with ...": "a page with a timer" is a page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mailbot.build import scaffold_words as words


def _any(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{text})(?![\w-])", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A template, which of its variants, and how sure that is."""

    template: str
    variant: str = ""
    points: int = 4


#: What no template does, whatever else is asked: then something else would be built.
NEVER: Final = _any(
    r"log ?in|sign (?:in|up for an account)|passwords?|payments?|(?:web|online)[ -]?(?:shop|store)|checkout|basket"
    r"|shopping cart|chat\w*|graphql|bots?|scrap(?:e|es|ing|er)|crawl\w*|uploads?|android|ios|iphone|mobile app"
    r"|desktop app|real[- ]?time|multi-?user|notif\w+|remind\w*|translat\w*|sync\w*|cms|search engine|pdf"
    r"|kubernetes|wordpress|snake|tetris|chess|games?|blockchain|e-?mails? (?:to|every)|exchange rates?"
    r"|live (?:rates?|prices?|data)|weather"
    r"|logowani\w*|hasł\w*|płatnoś\w*|sklep\w*|koszyk\w*|czat\w*|gr[ayę]|pogod\w*"
    r"|connexion|mot de passe|paiements?|boutique|panier|jeux?|météo"
    r"|anmeldung|passw\w+|zahlung\w*|(?:ein(?:en)? |web|online)-?shop|warenkorb|spiel\w*|wetter\w*"
)
_TOOLS: Final[Mapping[str, re.Pattern[str]]] = {
    "kanban": _any(
        r"kanban(?:[- ]?(?:board|tool|app))?|(?:task|project|sprint) board"
        r"|tablic[aęy] (?:kanban|zadań)|tableau kanban|aufgabentafel"
    ),
    "drill": _any(
        r"times tables?|multiplication (?:tables?|practice|trainer|quiz|drill)"
        r"|(?:arithmetic|mental math\w*|maths?|addition|subtraction|sums) (?:practice|trainer|drill|exercises?|quiz"
        r"|exercise generator)|exercise generator (?:for|in) (?:arithmetic|maths?|multiplication)"
        r"|tabliczk\w+ mnożenia|tables? de multiplication|calcul mental|einmaleins\w*|kopfrechn\w+|rechentrainer"
    ),
    "quiz": _any(
        r"quiz(?:z?es)?|quizz|flash ?-?cards?|vocabulary (?:trainer|quiz|practice|app)|fiszk\w+|cartes? mémoire"
        r"|lernkarten|karteikarten|vokabel\w*"
    ),
    "poll": _any(r"polls?|straw poll|voting|vote|głosowani\w+|vote|abstimmung"),
    "timer": _any(
        r"timers?|stop ?-?watch|count ?-?down|pomodoro\w*|minutnik\w*|stoper\w*|minuteur|chronomètre|compte à rebours"
        r"|stoppuhr|eieruhr|kurzzeitwecker"
    ),
    "todo": _any(
        r"to-?do(?:[- ]?(?:list|app|page))?|task list|check ?list|(?:shopping|packing|grocery) list"
        r"|list[aęy] (?:zadań|zakupów|rzeczy do zrobienia)|liste (?:de tâches|des tâches|de courses|des courses)"
        r"|(?:aufgaben|einkaufs|pack|to-?do-?)liste"
    ),
    "notes": _any(
        r"note ?-?(?:pad|book|taking(?: \w+)?)|notes? (?:app|page|tool)|(?:sticky|quick) notes"
        r"|(?:app|page|place|tool) for (?:my |our )?notes|(?:take|write down|jot down) notes"
        r"|notatnik\w*|notatki|bloc-?notes|notizblock|notiz(?:en|buch)(?:-app)?"
    ),
}
#: Formulas that a calculator may be about; anything else before "calculator" is not known.
FORMULAS: Final[Mapping[str, re.Pattern[str]]] = {
    "tip": _any(r"tips?|gratuity|napiwk\w+|pourboires?|trinkgeld\w*"),
    "vat": _any(r"vat|sales tax|tva|mehrwertsteuer\w*|mwst|podatk\w+|gst"),
    "bmi": _any(r"bmi|body mass index|imc"),
    "loan": _any(r"loans?|mortgage|credit|kredyt\w*|rat|prêts?|crédit|kredit\w*|darlehen\w*"),
    "percent": _any(r"percent(?:age)?s?|discounts?|procent\w*|rabat\w*|pourcentages?|prozent\w*|rabatt\w*"),
}
_CALCULATOR: Final = _any(
    r"(?P<before>(?:[\w'-]+ ){0,4})(?:calculator|kalkulator\w*|calculatrice|calculette|calculateur|taschenrechner"
    r"|(?P<joined>\w{0,30}?)rechner)"
)
_ANY_CALCULATOR: Final = frozenset(
    [
        "a",
        "an",
        "the",
        "my",
        "our",
        "simple",
        "small",
        "little",
        "basic",
        "pocket",
        "plain",
        "online",
        "offline",
        "web",
        "browser",
        "normal",
        "ordinary",
        "standard",
        "tiny",
        "prosty",
        "mały",
        "mój",
        "eine",
        "einen",
        "ein",
        "einfacher",
        "einfachen",
        "kleiner",
        "kleinen",
        "taschen",
        "une",
        "petite",
        "simple",
        "ma",
        "nice",
        "me",
        "make",
        "build",
        "create",
        "write",
        "please",
        "want",
        "need",
        "i",
        "we",
        "us",
        "one",
        "handy",
        "free",
        "new",
        "four-function",
        "page",
        "with",
        "for",
        "and",
        "big",
        "proszę",
        "zrób",
        "bitte",
        "app",
        "little",
        "can",
        "you",
        "have",
    ]
)
CONVERTER: Final = _any(
    r"convert(?:er|s|ing)?|przelicznik\w*|przelicz\w+|konwerter\w*|convertisseur|convertir|umrechner|umrechn\w+"
    r"|einheitenrechner"
)
_FORM: Final = _any(
    r"(?:contact|feedback|sign-?up|registration|application|order|booking|rsvp|complaint|enquiry|inquiry|entry"
    r"|request|suggestion|volunteer|survey|web|online|html) forms?"
    r"|forms? (?:for|where|with|to|that|in which|asking)|surveys?|questionnaires?"
    r"|formularz\w*|ankiet\w*|formulaires?|sondages?|enquêtes?|questionnaire"
    r"|(?:\w+-?)?formular\w*|umfrage\w*|fragebogen"
)
_CLI: Final = _any(
    r"cli|command[- ]line(?: \w+)?|(?:terminal|console|shell) (?:app\w*|program\w*|tool|command)|python script"
    r"|scripts?|skrypt\w*|(?:program|narzędzi\w+) (?:konsolow\w+|wiersza poleceń)|konsol\w+|ligne de commande"
    r"|kommandozeile\w*|skript\w*"
)
_API: Final = _any(
    r"(?:rest(?:ful)?|json|http|web|crud)[ -]?api(?: (?:service|server))?|api rest|rest-schnittstelle"
    r"|apis?(?= (?:for|of|to|dla|do|pour|für|with|that))"
)
_VIEWER: Final = _any(
    r"add(?:s|ing)? up|sums?(?: up)?|totals?|charts?|graphs?|plots?|dashboards?|diagrams?"
    r"|(?:view|show|display|browse|search|filter|explore|present|list|visuali[sz]e|page|table|report|website)\w*"
    r"|sum\w+|razem|wykres\w*|pokaż|pokazuje|wyświetl\w*|tabel\w*|raport\w*|stron\w*"
    r"|somme|additionne\w*|graphiques?|affiche\w*|montre\w*|tableau(?: de bord)?|rapport|page"
    r"|summ\w+|diagramm\w*|zeig\w*|tabelle\w*|bericht\w*|auswert\w+|übersicht|seite\w*"
)
_DATA: Final = _any(r"csv|spreadsheet|excel|data ?file|sales data|dataset|attached (?:file|data|table|sheet)")
_SEES: Final = _any(
    r"charts?|graphs?|plots?|dashboards?|(?:show|view|display|browse|search|filter|explore|visuali[sz]e|total|sum)\w*"
)
_ADDS: Final = _any(r"adds? up|sums?(?: up)?|total(?:s|ling)?|averages?|statistics|summari[sz]e\w*|sumuj\w*|summier\w*")
_COUNTS: Final = _any(r"count(?:s|ing)? (?:the |all )?(?:words?|lines?|characters?)|word ?count\w*")
_RENAMES: Final = _any(r"(?:batch |bulk |mass )?renam(?:e|es|ing) (?:\w+ ){0,3}(?:files?|photos?|pictures?|images?)")
#: Where the head of a sentence ends and its details begin.
_DETAILS: Final = re.compile(
    r"\s(?:with|that|which|where|including|having|using|in which|so that|z|ze|avec|qui|mit|die|das|der)\s"
    r"|[:(;,]\s|\.\s|$",
    re.IGNORECASE,
)


def wanted(sentence: str, *, table: bool = False) -> Wanted | None:
    """What *sentence* asks for; *table*: a table came with the mail."""
    head = sentence[: _head(sentence)]
    if NEVER.search(head) and not (table and _VIEWER.search(sentence)):
        return None
    if _API.search(head):
        return Wanted(template="api")
    if _CLI.search(head):
        return _command_line(sentence)
    if _FORM.search(sentence[: len(head) + 8]):
        return Wanted(template="form")
    if table and _VIEWER.search(sentence) and not _tool(head):
        return Wanted(template="viewer", points=6)
    return _tool(head)


def needs_a_table(sentence: str) -> bool:
    """Whether it is about a table that did not come."""
    return bool(_DATA.search(sentence) and (_SEES.search(sentence) or _ADDS.search(sentence)))


def _head(sentence: str) -> int:
    found = _DETAILS.search(sentence)
    return found.start() if found else len(sentence)


def _tool(head: str) -> Wanted | None:
    variant = next((name for name, pattern in _TOOLS.items() if pattern.search(head)), "")
    if variant:
        return Wanted(template="tool", variant=variant)
    if CONVERTER.search(head):
        return Wanted(template="tool", variant="converter")
    found = _CALCULATOR.search(head)
    if not found:
        return None
    if any(pattern.search(head) or pattern.search(found["joined"] or "") for pattern in FORMULAS.values()):
        return Wanted(template="tool", variant="formula")
    about = {word.lower() for word in found["before"].split()} | {(found["joined"] or "").lower()}
    return Wanted(template="tool", variant="calculator") if about <= _ANY_CALCULATOR | {""} else None


def _command_line(sentence: str) -> Wanted | None:
    for variant, pattern in (("rename", _RENAMES), ("words", _COUNTS)):
        if pattern.search(sentence):
            return Wanted(template="cli", variant=variant)
    if re.search(r"\bcsv\b|\bcolumn\b", sentence, re.IGNORECASE) and _ADDS.search(sentence):
        return Wanted(template="cli", variant="report")
    kept = words.KEEP.search(sentence) or words.KEEPER.search(sentence)
    return Wanted(template="cli", variant="records") if kept else None
