# ruff: noqa: RUF001  (letters of many languages look like letters of others)
"""The common words of languages in Latin letters, and words of requests: what a language is known by. Data, no code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: By ISO 639-1 code. A word that several languages share counts less for each of them. Words that programmers of
#: every language use (header, button, file, login, export) are in no list.
LATIN: Final[Mapping[str, str]] = {
    "en": (
        "the and of to in is that for it with as be this have you are not but on we they what which from your would "
        "will please add make change page can should want need there when all an i my our has do if about like just "
        "thank thanks show each colour been or by at so he was were its could some into only also dear hi hello "
        "column columns row rows bigger smaller blue red green yellow black white remove delete replace sort search "
        "save print build small tool photos books read command line convert password fails empty week weekly month "
        "year hours employees people person headings footer second first two three four five works working customer "
        "customers invoice invoices price prices use used using nobody every then than how why who them him her his "
        "she after before between under over no yes much many most must being did does done get got give go know let "
        "look put see take try very well whose without"
    ),
    "de": (
        "der die das und ist nicht ein eine einen einem einer ich sie wir mit für auf den dem des im zu zum zur von "
        "es auch wie bei aus nach oder aber wenn kann soll bitte möchte brauche hätte gerne noch mehr alle keine "
        "unter über wird werden sind haben danke seite schaltfläche tabelle liste farbe füge hinzu mache ändere dass "
        "mir uns unsere meine hallo sehr geehrte grüße guten als nur bis durch was diese dieser dieses sein wurde "
        "datei zeige jede mach entferne entfernen lösche löschen ersetze ersetzen ändern hinzufügen erstelle "
        "erstellen baue bauen schreibe kleine kleines kleiner große großes größer größere neue neues neu blau rot "
        "grün gelb schwarz weiß spalte spalten zeile zeilen summe umsatz umsätze rechnung rechnungen kunde kunden "
        "seiten seitenzahl gelesen ja nein knopf kopfzeile fußzeile schrift überschrift überschriften werkzeug "
        "niemand benutzt zweite zweiten erste ersten letzte letzten fehler funktioniert geht klappt anmeldung "
        "passwort benutzer woche wochen monat monats monate jahr jahre stunden zeiterfassung mitarbeiter einladung "
        "geburtstag rechner zeigt anzeigen speichern drucken sortieren suchen statt ohne zwei drei fünf formular "
        "bücher zwischen jetzt immer nichts etwas meiner deiner ihre ihr dort lassen lasse läuft einfach"
    ),
    "fr": (
        "le la les de des du un une et est en que qui dans pour pas sur ce cette ces avec il elle nous vous je au aux "
        "par plus ne se sont mais ou où comme tout bonjour merci voudrais peux pouvez faut être avoir fait page "
        "bouton tableau couleur ajouter ajoute ajoutez mets mettre changer s'il plaît votre notre nos mes mon ma "
        "liste chaque aussi sans leur si bien d'une d'un l'en j'ai c'est qu'il cordialement cela fichier ont a été "
        "sera supprime supprimer remplace remplacer affiche afficher crée créer fais faites petit petite grand grande "
        "nouveau nouvelle bleu bleue rouge vert verte jaune noir noire blanc blanche colonne colonnes ligne lignes "
        "somme ventes facture factures clients titre titres auteur lu oui livres pages police outil personne deuxième "
        "première premier dernier dernière mois semaine jours année heures employés feuille temps invitation "
        "anniversaire fête calculatrice prêt connexion échoue vide marche erreur passe mettez trier chercher "
        "recherche enregistrer imprimer prix deux trois quatre cinq haut bas gauche droite utilise besoin ça quand "
        "pourriez pouvez-vous aimerais sous entre toujours rien quelque graphique en-tête lorsque mot me"
    ),
    "es": (
        "el la los las de del un una y es en que por para con no se su sus lo al como más pero este esta estos esto "
        "ese muy sin sobre también hay ser está son puede quiero necesito quisiera añade añadir agrega agregar cambia "
        "cambiar hola gracias favor página botón tabla lista cabecera encabezado cada mi nos me te le les todo todos "
        "cuando donde ya o fue ha han archivo buenos días haga hacer pon"
    ),
    "it": (
        "il lo la i gli le di del della dei delle un una e è in che per con non si su sono da dal dalla al alla nel "
        "nella come più ma questo questa questi anche essere ha hanno vorrei voglio bisogno aggiungi aggiungere "
        "cambia cambiare grazie ciao buongiorno favore pagina pulsante tabella elenco ogni mi ci vi suo nostro nostra "
        "tutto tutti quando dove o se ed fare può sia degli agli sull dell all file colore mostra intestazione"
    ),
    "pt": (
        "o a os as de do da dos das um uma e é em no na nos nas que por para com não se seu sua mais mas este esta "
        "isto também ser são está pode quero preciso gostaria adicione adicionar acrescenta muda mudar olá obrigado "
        "obrigada favor página botão tabela lista cabeçalho cada meu minha nosso nossa você vocês tem foi ao à pelo "
        "pela quando onde ou muito já até isso ele ela ficheiro arquivo cor bom dia faça fazer todos"
    ),
    "ca": (
        "el la els les de del dels un una i és en que per a amb no es al als com més però aquest aquesta aquests "
        "també ser són està pot vull necessito voldria afegeix afegir canvia canviar hola gràcies si us plau pàgina "
        "botó taula llista capçalera cada meu meva nostre tot tots quan on o molt ja fins hi ha ho li seva seu fitxer "
        "sense des s'ha d'un d'una l'any fer"
    ),
    "gl": (
        "o a os as de do da dos das un unha e é en no na nos nas que por para con non se seu súa máis pero este esta "
        "isto tamén ser son está pode quero preciso gustaríame engade engadir cambia cambiar ola grazas favor páxina "
        "botón táboa lista cabeceira cada meu miña noso nosa ten foi ao á polo pola cando onde ou moi xa ata hai "
        "ficheiro cor facer todos unhas dunha coa"
    ),
    "ro": (
        "și de la în cu pe un o este sunt nu se să care pentru din că mai ca sau dar acest această acestea foarte fi "
        "are am avem vreau doresc aș dori adaugă adăuga schimbă schimba bună ziua mulțumesc vă rog pagină pagina "
        "buton butonul tabel listă fiecare meu mea nostru tot toate când unde iar fără până fișier a fost lui al ale "
        "unui unei culoarea face te ne îmi"
    ),
    "nl": (
        "de het een en van in is dat niet op te met voor zijn er aan om ook als maar dit deze die bij naar uit door "
        "nog wel kan moet wil graag zou heb hebben wij ik je jij u jullie mijn onze ons alle geen meer over wordt "
        "worden alstublieft bedankt dank hallo beste pagina knop tabel lijst kleur toevoegen voeg toe maak verander "
        "elke waar wanneer of was bestand tot groeten hoe wat goed mij hun auteur aantal gelezen nee ja blauw blauwe "
        "rood groen groot grote kleine nieuwe verwijder vervang koptekst wachtwoord gebruiker uren maand jaar "
        "medewerkers toont tonen optelt som omzet verkoop werkt werken leeg niemand gebruikt zonder tussen eerste "
        "tweede laatste enkel sinds kolom kolommen tekens cijfers titel"
    ),
    "af": (
        "die en van in is dat nie op te met vir wees daar aan om ook as maar hierdie by na uit deur nog kan moet wil "
        "graag sou het ons ek jy u julle my alle geen meer oor word asseblief dankie hallo bladsy knoppie tabel lys "
        "kleur voeg verander elke waar wanneer of was lêer tot sê hê hulle sy hy 'n ’n baie nou"
    ),
    "sv": (
        "och att det är en ett som på för inte med den till av jag vi har de om kan ska vill men så från när eller "
        "alla där också bara mer utan under över vid här skulle finns får tack hej snälla sida sidan knapp tabell "
        "lista färg lägg ändra varje min mitt vår vårt dig mig oss ni du var blir måste gör göra fil hälsningar "
        "behöver visa skapa"
    ),
    "da": (
        "og at det er en et som på for ikke med den til af jeg vi har de om kan skal vil men så fra når eller alle "
        "hvor også kun mere uden under over ved her ville findes får tak hej venligst side siden knap tabel liste "
        "farve tilføj ændre ændr hver min mit vores dig mig os du i var bliver må gør gøre fil hilsen brug behøver "
        "vis lav noget gerne hvis efter blev blive"
    ),
    "no": (
        "og at det er en et som på for ikke med den til av jeg vi har de om kan skal vil men så fra når eller alle "
        "hvor også bare mer uten under over ved her ville finnes får takk hei vennligst side siden knapp tabell liste "
        "farge legg endre hver min mitt vår vårt deg meg oss du i var blir må gjør gjøre fil hilsen bruk trenger vis "
        "lag noe gjerne hvis etter ble bli dere ikkje eg frå"
    ),
    "fi": (
        "ja on ei se että en ovat olla oli mutta kun niin kuin myös jos tai vain sen joka jotka tämä nämä tätä minun "
        "meidän haluan haluaisin tarvitsen voi voit voisitko pitää ole hei kiitos lisää muuta sivu sivun painike "
        "taulukko lista väri jokainen kaikki enemmän ilman hyvä terveisin kanssa sitten vielä nyt mitä missä milloin "
        "minä sinä me te he tiedosto sekä olen näyttää ohjelma tämän sivulle siinä"
    ),
    "et": (
        "ja on ei see et kui ka või aga oma mis kes seda need selle minu meie soovin tahan tahaksin vajan palun tere "
        "aitäh lisa lisage muuda leht lehe lehele nupp tabel nimekiri värv iga kõik rohkem ilma hea koos siis veel "
        "nüüd kus millal mina sina meil teil oli olla pole võib peab saab fail välja üks olen kuidas tuleb ning mida "
        "juures"
    ),
    "lv": (
        "un ir ar no uz ka par pēc bet vai tas tā kā to šo šis šī es mēs jūs nav būt bija var vajag vēlos gribu lūdzu "
        "labdien paldies pievieno pievienot pievienojiet maini mainīt lapa lapu lapā poga pogu tabula saraksts krāsa "
        "krāsu katrs visi vairāk bez mans mūsu jūsu kad kur kas arī tikai vēl fails datne viņš tiek līdz vienu ja lai"
    ),
    "lt": (
        "ir yra į iš su kad kaip bet tai tas ta šis ši aš mes jūs nėra būti buvo gali reikia noriu norėčiau prašau "
        "prašome labas sveiki ačiū pridėk pridėti pridėkite pakeisk pakeisti puslapis puslapį puslapyje mygtukas "
        "mygtuką lentelė sąrašas spalva spalvą kiekvienas visi daugiau be mano mūsų jūsų kai kur arba taip pat tik "
        "dar failas failą po prie per nuo iki už ar ne"
    ),
    "pl": (
        "i w z na do nie się że jest to jak o po dla od za przez przy ale czy tak który która które ze co jego jej "
        "ich są był była było być może można trzeba chcę chciałbym chciałabym potrzebuję proszę prosze dzień dobry "
        "witam cześć dziękuję dzięki dodaj dodać zmień zmienić zrób strona stronę strony stronie przycisk tabela "
        "tabelę lista listę kolor nagłówek nagłówka każdy każda wszystkie więcej bez mój moja nasz nasza nam mnie "
        "kiedy gdzie lub oraz tylko też jeszcze plik pliku pozdrawiam jeśli już żeby aby tego tej tym będzie mam "
        "pokaż wykres sprzedaży zamiast niech jako został nagłówki nagłówkach nagłówkiem większa większy mniejsza "
        "czcionka czcionkę usuń usunąć zamień niebieski niebieska czerwony zielony żółty czarny biały duży duża dużą "
        "duże mały mała małe małą nowy nowa nowe nową spis książek tytuł liczba liczbę stron rachunek faktura faktury "
        "klienta klientów cennik usług suma sumę sumuje kolumna kolumnę kolumny wiersz wiersze błąd działa hasło "
        "haśle logowanie użytkownik użytkownika miesiąc miesiąca tydzień tygodnia rok roku godzin czasu pracy osób "
        "zaproszenie urodziny mapa mapą dojazdu kalkulator formularz zapisz szukaj wyszukiwanie sortowanie dwa trzy "
        "cztery pięć pierwszy drugi drugą sprzedaż taka taki takie aplikacja aplikację narzędzie zdjęcia według używa "
        "kredytu przeczytana autora tu nic zawsze teraz między pod nad została moje moją swój"
    ),
    "cs": (
        "a v z na do ne se že je to jak o po pro od za při ale či tak který která které ze co jeho její jejich jsou "
        "byl byla bylo být může lze třeba chci chtěl chtěla bych potřebuji potřebuju prosím dobrý den ahoj děkuji "
        "díky přidej přidat přidejte změň změnit udělej stránka stránku stránky tlačítko tabulka tabulku seznam barva "
        "barvu hlavička hlavičku každý každá všechny více bez můj moje náš naše nám mně kdy kde nebo jen také ještě "
        "soubor souboru pozdravem pokud už aby toho této tím bude mám ukaž jako byly jsem jsme vám vás s k u mohou "
        "můžu můžete kterou kteří naši ve"
    ),
    "sk": (
        "a v z na do nie sa že je to ako o po pre od za pri ale či tak ktorý ktorá ktoré zo čo jeho jej ich sú bol "
        "bola bolo byť môže možno treba chcem chcel chcela by potrebujem prosím dobrý deň ahoj ďakujem vďaka pridaj "
        "pridať pridajte zmeň zmeniť urob stránka stránku stránky tlačidlo tabuľka tabuľku zoznam farba farbu "
        "hlavička hlavičku každý každá všetky viac bez môj moja náš naša nám mne kedy kde alebo len tiež ešte súbor "
        "súboru pozdravom ak už aby toho tejto tým bude mám ukáž som sme vám vás s k môžu môžem môžete ktorú ktorí "
        "naši vo"
    ),
    "sl": (
        "in v z na do ne se da je to kot o po za od pri ali tako ki kateri ga iz kaj njegov so bil bila bilo biti "
        "lahko treba želim hočem potrebujem bi prosim dober dan pozdravljeni živjo hvala dodaj dodajte spremeni "
        "spremenite naredi stran strani gumb tabela tabelo seznam barva barvo glava glavo vsak vsaka vse več brez moj "
        "naš naša nam mi kdaj kje tudi še datoteka datoteko lep pozdrav če že ter tega te tem bo imam pokaži sem smo "
        "vam vas s k"
    ),
    "hr": (
        "i u s na do ne se da je to kao o po za od pri ali tako koji koja koje iz što njegov su bio bila bilo biti "
        "može mogu treba želim hoću trebam trebao bih molim dobar dan pozdrav hvala dodaj dodajte promijeni "
        "promijenite napravi stranica stranicu stranice gumb dugme tabela tablica tablicu popis boja boju zaglavlje "
        "svaki svaka sve više bez moj moja naš naša nam mi kada gdje ili samo također još datoteka datoteku lijep ako "
        "već te ovog ove ovo biće će imam prikaži sam smo vam vas šta gde takođe"
    ),
    "hu": (
        "a az és hogy nem is egy van volt ez ezt ki be de ha vagy mint csak még már meg el fel azt szeretnék "
        "szeretném kell lehet kérem kérek jó napot szia köszönöm köszi add adj hozzá módosítsd változtasd oldal "
        "oldalt oldalra gomb gombot táblázat lista szín színe színét minden több nélkül én mi ön nekem nekünk mikor "
        "hol fájl üdvözlettel legyen ami amely akkor itt ott egyik azonban lesz vannak számára"
    ),
    "tr": (
        "ve bir bu için ile de da ne mi var çok daha ama gibi olan olarak her en kadar sonra ben biz siz değil olsun "
        "olması istiyorum isterim gerekiyor lazım lütfen merhaba teşekkürler teşekkür ederim ekle ekleyin ekler "
        "değiştir değiştirin sayfa sayfası sayfaya düğme buton tablo liste renk rengi başlık başlığı bütün tüm yok "
        "benim bizim bana bize zaman nerede veya ya sadece ayrıca dosya selamlar yapın yap bunu şu onun tarafından "
        "ise"
    ),
    "sq": (
        "dhe të në një e i për me është nuk që se nga po kjo ky janë ka kam kemi duhet dua dëshiroj mund ju lutem "
        "përshëndetje faleminderit shto ndrysho faqe faqja butoni tabela lista ngjyra çdo gjithë më shumë pa im ynë "
        "kur ku ose vetëm edhe ende skedari skedar si do ishte jo unë ne ai ajo tek deri"
    ),
    "is": (
        "og að í er á það sem til við um en ekki með ég þú hann hún var eru vera hefur hafa ef eða þetta þessi þess "
        "fyrir af frá því svo vil vildi þarf getur get vinsamlegast takk halló góðan dag bæta bættu breyta breyttu "
        "síða síðu síðunni hnappur tafla listi litur lit allir meira án minn okkar mér hvenær hvar líka bara skrá "
        "kveðja eins upp"
    ),
    "ga": (
        "agus an na ar i is a go le do de ag sé sí tá bhí níl ach nó mar seo sin ó faoi chun gach bheith féidir leis "
        "liom maith más teastaíonn uaim cuir athraigh leathanach cnaipe tábla liosta dath dia duit raibh míle chomhad "
        "comhad bhfuil mé muid sibh siad é í iad leat nuair cén aon"
    ),
    "cy": (
        "y yr a ac i yn o ar mae ei eu am gan wedi bod nid ond neu fel hyn hwn hon oedd sydd hefyd mwy pob os gwelwch "
        "dda diolch helo dw eisiau angen ychwanegu ychwanegwch newid tudalen botwm tabl rhestr lliw fy ein fi ni chi "
        "pryd ble ffeil gyda dim ddim mewn gallwch rydym at wrth cael"
    ),
    "eu": (
        "eta da ez bat ere du dira baina edo zen izan hau hori bere nahi dut behar mesedez kaixo eskerrik asko gehitu "
        "aldatu orria orri botoia taula zerrenda kolorea guztiak gehiago gabe nire gure noiz non bakarrik fitxategia "
        "fitxategi egin dago daude dute zuen den dituzte egun on izango batean baita arte"
    ),
    "id": (
        "yang dan di ke dari untuk dengan tidak ini itu adalah ada pada dalam akan saya kami kita anda bisa dapat "
        "ingin mau perlu tolong mohon terima kasih halo selamat pagi tambahkan tambah ubah halaman tombol tabel "
        "daftar warna setiap semua lebih tanpa kapan mana atau hanya juga masih berkas sudah oleh sebagai karena jika "
        "seperti bahwa buat buatkan tersebut telah boleh sila butang senarai jadual warnanya kepada"
    ),
    "vi": (
        "và của là có cho không được trong một các những người này với đã tôi bạn chúng ta ở từ khi để như thì ra vào "
        "nhưng muốn cần vui lòng xin chào cảm ơn thêm thay đổi trang nút bảng danh sách màu mỗi tất cả hơn đâu hoặc "
        "chỉ cũng tập tin làm đến về sẽ rất đó lại hãy"
    ),
    "tl": (
        "ang ng sa na at mga ay ako ikaw siya kami tayo kayo sila ito iyan hindi may mayroon wala para kung o pero "
        "dahil gusto ko mo niya namin natin kailangan pakiusap kumusta salamat magdagdag palitan pahina listahan "
        "kulay bawat lahat higit kailan saan lang din rin pa nang isang po paki upang mula"
    ),
    "sw": (
        "na ya wa kwa ni katika la za kuwa cha si hii hiyo huo yake wake hili kama lakini au pia nataka ninahitaji "
        "tafadhali habari asante ongeza badilisha ukurasa kitufe jedwali orodha rangi kila yote zaidi bila yangu yetu "
        "lini wapi tu bado faili hakuna ili sana kutoka kwenye hivyo"
    ),
    "eo": (
        "la kaj de en estas ne al por ke kun mi ni vi li ŝi ili tio ĉi tiu tiuj sed aŭ kiel se pli ĉiu ĉiuj sen mia "
        "nia volas bezonas bonvolu saluton dankon aldonu ŝanĝu paĝo paĝon butono butonon tabelo listo koloro koloron "
        "kiam kie nur ankaŭ ankoraŭ dosiero dosieron estis povas devas kiu kiuj oni ĝi pri per"
    ),
    "mt": (
        "il l-u u ta li fi għal ma mill minn dan din hija huwa kien jew imma mhux hemm tal fil bil għandu irrid "
        "nixtieq bżonn jekk jogħġbok grazzi bonġu żid biddel paġna buttuna tabella lista kulur kull kollha aktar "
        "mingħajr tiegħi tagħna meta fejn biss ukoll fajl ma' b' dawn kif mal"
    ),
}
