# ruff: noqa: RUF001  (words of many languages look like words of others)
"""What mail programs, telephones and companies put under, or above, what somebody wrote: data for quoting_end.py.

A language is added by adding its words here. All are compared in lower case.
"""

from __future__ import annotations

from typing import Final

#: The line that a telephone or an app puts under what was written.
SENT_FROM: Final = (
    "sent from my ", "sent from mail for ", "sent from outlook", "sent from yahoo", "sent from samsung",
    "sent from proton", "sent from typeapp", "sent from mailbird", "sent from gmail", "sent from the ",
    "sent from aol", "sent from zoho", "sent from blue", "sent from my", "sent via ", "sent using ", "sent with ",
    "sent by ", "get outlook for ", "get bluemail for ", "sent on the go", "sent from spark", "sent from canary",
    "sent from fastmail", "sent from hey", "sent from tutanota", "sent from tuta", "sent from edison",
    "sent from airmail", "sent from polymail", "sent from nine", "sent from boxer", "sent from front",
    "sent from superhuman", "sent from newton", "sent from a mobile", "sent from mobile", "secured with tuta",
    "securely sent with", "von meinem ", "von unterwegs gesendet", "gesendet von ", "gesendet mit ", "gesendet über ",
    "diese nachricht wurde von meinem ", "outlook für ", "holen sie sich outlook", "laden sie outlook",
    "envoyé de mon ", "envoyé depuis ", "envoyé à partir ", "envoyé avec ", "obtenez outlook ", "télécharger outlook",
    "télécharger bluemail", "provenance : courrier", "enviado desde ", "enviado de ", "enviado do ",
    "enviado a partir ", "enviado mediante ", "enviado con ", "enviado com ", "enviado através ", "enviado por ",
    "obtener outlook", "obtén outlook", "obter o outlook", "obtenha o outlook", "inviato da ", "inviato dal ",
    "inviato con ", "ottieni outlook", "scarica outlook", "verzonden vanaf ", "verstuurd vanaf ", "verzonden met ",
    "verzonden via ", "outlook voor ", "download outlook", "skickat från ", "skaffa outlook", "hämta outlook",
    "sendt fra ", "sendt med ", "få outlook", "hent outlook", "last ned outlook", "lähetetty ", "hanki outlook",
    "wysłane z ", "wysłano z ", "wysłane przy użyciu ", "pobierz outlook", "pobierz aplikację outlook",
    "uzyskaj outlook", "odesláno z ", "odesláno pomocí ", "získat outlook", "stáhněte si outlook", "odoslané z ",
    "odoslané zo ", "získajte outlook", "küldve ", "az iphone-omról", "elküldve ", "trimis de pe ", "trimis din ",
    "obțineți outlook", "iphone'umdan ", "iphone'dan ", "ipad'imden ", "android için outlook", "ios için outlook",
    "samsung cihazımdan", "отправлено с ", "отправлено из ", "отправлено через ", "послано с ", "надіслано з ",
    "надіслано зі ", "изпратено от ", "στάλθηκε από ", "αποκτήστε το outlook", "poslano s ", "poslano sa ",
    "poslano iz ", "poslato sa ", "послато са ", "enviat des de ", "enviat des del ", "dikirim dari ",
    "dihantar dari ", "dapatkan outlook", "được gửi từ ", "đã gửi từ ", "gửi từ ", "saadetud minu ", "saadetud ",
    "nosūtīts no ", "išsiųsta iš ", "sent úr ", "nire iphone", "发自我的", "发自 ", "从我的", "發自我的", "從我的",
    "來自我的", "来自我的", "获取 outlook", "取得 outlook", "iphoneから送信", "ipadから送信", "outlook for android",
    "outlook for ios", "나의 iphone에서", "내 iphone에서", "나의 ipad에서", "ส่งจาก", "נשלח מ", "أرسلت من", "مرسل من",
    "تم الإرسال من", "ارسال شده از", "मेरे iphone से",
)  # fmt: skip
#: How such a line ends where the verb comes last.
SENT_FROM_ENDS: Final = ("から送信", "에서 보냄", "tarafından gönderildi", "से भेजा गया")

