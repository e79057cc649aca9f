"""Documents that cannot lie."""

from __future__ import annotations

from tests.settings_page import PAGE, page


def test_the_page_of_settings_is_what_the_code_says():
    """After a change of the settings: python -m tests.settings_page."""
    assert PAGE.read_text("utf-8") == page()
