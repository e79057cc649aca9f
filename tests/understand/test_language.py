# ruff: noqa: RUF001  (letters of many languages look like letters of others)
"""Which language a person writes. It says nothing rather than something wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.understand.language import MOST, SHIPPED, language_of, reply_language

#: One request in every language that is known, as somebody would mail it.
KNOWN = {
    "en": "Please build a page where our members can book the tennis court for an hour.",
    "pl": "Proszę o stronę, na której członkowie klubu zarezerwują kort na godzinę.",
    "fr": "Je voudrais une page où nos membres peuvent réserver le court de tennis pour une heure.",
    "de": "Bitte eine Seite, auf der unsere Mitglieder den Tennisplatz für eine Stunde buchen können.",
    "es": "Quiero una página donde nuestros socios puedan reservar la pista de tenis por una hora.",
    "it": "Vorrei una pagina dove i nostri soci possono prenotare il campo da tennis per un'ora.",
    "pt": "Gostaria de uma página onde os nossos sócios possam reservar o campo de ténis por uma hora.",
    "ca": "Vull una pàgina on els nostres socis puguin reservar la pista de tennis per una hora.",
    "gl": "Quero unha páxina onde os nosos socios poidan reservar a pista de tenis por unha hora.",
    "ro": "Vreau o pagină unde membrii noștri pot să rezerve terenul de tenis pentru o oră.",
    "nl": "Graag een pagina waar onze leden de tennisbaan voor een uur kunnen reserveren.",
    "af": "Ek wil graag 'n bladsy hê waar ons lede die tennisbaan vir 'n uur kan bespreek.",
    "sv": "Jag vill ha en sida där våra medlemmar kan boka tennisbanan för en timme.",
    "da": "Jeg vil gerne have en side, hvor vores medlemmer kan bestille tennisbanen i en time.",
    "no": "Jeg vil ha en side der medlemmene våre kan bestille tennisbanen for en time, takk.",
    "fi": "Haluaisin sivun, jolla jäsenemme voivat varata tenniskentän tunniksi, kiitos.",
    "et": "Palun tehke leht, kus meie liikmed saavad tenniseväljaku üheks tunniks broneerida.",
    "lv": "Lūdzu, izveidojiet lapu, kur mūsu biedri var rezervēt tenisa kortu uz vienu stundu.",
    "lt": "Prašau sukurti puslapį, kuriame mūsų nariai gali rezervuoti teniso kortą vienai valandai.",
    "cs": "Prosím o stránku, kde si naši členové mohou zarezervovat tenisový kurt na hodinu.",
    "sk": "Prosím o stránku, kde si naši členovia môžu rezervovať tenisový kurt na hodinu.",
    "sl": "Prosim za stran, kjer lahko naši člani rezervirajo teniško igrišče za eno uro.",
    "hr": "Molim stranicu na kojoj naši članovi mogu rezervirati teniski teren na jedan sat.",
    "hu": "Kérek egy oldalt, ahol a tagjaink egy órára lefoglalhatják a teniszpályát.",
    "tr": "Üyelerimizin tenis kortunu bir saat için ayırtabileceği bir sayfa istiyorum, teşekkürler.",
    "sq": "Dua një faqe ku anëtarët tanë mund të rezervojnë fushën e tenisit për një orë.",
    "is": "Ég vil fá síðu þar sem félagar okkar geta bókað tennisvöllinn í eina klukkustund.",
    "ga": "Ba mhaith liom leathanach ar féidir lenár mbaill an chúirt leadóige a chur in áirithe air.",
    "cy": "Rydw i eisiau tudalen lle mae ein haelodau yn gallu archebu'r cwrt tennis am awr.",
    "eu": "Orri bat nahi dut, gure kideek tenis pista ordubeterako erreserbatu ahal izateko.",
    "id": "Saya ingin halaman di mana anggota kami dapat memesan lapangan tenis untuk satu jam.",
    "vi": "Tôi muốn một trang để các hội viên của chúng tôi có thể đặt sân quần vợt trong một giờ.",
    "tl": "Gusto ko ng isang pahina kung saan ang mga kasapi namin ay maaaring magpareserba ng tennis court.",
    "sw": "Nataka ukurasa ambao wanachama wetu wanaweza kuhifadhi uwanja wa tenisi kwa saa moja.",
    "eo": "Mi volas paĝon, per kiu niaj membroj povas rezervi la tenisejon por unu horo.",
    "mt": "Irrid paġna fejn il-membri tagħna jkunu jistgħu jibbukkjaw il-qorti tat-tennis għal siegħa.",
    "ru": "Мне нужна страница, где наши участники могут забронировать теннисный корт на час.",
    "uk": "Мені потрібна сторінка, де наші учасники можуть забронювати тенісний корт на годину.",
    "be": "Мне патрэбна старонка, дзе нашы ўдзельнікі могуць заказаць тэнісны корт на гадзіну.",
    "bg": "Искам страница, на която нашите членове могат да запазят тенис корта за един час.",
    "sr": "Желим страницу на којој наши чланови могу да резервишу тениски терен на један сат.",
    "mk": "Сакам страница на која нашите членови ќе можат да го резервираат теренот за еден час.",
    "el": "Θέλω μια σελίδα όπου τα μέλη μας μπορούν να κλείσουν το γήπεδο του τένις για μία ώρα.",
    "he": "אני רוצה דף שבו החברים שלנו יכולים להזמין את מגרש הטניס לשעה אחת",
    "ar": "أريد صفحة يمكن من خلالها لأعضائنا حجز ملعب التنس لمدة ساعة، شكرا",
    "fa": "لطفا یک صفحه بسازید که اعضای ما بتوانند زمین تنیس را برای یک ساعت رزرو کنند",
    "ur": "مجھے ایک صفحہ چاہیے جہاں ہمارے اراکین ایک گھنٹے کے لیے ٹینس کورٹ بک کر سکیں",
    "hi": "मुझे एक पेज चाहिए जहाँ हमारे सदस्य एक घंटे के लिए टेनिस कोर्ट बुक कर सकें",
    "ja": "会員がテニスコートを一時間予約できるページを作ってください。",
    "zh": "请做一个网页，让我们的会员可以预订网球场一个小时，谢谢你们的帮助。",
    "ko": "회원들이 테니스 코트를 한 시간 동안 예약할 수 있는 페이지를 만들어 주세요.",
    "th": "ขอหน้าเว็บที่สมาชิกของเราสามารถจองสนามเทนนิสได้หนึ่งชั่วโมง",
    "ka": "მინდა გვერდი, სადაც ჩვენი წევრები შეძლებენ ჩოგბურთის კორტის დაჯავშნას",
    "hy": "Ուզում եմ էջ, որտեղ մեր անդամները կարող են ամրագրել թենիսի խաղադաշտը",
}


@pytest.mark.parametrize("language", list(KNOWN))
def test_a_request_tells_its_language(language: str) -> None:
    """Fifty-four of them; what is near to one that we speak (Czech, Dutch, Catalan) is not taken for it."""
    assert language_of(KNOWN[language]) == language


@pytest.mark.parametrize("language", list(KNOWN))
def test_half_a_request_is_never_taken_for_a_language_of_ours(language: str) -> None:
    """Fewer words give less certainty, and no wrong answer."""
    words = KNOWN[language].split()
    for part in (words[: len(words) // 2], words[len(words) // 2 :]):
        assert language_of(" ".join(part)) in {"", language} | ({"es", "gl", "ca"} & {language} or set())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Prosze zmien kolor naglowka na niebieski i usun drugi przycisk", "pl"),
        ("zrob wykres sprzedazy z ostatniego miesiaca", "pl"),
        ("Bonjour, il faudrait changer la couleur du titre, merci", "fr"),
        ("Ajoute une colonne avec la somme et enleve le deuxieme bouton", "fr"),
        ("Bitte die Ueberschrift groesser und die Tabelle darunter", "de"),
        ("BITTE EINE TABELLE MIT ALLEN KUNDEN UND EINER SUMME", "de"),
        ("Fix the login: it fails when the password is empty", "en"),
        ('Dodaj button "Export" w headerze, bo klient chce ściągać dane', "pl"),
        ("Rechnung als PDF exportieren und per E-Mail verschicken, danke", "de"),
    ],
)
def test_words_as_people_type_them(text: str, language: str) -> None:
    """Without accents, in capitals, with the English of programmers."""
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    ["", "ok", "Proszę dodać kolumnę", "Bitte die Seite bauen", "zmień kolor!", "12 345 678 901 234 567 890 123"],
)
def test_fewer_than_twenty_letters_say_nothing(text: str) -> None:
    """However much they look like a language."""
    assert language_of(text) == ""


def test_twenty_letters_may_say_something() -> None:
    """Letters are counted, not signs."""
    assert language_of("Proszę usunąć stronę i 123!") == ""
    assert language_of("Proszę usunąć stronę tu") == "pl"


@pytest.mark.parametrize(
    "text",
    [
        "def main(argv): return sum(int(x) for x in argv)", "SELECT name, total FROM orders WHERE total > 100",
        "lorem ipsum dolor sit amet consectetur adipiscing", "a b c d e f g h i j k l m n o p q r s t u v w x y z",
        "asdfghjkl qwertyuiop zxcvbnm asdfghjkl", "C, C++, ObjectiveC, Shell, Python, Lisp, Scheme, Java, C#, awk",
        "https://przyklad.pl/proszę/dodać/stronę/i/nie/pytać jan@kowalski.pl",
    ],
)  # fmt: skip
def test_what_is_no_language_of_ours_is_not_taken_for_one(text: str) -> None:
    """Code, names, addresses, noise."""
    assert language_of(text) not in {"pl", "fr", "de"}


@pytest.mark.parametrize(
    "text",
    [
        "tylko tylko tylko tylko tylko tylko",
        "werden nicht" + " xkcd" * 60,
        "(solo en lenguajes C, C++, Pascal)",
        "proszę@dodaj.example stronę@nie.example który@jest.example",
    ],
)
def test_one_word_or_a_few_among_many_are_no_witness(text: str) -> None:
    """A name that is repeated, two words in a page of code, words of an address."""
    assert language_of(text) == ""


def test_a_refrain_counts_no_more_than_a_sentence() -> None:
    """One word, however often, does not outvote the rest."""
    assert language_of(KNOWN["cs"] + " und" * 9) != "de"


def test_a_sign_of_chinese_or_japanese_counts_more_than_a_letter() -> None:
    """A request full of names of programs is Japanese all the same."""
    assert language_of("この HTML template を React component に変換してください") == "ja"


@pytest.mark.parametrize(
    ("declared", "language"),
    [
        ("pl", "pl"), ("pl-PL", "pl"), ("de-DE, en-US", "de"), ("fr_CA", "fr"), ("nb-NO", "no"), ("iw", "he"),
        ("en-US", "en"), ("", ""), ("xx", ""), ("polski", ""), ("x" * 10_000, ""), ("\x00", ""), (" PL ", "pl"),
    ],
)  # fmt: skip
def test_a_declared_language_is_believed_where_words_are_few(declared: str, language: str) -> None:
    """The first that is named; what is no language is none."""
    assert language_of("ok", declared) == language


def test_a_program_set_up_in_english_says_english_of_everything() -> None:
    """So clear words of another language count more; another declaration than English is a person's choice."""
    assert language_of(KNOWN["pl"], "en-US") == "pl"
    assert language_of(KNOWN["en"], "en-US") == "en"
    assert language_of(KNOWN["en"], "pl") == "pl"


