"""Where a mail leads to, beside where it says it is from: what is counted, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.understand.spam_letter import letter_of
from mailbot.understand.spam_places import bucket, of_link, of_places, registered
from tests.fakes import mail


def places(text, **headers):
    return set(of_places(letter_of(mail(text, **headers))))


def test_a_publisher_leads_to_its_own_pages():
    """Three of four links, two hosts of one domain beside another's."""
    found = places("http://www.acme.example/a http://img.acme.example/b http://acme.example http://other.example/")
    assert {"p:own:3", "p:domains:2", "p:most:3:3", "p:most:own:True", "p:more:2"} <= found


def test_who_leads_elsewhere():
    """None of its links leads to where it says it is from."""
    found = places("http://a.other.example/x http://b.other.example/y")
    assert {"p:own:0", "p:domains:1", "p:most:4:2", "p:most:own:False", "p:more:1"} <= found
    assert "p:own:4" in places("http://www.acme.example/")
    assert "p:own:0" in places("http://www.acme.example/", From="nobody")


def test_links_that_lead_nowhere():
    """Addresses and pictures inside the mail are no places, nor is a path without a host."""
    html = '<a href="mailto:a@b.example"></a><img src="cid:x"><a href="/x"></a><a href="#top"></a>'
    assert "p:none" in places(html, Content_Type="text/html")
    assert "p:none" in places("no link at all")


@pytest.mark.parametrize(
    ("message_id", "token"),
    [("<1@mx.acme.example>", "p:id:True:True"), ("<1@x.example>", "p:id:True:False"), ("", "p:id:False:False")],
)
def test_who_wrote_its_id(message_id, token):
    """The domain of the Message-ID is the sender's own, another's or none."""
    assert token in places("x", Message_ID=message_id)


def test_a_list_says_so():
    """By either field."""
    assert "p:list:True:False" in places("x", List_Unsubscribe="<mailto:x@acme.example>")
    assert "p:list:False:True" in places("x", List_Id="<x.acme.example>")


@pytest.mark.parametrize(
    ("link", "counted"),
    [
        ("HTTP://shop.A.example:8080/dir/page.php?id=1",
         {"u:tld:example", "u:host:a.example", "u:labels:3:", "u:port::8080", "u:ending:php", "u:word:dir"}),
        ("http://192.0.2.7/x", {"u:ip"}),
        ("http://me@a.example", {"u:dressed"}),
        ("http://a%41.example", {"u:dressed"}),
        ("http://a1.example", {"u:labels:2:digits"}),
        ("mailto:a@b.example", {"u:mailto"}),
    ],
)  # fmt: skip
def test_what_is_counted_of_a_link(link, counted):
    """Its host by two labels, its port, its ending and its words."""
    assert counted <= set(of_link(link))


def test_domains_and_sizes():
    """Two labels, in small letters; sizes by powers of two."""
    assert registered("Mail.Acme.Example.") == "acme.example"
    assert [bucket(one) for one in (0, 1, 2, 3, 4, 7, 8)] == [0, 1, 2, 2, 3, 3, 4]


@given(st.text(max_size=300))
def test_no_link_is_refused(link):
    """Whatever it is, it can be counted."""
    assert all(one.startswith("u:") for one in of_link(link))
