"""Sixty requests of our own for any model: four languages, with and without attachments, new programs and revisions.

A thread is its first mail and what its author writes next; each of these is one request.
"""

# ruff: noqa: E501  (a mail is read on one line)
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from tests.uses import wishes
from tests.uses.letter import zipped

BEES: Final = "hive,month,kg\nA,2026-05,4.5\nB,2026-05,3.0\nA,2026-06,7.25\n"
MEMBERS: Final = "name;since;fee\nAda;2019;40\nBo;2023;25\nChen;2024;25\n"
HOURS: Final = '[{"who": "Ada", "day": "2026-11-02", "hours": 6.5}, {"who": "Bo", "day": "2026-11-02", "hours": 8}]\n'
NOTE: Final = "Opening times: Tuesday 9-12, Thursday 14-18. Closed in August. Telephone 0123 456789.\n"
COUNTER: Final = {
    "counter/index.html": "<!doctype html>\n<html lang=en><title>Counter</title><p id=n>0</p><button>+</button>\n"
    "<script src=counter.js></script></html>\n",
    "counter/counter.js": 'let n = 0;\ndocument.querySelector("button").onclick = () => { n + 1; };\n',
}
DATES: Final = (
    "import sys\n\n\ndef days(month):\n    return 31 if month % 2 else 30\n\n\nprint(days(int(sys.argv[1])))\n"
)


@dataclass(frozen=True)
class Thread:
    """What one person writes, one mail after the other answer."""

    language: str
    subject: str
    text: str
    then: tuple = ()
    files: dict = field(default_factory=dict)

    @property
    def requests(self):
        """How many answers it wants."""
        return 1 + len(self.then)


def _files(**texts):
    return {name.replace("__", "."): text.encode() for name, text in texts.items()}


