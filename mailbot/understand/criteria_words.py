# ruff: noqa: RUF001  (words of many languages look like words of others)
"""The sentences in which something must hold, as patterns: data for criteria.py.

Each is written in verbose form, so a space stands as [ ]. All are matched against small letters.
"""

from __future__ import annotations

import re
from typing import Final


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.VERBOSE | re.IGNORECASE)


_MAY: Final = r"(?:must|should|has[ ]to|needs[ ]to|shall|muss|soll|musi|powinna|powinien|ma|doit|debe|deve|moet)"

#: A sentence that says that something must hold.
MUST: Final = _compiled(r"""(?<!\w)(?:
    must|mustn't|has[ ]to|have[ ]to|needs[ ]to|need[ ]to|shall|(?:is|are)[ ]required[ ]to|make[ ]sure|ensure|
    it[ ]is[ ]important[ ]that|musi|muszą|nie[ ]może|nie[ ]mogą|ma[ ]być|mają[ ]być|powinna|powinien|powinno|powinny|
    upewnij[ ]się|koniecznie|doit|doivent|il[ ]faut[ ]que|assurez-vous|assure-toi|muss|müssen|darf[ ]nicht|
    dürfen[ ]nicht|darf[ ]kein|soll|sollen|stelle[ ]sicher|stellen[ ]sie[ ]sicher|debe|deben|deve|devono|devem|moet|
    moeten|måste|skal|musí|должен|должна|должно|должны|повинен|повинна|повинно
    )(?![\w-])""")
#: What people must do is no criterion.
PEOPLE: Final = _compiled(r"""(?:(?:but|and|so|aber|und|mais|et|ale|i)[ ])?
    (?:i|we|you|they|ich|wir|sie|du|je|nous|on|vous)[ ]
    (?:must|have[ ]to|need[ ]to|shall|muss|müssen|sollen|soll|dois|devons|doit|devez)(?!\w)""")
OFFLINE: Final = _compiled(r"""(?<!\w)(?:
    offline|off-line|without[ ](?:an?[ ])?(?:internet|network)|no[ ]internet|bez[ ]internetu|bez[ ]sieci|
    hors[ -]ligne|sans[ ](?:internet|connexion|réseau)|ohne[ ](?:internet|netz|netzwerk|verbindung))(?!\w)""")

_NUMBER: Final = r"(?P<number>\d{1,3}(?:[ .,'’\u00a0\u202f]\d{3})+(?:[.,]\d{1,6})?|\d{1,12}(?:[.,]\d{1,6})?)"
#: A number that must come out: "the total is 33.75".
TOTAL: Final = _compiled(rf"""
    (?:(?:the|a|die|der|das|la|le|il)[ ])?(?:(?:grand|overall)[ ])?
    (?:total|sum|average|mean|count|balance|result|suma|łącznie|razem|średnia|wynik|somme|moyenne|résultat|
       summe|gesamtsumme|gesamt|durchschnitt|mittelwert|ergebnis)
    (?:[ ](?:of|for|in|von|de|du|der)[ ][\w "'„“]{{1,60}}?)?
    [ ]?(?:must[ ]be|should[ ]be|has[ ]to[ ]be|is|=|equals|shows|:|ma[ ]być|wynosi|musi[ ]wynosić|to|doit[ ]être|est|
       vaut|égale|ist|beträgt|muss|soll)
    [ ]?(?:(?:exactly|dokładnie|exactement|genau)[ ])?(?:[€$£][ ]?)?{_NUMBER}
    (?:[ ]?(?:€|\$|£|%|eur|usd|gbp|pln|zł|chf))?(?:[ ](?:sein|betragen))?[.!]?""")
#: What an address of a service answers: "GET /health returns 200".
HTTP: Final = _compiled(rf"""
    (?:(?:a|the|ein)[ ])?`?(?:(?P<method>GET|HEAD|POST|PUT|PATCH|DELETE)[ ])?(?P<path>/[\w./~%?=&-]{{0,120}})`?[ ]
    (?:{_MAY}[ ])?(?:returns?|answers?|responds?|gives?|zwraca|zwracać|odpowiada|renvoie|renvoyer|répond|répondre|
       liefert|gibt|antwortet)
    (?:[ ](?:with|mit|avec|kodem))?(?:[ ]an?)?(?:[ ]HTTP)?(?:[ ](?:status[ ]code|status|code))?
    [ ]?(?P<status>[1-5]\d\d)(?:[ ](?:OK|zurück|liefern|zurückgeben))?[.!]?""")
#: A command in backticks that must succeed.
COMMAND: Final = _compiled(rf"""
    `(?P<command>[^`\n]{{2,200}})`[ ](?:{_MAY}[ ])?
    (?:pass(?:es)?|succeeds?|works?|runs?|exits?[ ](?:with[ ](?:code[ ])?)?0|przechodzi|przejść|działa|działać|passer?|
       fonctionne|fonctionner|läuft|laufen|funktioniert|funktionieren|durchlaufen)
    (?:[ ](?:without[ ]errors?|ohne[ ]fehler|bez[ ]błędów|sans[ ]erreur|durch))?[.!]?""")
#: What a page must show; a text in quotes follows.
SHOWS: Final = _compiled(rf"""
    (?:(?:the|die|der|la|le)[ ])?(?:(?:start|home|first|main|landing|index|web)[ -]?)?
    (?:page|site|website|screen|heading|header|footer|seite|startseite|überschrift|strona|nagłówek|stopka|
       page[ ]d'accueil)[ ](?:{_MAY}[ ])?
    (?:shows?|contains?|says?|displays?|reads?|includes?|zeigt|enthält|pokazuje|zawiera|pokazywać|zawierać|affiche|
       afficher|contient|contenir)
    (?:[ ](?:(?:the|den|le|la)[ ])?(?:text|words?|texte|tekst|słowa|wort))?[ ]""")
QUOTED: Final = re.compile(r"[\"“„«»”'‘]\s?([^\"“”„«»\n]{1,120}?)\s?[\"”“»«'’]")
#: A file that must be there; its name follows.
THERE: Final = _compiled(rf"""
    (?:there[ ](?:must[ ]be|is|should[ ]be|has[ ]to[ ]be)|
       (?:(?:it|the[ ](?:zip|package|project|repository|repo))[ ])?(?:{_MAY}[ ])?
          (?:contains?|includes?|have|has|ships?[ ]with|zawierać|contenir)|
       musi[ ]być|il[ ]doit[ ]y[ ]avoir|es[ ]muss)
    [ ](?:(?:an?|the|eine?|un|une|le)[ ])?(?:(?:file|datei|plik|fichier)[ ])?
    (?:(?:called|named|o[ ]nazwie|nommé|namens)[ ])?""")
JS: Final = re.compile(r"(?:check:?\s{0,4})?js:\s{0,4}(\S.*)$", re.IGNORECASE)
