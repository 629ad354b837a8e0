"""Answers to invitations, as programs write them and as nobody should."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.calendars import sandbox
from clinic.calendars.reading import reply
from clinic.domain.errors import Invalid
from clinic.mail.inbound import Incoming, read, vouched_for

REPLIES = Path(__file__).parents[2] / "data" / "replies"
NAMES = ("accept", "decline", "tentative")
PLAIN = (
    "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:u@h\nSEQUENCE:2\nDTSTAMP:20261120T095353Z\n"
    'ATTENDEE;CN="a:b;c,d";PARTSTAT=ACCEPTED:MAILTO:pat%2Bx@example.org\nORGANIZER:mailto:o@h\n'
    "END:VEVENT\nEND:VCALENDAR\n"
)


NESTED = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n"


def captured(name: str) -> Incoming:
    found = read((REPLIES / f"reply_{name}_0.eml").read_bytes(), envelope=("termine+abc@clinic.example",))
    assert found is not None
    return found


def mail(*fields: str, part: str = PLAIN, kind: str = "text/calendar; method=REPLY") -> bytes:
    head = [*fields, "MIME-Version: 1.0", f"Content-Type: {kind}; charset=utf-8"]
    return "\r\n".join([*head, "", part]).encode()


@pytest.mark.parametrize("name", NAMES)
def test_a_captured_reply_is_read(name: str) -> None:
    found = captured(name)
    assert (found.sender, found.method) == ("pat@patient.example", "REPLY")
    assert found.recipients == {"termine@clinic.example", "termine+abc@clinic.example"}
    said = reply(found.calendar, {"method": "REPLY"})
    assert said["uid"] == "session-8f3c1a01@clinic.example"
    assert said["attendees"] == ["pat@patient.example"]
    assert said["organizer"] == "termine@clinic.example"
    assert (said["sequence"], said["stamp"][:9]) == (0, "20261120T")
    assert said["partstat"].startswith(name.upper()[:6])


def test_a_captured_reply_is_read_in_a_process_of_its_own() -> None:
    found = captured("decline")
    said = sandbox.run("clinic.calendars.reading:reply", found.calendar, {"method": "REPLY"})
    assert said["partstat"] == "DECLINED"


def test_addresses_and_quoted_names_are_read_as_they_are_meant() -> None:
    said = reply(PLAIN.encode(), {})
    assert said["attendees"] == ["pat+x@example.org"]
    assert said["partstat"] == "ACCEPTED"


def test_bare_line_feeds_and_folds_inside_a_word_are_no_obstacle() -> None:
    folded = PLAIN.replace("PARTSTAT", "PART\n STAT").replace("\n", "\r\n").replace("SEQUENCE:2", "SEQUENCE:\r\n\t2")
    assert reply(folded.encode(), {}) == reply(PLAIN.encode(), {})


@pytest.mark.parametrize(
    "broken",
    [
        "",
        PLAIN.replace("METHOD:REPLY", "METHOD:REQUEST"),
        PLAIN.replace("METHOD:REPLY\n", ""),
        PLAIN.replace("UID:u@h\n", ""),
        PLAIN.replace("UID:u@h\n", "UID:u@h\nUID:v@h\n"),
        PLAIN.replace("UID:u@h", "UID:" + "u" * 121),
        PLAIN.replace("SEQUENCE:2", "SEQUENCE:-1"),
        PLAIN.replace("SEQUENCE:2", "SEQUENCE:9999999999"),
        PLAIN.replace("DTSTAMP:20261120T095353Z", "DTSTAMP:20261120T095353"),
        PLAIN.replace("DTSTAMP:20261120T095353Z\n", ""),
        PLAIN.replace("END:VEVENT\n", ""),
        PLAIN.replace("END:VCALENDAR\n", "BEGIN:VEVENT\nUID:x\nEND:VEVENT\nEND:VCALENDAR\n"),
        PLAIN.replace("SEQUENCE:2", "ATTENDEE:mailto:a@b\n" * 51),
        "END:VCALENDAR\n",
    ],
)
def test_what_is_no_reply_is_refused(broken: str) -> None:
    with pytest.raises(Invalid) as refused:
        reply(broken.encode(), {})
    assert refused.value.code == "reply_unreadable"


def test_the_method_of_the_mail_and_of_its_calendar_agree() -> None:
    with pytest.raises(Invalid):
        reply(PLAIN.encode(), {"method": "COUNTER"})


def test_what_stands_in_an_alarm_is_not_the_events() -> None:
    alarm = "BEGIN:VALARM\nUID:other\nATTENDEE:mailto:x@y\nEND:VALARM\nEND:VEVENT"
    assert reply(PLAIN.replace("END:VEVENT", alarm).encode(), {}) == reply(PLAIN.encode(), {})


def test_an_attendee_without_an_answer_or_a_mail_address_has_none() -> None:
    said = reply(PLAIN.replace(";PARTSTAT=ACCEPTED:MAILTO:", ":https:").encode(), {})
    assert (said["partstat"], said["attendees"]) == ("", [""])
    assert reply(PLAIN.replace("ATTENDEE", "X-NOBODY").encode(), {})["attendees"] == []


@pytest.mark.parametrize(
    ("field", "sender"),
    [
        ("From: pat@example.org", "pat@example.org"),
        ('From: "Pat, <x@y>" <pat@example.org>', "pat@example.org"),
        ("From: =?utf-8?q?P=C3=A4t?= <pat@example.org>", "pat@example.org"),
        ("From: pat@example.org, <eve@example.net>", ""),
        ("From: pat@example.org)eve@example.net", ""),
        ("From: <pat@example.org> <eve@example.net>", ""),
        ("From: Pat", ""),
        ("From: pat@example.org\r\nFrom: eve@example.net", ""),
    ],
)
def test_a_sender_is_one_address_or_nobody(field: str, sender: str) -> None:
    found = read(mail(field))
    assert found is not None
    assert found.sender == sender


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff" * 100,
        b"From: a@b\r\n\r\nhello",
        mail("From: a@b", kind="text/calendar; method=REQUEST"),
        mail("From: a@b", kind="text/calendar"),
        mail("From: a@b", kind="text/plain; method=REPLY"),
        mail("From: a@b", part="x" * 256 * 1024),
        NESTED + (b"--a\r\n" + NESTED) * 4000,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000)),
    ],
)
def test_what_holds_no_answer_is_nothing(raw: bytes) -> None:
    assert read(raw) is None


def test_an_unknown_charset_is_nothing_and_a_wrong_one_is_read_as_far_as_it_goes() -> None:
    assert read(mail().replace(b"utf-8", b"x-klingon")) is None
    found = read(mail().replace(b"utf-8", b"us-ascii").replace(b"a:b", "ä".encode()))
    assert found is not None
    assert reply(found.calendar, {})["uid"] == "u@h"


PASSED = "mx.clinic.example; spf=pass; dmarc=pass (p=none) header.from=example.org"


@pytest.mark.parametrize(
    ("fields", "host", "vouched"),
    [
        ([PASSED], "mx.clinic.example", True),
        ([PASSED], "MX.clinic.example", True),
        ([PASSED], "", False),
        ([PASSED], "mx.other.example", False),
        ([PASSED.replace("mx.clinic", "mx.evil")], "mx.clinic.example", False),
        ([PASSED.replace("example.org", "example.net")], "mx.clinic.example", False),
        ([PASSED.replace("dmarc=pass", "dmarc=fail")], "mx.clinic.example", False),
        ([PASSED.replace("dmarc=pass", "x=(dmarc=pass)")], "mx.clinic.example", False),
        (["mx.clinic.example; dmarc=fail header.from=example.org", PASSED], "mx.clinic.example", False),
        (["mx.clinic.example; dmarc=pass"], "mx.clinic.example", False),
        ([""], "mx.clinic.example", False),
    ],
)
def test_only_our_own_server_vouches_and_only_for_the_senders_domain(
    fields: list[str], host: str, vouched: bool
) -> None:
    found = read(mail(*(f"Authentication-Results: {field}" for field in fields), "From: pat@example.org"))
    assert found is not None
    assert vouched_for(found, host) is vouched


@pytest.mark.thorough
@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.sampled_from(NAMES), st.integers(0, 4_000), st.integers(0, 40), st.binary(max_size=12))
def test_a_mangled_mail_is_read_or_refused_and_nothing_worse(name: str, at: int, cut: int, put: bytes) -> None:
    raw = (REPLIES / f"reply_{name}_0.eml").read_bytes()
    found = read(raw[:at] + put + raw[at + cut :])
    if found is not None:
        with contextlib.suppress(Invalid):
            reply(found.calendar, {"method": found.method})


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=400))
def test_whatever_comes_in_is_read_or_nothing(raw: bytes) -> None:
    found = read(mail("From: a@b") + raw)
    assert found is None or found.sender in ("a@b", "")
    assert read(raw) is None or raw
