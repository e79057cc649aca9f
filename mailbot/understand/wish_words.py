# ruff: noqa: RUF001  (words of many languages look like words of others)
"""The words by which a wish, an addition or fresh data are known: data for wishes.py."""

from __future__ import annotations

from typing import Final

#: What a clause begins with that asks for a change.
ASKS: Final = (
    "add|make|change|remove|delete|put|show|hide|move|rename|replace|set|turn|fix|create|build|write|include|insert|"
    "give me|i want|i need|i'd like|i would like|we want|we need|we'd like|can you|could you|would you|let the|"
    "let it|use|increase|decrease|reduce|sort|align|translate|switch|allow|enable|disable|drop the|there should|"
    "it should|the page should|rewrite|convert|refactor|improve|extend|implement|support|split|merge|don't|do not|"
    "dodaj|dodajcie|zrób|zmień|zmieńcie|usuń|pokaż|ukryj|przenieś|przesuń|zamień|zastąp|ustaw|popraw|napraw|napisz|"
    "stwórz|utwórz|wstaw|użyj|chcę|chciałbym|chciałabym|potrzebuję|potrzebujemy|niech|proszę o|proszę dodać|posortuj|"
    "proszę zmienić|proszę usunąć|przetłumacz|zwiększ|zmniejsz|powinno|strona powinna|"
    "ajoute|ajoutez|mets|mettez|change|changez|supprime|supprimez|enlève|enlevez|montre|montrez|affiche|affichez|"
    "remplace|remplacez|corrige|corrigez|crée|créez|écris|écrivez|utilise|utilisez|fais|faites|je veux|je voudrais|"
    "nous voulons|j'aimerais|j'ai besoin|il faut|il faudrait|peux-tu|pouvez-vous|traduis|traduisez|trie|triez|"
    "déplace|déplacez|la page doit|"
    "mach|mache|machen sie|füge|fügen sie|ändere|ändern sie|entferne|entfernen sie|lösche|löschen sie|zeige|zeig|"
    "zeigen sie|ersetze|ersetzen sie|setze|setzen sie|verschiebe|verschieben sie|korrigiere|korrigieren sie|behebe|"
    "beheben sie|erstelle|erstellen sie|schreibe|schreib|schreiben sie|baue|bauen sie|nimm|nehmen sie|verwende|"
    "verwenden sie|benutze|ich möchte|ich hätte gern|ich brauche|wir brauchen|wir möchten|kannst du|können sie|"
    "könnten sie|sortiere|übersetze|bitte ändern|die seite soll|es soll|"
    "añade|agrega|cambia|quita|elimina|pon|muestra|haz|quiero|quisiera|necesito|aggiungi|cambia|togli|rimuovi|metti|"
    "mostra|fai|voglio|vorrei|adicione|mude|remova|coloque|mostre|quero|preciso|voeg|verander|verwijder|zet|toon|"
    "maak|ik wil|ik heb|lägg till|ändra|ta bort|visa|gör|jag vill|přidej|změň|odstraň|ukaž|udělej|chci|potřebuji|"
    "добавь|добавьте|измени|измените|сделай|сделайте|убери|покажи|хочу|нужно|додай|зміни|зроби|хочу|потрібно"
)
#: What stands before it.
LEADS: Final = (
    "and|also|and also|then|and then|but|but please|plus|next|finally|first|now|so|please|and please|also please|"
    "i|oraz|a także|także|też|potem|a potem|ale|proszę|et|et aussi|aussi|puis|et puis|ensuite|mais|s'il te plaît|"
    "s'il vous plaît|und|und auch|auch|dann|und dann|aber|außerdem|bitte|und bitte|y|también|luego|e|anche|poi|"
    "também|"
    "depois|en|ook|dan|och|också|sedan|a|také|pak|и|также|потом|і|також"
)

