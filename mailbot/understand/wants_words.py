"""Kinds of programs, stacks, targets and features, as people name them: data for wants.py.

Each name is followed by the words that mean it; where a word means something else as well (go, c, r, express), it
counts only after "in", "with", "using" or in a list of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: The field lines of an order: what E3's fields are called by people.
FIELDS: Final[Mapping[str, str]] = {
    "app_type": "app_type|app type|apptype|type|type of app|kind|kind of app|typ|typ aplikacji|rodzaj|"
    "rodzaj aplikacji|"
    "type d'application|art|art der anwendung|anwendungstyp|app-typ",
    "stack": "stack|tech_stack|tech stack|technology|technologies|technology stack|languages|language and framework|"
    "stos|technologia|technologie|stack technique|technik|technologien|technologie-stack",
    "target": "target|deployment_target|deployment target|deployment|deploy to|runs on|platform|hosting|wdrożenie|"
    "platforma|cible|cible de déploiement|déploiement|plateforme|ziel|zielplattform|plattform|bereitstellung",
    "features": "features|functions|functionality|feature list|must-have features|funkcje|funkcjonalności|"
    "funkcjonalność|fonctionnalités|fonctions|funktionen|funktionalität|merkmale|eigenschaften",
    "criteria": "requirements|requirement|acceptance criteria|acceptance|criteria|acceptance tests|"
    "definition of done|"
    "checks|check|done when|it is done when|must have|must haves|wymagania|kryteria|kryteria akceptacji|"
    "kryteria odbioru|warunki|exigences|critères|critères d'acceptation|critères d'acceptance|conditions|"
    "anforderungen|akzeptanzkriterien|abnahmekriterien|kriterien|bedingungen|fertig wenn",
    "locked": "locked|locked files|do not touch|don't touch|do not change|don't change|keep unchanged|nie zmieniaj|"
    "nie ruszaj|ne pas toucher|ne pas modifier|nicht ändern|nicht anfassen",
    "database": "database|db|baza danych|base de données|datenbank",
    "auth": "auth|authentication|login|logowanie|authentification|anmeldung",
}

APP_TYPES: Final[Mapping[str, str]] = {
    "dashboard": "dashboard|admin dashboard|admin panel|admin-dashboard|kokpit|panel administracyjny|"
    "panel administratora|pulpit|tableau de bord|übersichtsseite",
    "landing_page": "landing page|landingpage|strona docelowa|page d'atterrissage|page d'accueil|startseite",
    "api": "rest api|rest-api|restful api|http api|web api|json api|api service|graphql api|microservice|"
    "micro-service|"
    "interfejs api|api rest|mikrousługa|mikroserwis|rest-schnittstelle",
    "cli": "cli|cli tool|command line tool|command-line tool|command line program|command line app|terminal app|"
    "console app|console program|narzędzie wiersza poleceń|program konsolowy|aplikacja konsolowa|"
    "outil en ligne de commande|programme en ligne de commande|kommandozeilenprogramm|kommandozeilentool|"
    "konsolenprogramm|konsolenanwendung",
    "script": "script|one-off script|shell script|bash script|python script|batch script|skrypt|skrypty|skript|"
    "python-skript|shell-skript|un script",
    "report": "report|custom report|pdf report|monthly report|weekly report|raport|rapport|bericht|monatsbericht",
    "bot": "bot|chatbot|chat bot|telegram bot|discord bot|slack bot|telegram-bot|discord-bot",
    "game": "game|browser game|gra|gra przeglądarkowa|jeu|spiel|browserspiel",
    "form": "form|contact form|sign-up form|signup form|survey|questionnaire|formularz|ankieta|formulaire|sondage|"
    "formular|umfrage|fragebogen",
    "calculator": "calculator|kalkulator|calculatrice|calculateur|rechner|taschenrechner",
    "quiz": "quiz|exercise generator|vocabulary trainer|flashcards|generator ćwiczeń|fiszki|générateur d'exercices|"
    "übungsgenerator|vokabeltrainer|karteikarten",
    "library": "python library|python package|npm package|javascript library|biblioteka pythona|"
    "bibliothèque python|python-bibliothek",
    "desktop_app": "desktop app|desktop application|desktop program|aplikacja desktopowa|aplikacja okienkowa|"
    "application de bureau|desktop-anwendung|desktopanwendung",
    "mobile_app": "mobile app|android app|iphone app|ios app|aplikacja mobilna|application mobile|handy-app",
    "static_site": "static site|static page|static website|static web page|html page|one-page site|single page|"
    "one page|"
    "web page|webpage|website|web site|homepage|strona|strona internetowa|strona www|jedna strona|witryna|wizytówka|"
    "page|page web|site web|une page|site internet|page statique|site statique|webseite|internetseite|eine seite|"
    "statische seite",
    "web_application": "web app|webapp|web application|web-app|single page app|single-page app|spa|aplikacja webowa|"
    "aplikacja internetowa|application web|appli web|webanwendung|web-anwendung|webapplikation",
}

STACK: Final[Mapping[str, str]] = {
    "python": "python|python3|python 3|pythonie|pythonem", "javascript": "javascript|js|vanilla js|"
    "vanilla javascript",
    "typescript": "typescript", "node": "node.js|nodejs|node js", "java": "java|javie", "kotlin": "kotlin",
    "c#": "c#|csharp", "c++": "c++|cpp", "golang": "golang", "rust": "rust|ruście", "ruby": "ruby", "php": "php",
    "swift": "swift", "scala": "scala", "elixir": "elixir", "haskell": "haskell", "perl": "perl", "lua": "lua",
    "bash": "bash|bashu", "powershell": "powershell", "sql": "sql", "html": "html|html5|plain html", "css": "css|"
    "css3",
    "fastapi": "fastapi|fast api", "flask": "flask|flasku", "django": "django", "streamlit": "streamlit",
    "pandas": "pandas", "numpy": "numpy", "jinja2": "jinja|jinja2", "sqlalchemy": "sqlalchemy",
    "pytest": "pytest", "react": "react|react.js|reactjs|reakcie", "vue": "vue|vue.js|vuejs",
    "angular": "angular", "svelte": "svelte", "next.js": "next.js|nextjs", "express": "express.js|expressjs",
    "jquery": "jquery", "bootstrap": "bootstrap", "tailwind": "tailwind|tailwind css|tailwindcss", "htmx": "htmx",
    "alpine.js": "alpine.js|alpinejs", "d3": "d3.js|d3js", "chart.js": "chart.js|chartjs", "leaflet": "leaflet",
    "spring": "spring boot|springboot", "rails": "ruby on rails|rails", "laravel": "laravel", ".net": ".net|dotnet|"
    "asp.net",
    "postgresql": "postgresql|postgres", "mysql": "mysql", "mariadb": "mariadb", "sqlite": "sqlite|sqlite3",
    "mongodb": "mongodb|mongo", "redis": "redis", "graphql": "graphql",
}  # fmt: skip
#: These count only after one of INTO: "we go there", "vitamin C", "express delivery".
STACK_AFTER: Final[Mapping[str, str]] = {
    "golang": "go", "c": "c", "r": "r", "express": "express", "node": "node", "dart": "dart", "julia": "julia",
}  # fmt: skip
INTO: Final = "in|with|using|written in|w|z|za pomocą|używając|en|avec|auf|mit|in reinem|in plain"

TARGETS: Final[Mapping[str, str]] = {
    "docker": "docker|docker container|docker image|docker compose|docker-compose|dockerfile|kontener|"
    "kontener docker|"
    "dockerze|conteneur|docker-container", "kubernetes": "kubernetes|k8s|helm",
    "github-pages": "github pages|gh-pages", "heroku": "heroku", "aws": "aws|aws lambda|amazon web services|ec2",
    "azure": "azure", "gcp": "google cloud|gcp|cloud run", "netlify": "netlify", "vercel": "vercel",
    "fly": "fly.io", "raspberry-pi": "raspberry pi|raspberry|raspberrypi", "windows": "windows|windows 10|"
    "windows 11|windowsie",
    "macos": "macos|mac os|my mac|os x", "linux": "linux|ubuntu|debian|fedora|linuksie", "android": "android|"
    "androidzie",
    "ios": "ios|iphone|ipad", "static": "static hosting|any web host|any webspace|a usb stick|usb stick|pendrive|"
    "clé usb|usb-stick|hosting statyczny|statisches hosting",
}  # fmt: skip

FEATURES: Final[Mapping[str, str]] = {
    "authentication": "authentication|login|log in|sign in|user accounts|user login|logowanie|logowaniem|"
    "konta użytkowników|"
    "authentification|connexion|comptes utilisateurs|anmeldung|benutzerkonten|login-seite",
    "registration": "registration|sign up|signup|sign-up|rejestracja|rejestracją|inscription|registrierung",
    "search": "search|search box|full-text search|wyszukiwarka|wyszukiwarką|wyszukiwanie|wyszukiwaniem|recherche|"
    "suche|suchfeld|volltextsuche",
    "filter": "filter|filters|filtering|filtr|filtry|filtrowanie|filtrowaniem|filtre|filtres|filtern",
    "sort": "sorting|sortable|sortowanie|sortowaniem|tri|sortierung|sortierbar",
    "pagination": "pagination|paging|stronicowanie|paginacja|seitenumbruch|blättern",
    "export": "export|csv export|export to csv|excel export|export to excel|csv download|eksport|eksportem|"
    "eksport do csv|"
    "exportation|export csv|csv-export|excel-export",
    "import": "import|csv import|csv upload|csv-import|import csv|importem",
    "pdf": "pdf export|export to pdf|pdf download|download as pdf|eksport do pdf|export pdf|pdf-export",
    "print": "printable|print view|print button|do druku|wersja do druku|imprimable|druckansicht|druckbar",
    "charts": "chart|charts|graph|graphs|bar chart|line chart|pie chart|wykres|wykresy|wykresem|wykresami|graphique|"
    "graphiques|"
    "diagramm|diagramme|balkendiagramm|tortendiagramm",
    "map": "interactive map|map of|mapa|mapą|carte interactive|landkarte|interaktive karte",
    "calendar": "calendar|kalendarz|kalendarzem|calendrier|kalender",
    "dark-mode": "dark mode|dark theme|tryb ciemny|trybem ciemnym|ciemny motyw|mode sombre|thème sombre|dunkelmodus|"
    "dunkles design",
    "responsive": "responsive|mobile friendly|mobile-friendly|responsywna|responsywny|responsive design",
    "multilingual": "multilingual|multi-language|several languages|wielojęzyczna|wielojęzyczny|multilingue|"
    "mehrsprachig",
    "offline": "offline|works offline|without internet|bez internetu|hors ligne|hors-ligne|ohne internet",
    "notifications": "email notifications|notifications|e-mail notifications|powiadomienia|powiadomieniami|"
    "benachrichtigungen",
    "upload": "file upload|upload files|upload form|przesyłanie plików|téléversement|datei-upload|hochladen",
    "admin": "admin area|admin page|admin pages|panel admina|espace admin|admin-bereich|adminbereich",
    "tests": "unit tests|with tests|test suite|testy jednostkowe|z testami|tests unitaires|avec des tests|"
    "unit-tests|mit tests",
    "crud": "crud|crud operations",
    "backup": "backup|backups|kopia zapasowa|kopie zapasowe|sauvegarde|datensicherung",
}

#: Before a name, these say that it is not wanted.
NOT: Final = (
    "no|not|without|without any|never|don't use|do not use|don't want|do not want|avoid|instead of|rather than|"
    "not in|not with|nor|neither|drop|remove|except|bez|żadnego|żadnych|nie|nie używaj|zamiast|sans|pas de|pas en|"
    "pas|"
    "aucun|aucune|au lieu de|plutôt que|n'utilisez pas|ohne|kein|keine|keinen|nicht|nicht mit|nicht in|statt|anstatt|"
    "anstelle von|weder|noch"
)

#: What says that a file stays as it is: before its name, or behind it.
LOCK: Final = (
    "don't touch|do not touch|don't change|do not change|don't modify|do not modify|don't edit|do not edit|"
    "never touch|never change|leave alone|hands off|without touching|without changing|keep your hands off|"
    "nie ruszaj|nie zmieniaj|nie dotykaj|nie modyfikuj|nie edytuj|nie ruszać|nie zmieniać|bez zmian w|bez zmiany|"
    "proszę nie zmieniać|proszę nie ruszać|"
    "ne touche pas à|ne touche pas|ne touchez pas à|ne touchez pas|ne change pas|ne changez pas|ne modifie pas|"
    "ne modifiez pas|ne pas toucher|ne pas toucher à|ne pas modifier|sans toucher à|sans toucher|sans modifier|"
    "ändere nicht|ändern sie nicht|finger weg von|rühr nicht an|fass nicht an|nicht ändern|nicht anfassen|"
    "no toques|no cambies|non toccare|non modificare|não mexa em|não altere|niet aanpassen|blijf af van|rör inte|"
    "ändra inte|neměň|nesahej na|не трогай|не меняй|не трогайте|не меняйте|не чіпай|не змінюй"
)
LOCK_AFTER: Final = (
    "as it is|as is|as they are|alone|unchanged|untouched|must stay|must not change|must not be changed|"
    "must stay as it is|stays as it is|should not change|is locked|are locked|is off limits|are off limits|"
    "bez zmian|tak jak jest|jak jest|musi zostać|ma zostać|tel quel|telle quelle|tels quels|inchangé|inchangée|"
    "inchangés|intact|intacte|so lassen|so wie es ist|unverändert|nicht ändern|nicht anfassen|nicht anrühren|"
    "bleibt wie es ist|bleibt so|bleiben so|in ruhe"
)
