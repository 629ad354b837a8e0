import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.domain.addresses import deliverable
from clinic.domain.errors import Invalid
from clinic.domain.messages.mailbox import Mailbox
from clinic.domain.messages.text import line, lines


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("pat@patient.example", "pat@patient.example"),
        (" Pat.O'Neil+visit@Patient.EXAMPLE ", "Pat.O'Neil+visit@patient.example"),
        ("anna@müller.example", "anna@xn--mller-kva.example"),
        ("clinic@localhost", "clinic@localhost"),
    ],
)
def test_an_address_takes_the_form_that_mail_servers_read(typed: str, sent: str) -> None:
    assert deliverable(typed) == sent


@pytest.mark.parametrize(
    "address",
    [
        "",
        "pat",
        "@patient.example",
        "pat@",
        "pat@a..example",
        ".pat@a.example",
        "pat@-a.example",
        "pat@@a.example",
        "pat lee@a.example",
        "pat@a.example\nBcc: eve@b.example",
        "pat@a.example,eve@b.example",
        "<pat@a.example>",
        "münch@a.example",
        "anna@straße.example",
        "p" * 65 + "@a.example",
        "p@" + "a" * 64 + ".example",
        "p@" + ".".join(["a" * 60] * 5),
    ],
)
def test_an_address_no_server_would_take_is_refused(address: str) -> None:
    with pytest.raises(Invalid) as caught:
        Mailbox("", address)
    assert caught.value.code == "address_malformed"


def test_a_mailbox_keeps_its_name_on_one_line() -> None:
    assert Mailbox("Praxis\r\nBcc: eve@b.example\x00", "a@b.example").name == "Praxis Bcc: eve@b.example"


def test_a_name_beyond_its_limit_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        Mailbox("x" * 2001, "a@b.example")
    assert (caught.value.code, caught.value.field) == ("text_too_long", "name")


def test_every_kind_of_line_break_becomes_one() -> None:
    assert lines("a\r\nb\rc\u2028d\x85e\vf\tg\n") == "a\nb\nc\nd\ne\nf g"
    assert line(" a\r\n\r\nb\tc ") == "a b c"


@settings(derandomize=True, deadline=None)
@given(st.text(st.characters()))
def test_cleaned_text_holds_no_control_character_and_encodes(text: str) -> None:
    cleaned = lines(text)
    cleaned.encode()
    assert not [c for c in cleaned if unicodedata.category(c) in {"Cc", "Cs"} and c != "\n"]
    assert lines(cleaned) == cleaned
    assert "\n" not in line(text)
