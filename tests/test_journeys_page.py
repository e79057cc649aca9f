"""The page of mails is what the code writes."""

from __future__ import annotations

from tests.journeys_page import PAGE, mails, page


def test_the_page_of_mails_is_up_to_date() -> None:
    """After a change of the mails: python -m tests.journeys_page."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_mail_of_it_is_short_and_begins_with_its_result() -> None:
    """Twenty mails, none of them longer than a screen."""
    shown = list(mails())
    assert len({title for title, _, _ in shown}) == len(shown) == 20
    assert all(len(mail.splitlines()) <= 25 for _, _, mail in shown)
