# ruff: noqa: RUF001  (words of many languages look like words of others)
"""What mail programs write above a mail that is passed on, in the languages of their users: data for forward.py.

A language is added by adding its lines: the labels of From, Date, To, Cc and Subject, the mark that stands above the
mail that is passed on, and the prefix of its subject. All are compared in lower case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from mailbot.understand.forward_marks import ANSWERS

#: language -> its words, each group behind its name
LANGUAGES: Final[Mapping[str, str]] = {
    "en": """
        from: from, sender | date: date, sent, sent at, sent on | to: to | cc: cc, bcc | subject: subject
        mark: forwarded message, begin forwarded message, start of forwarded message, forwarded mail
        mark: forwarded email, forwarded e-mail, forwarded letter, forwarded by, forwarded conversation
        mark: forwarded message from, begin forwarded text, forwarded text | prefix: fw, fwd, forward, forwarded
    """,
    "de": """
        from: von, absender | date: gesendet, gesendet am, datum, gesendet um | to: an, empfänger
        cc: cc, kopie, kopie (cc), kopie an, bcc | subject: betreff
        mark: weitergeleitete nachricht, anfang der weitergeleiteten nachricht, weitergeleitete mail
        mark: weitergeleitete e-mail, beginn der weitergeleiteten nachricht, beginn der weitergeleiteten e-mail
        prefix: wg
    """,
    "fr": """
        from: de, expéditeur, envoyé par | date: envoyé, envoyé le, date, date d'envoi | to: à, pour, destinataire
        cc: cc, copie à, copie | subject: objet, sujet
        mark: message transféré, début du message transféré, début du message réexpédié, message transmis
        mark: courriel transféré, message réexpédié, mail transféré, e-mail transféré | prefix: tr
    """,
    "es": """
        from: de, remitente | date: enviado, enviado el, fecha, enviado a las | to: para, a, destinatario
        cc: cc, copia, con copia | subject: asunto
        mark: mensaje reenviado, inicio del mensaje reenviado, inicio de mensaje reenviado, correo reenviado
        prefix: rv, reenv
    """,
    "pt": """
        from: de, remetente | date: enviado, enviada, enviado em, enviada em, data | to: para, destinatário, a
        cc: cc, c/c, cópia | subject: assunto
        mark: mensagem encaminhada, mensagem reencaminhada, início da mensagem encaminhada
        mark: início da mensagem reencaminhada, e-mail encaminhado | prefix: enc, encaminhada, fwd
    """,
    "it": """
        from: da, mittente, da parte di | date: inviato, data, data di invio, data invio | to: a, per, destinatario
        cc: cc, ccn, copia, copia per | subject: oggetto
        mark: messaggio inoltrato, inizio messaggio inoltrato, messaggio inoltrato da, e-mail inoltrata
        prefix: i, inoltra
    """,
    "ca": """
        from: de, remitent | date: enviat, enviat el, data, data d'enviament | to: per a, a, per | cc: cc, a/c
        subject: assumpte, tema | mark: missatge reenviat, inici del missatge reenviat, comença el missatge reenviat
        prefix: rv, reenv
    """,
    "gl": """
        from: de, remitente | date: enviado, data | to: para, a | cc: cc | subject: asunto
        mark: mensaxe reenviada, mensaxe remitida | prefix: rv
    """,
    "eu": """
        from: nork, nondik | date: bidaltze-data, data, bidalia | to: nori | cc: cc | subject: gaia
        mark: birbidalitako mezua, hasi birbidalitako mezua | prefix: birbidali
    """,
    "nl": """
        from: van, afzender | date: verzonden, verzonden op, datum, verstuurd | to: aan, ontvanger | cc: cc, kopie
        subject: onderwerp
        mark: doorgestuurd bericht, begin doorgestuurd bericht, doorgestuurde e-mail, doorgestuurde mail
        prefix: doorst, fw
    """,
    "sv": """
        from: från, avsändare | date: skickat, datum | to: till, mottagare | cc: kopia, cc | subject: ämne
        mark: vidarebefordrat meddelande, vidarebefordrat mejl, vidarebefordrat brev, vidarebefordrad e-post
        mark: vidarebefordrat e-postmeddelande, påbörja vidarebefordrat meddelande | prefix: vb, vidarebefordrat
    """,
    "da": """
        from: fra, afsender | date: sendt, dato | to: til, modtager | cc: cc, kopi | subject: emne
        mark: videresendt meddelelse, videresendt besked, start på videresendt besked, videresendt e-mail
        mark: start på videresendt meddelelse | prefix: videresendt, vb
    """,
    "no": """
        from: fra, avsender | date: sendt, dato | to: til, mottaker | cc: kopi, cc | subject: emne
        mark: videresendt melding, videresendt e-post, videresendt e-melding, start på videresendt melding
        mark: vidaresend melding, begynnelse på videresendt melding, videresendt beskjed
        prefix: videresend, videresendt
    """,
    "fi": """
        from: lähettäjä | date: lähetetty, päivämäärä, päiväys, pvm | to: vastaanottaja, kenelle | cc: kopio, cc
        subject: aihe, otsikko
        mark: välitetty viesti, edelleenlähetetty viesti, välitetty viesti alkaa, edelleen lähetetty viesti
        mark: välitetty sähköposti | prefix: vl, edelleen, vä
    """,
    "is": """
        from: frá | date: sent, dagsetning, dags | to: til | cc: afrit, cc | subject: efni
        mark: framsent skeyti, áframsent skeyti, áframsendur póstur | prefix: áfr, framsent
    """,
    "et": """
        from: saatja, kellelt | date: saadetud, saatmisaeg, kuupäev, saatmise kuupäev
        to: saaja, adressaat, kellele | cc: koopia, cc | subject: teema
        mark: edastatud kiri, edastatud sõnum, edasisaadetud kiri, algus edastatud sõnum | prefix: edasi
    """,
    "lv": """
        from: no, sūtītājs | date: nosūtīts, datums, sūtīts | to: kam, adresāts | cc: kopija, cc
        subject: tēma, temats | mark: pārsūtīts ziņojums, pārsūtītais ziņojums, pārsūtīta vēstule
        prefix: pārsūt, pārs
    """,
    "lt": """
        from: nuo, siuntėjas | date: išsiųsta, data, siųsta | to: kam, iki, gavėjas, skirta | cc: kopija, cc
        subject: tema | mark: persiųstas laiškas, persiunčiamas laiškas, persiųsta žinutė, persiųstas pranešimas
        prefix: persiunčiama
    """,
    "pl": """
        from: od, nadawca | date: wysłano, wysłane, data, data wysłania | to: do, adresat
        cc: dw, do wiadomości, kopia, cc, udw | subject: temat
        mark: wiadomość przekazana, przekazana wiadomość, wiadomość przesłana dalej, treść przekazanej wiadomości
        mark: początek przekazywanej wiadomości, początek przekazanej wiadomości, przesłana dalej wiadomość
        mark: przekazywana wiadomość, wiadomość przekazywana dalej, forwardowana wiadomość
        prefix: pd, przekaz, podaj dalej
    """,
    "cs": """
        from: od, odesílatel | date: odesláno, datum | to: komu, příjemce | cc: kopie, cc | subject: předmět, věc
        mark: přeposlaná zpráva, začátek přeposílané zprávy, začátek přeposlané zprávy, předaná zpráva
        mark: přeposlaný e-mail, přeposlaný email, přesměrovaná zpráva | prefix: fw, přep, předáno, přeposláno
    """,
    "sk": """
        from: od, odosielateľ | date: odoslané, dátum, dátum odoslania | to: komu, pre, príjemca, adresát
        cc: kópia, cc, kópie | subject: predmet, vec
        mark: preposlaná správa, začiatok preposlanej správy, začiatok preposlaného e-mailu, preposlaný e-mail
        mark: začiatok preposielanej správy | prefix: fw, prep, preposlané
    """,
    "hu": """
        from: feladó, küldő | date: elküldve, dátum, küldve, küldés ideje, küldés dátuma, időpont
        to: címzett, címzettek, kapja | cc: másolat, másolatot kap, cc | subject: tárgy
        mark: továbbított üzenet, továbbított levél, továbbított levél kezdete, továbbított üzenet kezdete
        mark: továbbított e-mail | prefix: tovább, továbbítás, továbbítva
    """,
    "ro": """
        from: de la, expeditor, expeditorul, de | date: trimis, dată, data, data trimiterii, trimis la
        to: către, la, destinatar, destinatarul, pentru | cc: cc, copie | subject: subiect, subiectul
        mark: mesaj redirecționat, mesaj redirectionat, început mesaj redirecționat, începe mesajul redirecționat
        mark: mesaj retransmis, mesaj înaintat, e-mail redirecționat | prefix: redir, redirecționat, fw
    """,
    "sl": """
        from: od, pošiljatelj | date: poslano, datum, zadnja poslana | to: za, prejemnik, komu | cc: kp, kopija, cc
        subject: zadeva | mark: posredovano sporočilo, začetek posredovanega sporočila, preposlano sporočilo
        prefix: posr, psr
    """,
    "hr": """
        from: od, šalje, pošiljatelj, pošiljalac, prima od | date: poslano, datum, datum slanja, poslato
        to: prima, primatelj, za, kome, primalac | cc: kopija, cc, kopija za | subject: predmet, naslov, tema
        mark: proslijeđena poruka, preusmjerena poruka, prosleđena poruka, započni proslijeđenu poruku
        mark: početak proslijeđene poruke, početak prosleđene poruke, proslijeđeni mail
        prefix: pros, proslijeđeno, prosl
    """,
    "sr": """
        from: од, шаље, пошиљалац | date: послато, датум | to: за, прима, коме, прималац | cc: копија
        subject: наслов, предмет, тема | mark: прослеђена порука, почетак прослеђене поруке
        prefix: просл, прослеђено
    """,
    "bg": """
        from: от, подател, изпращач | date: изпратено, дата, изпратен, изпратено на | to: до, получател, за
        cc: копие, як, cc | subject: относно, тема, заглавие
        mark: препратено съобщение, препратено писмо, препратен имейл, начало на препратено съобщение
        prefix: препр, пр, fw
    """,
    "mk": """
        from: од, испраќач | date: испратено, датум | to: до, за, прима | cc: копија | subject: предмет, тема
        mark: препратена порака, проследена порака | prefix: препр
    """,
    "ru": """
        from: от, отправитель, от кого | date: отправлено, дата, дата отправки, послано | to: кому, получатель
        cc: копия, cc | subject: тема
        mark: пересылаемое сообщение, перенаправленное сообщение, пересланное сообщение, пересылаемое письмо
        mark: начало переадресованного сообщения, начало пересланного сообщения, пересланное письмо
        mark: переадресованное сообщение, конец пересылаемого сообщения | prefix: пер, пересл, пересылка, fw
    """,
    "uk": """
        from: від, відправник, від кого | date: надіслано, дата, відправлено | to: кому, отримувач | cc: копія, cc
        subject: тема | mark: переслане повідомлення, перенаправлене повідомлення, початок листа, що пересилається
        mark: переадресоване повідомлення, пересланий лист, початок переадресованого повідомлення
        mark: переслано повідомлення | prefix: пересл, пер
    """,
    "be": """
        from: ад, адпраўнік | date: адпраўлена, дата | to: каму | cc: копія | subject: тэма
        mark: перасланае паведамленне | prefix: перасл
    """,
    "el": """
        from: από, αποστολέας | date: στάλθηκε, ημερομηνία, απεστάλη, αποστολή | to: προς, παραλήπτης
        cc: κοιν, κοινοποίηση, κοιν., cc | subject: θέμα
        mark: προωθημένο μήνυμα, έναρξη προωθημένου μηνύματος, προώθηση μηνύματος, αρχή προωθημένου μηνύματος
        prefix: πρθ, προωθ
    """,
    "tr": """
        from: kimden, gönderen
        date: gönderildi, tarih, gönderme tarihi, gönderilen, gönderim tarihi, gönderilme tarihi | to: kime, alıcı
        cc: bilgi, cc, kopya | subject: konu
        mark: iletilen mesaj, iletilmiş mesaj, iletilen ileti, yönlendirilmiş ileti, yönlendirilen ileti
        mark: yönlendirilmiş mesaj, iletilen e-posta, iletilmiş ileti başlangıcı, iletilmiş ileti
        prefix: ilt, yön
    """,
    "id": """
        from: dari, pengirim | date: dikirim, tanggal, terkirim | to: kepada, ke, untuk | cc: cc, tembusan
        subject: subjek, perihal, hal, judul
        mark: pesan terusan, pesan diteruskan, pesan yang diteruskan, mulai pesan terusan, email terusan
        prefix: trs, terus
    """,
    "ms": """
        from: daripada, dari | date: dihantar, tarikh | to: kepada | cc: sk, salinan | subject: subjek, perkara
        mark: mesej dimajukan, mesej yang dimajukan, mulakan mesej dimajukan | prefix: fw
    """,
    "vi": """
        from: từ, người gửi | date: đã gửi, ngày, gửi, đã gửi lúc | to: đến, tới, người nhận | cc: cc, đồng gửi
        subject: chủ đề, tiêu đề
        mark: thư đã chuyển tiếp, tin nhắn đã chuyển tiếp, bắt đầu thư đã chuyển tiếp, thư chuyển tiếp
        mark: bắt đầu thư được chuyển tiếp, forwarded message | prefix: chuyển tiếp
    """,
    "th": """
        from: จาก, ผู้ส่ง | date: ส่ง, วันที่, ส่งเมื่อ | to: ถึง, ผู้รับ | cc: สำเนา, สำเนาถึง
        subject: หัวข้อ, เรื่อง, ชื่อเรื่อง
        mark: ข้อความที่ส่งต่อ, ข้อความส่งต่อ, เริ่มข้อความที่ส่งต่อ, อีเมลที่ส่งต่อ | prefix: ส่งต่อ
    """,
    "zh": """
        from: 发件人, 寄件者, 寄件人, 發件人, 发送人, 发自
        date: 发送时间, 发送日期, 日期, 時間, 时间, 寄件日期, 傳送時間, 發送時間, 已傳送, 已发送
        to: 收件人, 收件者, 至 | cc: 抄送, 副本 | subject: 主题, 主旨, 标题, 主題, 標題
        mark: 转发的邮件, 转发邮件信息, 已转发的邮件, 轉寄郵件, 轉寄的郵件, 已轉寄的郵件, 转发邮件, 被转发的邮件
        mark: 轉寄郵件內容, 以下为转发的邮件, 下面是被转发的邮件, 開始轉寄郵件, 开始转发的邮件, 轉發的郵件
        mark: 已轉寄訊息 | prefix: 转发, 轉寄, 轉發, fw
    """,
    "ja": """
        from: 差出人, 送信者, 送信元, from | date: 送信日時, 日時, 日付, 送信日, 送信 | to: 宛先, 送信先, to
        cc: cc, 写し | subject: 件名
        mark: 転送メッセージ, 転送されたメッセージ, 転送されたメール, 転送メール, 以下転送メッセージ
        mark: ここから転送メッセージ | prefix: 転送, fw
    """,
    "ko": """
        from: 보낸 사람, 보낸사람, 발신자, 보낸이 | date: 보낸 날짜, 보낸날짜, 날짜, 보낸 시간, 일시, 전송
        to: 받는 사람, 받는사람, 수신자, 받는이 | cc: 참조 | subject: 제목
        mark: 전달된 메시지, 전달된 메일, 전달된 이메일, 전달한 메시지, 전달받은 메시지, 전달된 메시지 시작
        prefix: 전달, fw
    """,
    "ar": """
        from: من, المرسل | date: تاريخ, التاريخ, تم الإرسال, أرسلت, تاريخ الإرسال | to: إلى, المستلم
        cc: نسخة, نسخة إلى | subject: الموضوع, موضوع
        mark: رسالة معاد توجيهها, رسالة محولة, بدء الرسالة المعاد توجيهها, الرسالة المعاد توجيهها
        mark: رسالة مُعاد توجيهها | prefix: إعادة توجيه
    """,
    "he": """
        from: מאת, שולח | date: נשלח, תאריך, נשלח ב | to: אל, נמען | cc: עותק | subject: נושא, הנדון
        mark: הודעה שהועברה, הודעה מועברת, תחילת ההודעה שהועברה | prefix: הועבר
    """,
    "fa": """
        from: از, فرستنده | date: تاریخ, ارسال شده, فرستاده شده | to: به, گیرنده | cc: رونوشت | subject: موضوع
        mark: پیام ارسال شده, پیام هدایت شده, پیام فوروارد شده, پیام بازارسال شده | prefix: ارجاع
    """,
    "hi": """
        from: प्रेषक, से, द्वारा | date: दिनांक, भेजा गया, भेजा, तारीख | to: प्रति, को, प्राप्तकर्ता | cc: प्रतिलिपि
        subject: विषय | mark: अग्रेषित संदेश, अग्रेषित मेल, अग्रेषित ईमेल | prefix: अग्रेषित
    """,
    "eo": """
        from: de | date: sendita, dato | to: al | cc: kopie | subject: temo | mark: plusendita mesaĝo | prefix: pls
    """,
}


def _groups() -> Iterator[tuple[str, str]]:
    """Each word of each language, behind the name of its group."""
    for words in LANGUAGES.values():
        for group in words.replace("\n", "|").split("|"):
            name, _, listed = group.strip().partition(": ")
            yield from ((name, word) for word in listed.split(", ") if word)


#: label -> which field it is.
LABELS: Final[Mapping[str, str]] = {word: name for name, word in _groups() if name not in {"mark", "prefix"}}
#: What stands above a mail that is passed on.
MARKS: Final = frozenset(word for name, word in _groups() if name == "mark")
#: What is put before the subject of a mail that is passed on.
PREFIXES: Final = frozenset(word for name, word in _groups() if name == "prefix") - frozenset(ANSWERS)
