# ruff: noqa: RUF001  (words of many languages look like words of others)
"""What mail programs write around quoted words, in the languages of their users: data for quoting.py.

A language is added by adding its words here. All are compared in lower case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: The verb of "On ... Ana wrote:".
WROTE: Final = (
    "wrote", "writes", "said", "schrieb", "schreibt", "geschrieben", "a écrit", "a ecrit", "écrit", "escribió",
    "escribio", "ha scritto", "scrisse", "scritto", "escreveu", "escrito", "va escriure", "schreef", "geschreven",
    "het volgende", "skrev", "skreiv", "kirjoitti", "napisał", "napisał(a)", "napisała", "napisal", "napisal(a)",
    "napísal", "napísal(a)", "napísala", "napisao", "napisala", "je napisao", "написал", "написала", "написал(а)",
    "пишет", "писал", "писал(а)", "пише", "написав", "написав(ла)", "написа", "напиша", "írta", "ezt írta",
    "a scris", "έγραψε", "yazdı", "şunu yazdı", "şunları yazdı", "đã viết", "menulis", "tulis", "escribiu",
    "escrit", "ha escrit", "pisze", "napsal", "napsal(a)", "napsala", "idatzi du", "rašė", "kirjutas", "rakstīja",
    "skrifaði", "写道", "寫道", "写到", "書きました", "のメール", "のメッセージ", "님이 작성", "작성", "님이 씀",
    "썼습니다", "เขียนว่า", "เขียน", "كتب", "כתב", "כתבה", "نوشت", "ने लिखा", "лаве", "skribis",
)  # fmt: skip

#: The words that such a line begins with.
ON: Final = (
    "on ", "am ", "le ", "el ", "il ", "em ", "op ", "den ", "på ", "dne ", "dňa ", "dnia ", "w dniu ", "w ",
    "pada ", "vào ", "tarihinde ", "la ", "în ", "in data ", "στις ", "el dia ", "a les ", "ter ", "ma ", "ti ",
    "ke ", "to ", "pe ", "su ", "on\u00a0", "dana ", "u ", "на ", "в ", "от ", "у ", "il giorno ", "no dia ",
    "a(z) ", "em seg", "lun", "mar", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "pon", "wt", "śr", "czw",
    "pt", "sob", "niedz", "pn", "вт", "ср", "чт", "пт", "сб", "вс", "пн", "lördag", "fre", "tor", "ons", "tir",
    "man", "tis", "mån", "lør", "søn", "di", "wo", "do", "vr", "za", "zo", "hétf", "kedd", "szer", "csüt", "pén",
    "szo", "vas", "στ", "τη", "em qu", "em te", "em se", "vi", "jo", "mié", "vie", "sáb", "dom", "jue", "lunes",
    "martes", "gio", "ven", "sam", "mer", "jeu", "dim",
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
    "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht", "weitergeleitete mail",
    "message d'origine", "message original", "message transféré", "message initial", "début du message transféré",
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
    "początek przekazywanej wiadomości", "wiadomość napisana", "původní zpráva", "původní e-mail",
    "přeposlaná zpráva", "začátek přeposlané zprávy", "pôvodná správa", "preposlaná správa",
    "začiatok preposlanej správy", "eredeti üzenet", "továbbított üzenet", "továbbított levél",
    "továbbított levél kezdete", "mesajul original", "mesaj original", "mesaj redirecționat", "mesaj redirectionat",
    "început mesaj redirecționat", "orijinal mesaj", "özgün ileti", "iletilen mesaj", "yönlendirilmiş ileti",
    "iletilmiş mesaj", "iletilen ileti", "исходное сообщение", "пересылаемое сообщение",
    "перенаправленное сообщение", "пересланное сообщение", "начало переадресованного сообщения",
    "начало пересланного сообщения", "вихідне повідомлення", "переслане повідомлення", "оригінальне повідомлення",
    "початок листа, що пересилається", "перенаправлене повідомлення", "original poruka", "izvorna poruka",
    "proslijeđena poruka", "preusmjerena poruka", "prosleđena poruka", "započni proslijeđenu poruku",
    "прослеђена порука", "pesan asli", "pesan terusan", "pesan diteruskan", "thư gốc", "tin nhắn gốc",
    "thư đã chuyển tiếp", "原始邮件", "原邮件", "转发的邮件", "转发邮件信息", "已转发的邮件", "原始郵件",
    "原始郵件內容", "轉寄郵件", "轉寄的郵件", "已轉寄的郵件", "元のメッセージ", "オリジナルメッセージ",
    "転送メッセージ", "転送されたメッセージ", "원본 메시지", "원본 메일", "전달된 메시지", "전달된 메일",
    "ข้อความต้นฉบับ", "αρχικό μήνυμα", "προωθημένο μήνυμα", "algne sõnum", "sākotnējais ziņojums", "pradinė žinutė",
    "الرسالة الأصلية", "הודעה מקורית", "پیام اصلی", "reply above this line", "please reply above this line",
    "write above this line",
)  # fmt: skip

#: The line that a telephone or an app puts under what was written.
SENT_FROM: Final = (
    "sent from my ", "sent from mail for ", "sent from outlook", "sent from yahoo", "sent from samsung",
    "sent from proton", "sent from typeapp", "sent from mailbird", "sent from gmail", "sent from the ",
    "sent from aol", "sent from zoho", "sent from blue", "sent from my", "sent via ", "sent using ", "sent with ",
    "sent by ", "get outlook for ", "sent on the go", "von meinem ", "von unterwegs gesendet", "gesendet von ",
    "gesendet mit ", "diese nachricht wurde von meinem ", "envoyé de mon ", "envoyé depuis ", "envoyé à partir ",
    "obtenez outlook ", "télécharger outlook", "enviado desde ", "enviado de ", "enviado do ", "enviado mediante ",
    "obtener outlook", "obter o outlook", "inviato da ", "inviato dal ", "ottieni outlook", "scarica outlook",
    "verzonden vanaf ", "verstuurd vanaf ", "verzonden met ", "outlook voor ", "skickat från ", "skaffa outlook",
    "sendt fra ", "få outlook", "hent outlook", "lähetetty ", "hanki outlook", "wysłane z ", "wysłano z ",
    "pobierz outlook", "uzyskaj outlook", "odesláno z ", "získat outlook", "odoslané z ", "küldve ",
    "az iphone-omról", "trimis de pe ", "iphone'umdan ", "iphone'dan ", "ipad'imden ", "отправлено с ",
    "отправлено из ", "надіслано з ", "στάλθηκε από ", "poslano s ", "dikirim dari ", "được gửi từ ", "gửi từ ",
    "发自我的", "发自 ", "從我的 ", "從我的", "来自我的", "iphoneから送信", "ipadから送信", "나의 iphone에서",
    "내 iphone에서", "ส่งจาก", "נשלח מ", "أرسلت من", "مرسل من",
)  # fmt: skip
