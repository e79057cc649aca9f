"""What is counted in a mail: enough to know its like again, nothing that could be read back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailbot.understand.spam_letter import letter_of
from mailbot.understand.spam_tokens import MAX_RUNS, MAX_TAUGHT, MAX_TOKENS, mark_of, tokens_of
from tests.fakes import mail


def tokens(raw):
    return tokens_of(letter_of(raw))


def test_the_same_mail_has_the_same_numbers():
    """They are the same in every process and on every machine."""
    assert tokens(mail()) == tokens(mail())
    assert min(tokens(mail()).frame) >= 1
    assert max(tokens(mail()).frame) < 2**31


def test_other_words_are_other_numbers():
    """A word more changes the words and leaves the frame."""
    one, two = tokens(mail("One page about bees please.")), tokens(mail("One page about hives please."))
    assert set(one.words) != set(two.words)
    assert set(one.words) & set(two.words)


def test_who_gets_it_and_when_is_not_counted():
    """Recipients, dates and what relays add do not tell spam from mail, only one mailbox from another."""
    other = mail(to="zoe@other.example", Date="Mon, 2 Feb 2004 01:02:03 +0100")
    relayed = b"Received: from relay.example by mx.example; Mon, 2 Feb 2004\r\nDelivered-To: zoe\r\n" + other
    assert tokens(relayed).taught == tokens(mail()).taught


def test_digits_do_not_matter():
    """A number for each recipient in subject and header names is the same spam."""
    assert tokens(mail(subject="Offer 1234")) == tokens(mail(subject="Offer 9876"))


def test_how_a_program_writes_is_counted():
    """The order of the fields, capitals of their names, and the form of boundaries, dates and ids; no value of them."""
    plain = mail()
    assert (
        tokens(mail(X_Mailer="Foo", Mime_Version="1.0")).frame != tokens(mail(Mime_Version="1.0", X_Mailer="Foo")).frame
    )
    assert tokens(mail(MIME_Version="1.0")).frame != tokens(mail(Mime_Version="1.0")).frame
    assert tokens(mail(Date="20 Nov 2026 12:00:00 GMT")).frame != tokens(plain).frame
    one, two = (mail(Content_Type=f'multipart/mixed; boundary="{name}"') for name in ("--=_aZb_1f2", "--=_xYz_99"))
    assert tokens(one).frame == tokens(two).frame != tokens(mail(Content_Type="multipart/mixed; boundary=b")).frame


def test_there_are_not_many():
    """A mail of any size has so many numbers at most."""
    many = " ".join(f"word{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10 % 10]}{n}" for n in range(100_000))
    found = tokens(mail(many))
    assert len(found.words) <= MAX_TOKENS
    assert len(found.runs) <= MAX_RUNS
    assert len(found.taught) <= MAX_TAUGHT


def test_the_mark_of_a_mail():
    """It is no word's number, and another mail's is another."""
    assert mark_of(mail()) < 0
    assert mark_of(mail()) == mark_of(mail()) != mark_of(mail("other"))


@given(st.binary(max_size=500))
def test_no_bytes_are_refused(raw):
    """Whatever it is, it can be counted."""
    assert tokens(raw).frame