EN: Final = (
    Thread("en", "Bees", "One page about our bees, with the sections Honey, Visit and Contact. It must work offline.",
           ("Please make the heading blue.", "Add a section Prices: a jar is 7.50 EUR.")),
    Thread("en", "Honey by hive", "A page with a bar for each hive that shows its kilograms, from the attached list.",
           ("Show the months as well, smallest first.",), _files(honey__csv=BEES)),
    Thread("en", "Unit converter", "A small page that converts miles to kilometres and back while I type.",
           ("It should convert pounds to kilograms, too.",)),
    Thread("en", "Duplicate files", "A Python script that lists files with the same content in a folder.\n\nRequirements:\n"
           "- there must be a file duplicates.py\n- it must not delete anything"),
    Thread("en", "Word count", "A command line program in Python that prints the ten most frequent words of a text file."),
    Thread("en", "Shift plan", "A JSON interface for our shifts: list, add and remove, with a test. Python, no packages.",
           ("Also return the shifts of one person.",)),
    Thread("en", "Contact page", "Turn these notes into a one page website.", (), _files(notes__txt=NOTE)),
    Thread("en", "The counter does not count", "The button does nothing. Please fix it; the code is attached.", (),
           {"counter.zip": zipped(COUNTER)}),
    Thread("en", "Quiz", "A quiz with ten questions on European capitals; at the end it shows how many were right."),
    Thread("en", "Log summary", "A Python script that counts the lines of a log by level (ERROR, WARNING, INFO)."),
    Thread("en", "Backup", "A shell script that copies a folder into a dated archive and keeps the last seven."),
)  # fmt: skip
PL: Final = (
    Thread("pl", "Strona pasieki", "Proszę o jedną stronę o naszej pasiece: oferta, dojazd, kontakt. Musi działać bez internetu.",
           ("Zmień kolor nagłówka na zielony.",)),
    Thread("pl", "Składki", "Proszę o stronę z tabelą członków z załącznika i sumą składek.",
           ("Dodaj wyszukiwanie po imieniu.",), _files(czlonkowie__csv=MEMBERS)),
    Thread("pl", "Kalkulator VAT", "Mały kalkulator VAT na jednej stronie: netto, stawka, brutto."),
    Thread("pl", "Zmiana nazw", "Skrypt w Pythonie, który zamienia spacje w nazwach plików na podkreślenia. "
           "Najpierw musi pokazać, co zrobi."),
    Thread("pl", "Generator haseł", "Program w Pythonie do wiersza poleceń: losuje hasło o podanej długości.",
           ("Dodaj opcję bez znaków specjalnych.",)),
    Thread("pl", "Fiszki", "Strona z fiszkami do nauki angielskiego, dwadzieścia słów o kuchni.",
           ("Dodaj jeszcze pięć słów o ogrodzie.",)),
    Thread("pl", "Lista zakupów", "Lista zakupów na jednej stronie; ma pamiętać, co dodałem, po zamknięciu."),
    Thread("pl", "Źle liczy dni", "Luty ma tu 30 dni. Proszę o poprawkę, kod w załączniku.", (), _files(dni__py=DATES)),
    Thread("pl", "Godziny pracy", "Raport godzin z załącznika: suma dla każdej osoby.", (), _files(godziny__json=HOURS)),
    Thread("pl", "Minutnik", "Minutnik na stronie: 25 minut pracy, 5 minut przerwy, z dźwiękiem."),
)  # fmt: skip
FR: Final = (
    Thread("fr", "Page du club", "Une page pour notre club de lecture : prochaines dates, livres, contact.",
           ("Mets le titre en vert, s'il te plaît.",)),
    Thread("fr", "Cotisations", "Une page avec le tableau des membres ci-joint et le total des cotisations.",
           ("Trie par année.",), _files(membres__csv=MEMBERS)),
    Thread("fr", "Convertisseur de recettes", "Une page qui multiplie les quantités d'une recette selon le nombre de personnes."),
    Thread("fr", "Renommer des images", "Un script Python qui ajoute la date devant le nom de chaque image. "
           "Il doit d'abord montrer la liste."),
    Thread("fr", "Tables de multiplication", "Un générateur d'exercices : vingt multiplications au hasard et leurs réponses.",
           ("Ajoute des divisions.",)),
    Thread("fr", "Miel par ruche", "Un rapport en HTML, produit par un programme Python : le total par ruche.", (),
           _files(miel__csv=BEES)),
    Thread("fr", "Le compteur ne marche pas", "Le bouton ne fait rien, voici le code. Corrige-le.", (),
           {"compteur.zip": zipped(COUNTER)}),
    Thread("fr", "Compte à rebours", "Une page qui compte les jours jusqu'au 14 juillet."),
    Thread("fr", "Liste de tâches", "Une liste de tâches sur une page, qui se souvient des tâches terminées."),
    Thread("fr", "Vérifier des liens", "Un programme Python qui trouve les liens internes cassés dans un dossier de pages HTML."),
)  # fmt: skip
DE: Final = (
    Thread("de", "Vereinsseite", "Eine Seite für unseren Imkerverein: Termine, Vorstand, Kontakt. Sie muss offline funktionieren.",
           ("Bitte die Überschrift blau machen.",)),
    Thread("de", "Beiträge", "Eine Seite mit der angehängten Mitgliederliste und der Summe der Beiträge.",
           ("Bitte nach Name sortieren.",), _files(mitglieder__csv=MEMBERS)),
    Thread("de", "Zinsrechner", "Ein Zinsrechner auf einer Seite: Betrag, Zinssatz, Jahre, Endbetrag."),
    Thread("de", "Leere Ordner", "Ein Python-Skript, das leere Ordner auflistet. Es darf nichts löschen."),
    Thread("de", "Stundenzettel", "Ein Bericht aus der angehängten Datei: Stunden je Person.", (), _files(stunden__json=HOURS)),
    Thread("de", "Rechenübungen", "Ein Generator für Rechenübungen bis 100 mit Lösungsblatt, in Python.",
           ("Bitte auch Minusaufgaben.",)),
    Thread("de", "Falsche Tage", "Der Februar hat hier 30 Tage. Bitte korrigieren, der Code hängt an.", (),
           _files(tage__py=DATES)),
    Thread("de", "Würfel", "Eine Seite mit zwei Würfeln, die auf Knopfdruck würfeln und die Summe zeigen."),
    Thread("de", "Wetterstation", "Eine JSON-Schnittstelle in Python, die Messwerte annimmt und den Mittelwert liefert."),
    Thread("de", "Öffnungszeiten", "Bitte aus diesen Notizen eine Seite machen, auf Deutsch.", (), _files(notizen__txt=NOTE)),
)  # fmt: skip
LONG: Final = tuple(
    Thread(language, use.subject, use.text, (), use.files)
    for language, use in (
        ("en", wishes.RECOVERY),
        ("de", wishes.DEMO),
        ("fr", wishes.LEARNING),
        ("pl", wishes.EXERCISES),
    )
)
THREADS: Final = tuple(
    thread for few in zip(EN, PL, FR, DE, strict=False) for thread in few
) + EN[10:] + LONG  # fmt: skip


def first(count):
    """The threads whose requests come to *count*; the last one is cut short for that."""
    chosen, left = [], count
    for thread in THREADS:
        if left <= 0:
            break
        kept = thread.then[: left - 1]
        chosen.append(Thread(thread.language, thread.subject, thread.text, kept, thread.files))
        left -= chosen[-1].requests
    return chosen
