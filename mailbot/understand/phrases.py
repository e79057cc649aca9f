# ruff: noqa: RUF001  (words of many languages look like words of others)
"""What mail programs write around quoted words, in the languages of their users: data for quoting.py.

A language is added by adding its words here. All are compared in lower case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: The verb of "On ... Ana wrote:".
WROTE: Final = (
    "wrote", "writes", "has written", "said", "replied", "schrieb", "schreibt", "geschrieben", "folgendes geschrieben",
    "a écrit", "a ecrit", "écrit", "a répondu", "escribió", "escribio", "ha escrito", "ha scritto", "scrisse",
    "scritto", "escreveu", "escrito", "va escriure", "schreef", "geschreven", "het volgende", "skrev", "skreiv",
    "kirjoitti", "napisał", "napisał(a)", "napisała", "napisal", "napisal(a)", "pisze", "napísal", "napísal(a)",
    "napísala", "napsal", "napsal(a)", "napsala", "napisao", "napisala", "je napisao", "napisao je", "je pisao",
    "napisao/la", "je napisao/la", "napisal/a", "написал", "написала", "написал(а)", "пишет", "писал", "писал(а)",
    "писала", "пише", "написав", "написав(ла)", "написав(-ла)", "пишуть", "написа", "напиша", "је написао",
    "је написао/ла", "је написала", "írta", "ezt írta", "írt", "a scris", "έγραψε", "yazdı", "şunu yazdı",
    "şunları yazdı", "đã viết", "viết", "menulis", "tulis", "escribiu", "escrit", "ha escrit", "idatzi du",
    "idatzi zuen", "rašė", "parašė", "kirjutas", "kirjutas kasutaja", "rakstīja", "skrifaði", "skribis", "scríobh",
    "ysgrifennodd", "shkroi", "scrièc", "sgrìobh", "ka shkruar", "yazıb", "жазды", "напісаў", "лаве", "写道", "寫道",
    "写到", "書きました", "書いた", "のメール", "のメッセージ", "님이 작성", "작성", "님이 씀", "썼습니다", "เขียนว่า",
    "เขียน", "كتب", "كتبت", "تمت كتابة ما يلي", "כתב", "כתבה", "כתב/ה", "מאת", "نوشت", "نوشته", "لکھا", "ने लिखा",
    "लिखा", "লিখেছেন", "எழுதியது", "დაწერა", "գրել է",
)  # fmt: skip

#: The words that such a line begins with; a number must follow.
ON: Final = (
    "on", "at", "am", "le", "el", "il", "em", "op", "den", "på", "dne", "dňa", "dnia", "w dniu", "w", "pada",
    "pada tanggal", "vào", "vào lúc", "tarihinde", "la", "în", "în data", "in data", "στις", "el dia", "a les", "ter",
    "ma", "dana", "u", "на", "в", "от", "у", "il giorno", "no dia", "em seg", "a(z)", "o", "ob", "v", "kuupäev",
    "þann", "missatge de", "dia", "el día", "data", "dato", "datum", "вы писали", "you wrote", "в сообщении",
    "в письме от", "ngày", "เมื่อ", "ใน", "في", "بتاريخ", "در", "در تاریخ", "בתאריך", "ב-", "ביום", "在", "於", "于",
    "igorlea", "ar", "ag", "me", "më", "на дату", "дана", "dina",
)  # fmt: skip

#: How the names of days begin; some programs begin such a line with the day.
DAYS: Final = (
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "mo", "di", "mi", "do", "fr", "sa", "so", "lun", "mar", "mer",
    "jeu", "ven", "sam", "dim", "lunes", "martes", "mié", "jue", "vie", "sáb", "dom", "gio", "seg", "ter", "qua",
    "qui", "sex", "ma", "wo", "vr", "za", "zo", "mån", "tis", "ons", "tor", "tors", "fre", "lör", "sön", "man", "tir",
    "lør", "søn", "ti", "ke", "to", "pe", "la", "su", "pon", "wt", "śr", "czw", "pt", "sob", "niedz", "pn", "pią",
    "wto", "śro", "po", "út", "st", "čt", "pá", "ne", "ut", "št", "pi", "hétf", "kedd", "szer", "csüt", "pén", "szo",
    "vas", "joi", "vin", "mie", "sâm", "dum", "pzt", "sal", "çar", "per", "cum", "cmt", "paz", "пн", "вт", "ср", "чт",
    "пт", "сб", "вс", "нд", "пон", "вто", "сре", "чет", "пет", "съб", "нед", "дел", "δευ", "τρί", "τετ", "πέμ", "παρ",
    "σάβ", "κυρ", "uto", "sri", "čet", "pet", "sub", "ned", "sre", "dl", "dt", "dc", "dj", "dv", "ds", "dg", "sen",
    "sel", "rab", "kam", "jum", "sab", "min", "th", "cn", "pirm", "otr", "treš", "cet", "piekt", "sest", "svēt",
    "antr", "treč", "ketv", "penkt", "šešt", "sekm", "fös", "lau", "þri", "mið", "fim", "शुक्र", "सोम", "मंगल", "बुध",
    "गुरु", "शनि", "रवि", "週", "周", "星期",
)  # fmt: skip

#: The labels of the header that Outlook and others put above quoted words: label -> which field it is.
LABELS: Final[Mapping[str, str]] = {
    label: field
    for field, labels in {
        "from": "from|von|de|da|od|van|från|fra|lähettäjä|kimden|gönderen|от|від|ад|feladó|expediteur|expéditeur|"
        "remitente|mittente|remetente|afzender|avsändare|avsender|afsender|odesílatel|odosielateľ|nadawca|"
        "отправитель|відправник|de la|expeditor|από|αποστολέας|prima|šalje|pošiljatelj|dari|từ|người gửi|发件人|"
        "寄件者|寄件人|差出人|送信者|送信元|보낸 사람|보낸사람|จาก|من|מאת|از|nuo|no|saatja|kellegi|frá|da parte di|"
        "envoyé par",
        "date": "sent|date|message du|gesendet|gesendet am|datum|envoyé|envoyé le|date d'envoi|enviado|enviado el|"
        "enviada|enviada em|fecha|data|data d'enviament|inviato|data di invio|verzonden|verzonden op|skickat|sendt|"
        "lähetetty|päivämäärä|päiväys|wysłano|wysłane|odesláno|odoslané|dátum|elküldve|trimis|dată|data trimiterii|"
        "gönderildi|tarih|gönderme tarihi|отправлено|дата|надіслано|изпратено|dato|στάλθηκε|ημερομηνία|poslano|"
        "datum slanja|dikirim|tanggal|đã gửi|ngày|发送时间|发送日期|日期|時間|寄件日期|傳送時間|日付|送信日時|日時|"
        "보낸 날짜|날짜|ส่ง|วันที่|تاريخ|التاريخ|تم الإرسال|נשלח|תאריך|تاریخ|saadetud|kuupäev|nosūtīts|datums|"
        "išsiųsta|dagsetning|enviat",
        "to": "to|an|à|a|para|pour|aan|till|til|komu|do|dla|k|alıcı|kime|кому|до|címzett|catre|către|la|προς|za|"
        "prima|primatelj|kepada|đến|tới|người nhận|收件人|收件者|宛先|送信先|받는 사람|받는사람|ถึง|إلى|אל|به|"
        "destinataire|destinatario|destinatário|vastaanottaja|kenelle|mottagare|empfänger|odbiorca|примач|"
        "получатель|per a|per|adresat|príjemca|adresát|kam|kas|saaja|vast|naar",
        "cc": "cc|kopie|copie|copie à|copia|copia per|cópia|kopia|kopi|kopio|kópia|másolat|копия|копія|копие|bilgi|"
        "抄送|副本|참조|สำเนา|نسخة|עותק|κοιν|κοινοποίηση|kk|dw|do wiadomości|kopija|bcc|tembusan|ccn|copie carbon",
        "subject": "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|aihe|otsikko|temat|předmět|"
        "predmet|тема|tárgy|subiect|konu|θέμα|naslov|subjek|perihal|judul|chủ đề|tiêu đề|主题|主旨|标题|主題|件名|"
        "제목|หัวข้อ|เรื่อง|الموضوع|נושא|موضوع|assumpte|teema|tēma|efni|sujet|относно",
        "reply-to": "reply-to|antwort an|répondre à|responder a|rispondi a|odpowiedź do|antwoord aan|svara till|"
        "svar til",
        "attachments": "attachments|anlagen|pièces jointes|archivos adjuntos|allegati|anexos|bijlagen|załączniki|"
        "importance|priority|wichtigkeit",
    }.items()
    for label in labels.split("|")
}

#: What stands between dashes, or alone, above quoted or forwarded words.
SEPARATORS: Final = (
    "original message", "forwarded message", "begin forwarded message", "reply message", "original appointment",
    "ursprüngliche nachricht", "ursprungsnachricht", "originalnachricht", "original-nachricht",
    "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht", "weitergeleitete mail", "message d'origine",
    "message original", "message transféré", "message initial", "début du message transféré",
    "début du message réexpédié", "mensaje original", "mensaje reenviado", "inicio del mensaje reenviado",
    "messaggio originale", "messaggio inoltrato", "inizio messaggio inoltrato", "mensagem original",
    "mensagem encaminhada", "mensagem reencaminhada", "início da mensagem encaminhada",
    "início da mensagem reencaminhada", "missatge original", "missatge reenviat", "oorspronkelijk bericht",
    "oorspronkelijke bericht", "origineel bericht", "doorgestuurd bericht", "begin doorgestuurd bericht",
    "ursprungligt meddelande", "originalmeddelande", "vidarebefordrat meddelande", "vidarebefordrat mejl",
    "vidarebefordrat brev", "opprinnelig melding", "original melding", "videresendt melding", "videresendt e-post",
    "oprindelig meddelelse", "original meddelelse", "videresendt meddelelse", "videresendt besked",
    "start på videresendt besked", "alkuperäinen viesti", "välitetty viesti", "edelleenlähetetty viesti",
    "välitetty viesti alkaa", "wiadomość oryginalna", "oryginalna wiadomość", "treść oryginalnej wiadomości",
    "treść przekazanej wiadomości", "wiadomość przekazana", "przekazana wiadomość",
    "początek przekazywanej wiadomości", "wiadomość napisana", "původní zpráva", "původní e-mail", "přeposlaná zpráva",
    "začátek přeposlané zprávy", "pôvodná správa", "preposlaná správa", "začiatok preposlanej správy",
    "eredeti üzenet", "továbbított üzenet", "továbbított levél", "továbbított levél kezdete", "mesajul original",
    "mesaj original", "mesaj redirecționat", "mesaj redirectionat", "început mesaj redirecționat", "orijinal mesaj",
    "özgün ileti", "iletilen mesaj", "yönlendirilmiş ileti", "iletilmiş mesaj", "iletilen ileti", "исходное сообщение",
    "пересылаемое сообщение", "перенаправленное сообщение", "пересланное сообщение",
    "начало переадресованного сообщения", "начало пересланного сообщения", "вихідне повідомлення",
    "переслане повідомлення", "оригінальне повідомлення", "початок листа, що пересилається",
    "перенаправлене повідомлення", "original poruka", "izvorna poruka", "proslijeđena poruka", "preusmjerena poruka",
    "prosleđena poruka", "započni proslijeđenu poruku", "прослеђена порука", "pesan asli", "pesan terusan",
    "pesan diteruskan", "thư gốc", "tin nhắn gốc", "thư đã chuyển tiếp", "原始邮件", "原邮件", "转发的邮件",
    "转发邮件信息", "已转发的邮件", "原始郵件", "原始郵件內容", "轉寄郵件", "轉寄的郵件", "已轉寄的郵件",
    "元のメッセージ", "オリジナルメッセージ", "転送メッセージ", "転送されたメッセージ", "원본 메시지", "원본 메일",
    "전달된 메시지", "전달된 메일", "ข้อความต้นฉบับ", "αρχικό μήνυμα", "προωθημένο μήνυμα", "algne sõnum",
    "sākotnējais ziņojums", "pradinė žinutė", "الرسالة الأصلية", "הודעה מקורית", "پیام اصلی", "reply above this line",
    "please reply above this line", "write above this line",
)  # fmt: skip

#: Words for "mail" or "message" in the titles that stand between dashes above quoted words.
MAIL: Final = (
    "message", "messages", "mail", "e-mail", "email", "nachricht", "originalnachricht", "antwort", "mensaje", "correo",
    "messaggio", "mensagem", "missatge", "bericht", "meddelande", "mejl", "melding", "meddelelse", "besked", "viesti",
    "sähköposti", "wiadomość", "wiadomości", "zpráva", "správa", "üzenet", "levél", "mesaj", "mesajul", "ileti",
    "mesajı", "iletisi", "сообщение", "сообщения", "письмо", "повідомлення", "лист", "съобщение", "писмо", "μήνυμα",
    "poruka", "порука", "sporočilo", "pesan", "mesej", "thư", "tin nhắn", "kiri", "sõnum", "ziņojums", "vēstule",
    "žinutė", "laiškas", "skilaboð", "mezua", "邮件", "郵件", "メッセージ", "メール", "메시지", "메일", "ข้อความ",
    "رسالة", "הודעה", "پیام", "संदेश",
)  # fmt: skip
