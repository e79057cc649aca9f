"""What mail servers say when they refuse a mail, and what they mean by it: the table of refusal.py.

The words were collected from the published texts of Gmail, Microsoft 365 and Outlook.com, Yahoo, iCloud, Zoho, GMX,
Mimecast, Proofpoint, Barracuda, MailChannels, Cisco, Sophos, Postfix, Exim, Sendmail, qmail, Dovecot and amavis. All
of it is in small letters, as the words are before they are compared. The first row that fits counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_BANNED: Final = (
    "(?:illegal|banned|blocked|forbidden|prohibited|disallowed|dangerous|unacceptable|suspicious|executable)"
)
_FILES: Final = "(?:attach\\w*|file ?types?|file ?names?|extensions?|archives?|zip files?)"
_NOT: Final = (
    "(?:not (?:allowed|permitted|accepted)|prohibited|blocked|banned|forbidden|rejected|refused|disallowed|unsupported)"
)
_REFUSES: Final = "(?:do(?:es)? not|don't|will not|cannot) (?:accept|allow|permit|take)"
_NO: Final = "(?:no such|unknown|invalid|nonexistent|non-existent|bad|unrouteable|unroutable|undeliverable)"
_WHOM: Final = "(?:user|recipient|mailbox|address|account|person|local part|addressee|destination)"
_WHOSE: Final = "(?:user|recipient|mailbox|address|account|e-?mail|inbox|local[- ]part)"
_GONE: Final = (
    "(?:unknown|not (?:found|exist|known|listed|available|valid)|doesn'?t exist|disabled|inactive|suspended|invalid"
    "|unavailable|rejected|deactivated|been (?:disabled|deleted|suspended|deactivated)|closed|no longer)"
)
#: What is said, and of which kind of refusal it is a sign: patterns.
PHRASES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    # A full mailbox: before sizes, for "exceeded storage allocation" is said of both.
    ("quota", (
        "mailbox (?:is )?full", "mailbox size limit", "over ?quota", "quota ?exceed", r"exceed\w* (?:\w+ ){0,3}quota",
        "out of storage", "inbox is (?:out of|full)", "storage (?:space|quota|limit)",
        "insufficient (?:disk|system) storage", "exceeded storage allocation", "user is over",
        "account is (?:full|over)", "disk quota", "not enough space", "postfach (?:ist )?voll", "speicherplatz",
        "boîte (?:aux lettres )?(?:est )?pleine", "quota dépassé", "buzón lleno", "casella piena",
        "skrzynka (?:jest )?(?:pełna|przepełniona)", r"przekroczon\w+ (?:limit|pojemno)", "ящик переполнен",
        "メールボックス.{0,8}(?:いっぱい|容量)", "容量.{0,6}(?:超|オーバー)", "邮箱(?:空间)?(?:已)?满", "信箱已滿",
        "caixa (?:de entrada )?cheia",
    )),
    # Too large.
    ("size", (
        "message (?:file |body )?(?:size|length).{0,20}exceed", r"exceed\w*.{0,40}(?:size|message length)",
        "too (?:big|large)", "larger than (?:the )?(?:current|maximum|allowed|system)",
        r"takes at most [\d,. ]+ bytes", "maximum (?:message|mail) size", "message size (?:limit|restriction)",
        "size limit", "sizelimit", "exceeds (?:fixed |the )?limit", "zu gro(?:ß|ss)", "größe.{0,30}(?:über|grenze)",
        "trop (?:gros|volumineu|grand|long)", "taille.{0,30}(?:dépass|maxim)", "za du[żz]", "rozmiar.{0,30}przekr",
        "demasiado grande", "troppo grande", "слишком (?:большо|велик)", "grande demais",
        "サイズ.{0,10}(?:超|制限|大き)", "(?:邮件|郵件).{0,6}(?:过大|太大|過大)",
    )),
    # What is in it.
    ("content", (
        "potential security issue", "presents a (?:potential )?security", r"\[feb\]",
        r"prohibited (?:\w+ ){0,3}attach",
        rf"{_BANNED}[ -](?:\w+[ -]){{0,3}}(?:attach|file|content|extension|archive)",
        rf"{_FILES}(?: \S+){{0,9}}? (?:is |are |was |were |been )?{_NOT}",
        rf"{_REFUSES}(?: \S+){{0,5}}? (?:attach|file|zip|archive|executable)",
        "not allowed.{0,40}(?:attach|file type|extension)", "executable", "file type that is not allowed",
        "attachment filter", "malware", r"virus(?!total\.com/learn)", "infected", "trojan", "phish",
        "contains? (?:a )?(?:macro|malicious)", r"\binfect", "as345", "banned: ", "common attachment", "anti-?virus",
        "content (?:is )?(?:rejected|denied|not allowed|blocked|policy|filter)",
        r"(?:rejected|blocked|refused)(?: \S+){0,5}? (?:content|attachment)", "message content",
        r"attachment\(?s?\)? (?:policy|type)", "unzip", "password.protected", "encrypted (?:archive|zip|attach)",
        "nested archive", "mime type", "message contains", "anhang", "anhäng", "dateityp", "dateiendung",
        "pièces? jointes?", "fichiers? joints?", "załącznik", "typ pliku", "rozszerzeni", "adjunto", "archivo",
        "allegat", "вложени", "anexo", "bijlage", "添付", "拡張子", "ウイルス", "附件", "病毒", "bilag", "bifogad",
        "liite", "příloh",
    )),
    # About us: the sender, its host, its signatures, its fame.
    ("policy", (
        "spf", "dkim", "dmarc", "unauthenticated", "not authenticated",
        "authentication (?:required|level|fail|check|result|policy)", "reverse dns", r"\bptr\b", "rdns", r"\bhelo\b",
        r"\behlo\b", "blacklist", "blocklist", "block list", "black list", r"\brbl\b", "dnsbl", "spamhaus", "spamcop",
        "barracuda", "reputation", "senderbase", "senderscore", "unsolicited", "suspected spam", "likely spam",
        "looks like spam", "considered spam", "classified as spam", "spam (?:message|detected|content|score|like)",
        "message (?:is|as) spam", "high.probability of spam", r"\bbulk\b", "rate limit", "too many", "throttl",
        "low reputation", "poor reputation", "sending limit", "exceeded.{0,30}(?:rate|sending)", "s3140", "s3150",
        "relay(?:ing)? (?:access )?(?:denied|not (?:allowed|permitted))", "unable to relay", "banned sending ip",
        "banned ip", r"\bip\b.{0,30}block", "sender (?:address )?(?:rejected|denied|verify|not allowed|blocked)",
        r"\b(?:client|server|host|ip|domain)\b.{0,30}(?:blocked|blacklisted|denied)", "poor standing",
        "not accepted from", "send as denied", "sendasdenied", "not yet been", "tenant", "greylist",
        "reject by behaviour spam", "absender", "expéditeur", "nadawc", "remitente", "mittente", "отправител", "спам",
        "スパム", "迷惑メール", "垃圾", "送信者", "发件人", "发信",
    )),
    # Nobody there.
    ("recipient", (

        rf"{_NO} (?:\w+ )?{_WHOM}",
        rf"{_WHOSE}(?: \S{{1,80}}){{0,6}}?[ ,:]+(?:is |was |has |does |do )?{_GONE}",
        r"doesn't have an? \S+ account", "no mailbox (?:here|by that name)", "not our customer", "recipnotfound",
        "does not exist", "user (?:unknown|doesn'?t)", "not a (?:valid|known) (?:user|recipient|mailbox)",
        "mailbox unavailable", "no longer (?:active|valid|here)",
        "(?:domain|host) (?:name )?(?:not found|does not exist|unknown)", "host or domain name not found", "nxdomain",
        "null ?mx", "unzustellbar an", "unbekannt", "existiert nicht", "empfänger", "destinataires?", "utilisateur",
        "odbiorc", "nie istnieje", "nieznany", "destinatario", "usuario", "utente", "не существует", "неизвестный",
        "получател", "destinatário", "ontvanger", "mottagare", "příjemce", "存在しない", "見つかりません", "宛先",
        "受信者", "ユーザー", "不存在", "收件人", "用户", "無此", "recipient",
    )),
)  # fmt: skip

#: What an enhanced status means where the words say nothing; * stands for any third number.
STATUS: Final[Mapping[str, str]] = {
    "1.0": "recipient", "1.1": "recipient", "1.2": "recipient", "1.3": "recipient", "1.4": "recipient",
    "1.6": "recipient", "1.10": "recipient", "1.351": "recipient", "1.7": "policy", "1.8": "policy", "1.9": "policy",
    "1.20": "policy",
    "2.0": "recipient", "2.1": "recipient", "2.2": "quota", "2.3": "size",
    "3.1": "quota", "3.4": "size",
    "0.350": "content",
    "4.1": "recipient", "4.4": "recipient",
    "6.*": "content",
    "7.20": "policy", "7.21": "policy", "7.22": "policy", "7.23": "policy", "7.24": "policy", "7.25": "policy",
    "7.26": "policy", "7.27": "policy", "7.28": "policy", "7.29": "policy", "7.30": "policy", "7.31": "policy",
    "7.32": "policy", "7.40": "policy", "7.54": "policy", "7.57": "policy", "7.60": "policy", "7.64": "policy",
    "7.509": "policy", "7.510": "policy", "7.511": "policy", "7.512": "policy", "7.515": "policy", "7.606": "policy",
    "7.705": "policy", "7.708": "policy", "7.750": "policy",
    "7.12": "recipient", "7.124": "recipient", "7.129": "recipient", "7.133": "recipient", "7.134": "recipient",
    "7.13": "recipient", "7.17": "recipient", "7.18": "recipient",
}  # fmt: skip

#: Statuses that say more than any words beside them, which may quote a help page or the person's own subject.
SURE: Final = frozenset(
    {"1.1", "1.10", "1.351", "2.2", "2.3", "3.4", "4.1", "7.25", "7.26", "7.27", "7.28", "7.509", "7.515"}
)
