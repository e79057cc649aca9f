# ruff: noqa: E501, SIM905  (words in a row are read more easily than lists of them)
"""The words that tell a language, kinds of fields, and colours, in Polish, French and German. Tables only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: Small words that tell a language, and none of the others.
SIGNS: Final[Mapping[str, frozenset[str]]] = {
    "en": frozenset(
        "the a an and with of to please make my our is are that for in on it i want need add change remove page list build create your you from this header should show".split()
    ),
    "pl": frozenset(
        "i z ze w na do oraz proszę prosze się jest są mi moja moje moich mój dla który która która chcę potrzebuję strona stronę strony lista listę zrób zmień dodaj usuń pole pola polami kolor nagłówek tytuł dzień dobry ma być o nas sekcję sekcje sekcjami sumuje pokazuje formularz kalkulator minutnik quiz tabliczka tablica książek wydatków".split()
    ),
    "fr": frozenset(
        "le la les des du de une un et avec pour est sont mon ma mes notre nos je veux voudrais sur dans qui que au aux en ajoute ajoutez change changez supprime supprimez renomme renommez bonjour merci page liste champ champs colonne couleur titre l'en-tête s'il vous plaît crée créez fais faites il faut".split()
    ),
    "de": frozenset(
        "der die das ein eine einen und mit für ist sind mein meine meinen unser unsere ich möchte will brauche bitte auf in im den dem des zu zur zum von über ändere ändern füge entferne benenne soll seite liste feld felder spalte spalten titel farbe kopfzeile hallo danke erstelle erstellen mache mach baue".split()
    ),
}
#: A kind of a field, where a kind can stand: behind a colon, an equals sign or a bracket.
KINDS: Final[Mapping[str, Mapping[str, str]]] = {
    "pl": {
        "number": "liczba|liczby|kwota|numer(?:yczne)?|liczbowe",
        "date": "data",
        "yes/no": "tak/nie|tak lub nie|tak albo nie",
        "text": "tekst|słowa",
        "notes": "długi tekst|notatki|opis",
        "email": "adres e-mail|mail|adres mailowy",
        "link": "adres www|odnośnik|strona",
    },
    "fr": {
        "number": "nombre|numérique|chiffre|montant",
        "date": "date|jour",
        "yes/no": "oui/non|oui ou non",
        "text": "texte|mots",
        "notes": "texte long|remarques|notes",
        "email": "courriel|adresse e-mail|mail",
        "link": "lien|adresse web",
    },
    "de": {
        "number": "zahl|nummer|betrag|numerisch",
        "date": "datum|tag",
        "yes/no": "ja/nein|ja oder nein",
        "text": "text|worte",
        "notes": "langer text|notizen|bemerkung",
        "email": "e-mail-adresse|mailadresse|mail",
        "link": "link|webadresse",
    },
}


def _words(text: str) -> Mapping[str, str]:
    """``native=english`` pairs, spaces between them."""
    return {native: english for one in text.split() for native, _, english in (one.partition("="),)}


#: Word by word, and only where a whole wish is about colours.
COLOURS: Final[Mapping[str, Mapping[str, str]]] = {
    "pl": _words(
        "zmień=change ustaw=set zrób=make daj=use użyj=use niech=make na=to nagłówek=header nagłówka=header nagłówku=header nagłówki=headings tło=background tła=background strony=page strona=page "
        "tekst=text tekstu=text litery=text przyciski=buttons przycisków=buttons przycisk=button stopka=footer stopki=footer stopkę=footer linki=links kolor=colour kolory=colours kolorze=colour w=in ma=should mają=should być=be będzie=be będą=be jest=is "
        "i=and oraz=and o=of czerwony=red czerwona=red czerwone=red niebieski=blue niebieska=blue niebieskie=blue zielony=green zielona=green zielone=green żółty=yellow żółta=yellow żółte=yellow czarny=black czarna=black czarne=black biały=white biała=white białe=white "
        "szary=gray szara=gray szare=gray pomarańczowy=orange pomarańczowa=orange pomarańczowe=orange różowy=pink różowa=pink różowe=pink fioletowy=purple fioletowa=purple fioletowe=purple brązowy=brown brązowa=brown brązowe=brown granatowy=navy granatowa=navy granatowe=navy turkusowy=turquoise beżowy=beige złoty=gold srebrny=silver "
        "jasny=light ciemny=dark jasno=light ciemno=dark ciemnoniebieski=darkblue jasnoniebieski=lightblue ciemnozielony=darkgreen jasnozielony=lightgreen ciemnoczerwony=darkred proszę=please całość=everything wszystko=everything"
    ),
    "fr": _words(
        "change=change changez=change mets=set mettez=set rends=make rendez=make fais=make utilise=use en=in l'en-tête=header en-tête=header entête=header l'entête=header tête=header fond=background arrière-plan=background page=page texte=text boutons=buttons bouton=button pied=footer titre=title titres=headings liens=links "
        "le=the la=the les=the l=the un=a une=a de=of du=of des=of et=and est=is soit=be soient=be doit=should doivent=should être=be couleur=colour couleurs=colours rouge=red rouges=red bleu=blue bleue=blue bleus=blue vert=green verte=green verts=green jaune=yellow noir=black noire=black blanc=white blanche=white gris=gray grise=gray orange=orange rose=pink violet=purple violette=purple marron=brown brun=brown marine=navy turquoise=turquoise beige=beige or=gold doré=gold argenté=silver clair=light foncé=dark"
    ),
    "de": _words(
        "mach=make mache=make ändere=change setze=set färbe=paint nimm=use die=the der=the das=the den=the dem=the des=the ein=a eine=a einen=a auf=to in=in zu=to kopfzeile=header kopfbereich=header header=header kopf=header hintergrund=background hintergrundfarbe=background seite=page text=text schrift=text schriftfarbe=text knöpfe=buttons schaltflächen=buttons buttons=buttons fußzeile=footer überschrift=title überschriften=headings links=links farbe=colour farben=colours und=and ist=is sei=be soll=should sollen=should sein=be werden=be "
        "rot=red rote=red roten=red blau=blue blaue=blue blauen=blue grün=green grüne=green grünen=green gelb=yellow gelbe=yellow schwarz=black schwarze=black weiß=white weiss=white weiße=white grau=gray graue=gray orange=orange rosa=pink lila=purple violett=purple braun=brown braune=brown dunkelblau=darkblue hellblau=lightblue dunkelgrün=darkgreen hellgrün=lightgreen dunkelrot=darkred hellgrau=lightgray türkis=turquoise gold=gold silber=silver beige=beige bitte=please alles=everything"
    ),
}