#: What a mail begins with that adds to, or corrects, what was just asked.
JOINS: Final = (
    "wait|hold on|hang on|one moment|oh wait|no wait|no,|stop wait|sorry|oh sorry|my mistake|my bad|oops|ooops|"
    "whoops|"
    "correction|a correction|i meant|i mean|what i meant|i should have said|i forgot|i've forgotten|forgot to|"
    "also|and also|oh and|and one more|one more thing|another thing|one last thing|in addition|additionally|"
    "ps|p.s.|pps|p.p.s.|addendum|actually|on second thought|on second thoughts|scratch that|instead|rather|not |"
    "ignore my|ignore the|disregard|as i said|to add|to clarify|just to clarify|typo|"
    "czekaj|poczekaj|zaczekaj|chwila|chwileczkę|momencik|przepraszam|sorki|sorry|pomyłka|mój błąd|korekta|poprawka|"
    "miałem na myśli|miałam na myśli|chodziło mi|zapomniałem|zapomniałam|jeszcze|i jeszcze|jeszcze jedno|"
    "jeszcze jedna|dodatkowo|ponadto|także|a także|również|właściwie|jednak|ps|zamiast tego|nie,|ups|oj|"
    "attends|attendez|un instant|un moment|pardon|désolé|désolée|excuse-moi|excusez-moi|oups|correction|erratum|"
    "je voulais dire|je veux dire|j'ai oublié|j'oubliais|aussi|et aussi|encore une chose|autre chose|une dernière "
    "chose|en plus|de plus|en fait|finalement|plutôt|au lieu|ps|non,|ah et|"
    "warte|warten sie|moment|einen moment|halt|entschuldigung|entschuldige|verzeihung|tut mir leid|sorry|ups|hoppla|"
    "korrektur|ich meinte|ich meine|gemeint war|ich habe vergessen|ich hab vergessen|vergessen|auch|und auch|noch "
    "etwas|noch was|noch eins|und noch|außerdem|zusätzlich|ergänzung|nachtrag|eigentlich|doch|doch lieber|lieber|"
    "stattdessen|ps|p.s.|nein,|ach ja|ach und|"
    "espera|espere|perdón|perdona|lo siento|quise decir|quería decir|también|además|olvidé|aspetta|aspetti|scusa|"
    "scusi|volevo dire|anche|inoltre|ho dimenticato|peraí|espere|desculpe|desculpa|quis dizer|também|além disso|"
    "esqueci|wacht|sorry|ik bedoelde|ook|verder|ik vergat|vänta|förlåt|ursäkta|jag menade|också|dessutom|vent|"
    "beklager|undskyld|jeg mente|også|odota|anteeksi|tarkoitin|lisäksi|myös|počkej|počkejte|promiň|promiňte|myslel "
    "jsem|ještě|také|navíc|počkaj|prepáč|ešte|várj|bocsánat|elnézést|úgy értettem|még|așteaptă|scuze|am vrut să "
    "spun|și încă|в допълнение|чакай|извинявай|čekaj|oprosti|mislio sam|подожди|подождите|извини|извините|простите|"
    "я имел в виду|я имела в виду|ещё|еще|также|забыл|забыла|зачекай|зачекайте|вибач|вибачте|я мав на увазі|ще|"
    "також|περίμενε|συγγνώμη|εννοούσα|επίσης|bekle|bekleyin|pardon|özür dilerim|demek istediğim|ayrıca|palauk|"
    "atsiprašau|taip pat|pagaidi|atvaino|oota|vabandust|等等|等一下|对不起|抱歉|我的意思是|另外|还有|待って|"
    "すみません|訂正|"
    "追加で|あと|잠깐|잠시만요|죄송합니다|추가로|그리고|انتظر|عذرا|أقصد|أيضا|רגע|חכה|סליחה|התכוונתי|גם|chờ đã|khoan|"
    "xin lỗi|ý tôi là|"
    "tunggu|maaf|maksud saya|juga|espera't|ho sento|volia dir|també|रुको|माफ़ करें|मेरा मतलब"
)

