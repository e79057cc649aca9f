"""Single wishes, applied to a project."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.build.scaffold_change import changed
from mailbot.build.scaffold_spec import MAX_FIELDS, Field, Section, Spec, as_json, from_json

TRACKER = Spec(
    template="tracker",
    title="Books",
    noun="book",
    fields=(Field(key="f1", label="Title"), Field(key="f2", label="Price", kind="number")),
    last_key=2,
)
PAGE = Spec(
    template="page", title="Bees", sections=(Section(heading="About"), Section(heading="Prices", text="old words"))
)


def after(spec, wish, **more):
    made = changed(spec, wish, **more)
    assert made.not_done == (), made
    return made.spec


def labels(spec):
    return [f"{field.key} {field.label} {field.kind}" for field in spec.fields]


def headings(spec):
    return [one.heading for one in spec.sections]


@pytest.mark.parametrize(
    ("wish", "colours"),
    [
        ("make the header blue", {"header": "#0000ff"}),
        ("Could you please turn the page background to dark green?", {"background": "#006400"}),
        ("The header should be #abc.", {"header": "#aabbcc"}),
        ("header colour: red", {"header": "#ff0000"}),
        ("I'd like a red header", {"header": "#ff0000"}),
        ("change the colour of the buttons to light blue", {"accent": "#add8e6"}),
        ("use white text on a navy header", {"text": "#ffffff", "header": "#000080"}),
        ("make the header and the footer black", {"header": "#000000", "footer": "#000000"}),
        ("header blue, buttons orange", {"header": "#0000ff", "accent": "#ffa500"}),
        ("make it green", {"header": "#008000", "accent": "#008000"}),
        ("Colours: brown and cream", {"header": "#a52a2a", "background": "#fffdd0"}),
        ("header background blue", {"header": "#0000ff"}),
        ("set the background of the header to rgb(1, 2, 3)", {"header": "#010203"}),
        ("make the title orange", {"title": "#ffa500"}),
    ],
)
def test_colours_are_given_to_parts(wish, colours):
    """By name, hex and rgb, one or several at once."""
    assert dict(after(PAGE, wish).colours) == colours
    if "footer" not in colours:  # a list has none
        assert dict(after(TRACKER, wish).colours) == colours


@pytest.mark.parametrize(
    ("wish", "dark"),
    [("add dark mode", "auto"), ("Dark mode please", "auto"), ("make it dark", "on"), ("remove the dark mode", "off"),
     ("switch off dark mode", "off"), ("I want a night mode", "auto")],
)  # fmt: skip
def test_dark_mode_is_switched(wish, dark):
    """On, off, or as the reader has it."""
    assert after(after(PAGE, "make it dark") if dark == "off" else PAGE, wish).dark == dark


@pytest.mark.parametrize(
    "wish",
    ['change the title to "Honey"', "title: Honey", "The title should be Honey.", "call it Honey",
    "rename the page to Honey",
     "Please set the name of the site to Honey"],
)  # fmt: skip
def test_the_title_is_changed(wish):
    """In the usual wordings."""
    assert after(PAGE, wish).title == "Honey"


def test_words_are_replaced_wherever_people_read_them():
    """Exactly as they are quoted."""
    assert after(PAGE, 'change "old words" to "new words"').sections[1].text == "new words"
    assert after(TRACKER, "replace \u201cPrice\u201d with \u201cCost\u201d").fields[1].label == "Cost"
    assert changed(PAGE, 'change "not there" to "x"').not_done


def test_a_tagline_is_set():
    """Under the title."""
    assert after(PAGE, "add a tagline: Sweet since 1950").tagline == "Sweet since 1950"


@pytest.mark.parametrize(
    ("wish", "last"),
    [
        ("add a field author", "f3 Author text"),
        ("Please add the field bought: date", "f3 Bought date"),
        ("add a date field called bought", "f3 Bought date"),
        ("add a bought (date) column", "f3 Bought date"),
        ("also add pages: number", "f3 Pages number"),
        ("I need another column called shelf", "f3 Shelf text"),
        ("add fields shelf and read yes/no", "f4 Read yesno"),
        ("add a column for status: open/closed", "f3 Status choice"),
    ],
)
def test_a_field_is_added_with_a_key_of_its_own(wish, last):
    """At the end, with its kind."""
    assert labels(after(TRACKER, wish))[-1] == last


@pytest.mark.parametrize(
    "wish", ["remove price", "delete the price field", "drop the column Price", "please hide the field price."]
)
def test_a_field_is_removed(wish):
    """Its key is never used again."""
    left = after(TRACKER, wish)
    assert labels(left) == ["f1 Title text"]
    assert labels(after(left, "add a field price: number")) == ["f1 Title text", "f3 Price number"]


@pytest.mark.parametrize(
    "wish",
    ["rename price to cost", "rename the field price to cost", "Price should be called cost", 'call price "Cost"'],
)
def test_a_field_is_renamed_and_keeps_its_key(wish):
    """So no data is lost."""
    assert labels(after(TRACKER, wish))[1] == "f2 Cost number"


@pytest.mark.parametrize(
    "wish", ["make title a number", "Title should be a number", "change the field title to number"]
)
def test_a_field_gets_another_kind(wish):
    """Its label and key stay."""
    assert labels(after(TRACKER, wish))[0] == "f1 Title number"


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("add a section Team", ["About", "Prices", "Team"]),
        ("add a section about honey", ["About", "Prices", "Honey"]),
        ("add an Opening hours section", ["About", "Prices", "Opening hours"]),
        ("add sections Team and Jobs", ["About", "Prices", "Team", "Jobs"]),
        ("remove the section about", ["Prices"]),
        ("remove about and prices", []),
        ("rename prices to cost", ["About", "Cost"]),
    ],
)
def test_sections_come_and_go(wish, expected):
    """And are renamed."""
    assert headings(after(PAGE, wish)) == expected


@pytest.mark.parametrize(
    ("wish", "text"),
    [
        ("Prices: from 5 euros. Ask us.", "from 5 euros. Ask us."),
        ('The text of Prices should be "from 5 euros"', "from 5 euros"),
        ("in prices write: from 5 euros", "from 5 euros"),
        ('put "from 5 euros" under Prices', "from 5 euros"),
    ],
)
def test_a_section_gets_its_words(wish, text):
    """With their full stop."""
    assert after(PAGE, wish).sections[1].text == text


def test_a_section_may_come_with_its_words():
    """In one wish."""
    assert after(PAGE, "add a section Team: Ana and Bob").sections[2] == Section(heading="Team", text="Ana and Bob")


@pytest.mark.parametrize(
    ("wish", "way"),
    [("Email: bee@example.org", ("email", "bee@example.org")), ("contact me at bee@example.org", ("email",
    "bee@example.org")),
     ("phone +48 600 100 200", ("phone", "+48 600 100 200")), ("Address: 5 Hive Street", ("address", "5 Hive Street"))],
)  # fmt: skip
def test_a_page_says_how_to_reach_its_author(wish, way):
    """By mail, phone or in person."""
    assert after(PAGE, wish).contact == (way,)


@pytest.mark.parametrize(
    ("spec", "wish"),
    [(TRACKER, "I want to search and export as CSV"), (TRACKER, "It must work offline."),
    (TRACKER, "No internet connection needed"),
     (PAGE, "Works without a server"), (PAGE, "no javascript please"), (PAGE, "It should be mobile friendly")],
)  # fmt: skip
def test_what_the_template_does_anyway_is_done(spec, wish):
    """And nothing is changed."""
    assert after(spec, wish) == spec


@pytest.mark.parametrize(
    "wish",
    ["Sing a song.", "add a login", "Export to Excel", "remove the elephant", "rename elephant to ant",
    "make it blue and purple and nice",
     "make the elephant blue", "I don't want CSV export", "add javascript", "Make the header blueish", "x" * 3_000,
     "remove title and price", "rename price to title", "add a section Team with a photo gallery on the tracker"],
)  # fmt: skip
def test_a_wish_that_is_not_understood_is_handed_back_as_it_was(wish):
    """And changes nothing: half an understanding is none."""
    made = changed(TRACKER, wish)
    assert (made.spec, made.done, made.not_done) == (TRACKER, (), (wish,))


def test_of_a_joined_sentence_every_part_is_judged_alone():
    """What is understood is done, the rest is handed back."""
    made = changed(TRACKER, "Make the header blue and add a login, and remove price.")
    assert dict(made.spec.colours) == {"header": "#0000ff"}
    assert len(made.done) == 2
    assert made.not_done == ("add a login",)


def test_in_a_first_request_a_page_takes_its_authors_words():
    """A heading with its text, and what they say of themselves."""
    made = after(PAGE, "Opening hours: Mon 8-12", first=True)
    assert made.sections[-1] == Section(heading="Opening hours", text="Mon 8-12")
    assert after(PAGE, "We keep bees.", first=True).sections[0].text == "We keep bees."
    assert changed(PAGE, "We want a gallery.", first=True).not_done
    assert changed(PAGE, "Note: I am in a hurry", first=True).not_done


def test_a_tracker_has_room_for_so_many_fields():
    """One more is not added, and told."""
    many = tuple(Field(key=f"f{n}", label=f"L{n}") for n in range(1, MAX_FIELDS + 1))
    full = Spec(template="tracker", title="x", fields=many, last_key=MAX_FIELDS)
    assert changed(full, "add a field more").not_done


@given(st.text(max_size=120), st.booleans())
def test_no_wish_makes_a_spec_that_cannot_be_read_back(wish, first):
    """Whatever is asked, the project stays one that can be drawn again; and no word is lost."""
    made = changed(PAGE if first else TRACKER, wish, first=first)
    assert from_json(as_json(made.spec)) == made.spec
    assert made.done or made.not_done