def test_the_reply_follows_the_thread_then_the_model_then_the_mail() -> None:
    """In this order; a language that we do not write is answered in English."""
    polish = KNOWN["pl"]
    assert reply_language(polish, "de", earlier="fr", model="de") == "fr"
    assert reply_language(polish, "de", model="fr") == "fr"
    assert reply_language(polish, "de") == "de"
    assert reply_language(polish) == "pl"
    assert reply_language(KNOWN["cs"]) == "en"
    assert reply_language(polish, earlier="cs") == "en"


def test_what_nobody_knows_stays_open() -> None:
    """So that the first word of a thread ("help") does not settle on English for all that follow."""
    assert reply_language("help") == ""
    assert reply_language("help", "xx", earlier="??", model="") == ""


@given(st.text(max_size=300), st.text(max_size=20))
def test_any_text_gives_a_language_or_none(text: str, declared: str) -> None:
    """Nothing breaks it, and the reply is always one that we can write."""
    assert len(language_of(text, declared)) in {0, 2}
    assert reply_language(text, declared) in {"", *SHIPPED}


def test_only_the_beginning_is_looked_at() -> None:
    """However long a mail is."""
    assert language_of(KNOWN["pl"] + " x" * MOST + KNOWN["de"] * 100) == language_of(KNOWN["pl"] + " x" * MOST)
    assert language_of(" " * MOST + KNOWN["pl"]) == ""