#: The words before somebody's name at the end of a letter.
CLOSINGS: Final = (
    "best regards", "kind regards", "warm regards", "regards", "best wishes", "best", "all the best", "many thanks",
    "thanks", "thank you", "thanks in advance", "cheers", "sincerely", "yours sincerely", "yours truly", "yours",
    "respectfully", "cordially", "with kind regards", "with best regards", "thanks and regards", "thanks & regards",
    "mit freundlichen grüßen", "mit freundlichen grüssen", "mit freundlichem gruß", "freundliche grüße",
    "freundliche grüsse", "viele grüße", "viele grüsse", "liebe grüße", "beste grüße", "herzliche grüße",
    "schöne grüße", "gruß", "grüße", "mfg", "danke", "vielen dank", "cordialement", "bien cordialement", "bien à vous",
    "bien à toi", "salutations", "meilleures salutations", "sincères salutations", "merci", "merci d'avance",
    "amicalement", "saludos", "un saludo", "saludos cordiales", "atentamente", "gracias", "muchas gracias",
    "cordiali saluti", "distinti saluti", "saluti", "un saluto", "grazie", "a presto", "cumprimentos",
    "atenciosamente", "obrigado", "obrigada", "abraços", "abraço", "melhores cumprimentos", "met vriendelijke groet",
    "met vriendelijke groeten", "vriendelijke groet", "groeten", "groet", "mvg", "bedankt", "med vänliga hälsningar",
    "vänliga hälsningar", "med vänlig hälsning", "vänligen", "hälsningar", "mvh", "tack", "med venlig hilsen",
    "venlig hilsen", "mange hilsner", "hilsen", "med vennlig hilsen", "vennlig hilsen", "takk", "tak",
    "ystävällisin terveisin", "terveisin", "kiitos", "pozdrawiam", "pozdrawiam serdecznie", "z poważaniem",
    "serdecznie pozdrawiam", "dziękuję", "z wyrazami szacunku", "s pozdravem", "s přátelským pozdravem", "děkuji",
    "zdravím", "s pozdravom", "ďakujem", "üdvözlettel", "tisztelettel", "köszönöm", "cu stimă", "cu respect",
    "mulțumesc", "toate cele bune", "saygılarımla", "iyi çalışmalar", "teşekkürler", "selamlar", "с уважением",
    "с наилучшими пожеланиями", "спасибо", "всего доброго", "з повагою", "дякую", "поздрави", "с уважение",
    "με εκτίμηση", "ευχαριστώ", "φιλικά", "srdačan pozdrav", "lijep pozdrav", "s poštovanjem", "hvala", "lep pozdrav",
    "lp", "salutacions", "atentament", "gràcies", "salam", "salam hormat", "hormat saya", "terima kasih", "trân trọng",
    "cảm ơn", "parimate soovidega", "lugupidamisega", "tänan", "ar cieņu", "paldies", "pagarbiai", "ačiū", "kveðja",
    "bestu kveðjur", "takk fyrir", "よろしくお願いします", "よろしくお願いいたします", "以上", "敬具", "此致", "谢谢",
    "謝謝", "祝好", "감사합니다", "ขอบคุณ", "ขอแสดงความนับถือ", "תודה", "בברכה", "شكرا", "مع أطيب التحيات", "با احترام",
    "با تشکر",
)  # fmt: skip

