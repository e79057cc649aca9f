# ruff: noqa: RUF001  (words of many languages look like words of others)
"""The pieces of commands that name something (a version, a check, a person): data for commands.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: What people put before a wish out of politeness, and after it.
BEFORE: Final = (
    "please|pls|plz|kindly|can you|could you|would you|can you please|could you please|will you|i want to|"
    "i'd like to|"
    "i would like to|let's|just|ok|okay|yes|hi|hello|hey|dear|mailbot|hi mailbot|hello mailbot|bitte|kannst du|"
    "können sie|könntest du|könnten sie|hallo|proszę|proszę o|poproszę|poproszę o|czy możesz|cześć|dzień dobry|"
    "s'il te plaît|s'il vous plaît|svp|stp|merci de|peux-tu|pouvez-vous|pourriez-vous|veuillez|bonjour|por favor|"
    "puedes|hola|per favore|per piacere|puoi|ciao|olá|oi|você pode|alsjeblieft|alstublieft|graag|kun je|"
    "snälla|kan du|vær så snill|venligst|voisitko|prosím|můžeš|môžeš|kérlek|kérem|te rog|vă rog|моля|molim|prosim|"
    "пожалуйста|будь ласка|παρακαλώ|lütfen|prašau|lūdzu|palun|请|請|부디|من فضلك|بבקשה|vui lòng|xin|tolong|mohon|"
    "si us plau|कृपया"
)
AFTER: Final = (
    "please|pls|plz|thanks|thank you|thanks a lot|many thanks|thx|now|right now|immediately|at once|for me|mailbot|"
    "bitte|danke|vielen dank|sofort|jetzt|proszę|dzięki|dziękuję|natychmiast|teraz|już|s'il te plaît|"
    "s'il vous plaît|svp|stp|merci|maintenant|tout de suite|por favor|gracias|ya|ahora|per favore|grazie|subito|"
    "adesso|obrigado|obrigada|agora|alsjeblieft|alstublieft|dank je|bedankt|nu|tack|takk|tak|kiitos|heti|prosím|"
    "díky|děkuji|ďakujem|hned|kérlek|köszönöm|te rog|vă rog|mulțumesc|моля|благодаря|molim|hvala|prosim|"
    "пожалуйста|спасибо|будь ласка|дякую|παρακαλώ|ευχαριστώ|lütfen|teşekkürler|ačiū|prašau|lūdzu|paldies|palun|"
    "aitäh|谢谢|ください|お願いします|주세요|부탁합니다|من فضلك|شكرا|תודה|בבקשה|cảm ơn|terima kasih|si us plau|"
    "gràcies"
)
#: A line that only greets, alone or with a name after it.
GREETINGS: Final = (
    "hi|hello|hey|dear|good morning|good afternoon|good evening|cześć|dzień dobry|witaj|witam|hej|szanowni państwo|"
    "bonjour|salut|bonsoir|cher|chère|hallo|guten tag|guten morgen|moin|servus|liebe|lieber|sehr geehrte damen und "
    "herren|hola|buenos días|ciao|buongiorno|olá|bom dia|dag|goedemorgen|beste|hei|ahoj|dobrý den|szia|bună|"
    "здравейте|bok|dobar dan|živjo|привет|здравствуйте|привіт|вітаю|γεια σου|γεια|merhaba|selam|sveiki|labas|tere|"
    "你好|您好|こんにちは|안녕하세요|مرحبا|שלום|xin chào|chào|halo|नमस्ते"
)

#: Back to the version before this one.
BACK: Final = (
    "rollback|roll back|roll it back|undo|undo that|undo this|undo it|revert|revert that|revert it|go back|"
    "undo the last change|undo last change|undo the last version|revert the last change|roll back the last change|"
    "go back to the previous version|back to the previous version|go back one version|previous version|"
    "restore the previous version|rückgängig|rückgängig machen|mach das rückgängig|mach es rückgängig|zurück|"
    "zurücksetzen|zurück zur vorherigen version|letzte änderung rückgängig machen|cofnij|cofnij to|cofnij zmianę|"
    "cofnij zmiany|cofnij ostatnią zmianę|wycofaj|wycofaj to|wycofaj zmiany|przywróć|przywróć poprzednią wersję|"
    "wróć do poprzedniej wersji|poprzednia wersja|annuler|annule|annulez|annule ça|annulez cela|"
    "annule la dernière modification|annulez la dernière modification|revenir|reviens en arrière|"
    "revenir en arrière|revenez en arrière|retour en arrière|revenir à la version précédente|restaurer|"
    "deshacer|deshaz|deshazlo|revertir|revierte|annulla|ripristina|torna indietro|desfazer|desfaça|desfaz|reverter|"
    "voltar|ongedaan maken|maak ongedaan|maak het ongedaan|terugdraaien|draai terug|ångra|ångra det|återställ|angre|"
    "angre det|tilbakestill|fortryd|fortryd det|gendan|kumoa|palauta|kumoa muutos|vrátit|vrať|vrať to|zpět|vráť|"
    "vráť to|späť|vrátiť|visszavonás|vond vissza|vissza|visszaállítás|anulare ultima modificare|revino|înapoi|"
    "върни|върни се|върни назад|отмени промяната|poništi|vrati|vrati natrag|razveljavi|povrni|откатить|откати|"
    "вернуть|верни|вернись|отмени|отмени изменения|відкотити|відкоти|повернути|поверни|αναίρεση|επαναφορά|"
    "geri al|geri döndür|atšauk pakeitimą|grąžink|atsaukt|atgriezt|atgriez|võta tagasi|taasta|回滚|撤销|还原|恢复|"
    "元に戻す|元に戻して|戻して|되돌리기|되돌려|되돌려 줘|롤백|تراجع|استرجع|בטל את השינוי|החזר|hoàn tác|quay lại|"
    "urungkan|kembalikan|desfés|desfer|torna enrere|वापस लाओ|पूर्ववत करें"
)
#: These need "to" or "version", and a number, to mean one: "use 3" may be an answer.
BACK_TO: Final = (
    "back|restore|return|switch back|put back|bring back|reset|get back|use|take|wróć|powrót|przywróć|wracamy|"
    "cofnij się|"
    "gå tillbaka|gå tilbake|gå tilbage|gehe zurück|geh zurück|gehen sie zurück|stelle|wiederherstellen|retour|"
    "retourne|retournez|reviens|revenez|restaure|restaurez|remets|remettez|terug|ga terug|torna|tornare|volver|"
    "vuelve|vuelva|restaura|regresa|volta|volte|restaurar|palaa|vrať se|vrátit se|vráť sa|térj vissza|"
    "állítsd vissza|revino|întoarce-te|върни се|vrati se|vrni se|вернись|вернуться|повернись|повернутися|"
    "γύρνα|επίστρεψε|dön|geri dön|grįžk|grįžti|atgriezies|mine tagasi|回到|恢复到|退回到|돌아가|عد|חזור|quay về|"
    "trở về|kembali|torna"
)
TO: Final = (
    "to|zu|auf|zur|do|à|a|au|al|alla|ao|para|naar|till|til|tilbage til|na|la|към|на|к|до|στην|en|tot|kepada|ke|về|إلى"
)
VERSION: Final = (
    "v|version|revision|rev|the version|number|no|nr|fassung|wersji|wersja|wersję|la version|révision|la versión|"
    "versión|la versione|versione|versão|a versão|versie|versionen|versjon|versioon|versio|versioon|verze|verzi|"
    "verzia|verziu|verzie|verzió|versiunea|версия|verzija|verziju|verzije|различица|različica|versii|версии|версию|"
    "версія|версії|έκδοση|sürüm|versija|versijos|versijai|versiju|版本|バージョン|버전|الإصدار|גרסה|phiên bản|versi|"
    "versió|संस्करण|#"
)

#: A version once more: the verb, what stands before a form, and the forms themselves.
RESEND: Final = (
    "resend|resend it|resend this|resend that|resend the package|resend the project|resend the attachment|"
    "resend the files|send again|send it again|send that again|send this again|send me that again|"
    "send the package again|send the files again|wyślij ponownie|wyślij to ponownie|wyślij jeszcze raz|"
    "wyślij to jeszcze raz|prześlij ponownie|prześlij jeszcze raz|renvoie|renvoyez|renvoyer|renvoie-le|renvoyez-le|"
    "renvoie le projet|renvoyez le projet|envoie à nouveau|envoyez à nouveau|sende erneut|erneut senden|"
    "sende es erneut|nochmal senden|nochmals senden|noch einmal senden|schick es nochmal|schick es noch einmal|"
    "schicke es noch einmal|sende es noch einmal|bitte erneut senden"
)
AS: Final = (
    "as|as a|as an|as one|in|jako|jako plik|w formacie|comme|en|en tant que|sous forme de|au format|als|im format"
)
FORMS: Final[Mapping[str, str]] = {
    "zip": "zip|zip file|normal zip|plain zip|zipa|plik zip|fichier zip|zip datei|zip-datei",
    "bundle": "bundle|git bundle|git|repository|git repository|repozytorium|repozytorium git|dépôt|dépôt git|"
    "git-bundle|full history|whole history|historia|historique|historie",
    "text": "text|txt|plain text|text file|tekst|plik tekstowy|texte|fichier texte|textdatei",
    "page": "page|single page|one page|html|strona|stronę|jedna strona|une page|seite|eine seite|einzelne seite",
    "link": "link|url|odnośnik|lien",
    "base64": "base64",
    "renamed": "renamed zip|zip with renamed files",
}
WHOLE: Final = (
    "send the whole history|send the full history|send me the whole history|send me the full history|"
    "wyślij całą historię|wyślij pełną historię|envoie tout l'historique|envoyez tout l'historique|"
    "envoie l'historique complet|sende die ganze historie|sende die vollständige historie|schick die ganze historie"
)

#: Letting somebody in: the verb, what may stand between it and the address, and what may follow.
SHARE: Final = (
    "share|share with|share it|share this|share the project|share this project|share it with|share this with|"
    "share the project with|share this project with|give access to|grant access to|let in|add|add collaborator|"
    "invite|udostępnij|udostępnij to|udostępnij projekt|dodaj|dodaj osobę|zaproś|daj dostęp|partage|partage avec|"
    "partagez|partagez avec|partager avec|partage le projet avec|partagez le projet avec|ajoute|ajoutez|invite|"
    "invitez|donne accès à|donnez accès à|teile|teile mit|teile es mit|teile das mit|teile das projekt mit|teilen|"
    "teilen mit|teilen sie es mit|teilen sie das projekt mit|füge|lade|freigeben für|gib frei für|comparte|"
    "comparte con|compartir con|añade|agrega|invita|invita a|condividi|condividi con|aggiungi|compartilhe com|"
    "partilha com|adicione|adiciona|convide|deel|deel met|deel het met|voeg|nodig|dela|dela med|lägg till|bjud in|"
    "del med|legg til|inviter|tilføj|jaa|lisää|kutsu|sdílej s|sdílet s|přidej|pozvi|zdieľaj s|pridaj|pozvi|"
    "oszd meg|add hozzá|hívd meg|partajează cu|adaugă|invită|сподели с|добави|покани|podijeli s|dodaj|pozovi|"
    "deli z|dodaj|povabi|поделись с|поделитесь с|добавь|добавьте|пригласи|поділися з|додай|додайте|запроси|"
    "μοιράσου με|πρόσθεσε|ekle|davet et|dalinkis su|pridėk|pakviesk|dalies ar|pievieno|jaga|lisa|分享给|添加|邀请|"
    "追加|招待|추가|초대|شارك مع|أضف|שתף עם|הוסף|chia sẻ với|thêm|mời|bagikan dengan|tambahkan|undang|"
    "comparteix amb|afegeix"
)
SHARE_END: Final = (
    "to the project|to this project|to this thread|to the thread|as collaborator|as a collaborator|too|as well|in|"
    "do projektu|też|au projet|aussi|zum projekt hinzu|hinzu|hinzufügen|einladen|ein|zum projekt hinzufügen|frei|"
    "al proyecto|al progetto|ao projeto|toe|uit|hozzá|ile paylaş|ekle|ile paylas|と共有|と共有して|を追加|を招待|"
    "와 공유|추가|"
    "को जोड़ें|को जोड़ो|"
    "as reader|as a reader|as readers|read only|jako czytelnika|jako czytelniczkę|jako czytelników|do odczytu|"
    "comme lecteur|comme lectrice|comme lecteurs|en lecture|"
    "als leser|als leserin|als mitleser|als leser hinzu|als leserin hinzu"
)
UNSHARE: Final = (
    "remove|unshare|unshare with|stop sharing with|remove collaborator|remove access for|revoke|revoke access for|"
    "revoke access of|kick|kick out|usuń|odbierz dostęp|usuń dostęp|wyrzuć|przestań udostępniać|retire|retirez|"
    "enlève|enlevez|retire l'accès à|ne partage plus avec|entferne|entfernen|entfernen sie|nicht mehr teilen mit|"
    "quita|elimina|deja de compartir con|rimuovi|togli|remova|remove|tira|verwijder|ta bort|fjern|poista|odeber|"
    "odstraň|odober|távolítsd el|elimină|șterge|премахни|ukloni|odstrani|удали|удалите|убери|видали|прибери|"
    "αφαίρεσε|çıkar|pašalink|noņem|eemalda|移除|删除|削除|삭제|أزل|הסר|xóa|gỡ|hapus|elimina|treu"
)
UNSHARE_END: Final = (
    "from the project|from this project|from the thread|z projektu|du projet|aus dem projekt|entfernen|raus|"
    "del proyecto|dal progetto|do projeto|çıkar|を削除|を外して|삭제|को हटाएं|को हटाओ"
)

#: Dropping a check, and taking it up again; a number follows.
DROP: Final = (
    "drop|retire|drop check|retire check|drop criterion|remove check|delete check|forget check|ignore check|"
    "drop number|skip check|porzuć|odrzuć|pomiń|usuń sprawdzenie|usuń warunek|porzuć warunek|skreśl|"
    "abandonne|abandonnez|laisse tomber|retire le critère|supprime le critère|streiche|streichen|"
    "streichen sie|prüfung streichen|lass weg|verwirf|verwerfen|descarta|descartar|quita el criterio|scarta|scartare|"
    "descarte|descartar|laat vallen|schrap|släpp|stryk|dropp|stryk|drop|hylkää|pudota|zahoď|vynech|zahoď|vynechaj|"
    "ejtsd|hagyd ki|renunță la|отпадни|откажи проверка|odbaci|opusti|zavrzi|убери проверку|отбрось|відкинь|"
    "прибери перевірку|απόρριψε|bırak|atmesk|atmet|loobu|放弃|去掉检查|取り下げ|버려|أسقط|ותר על|bỏ|buang|descarta|"
    "छोड़ो"
)
KEEP: Final = (
    "keep|keep check|keep criterion|restore check|bring back check|keep number|unretire|zachowaj|zostaw|"
    "przywróć warunek|przywróć sprawdzenie|garde|gardez|garder|conserve|conservez|behalte|behalten|behalten sie|"
    "mantén|conserva|mantener|mantieni|tieni|mantenha|manter|mantém|behoud|houd|behåll|behold|beholde|pidä|säilytä|"
    "ponech|nech|ponechaj|tartsd meg|păstrează|запази|задръж|zadrži|obdrži|оставь|сохрани|залиш|збережи|κράτα|tut|"
    "sakla|palik|išlaikyk|paturi|saglabā|jäta alles|hoia|保留|残して|유지|احتفظ|השאר|giữ|simpan|mantén|रखो"
)
#: What joins two numbers or two people.
AND: Final = "and|i|oraz|et|und|y|e|en|och|og|ja|a|és|și|и|in|та|και|ve|ir|un|和|と|와|و|dan|và|or"