#: Words that say that a file holds fresh data, or only that there is one.
FRESH: Final = (
    "new numbers|new data|new figures|new file|new csv|new version of the data|updated data|updated numbers|"
    "updated figures|updated file|updated csv|updated list|updated table|latest data|latest numbers|latest figures|"
    "latest file|fresh data|fresh numbers|data refresh|refresh|refresh the data|new sales|new list|new table|"
    "current numbers|this month's|this week's|last month's|last week's|today's|numbers for|figures for|data for|"
    "nowe liczby|nowe dane|nowy plik|nowa lista|nowa tabela|zaktualizowane dane|aktualne dane|aktualizacja danych|"
    "świeże dane|odśwież|dane za|najnowsze dane|"
    "nouveaux chiffres|nouvelles données|nouveau fichier|nouvelle liste|données mises à jour|données à jour|"
    "chiffres à jour|derniers chiffres|dernières données|mise à jour des données|actualise|chiffres de|données de|"
    "neue zahlen|neue daten|neuen zahlen|neuen daten|neue datei|neue liste|neue tabelle|aktuelle zahlen|"
    "aktuellen zahlen|aktuelle daten|aktualisierte daten|aktualisierte zahlen|aktualisieren|zahlen für|daten für|"
    "nuevos datos|nuevas cifras|nuovi dati|nuovi numeri|novos dados|novos números|nieuwe cijfers|nieuwe gegevens|"
    "nya siffror|nya data|nye tall|nye tal|uudet luvut|nová data|nová čísla|nové dáta|új adatok|új számok|date noi|"
    "новые данные|новые цифры|нові дані|нові цифри|νέα δεδομένα|yeni veriler|yeni rakamlar|新数据|新的数据|"
    "新しいデータ|"
    "새 데이터|새로운 데이터|بيانات جديدة|נתונים חדשים|dữ liệu mới|data baru|noves dades"
)
#: A sentence that says nothing but that something is attached.
ATTACHED: Final = (
    "attached|see attached|see attachment|see the attachment|see the attached file|file attached|"
    "please find attached|"
    "here it is|here you go|here you are|here is the file|here's the file|here is the data|here's the data|"
    "as promised|"
    "w załączniku|w załączeniu|załączam|patrz załącznik|oto plik|oto dane|przesyłam|proszę bardzo|"
    "ci-joint|en pièce jointe|voir pièce jointe|voici|voici le fichier|voici les données|"
    "anbei|im anhang|siehe anhang|siehe anlage|hier ist die datei|hier sind die daten|hier die datei|bitte sehr|"
    "adjunto|in allegato|em anexo|in de bijlage|bifogat|vedlagt|vedhæftet|liitteenä|v příloze|v prílohe|mellékelve|"
    "во вложении|у вкладенні|ekte|附件|添付"
)

