# ruff: noqa: E501, RUF001  (one line for one phrase; typographic apostrophes, which no programming language takes for the end of a text)
"""What the templates and their replies say, in the languages of LANGUAGES: the English words, then the others.

A translation holds no quotation mark, brace, backslash or angle bracket, so that it can stand in every file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mailbot.build.scaffold_spec import LANGUAGES

#: English: Polish | French | German.
_TEXT: Final = """
Add: Dodaj | Ajouter | Hinzufügen
questions from your mail\\: %s: pytania z maila: %s | questions de votre mail : %s | Fragen aus der Mail: %s
%s is not used in it: %s nie jest tu użyty | %s n’y est pas utilisé | %s ist darin nicht verwendet
Add %s: Dodaj: %s | Ajouter : %s | %s hinzufügen
Edit %s: Edytuj: %s | Modifier : %s | %s bearbeiten
list of %s: lista %s | liste de %s | Liste von %s
Profile: Profil | Profil | Profil
Experience: Doświadczenie | Expérience | Berufserfahrung
Education: Wykształcenie | Formation | Ausbildung
Skills: Umiejętności | Compétences | Kenntnisse
When: Kiedy | Quand | Wann
Where: Gdzie | Où | Wo
Work: Prace | Travaux | Arbeiten
Contact form: Formularz kontaktowy | Formulaire de contact | Kontaktformular
Survey: Ankieta | Sondage | Umfrage
Form: Formularz | Formulaire | Formular
tip calculator: kalkulator napiwków | calcul du pourboire | Trinkgeldrechner
VAT calculator: kalkulator VAT | calcul de la TVA | Mehrwertsteuerrechner
BMI calculator: kalkulator BMI | calcul de l’IMC | BMI-Rechner
loan calculator: kalkulator kredytowy | calcul de prêt | Kreditrechner
percentage calculator: kalkulator procentowy | calcul de pourcentage | Prozentrechner
shopping list: lista zakupów | liste de courses | Einkaufsliste
packing list: lista rzeczy do spakowania | liste de bagages | Packliste
Add a question: Dodaj pytanie | Ajouter une question | Frage hinzufügen
All done.: To wszystko. | C’est terminé. | Alles geschafft.
Amount: Kwota | Montant | Betrag
Answer: Odpowiedź | Réponse | Antwort
Answers: Odpowiedzi | Réponses | Antworten
Answers:: Odpowiedzi: | Réponses : | Antworten:
Average of %s: Średnia: %s | Moyenne : %s | Durchschnitt: %s
Back to the list: Wróć do listy | Retour à la liste | Zurück zur Liste
Body mass index: Wskaźnik masy ciała | Indice de masse corporelle | Body-Mass-Index
Cancel: Anuluj | Annuler | Abbrechen
Check: Sprawdź | Vérifier | Prüfen
Contact: Kontakt | Contact | Kontakt
Data:: Dane: | Données : | Daten:
Delete: Usuń | Supprimer | Löschen
Discounted: Po rabacie | Prix remisé | Abzüglich
Doing: W toku | En cours | In Arbeit
Done: Zrobione | Terminé | Fertig
Earlier: Wcześniejsze | Précédents | Frühere
Edit: Edytuj | Modifier | Bearbeiten
Export CSV: Eksportuj CSV | Exporter en CSV | CSV exportieren
Forget all votes?: Usunąć wszystkie głosy? | Effacer tous les votes ? | Alle Stimmen löschen?
From: Z | De | Von
Gross (net + tax): Brutto (netto + podatek) | TTC (HT + taxe) | Brutto (netto + Steuer)
Height in cm: Wzrost w cm | Taille en cm | Größe in cm
Increased: Po podwyżce | Prix augmenté | Zuzüglich
Interest: Odsetki | Intérêts | Zinsen
Minutes: Minuty | Minutes | Minuten
Monthly payment: Rata miesięczna | Mensualité | Monatliche Rate
More: Więcej | Suivants | Weitere
Net, if the amount is gross: Netto, jeśli kwota jest brutto | HT, si le montant est TTC | Netto, wenn der Betrag brutto ist
New card: Nowa karta | Nouvelle carte | Neue Karte
New entry: Nowy wpis | Nouvelle entrée | Neuer Eintrag
New note: Nowa notatka | Nouvelle note | Neue Notiz
Note: Notatka | Note | Notiz
Nothing here yet.: Nic tu jeszcze nie ma. | Rien pour le moment. | Noch nichts da.
Nothing was found.: Nic nie znaleziono. | Aucun résultat. | Nichts gefunden.
Pause: Pauza | Pause | Pause
Per person: Na osobę | Par personne | Pro Person
Percent: Procent | Pourcentage | Prozent
Persons: Osoby | Personnes | Personen
Please fill in at least one field.: Wypełnij co najmniej jedno pole. | Remplissez au moins un champ. | Bitte mindestens ein Feld ausfüllen.
Question: Pytanie | Question | Frage
Remove: Usuń | Supprimer | Entfernen
Remove this note?: Usunąć tę notatkę? | Supprimer cette note ? | Diese Notiz löschen?
Remove what is done: Usuń zrobione | Retirer ce qui est fait | Erledigtes entfernen
Reset: Od nowa | Remettre à zéro | Zurücksetzen
Right.: Dobrze. | Juste. | Richtig.
Rows:: Wiersze: | Lignes : | Zeilen:
Save: Zapisz | Enregistrer | Speichern
Save as a file: Zapisz jako plik | Enregistrer dans un fichier | Als Datei speichern
Search: Szukaj | Rechercher | Suchen
Sections: Sekcje | Sections | Abschnitte
Send: Wyślij | Envoyer | Senden
Share: Część | Part | Anteil
Show the answer: Pokaż odpowiedź | Montrer la réponse | Antwort zeigen
Start: Start | Démarrer | Start
Start again: Zacznij od nowa | Recommencer | Von vorn
Sum: Działanie | Calcul | Rechnung
Swap: Zamień | Échanger | Tauschen
Tax: Podatek | Taxe | Steuer
Thank you. Your answers were saved.: Dziękujemy. Odpowiedzi zostały zapisane. | Merci. Vos réponses ont été enregistrées. | Danke. Die Antworten wurden gespeichert.
The answer is:: Odpowiedź: | La réponse est : | Die Antwort ist:
The answers can be read with their key only.: Odpowiedzi można czytać tylko z kluczem. | Les réponses ne se lisent qu’avec leur clé. | Die Antworten sind nur mit ihrem Schlüssel zu lesen.
There is no question yet\\: add one below.: Nie ma jeszcze pytań. Dodaj je poniżej. | Pas encore de question. Ajoutez-en ci-dessous. | Noch keine Frage da. Bitte unten eine hinzufügen.
There is nothing here.: Tu nic nie ma. | Il n’y a rien ici. | Hier ist nichts.
This browser keeps nothing\\: what you enter is gone when the page is closed.: Ta przeglądarka niczego nie zapamiętuje. Wpisy znikną po zamknięciu strony. | Ce navigateur ne garde rien. Ce que vous saisissez disparaît à la fermeture de la page. | Dieser Browser merkt sich nichts. Die Eingaben sind nach dem Schließen der Seite weg.
This form takes no more answers.: Ten formularz nie przyjmuje więcej odpowiedzi. | Ce formulaire ne prend plus de réponses. | Dieses Formular nimmt keine Antworten mehr an.
This form was not sent from this page.: Ten formularz nie został wysłany z tej strony. | Ce formulaire ne vient pas de cette page. | Dieses Formular kam nicht von dieser Seite.
This is too much at once.: To za dużo naraz. | C’est trop à la fois. | Das ist zu viel auf einmal.
This page needs JavaScript.: Ta strona wymaga JavaScriptu. | Cette page a besoin de JavaScript. | Diese Seite braucht JavaScript.
Time is up.: Czas minął. | Temps écoulé. | Die Zeit ist um.
Tip: Napiwek | Pourboire | Trinkgeld
To: Na | Vers | Nach
To do: Do zrobienia | À faire | Zu tun
Total: Razem | Total | Summe
Total of %s: Suma: %s | Total : %s | Summe: %s
Total with tip: Razem z napiwkiem | Total avec pourboire | Summe mit Trinkgeld
Value: Wartość | Valeur | Wert
Vote: Głosuj | Voter | Abstimmen
Votes:: Głosy: | Votes : | Stimmen:
Weight in kg: Waga w kg | Poids en kg | Gewicht in kg
Years: Lata | Années | Jahre
Yearly interest in percent: Oprocentowanie roczne w procentach | Taux annuel en pourcentage | Jahreszins in Prozent
Your answer: Twoja odpowiedź | Votre réponse | Deine Antwort
this is too long.: tekst jest za długi. | ce texte est trop long. | das ist zu lang.
this must be a date such as 2026-11-20.: to musi być data, na przykład 2026-11-20. | il faut une date comme 2026-11-20. | das muss ein Datum wie 2026-11-20 sein.
this must be a number such as 12 or 12.50.: to musi być liczba, na przykład 12 lub 12.50. | il faut un nombre comme 12 ou 12.50. | das muss eine Zahl wie 12 oder 12.50 sein.
this must be an e-mail address such as ana@example.org.: to musi być adres e-mail, na przykład ana@example.org. | il faut une adresse comme ana@example.org. | das muss eine Adresse wie ana@example.org sein.
this must be one of: do wyboru: | au choix : | zur Wahl stehen:
this must begin with https:// or http://.: adres musi zaczynać się od https:// lub http://. | le lien doit commencer par https:// ou http://. | der Link muss mit https:// oder http:// beginnen.
%s by %s: %s według %s | %s par %s | %s nach %s
a list in which each entry has %s: lista, w której każdy wpis ma: %s | une liste dont chaque entrée a : %s | eine Liste, in der jeder Eintrag hat: %s
a page "%s" with %s: strona „%s” z sekcjami: %s | une page « %s » avec %s | eine Seite „%s“ mit %s
a form that asks for %s: formularz z polami: %s | un formulaire qui demande : %s | ein Formular mit den Feldern: %s
a command-line tool\\: %s: program wiersza poleceń: %s | un outil en ligne de commande : %s | ein Programm für die Kommandozeile: %s
a JSON interface for records with %s: interfejs JSON dla wpisów z polami: %s | une interface JSON pour des fiches avec %s | eine JSON-Schnittstelle für Einträge mit: %s
a page that works in the browser, offline\\: %s: strona, która działa w przeglądarce, także bez internetu: %s | une page qui marche dans le navigateur, même hors ligne : %s | eine Seite, die im Browser läuft, auch ohne Internet: %s
a page that shows %s, %s rows and %s columns, and works offline: strona, która pokazuje %s (wiersze: %s, kolumny: %s) i działa bez internetu | une page qui montre %s (lignes : %s, colonnes : %s) et marche hors ligne | eine Seite, die %s zeigt (Zeilen: %s, Spalten: %s) und ohne Internet geht
the fields, since you named none\\: %s: pola, bo nie ma ich w mailu: %s | les champs, faute d’indication : %s | die Felder, da keine genannt sind: %s
the sections, since you named none\\: %s: sekcje, bo nie ma ich w mailu: %s | les sections, faute d’indication : %s | die Abschnitte, da keine genannt sind: %s
from its name, what a field holds\\: %s: z nazwy, co zawiera pole: %s | d’après son nom, ce que contient un champ : %s | nach dem Namen, was ein Feld enthält: %s
the votes are counted in the one browser in which the page is open; people elsewhere do not share them: głosy liczy ta jedna przeglądarka, w której strona jest otwarta; osoby gdzie indziej ich nie dzielą | les votes sont comptés dans le seul navigateur où la page est ouverte ; ils ne sont pas partagés | die Stimmen zählt der eine Browser, in dem die Seite offen ist; sie werden nicht geteilt
what is entered stays in this one browser: wpisy zostają w tej jednej przeglądarce | ce qui est saisi reste dans ce seul navigateur | Eingaben bleiben in diesem einen Browser
you will add the questions on the page, or mail them as "Question\\: answer", one per line: pytania dodasz na stronie albo przyślesz mailem jako „Pytanie: odpowiedź”, po jednym w wierszu | vous ajouterez les questions sur la page, ou par mail : « Question : réponse », une par ligne | die Fragen kommen auf der Seite dazu, oder per Mail als „Frage: Antwort“, je eine Zeile
full stop is the decimal mark: kropka oddziela część dziesiętną | le point sépare les décimales | der Punkt trennt die Dezimalstellen
a comma is the decimal mark: przecinek oddziela część dziesiętną | la virgule sépare les décimales | das Komma trennt die Dezimalstellen
the lists\\: %s: listy: %s | les listes : %s | die Listen: %s
%s minutes, which can be changed on the page: %s min, do zmiany na stronie | %s minutes, modifiables sur la page | %s Minuten, auf der Seite zu ändern
the same page with the new data of %s\\: %s rows (was %s): ta sama strona z nowymi danymi z %s; wiersze: %s (było: %s) | la même page avec les nouvelles données de %s ; lignes : %s (avant : %s) | dieselbe Seite mit den neuen Daten aus %s; Zeilen: %s (vorher: %s)
no code changed, only the data: kod bez zmian, tylko dane | le code n’a pas changé, seulement les données | kein Code geändert, nur die Daten
number: liczba | nombre | Zahl
date: data | date | Datum
yes/no: tak/nie | oui/non | ja/nein
long text: długi tekst | texte long | langer Text
email: e-mail | e-mail | E-Mail
link: link | lien | Link
choice: wybór | choix | Auswahl
record: wpis | entrée | Eintrag
Welcome: Witamy | Bienvenue | Willkommen
About: O nas | À propos | Über uns
you will send the words for %s\\: reply for instance "%s\\: ...": przyślesz teksty dla: %s; odpowiedz na przykład „%s: ...” | vous enverrez les textes pour : %s ; répondez par exemple « %s : ... » | die Texte für %s kommen noch; antworte zum Beispiel „%s: ...“
I did not recognise what to build.: Nie wiem, co zbudować. | Je n’ai pas reconnu ce qu’il faut construire. | Ich habe nicht erkannt, was ich bauen soll.
%s What should it be? No AI model is configured here, so I build only what I have templates for.: %s Co to ma być? Nie ma tu modelu AI, więc buduję tylko z szablonów. | %s Que faut-il construire ? Aucun modèle d’IA n’est configuré ici, je ne construis qu’à partir de modèles fixes. | %s Was soll es sein? Hier ist kein KI-Modell eingerichtet, ich baue nur aus Vorlagen.
This is so already\\: %s.: Tak już jest: %s. | C’est déjà le cas : %s. | Das ist schon so: %s.
I did not understand "%s"; please say it in other words.: Nie rozumiem: „%s”. Proszę napisać to inaczej. | Je n’ai pas compris « %s » ; dites-le autrement. | Ich habe „%s“ nicht verstanden; bitte anders sagen.
I found no wish in this mail; what should be different?: Nie ma w tym mailu życzenia. Co ma być inaczej? | Je n’ai trouvé aucun souhait dans ce mail ; que faut-il changer ? | In dieser Mail steht kein Wunsch. Was soll anders werden?
I cannot answer questions\\: no AI model is configured here, only templates. What should I build for you?: Nie odpowiadam na pytania: nie ma tu modelu AI, są tylko szablony. Co zbudować? | Je ne peux pas répondre aux questions : aucun modèle d’IA n’est configuré ici, seulement des modèles fixes. Que faut-il construire ? | Fragen kann ich nicht beantworten: hier ist kein KI-Modell eingerichtet, nur Vorlagen. Was soll ich bauen?
For this I need the data\\: attach it as a CSV file.: Do tego potrzebuję danych: proszę załączyć plik CSV. | Il me faut les données : joignez un fichier CSV. | Dafür brauche ich die Daten: bitte eine CSV-Datei anhängen.
to-do list: lista zadań | liste de tâches | Aufgabenliste
notes: notatki | notes | Notizen
timer: minutnik | minuteur | Kurzzeitwecker
stopwatch: stoper | chronomètre | Stoppuhr
calculator: kalkulator | calculatrice | Taschenrechner
converter: przelicznik | convertisseur | Umrechner
quiz: quiz | quiz | Quiz
arithmetic practice: ćwiczenia z liczenia | calcul mental | Kopfrechnen
board: tablica | tableau | Tafel
poll: głosowanie | vote | Abstimmung
"""


def _parsed(text: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in text.strip().splitlines():
        kept = line.replace("\\:", "\0")
        english, _, rest = kept.partition(": ")
        found[english.replace("\0", ":")] = tuple(one.strip().replace("\0", ":") for one in rest.split(" | "))
    return found


PHRASES: Final[Mapping[str, tuple[str, ...]]] = _parsed(_TEXT)


def phrase(language: str, english: str, *values: object) -> str:
    """*english* in *language*, filled with *values*; in English where there is no translation."""
    at = LANGUAGES.index(language) if language in LANGUAGES else 0
    words = PHRASES[english][at - 1] if at and english in PHRASES else english
    return words % tuple(map(str, values)) if values else words
