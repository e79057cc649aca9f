# ruff: noqa: RUF001  (words of many languages look like words of others)
"""The words that are commands when they are a whole line, in the languages of their users: data for commands.py.

A language is added by adding its words here. Accents and capitals do not matter. A word that is also a likely
answer to a question of ours (Finnish "seis" is Spanish for six) is left out: it would be taken for the command.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STOP: Final[Mapping[str, str]] = {
    "en": "stop|stop it|stop this|stop that|stop now|stop everything|cancel|cancel it|cancel this|cancel that|abort|"
    "halt|never mind|nevermind|forget it|forget about it|scratch that|wait no|no wait|don't build it|do not build it",
    "pl": "stop|zatrzymaj|zatrzymaj to|przerwij|przerwij to|anuluj|anuluj to|nieważne|już nieważne|przestań",
    "fr": "stop|arrête|arrêter|arrêtez|arrête tout|arrêtez tout|annule tout|laisse tomber|laissez tomber|abandonner",
    "de": "stop|stopp|anhalten|halt an|abbrechen|brich ab|abbruch|aufhören|hör auf|vergiss es|vergessen sie es",
    "es": "detener|detente|cancelar|cancela|cancélalo|déjalo|olvídalo",
    "it": "ferma|fermati|ferma tutto|interrompi|annulla tutto|lascia perdere|lascia stare",
    "pt": "parar|pare|cancelar|cancela|cancele|deixa pra lá|esquece isso|esqueça isso",
    "nl": "stop ermee|annuleren|annuleer|afbreken|laat maar",
    "sv": "stoppa|avbryt|sluta|glöm det",
    "no": "stopp|avbryt|slutt|glem det",
    "da": "stop|afbryd|annuller|glem det",
    "fi": "pysäytä|peruuta|keskeytä|lopeta|unohda se",
    "cs": "zastav|zastavit|zrušit|zruš to|přestaň|nech to být",
    "sk": "zastav|zastaviť|zrušiť|zruš to|prestaň",
    "hu": "állj|állítsd le|leállítás|mégse|megszakítás|hagyd abba",
    "ro": "oprește|opreste-te|anulează|lasă|las-o baltă",
    "bg": "спри|спрете|стоп|отказ|прекрати",
    "hr": "zaustavi|prekini|otkaži|stani",
    "sl": "ustavi|prekini|prekliči",
    "ru": "стоп|остановить|остановись|остановите|отмена|прекрати|прекратите|хватит|забудь",
    "uk": "стоп|зупинити|зупинись|зупиніть|скасувати|скасуй|припини",
    "el": "σταμάτα|σταματήστε|ακύρωση|ακύρωσε|στοπ",
    "tr": "durdur|dur|iptal|iptal et|vazgeç|boşver",
    "lt": "sustok|sustabdyk|sustabdyti|atšaukti|nutraukti",
    "lv": "apturi|apturēt|pārtrauc|atcelt",
    "et": "peata|lõpeta|katkesta|tühista",
    "zh": "停止|停|停下|中止|取消|取消吧|算了|终止",
    "ja": "停止|中止|止めて|やめて|ストップ|キャンセル|中止してください|止めてください",
    "ko": "중지|중단|정지|멈춰|취소|그만|취소해 주세요|멈춰 주세요",
    "ar": "توقف|أوقف|إيقاف|إلغاء|ألغ",
    "he": "עצור|עצרי|עצרו|בטל|ביטול|תפסיק",
    "vi": "dừng|dừng lại|hủy|hủy bỏ|ngừng",
    "id": "berhenti|hentikan|batal|batalkan",
    "ca": "atura|atura't|cancel·la|cancel·lar|deixa-ho",
    "hi": "रोको|रुको|रोकें|रद्द करें|बंद करो",
}

STATUS: Final[Mapping[str, str]] = {
    "en": "status|progress|how far|how far are you|is it done|is it done yet|is it ready|is it ready yet|any news|"
    "any update|any updates|any progress|what is the status|what's the status|where are we|how is it going|"
    "how does it stand|when will it be ready|are you done|are you done yet",
    "pl": "status|postęp|jaki jest status|jak idzie|jak postępy|jak daleko|czy gotowe|czy to gotowe|gotowe|"
    "czy już gotowe|kiedy będzie gotowe|co słychać|są jakieś wieści",
    "fr": "statut|état|avancement|où en est-ce|où en êtes-vous|où en es-tu|ça avance|c'est prêt|est-ce prêt|"
    "est-ce que c'est prêt|quoi de neuf|des nouvelles",
    "de": "status|stand|fortschritt|wie weit|wie weit bist du|wie weit sind sie|wie ist der stand|ist es fertig|"
    "schon fertig|bist du fertig|gibt es neues|gibt's was neues|wann ist es fertig",
    "es": "estado|progreso|cómo va|está listo|ya está|hay novedades|cuál es el estado",
    "it": "stato|avanzamento|a che punto siamo|a che punto sei|è pronto|ci sono novità|com'è lo stato",
    "pt": "estado|andamento|como está|está pronto|já está pronto|alguma novidade|qual é o estado|qual o status",
    "nl": "voortgang|hoe ver ben je|hoe staat het|is het klaar|is het al klaar|wat is de status",
    "sv": "läge|hur går det|är det klart|hur långt har du kommit|vad är status",
    "no": "framdrift|hvordan går det|er det ferdig|hva er status",
    "da": "fremskridt|hvordan går det|er det færdigt|hvad er status",
    "fi": "tila|tilanne|edistyminen|miten menee|onko valmis|onko se valmis",
    "cs": "stav|jaký je stav|jak to vypadá|je to hotové|hotovo|jak jsi daleko",
    "sk": "stav|aký je stav|ako to vyzerá|je to hotové|hotovo",
    "hu": "állapot|hogy áll|kész van|kész van már|mi a helyzet|hol tart",
    "ro": "stare|stadiu|care este stadiul|e gata|este gata|ce noutăți",
    "bg": "статус|състояние|докъде е|готово ли е|как върви",
    "hr": "stanje|kakvo je stanje|je li gotovo|dokle si stigao|kako ide",
    "sl": "stanje|kakšno je stanje|je končano|kako gre",
    "ru": "статус|состояние|прогресс|как дела|готово|уже готово|какой статус|когда будет готово",
    "uk": "статус|стан|прогрес|готово|вже готово|як справи|який статус",
    "el": "κατάσταση|πρόοδος|είναι έτοιμο|πώς πάει",
    "tr": "durum|durum nedir|ilerleme|hazır mı|bitti mi|ne durumda",
    "lt": "būsena|būklė|ar jau baigta|kaip sekasi",
    "lv": "statuss|stāvoklis|vai ir gatavs|kā iet",
    "et": "olek|kas on valmis|kuidas läheb",
    "zh": "状态|進度|进度|进展|好了吗|完成了吗|做好了吗|狀態",
    "ja": "状況|状態|進捗|ステータス|できましたか|進捗はどうですか",
    "ko": "상태|진행|진행 상황|다 됐나요|완료됐나요|어디까지 됐나요",
    "ar": "الحالة|ما الحالة|هل انتهى|التقدم|هل هو جاهز",
    "he": "סטטוס|מצב|מה המצב|זה מוכן|האם זה מוכן",
    "vi": "trạng thái|tiến độ|xong chưa|đã xong chưa",
    "id": "kemajuan|sudah selesai|sampai mana|bagaimana statusnya",
    "ca": "estat|com va|ja està|està llest|progrés",
    "hi": "स्थिति|प्रगति|क्या हो गया|कहाँ तक हुआ",
}

HELP: Final[Mapping[str, str]] = {
    "en": "help|help me|how does this work|how does it work|how do you work|what can you do|what can i do|commands|"
    "what are the commands|instructions|usage",
    "pl": "pomoc|pomocy|pomóż|pomóż mi|jak to działa|co potrafisz|co umiesz|polecenia|instrukcja",
    "fr": "aide|aide-moi|aidez-moi|à l'aide|comment ça marche|que sais-tu faire|que savez-vous faire|mode d'emploi",
    "de": "hilfe|hilf mir|wie geht das|wie funktioniert das|was kannst du|was können sie|anleitung|befehle",
    "es": "ayuda|ayúdame|cómo funciona|qué puedes hacer",
    "it": "aiuto|aiutami|come funziona|cosa sai fare",
    "pt": "ajuda|ajude-me|me ajuda|como funciona|o que você pode fazer|o que podes fazer",
    "nl": "hulp|help mij|hoe werkt dit|hoe werkt het|wat kun je",
    "sv": "hjälp|hjälp mig|hur fungerar det|vad kan du göra",
    "no": "hjelp|hjelp meg|hvordan virker det|hva kan du gjøre",
    "da": "hjælp|hjælp mig|hvordan virker det|hvad kan du",
    "fi": "apua|ohje|ohjeet|auta|miten tämä toimii|mitä osaat",
    "cs": "pomoc|nápověda|pomoz mi|jak to funguje|co umíš",
    "sk": "pomoc|pomocník|pomôž mi|ako to funguje|čo vieš",
    "hu": "segítség|súgó|segíts|hogyan működik|mit tudsz",
    "ro": "ajutor|ajută-mă|cum funcționează|ce poți face",
    "bg": "помощ|помогни|как работи|какво можеш",
    "hr": "pomoć|pomozi|kako radi|što možeš",
    "sl": "pomoč|pomagaj|kako deluje|kaj znaš",
    "ru": "помощь|помоги|помогите|справка|как это работает|что ты умеешь|что вы умеете",
    "uk": "допомога|допоможи|довідка|як це працює|що ти вмієш",
    "el": "βοήθεια|πώς λειτουργεί|τι μπορείς να κάνεις",
    "tr": "yardım|yardım et|nasıl çalışır|ne yapabilirsin",
    "lt": "pagalba|padėk|kaip tai veikia",
    "lv": "palīdzība|palīdzi|kā tas darbojas",
    "et": "abi|aita|kuidas see töötab",
    "zh": "帮助|幫助|怎么用|如何使用|你能做什么",
    "ja": "ヘルプ|助けて|使い方|何ができますか",
    "ko": "도움말|도움|도와줘|도와주세요|사용법|무엇을 할 수 있나요",
    "ar": "مساعدة|ساعدني|كيف يعمل|ماذا يمكنك أن تفعل",
    "he": "עזרה|איך זה עובד|מה אתה יכול לעשות",
    "vi": "trợ giúp|giúp|giúp tôi|hướng dẫn|hoạt động thế nào",
    "id": "bantuan|tolong|bagaimana cara kerjanya|apa yang bisa kamu lakukan",
    "ca": "ajuda|ajuda'm|com funciona|què pots fer",
    "hi": "मदद|सहायता|यह कैसे काम करता है",
}

#: Only these; "forget it" and "delete everything" may be about anything.
ERASE: Final[Mapping[str, str]] = {
    "en": "forget me|please forget me|erase me|erase my data|erase all my data|delete my data|delete all my data|"
    "delete all data about me|erase all data about me|erase everything about me|delete everything about me|"
    "forget everything about me|forget all about me|delete all my personal data|delete my personal data|"
    "remove all my data|delete my account|erase my account|delete my account and all my data",
    "pl": "zapomnij o mnie|zapomnij mnie|usuń moje dane|usuń wszystkie moje dane|usuń moje dane osobowe|"
    "skasuj moje dane|skasuj wszystkie moje dane|usuń moje konto",
    "fr": "oubliez-moi|oublie-moi|efface mes données|effacez mes données|effacez toutes mes données|"
    "supprime mes données|supprimez mes données|supprimez toutes mes données|supprimez mon compte",
    "de": "vergiss mich|vergessen sie mich|lösche meine daten|lösche alle meine daten|löschen sie meine daten|"
    "löschen sie alle meine daten|bitte löschen sie meine daten|meine daten löschen|alle meine daten löschen|"
    "lösche mein konto|löschen sie mein konto",
    "es": "olvídame|borra mis datos|borra todos mis datos|elimina mis datos|elimina todos mis datos",
    "it": "dimenticami|cancella i miei dati|cancella tutti i miei dati|elimina i miei dati",
    "pt": "esqueça-me|esquece-me|apague os meus dados|apague meus dados|apague todos os meus dados",
    "nl": "vergeet mij|vergeet me|wis mijn gegevens|verwijder mijn gegevens|verwijder al mijn gegevens",
    "sv": "glöm mig|radera mina uppgifter|ta bort alla mina uppgifter|radera mina data",
    "no": "glem meg|slett mine data|slett dataene mine|slett alle mine data",
    "da": "glem mig|slet mine data|slet alle mine data|slet mine oplysninger",
    "fi": "unohda minut|poista tietoni|poista kaikki tietoni",
    "cs": "zapomeň na mě|smaž moje data|smaž má data|vymaž všechna moje data|smažte moje údaje",
    "sk": "zabudni na mňa|vymaž moje údaje|zmaž všetky moje údaje",
    "hu": "felejts el|töröld az adataimat|töröld minden adatomat",
    "ro": "uită-mă|șterge datele mele|șterge toate datele mele",
    "bg": "забрави ме|изтрий данните ми|изтрий всичките ми данни",
    "hr": "zaboravi me|izbriši moje podatke|obriši sve moje podatke",
    "sl": "pozabi me|izbriši moje podatke|izbriši vse moje podatke",
    "ru": "забудь меня|забудьте меня|удали мои данные|удалите мои данные|удалите все мои данные",
    "uk": "забудь мене|забудьте мене|видали мої дані|видаліть мої дані|видаліть усі мої дані",
    "el": "ξέχασέ με|διάγραψε τα δεδομένα μου|διαγράψτε τα δεδομένα μου",
    "tr": "beni unut|verilerimi sil|tüm verilerimi sil",
    "lt": "pamiršk mane|ištrink mano duomenis|ištrinkite visus mano duomenis",
    "lv": "aizmirsti mani|dzēs manus datus|dzēsiet visus manus datus",
    "et": "unusta mind|kustuta minu andmed|kustuta kõik minu andmed",
    "zh": "忘记我|忘掉我|删除我的数据|删除我的所有数据|刪除我的資料",
    "ja": "私のデータを削除して|私のデータを削除してください|私のことを忘れて",
    "ko": "나를 잊어줘|내 데이터를 삭제해 주세요|내 데이터 삭제",
    "ar": "انسني|احذف بياناتي|احذف جميع بياناتي",
    "he": "שכח אותי|מחק את הנתונים שלי|מחק את כל הנתונים שלי",
    "vi": "quên tôi đi|xóa dữ liệu của tôi|xóa mọi dữ liệu của tôi",
    "id": "lupakan saya|hapus data saya|hapus semua data saya",
    "ca": "oblida'm|esborra les meves dades|esborra totes les meves dades",
    "hi": "मुझे भूल जाओ|मेरा डेटा हटाएं|मेरा सारा डेटा हटाएं",
}

EXPORT: Final[Mapping[str, str]] = {
    "en": "export my data|export all my data|send me my data|send me all my data|give me my data|"
    "what data do you have about me|what do you know about me",
    "pl": "wyeksportuj moje dane|eksportuj moje dane|wyślij mi moje dane|wyślij moje dane|jakie masz moje dane",
    "fr": "exporte mes données|exportez mes données|envoie-moi mes données|envoyez-moi mes données",
    "de": "exportiere meine daten|exportieren sie meine daten|schick mir meine daten|schicken sie mir meine daten|"
    "meine daten exportieren|datenauskunft",
    "es": "exporta mis datos|envíame mis datos",
    "it": "esporta i miei dati|mandami i miei dati",
    "nl": "exporteer mijn gegevens|stuur mij mijn gegevens",
}