#: A body that only points at the subject.
SEE_SUBJECT: Final = (
    "see subject|see the subject|see subject line|as in the subject|as in subject|as per subject|subject says it all|"
    "eom|nt|jak w temacie|patrz temat|w temacie|zobacz temat|voir objet|voir l'objet|cf objet|voir le sujet|"
    "siehe betreff|s betreff|siehe oben|wie im betreff|ver asunto|vedi oggetto|ver assunto|zie onderwerp|se ämne|"
    "se emne|katso otsikko|viz předmět|pozri predmet|lásd tárgy|см тему|смотри тему|див тему"
)
#: How a mail ends when nothing more is said.
CLOSINGS: Final = (
    "please|pls|bitte|proszę|svp|thanks|thank you|many thanks|thanks a lot|thanks in advance|thx|cheers|regards|"
    "best|best regards|kind regards|"
    "best wishes|sincerely|yours|bye|dzięki|dziękuję|z góry dziękuję|pozdrawiam|pozdrowienia|z poważaniem|merci|"
    "merci d'avance|cordialement|bien cordialement|bien à vous|salutations|danke|danke im voraus|vielen dank|grüße|"
    "viele grüße|liebe grüße|beste grüße|mit freundlichen grüßen|mfg|lg|vg|gruß|gracias|saludos|grazie|saluti|"
    "cordiali saluti|obrigado|obrigada|abraço|bedankt|groeten|met vriendelijke groet|tack|hälsningar|mvh|takk|hilsen|"
    "tak|kiitos|terveisin|díky|s pozdravem|ďakujem|s pozdravom|köszönöm|üdvözlettel|mulțumesc|спасибо|с уважением|"
    "дякую|з повагою|ευχαριστώ|teşekkürler|saygılarımla|谢谢|ありがとう|よろしくお願いします|감사합니다"
)
#: The whole answer is yes to what we proposed.
ASSENTS: Final = (
    "go|go on|go ahead|go for it|ok|okay|yes|yes please|yep|yeah|sure|fine|do it|build it|defaults|the defaults|"
    "use the defaults|use defaults|take the defaults|defaults are fine|default|sounds good|all good|as you like|"
    "tak|tak proszę|dobrze|zgoda|jasne|działaj|dalej|może być|rób|domyślne|oui|oui merci|d'accord|allez-y|vas-y|"
    "c'est bon|parfait|par défaut|ja|ja bitte|gerne|einverstanden|los|mach|mach das|mach so|leg los|passt|in ordnung|"
    "standard|sí|si|vale|de acuerdo|adelante|va bene|sim|pode ser|pode seguir|akkoord|prima|doe maar|kör|javisst|"
    "kjør|kyllä|selvä|ano|dobře|áno|dobre|igen|rendben|da|bine|да|давай|хорошо|так|добре|гаразд|ναι|εντάξει|evet|"
    "tamam|taip|gerai|jā|labi|jah|好|好的|是|可以|はい|お願いします|네|예|좋아요|نعم|حسنا|כן|בסדר|vâng|được|ya|baik|"
    "d'acord|हाँ|ठीक है"
)
#: An answer that leaves the choice to us.
DEFAULTS: Final = (
    "default|the default|your choice|you choose|you decide|as you like|whatever|don't care|don't mind|no preference|"
    "any|skip|same|-|–|—|ok|fine|domyślne|domyślnie|wybierz|obojętne|bez różnicy|jak chcesz|par défaut|"
    "comme vous voulez|comme tu veux|peu importe|égal|standard|egal|such aus|wie sie wollen|wie du willst|"
    "por defecto|da igual|predefinito|padrão|standaard|по умолчанию|за замовчуванням"
)

#: What makes a file that came with a first mail an example of something new, and no code to be changed.
NEW: Final = (
    "like the attached|like this|like in the attached|similar to|something similar|as an example|as example|"
    "inspired by|in the style of|a new|brand new|from scratch|build me|podobne do|podobna do|podobny do|"
    "na wzór|jako przykład|jako wzór|nowy|nową|nowa|od zera|comme exemple|semblable à|similaire à|un nouveau|"
    "une nouvelle|de zéro|ähnlich wie|wie im anhang|als beispiel|als vorlage|ein neues|eine neue|einen neuen|"
    "von grund auf"
)
#: What says that an archive which nobody has looked into holds the author's code.
CODE: Final = (
    "code|source|sources|source code|repo|repository|project|program|script|app|application|bug|bugs|fix|fixes|"
    "hotfix|crash|crashes|traceback|exception|refactor|tests|kod|kodu|kodzie|źródła|repozytorium|projekt|projektu|"
    "skrypt|program|aplikacja|aplikację|błąd|błędy|napraw|popraw|dépôt|projet|programme|bogue|corrige|corrigez|"
    "plante|quellcode|quelltext|projekts|programm|skript|fehler|behebe|beheben|stürzt|repariere|anwendung"
)
