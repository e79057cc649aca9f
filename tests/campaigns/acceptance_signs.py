"""What must stand in the files of each request, for a program that is about the wish: patterns, by subject.

The checks of mailbot know only what they can check, so an empty page could pass them all. These are a second look that
mailbot knows nothing of. They are generous: a sign that is missing is a program about something else.
"""

from __future__ import annotations

import re
from typing import Final

_BLUE: Final = r"blue|#[0-9a-f]{0,4}[89a-f][0-9a-f]?\b|rgb|hsl"
_GREEN: Final = r"green|#[0-9a-f]{3,6}\b|rgb|hsl"
_COUNTS: Final = r"\+\+|\+= ?1|n = n \+ 1"
_HTML: Final = "<html"

#: The patterns of each request of a thread, in its order; one that ends in .py is a path.
SIGNS: Final = {
    "Bees": [("honey", "visit", "contact"), (_BLUE,), ("prices", r"7[.,]50")],
    "Honey by hive": [(_HTML, "hive", "kg|kilo"), ("month",)],
    "Unit converter": [(_HTML, r"1[.,]609|0[.,]621", "input"), (r"0[.,]45|2[.,]20", "pound")],
    "Duplicate files": [(r"duplicates\.py", "sha|md5|blake|filecmp|hash")],
    "Word count": [(r"\.py", "counter|count", "10|ten")],
    "Shift plan": [(r"\.py", "json", "shift", "delete|remove"), ("person|name|who",)],
    "Contact page": [(_HTML, "tuesday", "0123 ?456789", "august")],
    "The counter does not count": [(_COUNTS,)],
    "Quiz": [(_HTML, "paris", "berlin|rome|madrid")],
    "Log summary": [(r"\.py", "error", "warning", "info")],
    "Backup": [(r"\.sh", "tar|zip", "7|seven")],
    "Strona pasieki": [(_HTML, "dojazd", "kontakt"), (_GREEN,)],
    "Składki": [(_HTML, "data-file|Ada", "suma|razem|łącznie"), ("input|search",)],
    "Kalkulator VAT": [(_HTML, "netto", "brutto", "23")],
    "Zmiana nazw": [(r"\.py", r"rename|\.move", "_")],
    "Generator haseł": [(r"\.py", "secrets|random"), ("special|specjaln|symbol|punct",)],
    "Fiszki": [(_HTML, "kitchen|spoon|fork|knife"), ("garden|flower|tree",)],
    "Lista zakupów": [(_HTML, "localStorage")],
    "Źle liczy dni": [("28",)],
    "Godziny pracy": [(r"<html|\.py", r"sum|total|\+=|reduce")],
    "Minutnik": [(_HTML, "25", "audio|oscillator|beep")],
    "Page du club": [(_HTML, "livre", "contact"), (_GREEN,)],
    "Cotisations": [(_HTML, "data-file|Ada", "total"), ("sort",)],
    "Convertisseur de recettes": [(_HTML, "personne", "input")],
    "Renommer des images": [(r"\.py", r"rename|\.move", "date")],
    "Tables de multiplication": [("random", r"20|vingt"), (r"divis|//|÷| / ",)],
    "Miel par ruche": [(r"\.py", "ruche|hive", "html")],
    "Le compteur ne marche pas": [(_COUNTS,)],
    "Compte à rebours": [(_HTML, "juillet|07-14|6, ?14", "Date")],
    "Liste de tâches": [(_HTML, "localStorage")],
    "Vérifier des liens": [(r"\.py", "href", "exists|is_file")],
    "Vereinsseite": [(_HTML, "vorstand", "termine", "kontakt"), (_BLUE,)],
    "Beiträge": [(_HTML, "data-file|Ada", "summe|gesamt"), ("sort",)],
    "Zinsrechner": [(_HTML, "zins", "jahre", r"pow|\*\*")],
    "Leere Ordner": [(r"\.py", "walk|iterdir|rglob|scandir")],
    "Stundenzettel": [(r"<html|\.py", r"sum|total|\+=|reduce")],
    "Rechenübungen": [(r"\.py", "random", "100"), (r"minus| - ",)],
    "Falsche Tage": [("28",)],
    "Würfel": [(_HTML, "random", "6", "summe")],
    "Wetterstation": [(r"\.py", "json", "mean|average|sum|mittel")],
    "Öffnungszeiten": [(_HTML, "dienstag", "august")],
    "Get our data out of a broken SQLite file": [(r"restore\.py", "sqlite3", r"RUNBOOK\.md")],
    "Vorführung für Gartenbau Weiß": [(_HTML, "Gartenbau Weiß")],
    "Mon coin de portugais": [(_HTML, "localStorage", "data-file|casa")],
    "Zadania z ułamków": [(r"zadania\.py", "random", "fraction|ułamk|/")],
}


def missing(subject, revision, files):
    """The signs that stand neither in a name nor in the text of *files*; the author's own data are no sign."""
    made = {path: content.decode("utf-8", "replace") for path, content in files.items() if not path.startswith("data/")}
    text = "\n".join(f"{path}\n{content}" for path, content in sorted(made.items()))
    return [sign for sign in SIGNS[subject][revision] if not re.search(sign, text, re.IGNORECASE)]
