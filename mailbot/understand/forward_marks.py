"""What programs write around an older mail beside the words of forward_words.py. All are compared in lower case."""

from __future__ import annotations

from typing import Final

#: What stands above a mail that is passed on or answered alike: only the subject tells which.
EITHER: Final = (
    "original message", "original email", "original e-mail", "original mail", "ursprüngliche nachricht",
    "ursprungsnachricht", "originalnachricht", "original-nachricht", "message d'origine", "message original",
    "message initial", "mensaje original", "messaggio originale", "mensagem original", "missatge original",
    "oorspronkelijk bericht", "oorspronkelijke bericht", "origineel bericht", "ursprungligt meddelande",
    "originalmeddelande", "opprinnelig melding", "original melding", "oprindelig meddelelse", "original meddelelse",
    "alkuperäinen viesti", "wiadomość oryginalna", "oryginalna wiadomość", "treść oryginalnej wiadomości",
    "původní zpráva", "původní e-mail", "pôvodná správa", "eredeti üzenet", "mesajul original", "mesaj original",
    "orijinal mesaj", "özgün ileti", "исходное сообщение", "вихідне повідомлення", "оригінальне повідомлення",
    "оригинално съобщение", "original poruka", "izvorna poruka", "izvirno sporočilo", "pesan asli", "mesej asal",
    "thư gốc", "原始邮件", "原邮件", "原始郵件", "原始郵件內容", "元のメッセージ", "オリジナルメッセージ",
    "원본 메시지", "원본 메일", "ข้อความต้นฉบับ", "αρχικό μήνυμα", "algne sõnum", "sākotnējais ziņojums",
    "pradinis laiškas",
    "upprunalegt skeyti", "الرسالة الأصلية", "הודעה מקורית", "پیام اصلی", "मूल संदेश",
)  # fmt: skip

#: What programs write below it.
ENDS: Final = (
    "end forwarded message", "end of forwarded message", "end of message", "end forwarded text",
    "ende der weitergeleiteten nachricht",
    "fin du message transféré", "fin del mensaje reenviado", "fine messaggio inoltrato", "fim da mensagem encaminhada",
    "einde doorgestuurd bericht", "koniec przekazanej wiadomości", "koniec wiadomości przekazanej",
    "конец пересылаемого сообщения", "конец пересланного сообщения", "конец перенаправленного сообщения",
)  # fmt: skip

#: Labels of a header that say nothing that is kept.
OTHERS: Final = frozenset({
    "adjuntos", "allegati", "anexos", "anhänge", "anlagen", "antwoord aan", "antwort an", "archivos adjuntos",
    "attachment", "attachments", "bijlagen", "bilagor", "categories", "content-transfer-encoding", "content-type",
    "delivered-to", "delivery-date", "envelope-to", "flag status", "follow up flag", "importance", "in-reply-to",
    "kategorien", "mailed-by", "mailing list", "mailing-list", "mellékletek", "message-id", "mime-version",
    "newsgroups", "odpowiedź do", "organisation", "organization", "pièces jointes", "priority", "priorität",
    "přílohy", "references", "reply-to", "resent-cc", "resent-date", "resent-from", "resent-message-id",
    "resent-to", "responder a", "return-path", "rispondi a", "répondre à", "security", "sensitivity", "signed by",
    "svar til", "svara till", "user-agent", "vastausosoite", "wichtigkeit", "x-mailer", "załączniki", "вложения",
})  # fmt: skip

#: What is put before the subject of an answer. VS is an answer in Finnish and a forward in Danish: it says nothing.
ANSWERS: Final = (
    "re", "aw", "antw", "antwort", "sv", "svar", "rif", "r", "ref", "res", "resp", "ynt", "yan", "odp", "odg", "vá",
    "vál", "bls", "ang", "atb", "ats", "na", "απ", "σχετ", "отв", "ответ", "відп", "回复", "回覆", "答复", "答覆",
    "返信", "답장", "회신", "تعقيب", "رد", "תגובה", "השב", "ตอบ", "ตอบกลับ", "trl", "bal", "hnut",
)  # fmt: skip
