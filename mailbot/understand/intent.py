# ruff: noqa: RUF001  (words of many languages look like words of others)
"""What the author asks for, read from their own words.

A command counts only when it is the whole wish of the first line, so "add a stop button" is a change and no stop.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from mailbot.domain.intent import Intent, Kind
from mailbot.domain.message import Envelope, Message, Proof
from mailbot.domain.project import Project

MAX_TITLE: Final = 200
MAX_COMMAND: Final = 80  #: characters of a line that can be a command

#: What mail programs put before a subject, in the languages of their users.
_PREFIX: Final = re.compile(
    r"(?:re|r|aw|antw|antwort|wg|sv|vs|ang|vl|vb|bls|trs|tr|rv|res|enc|i|fs|fw|fwd|doorst|odp|pd|odg|pr|prosl|ynt|ilt"
    r"|回复|回覆|答复|轉寄|转发|返信|転送|답장|전달|отв|ответ|пер|пересл|απ|πρθ|σχετ|תגובה|הועבר|השב|رد|إعادة توجيه)"
    r"(?: ?[\[(^*]?\d{1,4}[\])]?)? ?[:：]\s*",
    re.IGNORECASE,
)
_POLITE: Final = (
    "please ", "pls ", "kindly ", "can you ", "could you ", "bitte ", "proszę ", "por favor ", "per favore ",
    "s'il te plaît ", "s'il vous plaît ", "merci de ", "ok ", "hi ", "hello ", "mailbot ",
)  # fmt: skip
_POLITE_END: Final = (
    " please", " pls", " bitte", " proszę", " por favor", " per favore", " svp", " thanks", " thank you", " now",
)  # fmt: skip
_BACK: Final = (
    "rollback", "roll back", "roll it back", "undo", "undo that", "undo this", "undo it", "revert",
    "revert that", "revert it", "go back", "undo the last change", "undo last change", "revert the last change",
    "rückgängig", "rückgängig machen", "zurück", "zurücksetzen", "cofnij", "wycofaj", "przywróć", "annuler",
    "annule", "revenir", "restaurer", "deshacer", "revertir", "annulla",
    "ripristina", "desfazer", "reverter", "voltar", "ongedaan maken", "terugdraaien", "ångra",
    "återställ", "angre", "fortryd", "kumoa", "palauta", "vrátit", "vrať", "zpět", "відкотити", "откатить",
    "откати", "вернуть", "верни", "отмени", "повернути", "geri al", "回滚", "撤销", "元に戻す",
)  # fmt: skip
_BACK_TO: Final = (
    *_BACK, "back", "restore", "return", "switch back", "put back", "wróć", "powrót", "gå tillbaka", "gehe zurück",
    "geh zurück", "retour", "terug", "torna", "volver", "vuelve",
)  # fmt: skip
_TO: Final = ("to", "zu", "auf", "do", "à", "a", "al", "alla", "para", "naar", "till", "til", "na", "к", "до", "en")
_VERSION: Final = (
    "v", "version", "revision", "rev", "the version", "fassung", "wersji", "wersja", "wersję", "la version",
    "la versión", "versión", "la versione", "versione", "versão", "a versão", "versie", "versionen", "versioon",
    "versio", "verze", "verzi", "версии", "версию", "версія", "版本", "#",
)  # fmt: skip
_STOP: Final = (
    "stop", "stop it", "stop this", "stop that", "stop now", "cancel", "cancel it", "cancel this",
    "cancel that", "abort", "halt", "stopp", "anhalten", "abbrechen", "abbruch", "arrête", "arrêter", "arrete",
    "detener", "cancelar", "ferma", "fermati", "parar", "annuleren", "avbryt", "afbryd",
    "peruuta", "zatrzymaj", "przerwij", "anuluj", "zastav", "zrušit", "стоп", "остановить", "отмена",
    "зупинити", "durdur", "停止", "中止",
)  # fmt: skip
_STATUS: Final = (
    "status", "progress", "how far", "how far are you", "is it done", "is it done yet",
    "is it ready", "any news", "what is the status", "what's the status", "fortschritt",
    "wie weit", "wie weit bist du", "ist es fertig", "postęp", "jaki jest status", "état", "où en est-ce",
    "статус", "状态", "進捗",
)  # fmt: skip
_HELP: Final = (
    "help", "help me", "how does this work", "how do you work", "what can you do", "hilfe", "aide",
    "ayuda", "aiuto", "ajuda", "hjälp", "hjelp", "hjælp", "apua", "pomoc", "pomocy", "помощь", "допомога",
    "yardım", "帮助", "ヘルプ",
)  # fmt: skip


def _one_of(phrases: tuple[str, ...]) -> str:
    return "|".join(re.escape(one) for one in sorted(set(phrases), key=len, reverse=True))


_ROLLBACK: Final = re.compile(
    rf"(?:{_one_of(_BACK)})"
    rf"|(?:{_one_of(_BACK_TO)})(?: (?:{_one_of(_TO)}))?(?: (?:{_one_of(_VERSION)}))? ?(?P<number>[0-9]{{1,6}})"
)


@dataclass(frozen=True, kw_only=True)
class _Command:
    kind: Kind
    revision: int | None = None


def intent_of(message: Message, envelope: Envelope, project: Project | None, addresses: Mapping[str, str]) -> Intent:
    """What *message* asks for; *project* is the one it names, *addresses* says which local part is for what."""
    title = title_of(message.subject)
    text = message.text.strip() or ("" if project else _subject_as_words(title, envelope))
    plain = Intent(kind=Kind.REVISE, project=project.id if project else None, title=title, text=text)
    command, question = _command(text), _is_question(message, envelope, addresses)
    if project is None:
        return replace(plain, kind=_without_project(text, command, question=question))
    if not text:
        return replace(plain, kind=Kind.STATUS)
    if command:
        revision = command.revision
        if command.kind is Kind.ROLLBACK and revision is None:
            revision = project.last - 1  # "undo": the one before the one that the author sees
        return _aside(replace(plain, kind=command.kind, revision=revision), message, project)
    return _aside(replace(plain, kind=Kind.QUESTION), message, project) if question else plain


def _aside(intent: Intent, message: Message, project: Project) -> Intent:
    """A stranger who was forwarded a mail of ours may ask what it is; that is no question about the project."""
    foreign = intent.kind in {Kind.QUESTION, Kind.HELP} and message.author != project.owner
    return replace(intent, project=None) if foreign else intent


def _without_project(text: str, command: _Command | None, *, question: bool) -> Kind:
    """Without a project there is nothing to stop, to report on or to go back to: then help says what can be done."""
    if command or not text:
        return Kind.HELP
    return Kind.QUESTION if question else Kind.CREATE


def title_of(subject: str) -> str:
    """The subject without what mail programs put before it."""
    start = len(subject) - len(subject.lstrip())
    while found := _PREFIX.match(subject, start):
        start = found.end()
    return subject[start:].strip()[:MAX_TITLE].rstrip()


def _subject_as_words(title: str, envelope: Envelope) -> str:
    """The subject of a mail without a body is the request, unless anybody on the way could have written it."""
    return "" if envelope.proof is Proof.DKIM_WEAK else title


def _is_question(message: Message, envelope: Envelope, addresses: Mapping[str, str]) -> bool:
    """Whether it came to an address for questions, and to none for building."""
    for group in (envelope.recipients, message.to, message.cc):
        locals_ = (address.partition("@")[0].partition("+")[0].lower() for address in group)
        kinds = {addresses[local] for local in locals_ if local in addresses}
        if kinds:
            return "ask" in kinds and "build" not in kinds
    return False


def _command(text: str) -> _Command | None:
    """The command that the first line is, if it is one and nothing else."""
    first, _, rest = text.partition("\n")
    wish = _bare(first)
    if len(first) > MAX_COMMAND or not wish or _goes_on(first, rest):
        return None
    for kind, phrases in ((Kind.STOP, _STOP), (Kind.STATUS, _STATUS), (Kind.HELP, _HELP)):
        if wish in phrases:
            return _Command(kind=kind)
    if found := _ROLLBACK.fullmatch(wish):
        number = found["number"]
        return _Command(kind=Kind.ROLLBACK, revision=int(number) if number else None)
    return None


def _goes_on(first: str, rest: str) -> bool:
    """Whether a mail program only broke the sentence there: it ends in no point and the next line begins small."""
    return not first.rstrip().endswith((".", "!", "?", ",")) and rest[:1].islower()


def _bare(line: str) -> str:
    """The line in lower case, without politeness and punctuation."""
    bare = " ".join(line.lower().replace(",", " ").split()).strip(" .!?:;\"'“”„»«*_-…。！？¡¿")
    for polite in _POLITE:
        bare = bare.removeprefix(polite)
    for polite in _POLITE_END:
        bare = bare.removesuffix(polite)
    return bare.strip(" .!?")