#: What stands in the small print of companies, in four groups: a paragraph that has three of them is small print.
SMALL_PRINT: Final = (
    (  # that it is secret
        "confidential", "privileged", "vertraulich", "confidentiel", "confidencial", "riservat", "confidenziali",
        "vertrouwelijk", "konfidentiell", "fortrolig", "luottamuksell", "poufn", "důvěrn", "dôvern", "bizalmas",
        "confidențial", "gizli", "конфиденциальн", "конфіденційн", "поверителн", "εμπιστευτικ", "povjerljiv",
        "rahasia", "bảo mật", "機密", "机密", "保密", "기밀", "סודי", "سري", "geschützt",
    ),
    (  # for whom it is
        "recipient", "addressee", "intended for", "empfänger", "adressat", "destinataire", "destinatari", "destinatár",
        "geadresseerde", "ontvanger", "mottagar", "modtager", "mottaker", "vastaanottaja", "adresat", "adresát",
        "odbiorc", "příjemc", "príjemc", "címzett", "destinatar", "alıcı", "получател", "адресат", "одержувач",
        "παραλήπτη", "primatelj", "penerima", "người nhận", "受信者", "收件人", "收件者", "수신자", "נמען", "المستلم",
    ),
    (  # that somebody may have got it by mistake, or may not use it
        "in error", "by mistake", "not the intended", "unauthorised", "unauthorized", "prohibited", "irrtümlich",
        "versehentlich", "unbefugt", "nicht der richtige", "par erreur", "interdit", "por error", "prohibid",
        "per errore", "vietat", "por engano", "por erro", "proibid", "bij vergissing", "per abuis", "niet toegestaan",
        "ten onrechte", "av misstag", "ved en fejl", "ved en feil", "vahingossa", "pomyłk", "omyłk", "zabronion",
        "omylem", "omylom", "tévedés", "din greșeală", "yanlışlıkla", "ошибк", "ошибочно", "помилк", "грешка", "λάθος",
        "greškom", "kesalahan", "nhầm", "誤って", "误", "誤", "잘못", "בטעות", "خطأ",
    ),
    (  # what to do then
        "delete", "destroy", "notify", "lösch", "vernicht", "informieren", "supprim", "détrui", "avertir", "elimin",
        "destru", "notifi", "cancell", "distrugg", "apag", "apague", "verwijder", "vernietig", "radera", "slet",
        "poista", "usun", "usuń", "zniszcz", "smaž", "zmaž", "vymaž", "törölj", "șterge", "siliniz", "silin", "удал",
        "видал", "изтри", "διαγρά", "izbriši", "hapus", "xóa", "削除", "删除", "刪除", "삭제", "מחק", "حذف",
    ),
)  # fmt: skip
#: Small print that is known by one phrase.
ADVERTS: Final = (
    "consider the environment before printing", "before printing this e-mail", "before printing this email",
    "think before you print", "this email has been checked for viruses", "this e-mail has been checked for viruses",
    "virus-free. www", "virenfrei. www", "garanti sans virus. www", "libre de virus. www", "privo di virus. www",
    "livre de vírus", "virusvrij. www", "wolny od wirusów. www", "без вирусов. www", "diese e-mail wurde von avast",
    "cet e-mail a été vérifié", "wiadomość została sprawdzona", "scanned by mailscanner", "scanned for viruses",
    "bitte prüfen sie, ob diese mail", "denken sie an die umwelt", "pensez à l'environnement", "pensez environnement",
    "piense en el medio ambiente", "pense no meio ambiente", "rispetta l'ambiente", "denk aan het milieu",
    "tänk på miljön", "pomyśl o środowisku", "do you yahoo!?", "get your free email", "find out more about our terms",
)  # fmt: skip
#: What list servers put under each mail.
LIST_FOOTERS: Final = (
    "mailing list", "unsubscribe", "listinfo", "you received this message because you are subscribed",
    "you are receiving this because", "to view this discussion", "mailingliste", "abmelden", "désabonner",
    "liste de diffusion", "darse de baja", "lista de correo", "disiscriver", "lijst afmelden", "lista dyskusyjna",
    "wypisać się", "отписаться",
)  # fmt: skip
#: What a company's mail server puts above each mail that comes from outside.
BANNERS: Final = (
    "originated from outside", "originates from outside", "came from outside", "sent from outside", "external email",
    "external sender", "external e-mail", "you don't often get email from", "some people who received this message",
    "von außerhalb", "externe e-mail", "expéditeur externe", "provient de l'extérieur", "correo externo",
    "remitente externo", "mittente esterno", "externe afzender", "spoza organizacji", "nadawca zewnętrzny",
    "sie erhalten nicht oft e-mails von", "vous n'obtenez pas souvent", "no suele recibir correo",
)  # fmt: skip
#: How that begins.
WARNINGS: Final = (
    "caution", "warning", "external", "extern", "attention", "alert", "notice", "achtung", "vorsicht", "warnung",
    "avertissement", "cuidado", "atención", "advertencia", "atenção", "attenzione", "avviso", "uwaga", "ostrzeżenie",
    "let op", "waarschuwing", "varning", "advarsel", "varoitus", "pozor", "figyelem", "atenție", "dikkat", "внимание",
    "увага", "you don't often", "some people who", "sie erhalten nicht", "vous n'obtenez", "no suele recibir",
)  # fmt: skip
