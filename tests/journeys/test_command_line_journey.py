"""The whole way from the command line: a practice, its patients, a course, its letters, its calendar, its end."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from clinic.domain.time import instant_of
from tests.journeys.commands import CommandLine, Visitor, free_port
from tests.journeys.practice import EMAIL, EXAMPLE, PASSWORD, PATIENTS
from tests.unit.mail.smtp_server import Received, Script, serving

pytestmark = pytest.mark.journey
IDA = "AO-0001"
DEAD = "AO-0014"


@pytest.fixture
def post() -> Script:
    """What the mail server received."""
    return Script()


@pytest.fixture
def clinic(tmp_path: Path, post: Script) -> Iterator[CommandLine]:
    with serving(post) as smtp_port:
        settings = {
            "DATABASE_URL": f"sqlite:///{tmp_path}/clinic.db",
            "SECRET_KEY": "k" * 32,
            "URL": f"http://127.0.0.1:{free_port()}",
            "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}?plaintext=allowed",
            "HOLD_SECONDS": "0",
        }
        yield CommandLine(tmp_path, {f"CLINIC_{name}": value for name, value in settings.items()})


def beginning() -> str:
    """A week ahead, and past the turn of the year with its holidays."""
    day = datetime.now(UTC).date() + timedelta(days=7)
    if day >= date(day.year, 12, 8):
        day = date(day.year + 1, 1, 12)
    return max(day, date(day.year, 1, 12)).isoformat()


def invitation(received: Received) -> tuple[Any, Any]:
    """A letter's calendar part: its method and its one event."""
    letter = message_from_bytes(received.payload, policy=policy.default)
    [part] = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_content())
    [event] = calendar.walk("VEVENT")
    assert part.get_param("method") == calendar["METHOD"]
    return str(calendar["METHOD"]), event


def prepare(clinic: CommandLine) -> None:
    """A database, somebody who may sign in, the practice and its patients; each import twice is once."""
    clinic.run("db", "upgrade")
    clinic.run(
        *("account", "create", "--email", EMAIL, "--name", "Ruth Lindley", "--role", "front desk", "--password-stdin"),
        said=f"{PASSWORD}\n",
    )
    broken = clinic.folder / "patients.ndjson"
    broken.write_text(PATIENTS.read_text("utf-8") + '{"resourceType": "Patient",\n', "utf-8")
    lines = len(PATIENTS.read_text("utf-8").splitlines())
    for what, file, new, refused in (("practice", EXAMPLE, 16, []), ("patients", broken, lines, [lines + 1])):
        for words, found in (((), new), (("--apply",), new), (("--apply",), 0)):
            report = clinic.json("import", what, str(file), *words)
            assert (report["new"], report["changed"], report["unchanged"]) == (found, 0, new - found)
            assert [line["line"] for line in report["refused"]] == refused


def plan(clinic: CommandLine) -> Any:
    """A course: looked at, which writes nothing, then booked as it was shown."""
    words = ("plan", "--patient", IDA, "--protocol", "tension-headache", "--from", beginning())
    shown = clinic.json(*words)
    booked = clinic.json(*words, "--book")
    assert (shown["plan"], shown["failure"], shown["proven"]) == (None, None, True)
    assert booked["plan"]
    assert [each["starts"] for each in booked["sessions"]] == [each["starts"] for each in shown["sessions"]]
    assert [each["status"] for each in booked["sessions"]] == ["booked"] * 3 + ["pencilled"] * 3
    assert all(2 <= each["gap_days"] <= 4 for each in booked["sessions"][1:])
    return booked


def sent(clinic: CommandLine, post: Script, count: int, *, words: int = 0) -> list[tuple[str, Any]]:
    """Let the worker send what is due: so many letters for calendars, by their calendar parts, and so many in words
    alone."""
    before = len(post.received)
    assert clinic.json("worker", "--once")["sent"] == count + words
    assert clinic.json("worker", "--once")["sent"] == 0
    letters = [received for received in post.received[before:] if b"text/calendar" in received.payload]
    assert len(letters) == count
    return [invitation(received) for received in letters]


def first_visit(desk: Visitor, plan: str) -> str:
    """The address of a course's first visit."""
    return re.findall(r'href="(/visits/[^"/]+)" data-sheet>', desk.get(f"/courses/{plan}").text)[0]


def new_feed(clinic: CommandLine) -> str:
    """The path of a calendar to subscribe to."""
    address: str = clinic.json("feed", "create", "--patient", IDA)["address"]
    assert address.startswith(clinic.settings["CLINIC_URL"])
    return address.removeprefix(clinic.settings["CLINIC_URL"])


def fetched(desk: Visitor, feed: str) -> dict[str, Any]:
    """The events of the feed by UID; asked for again as calendar programs ask, it is not sent again."""
    answer = desk.get(feed)
    assert (answer.status, answer.headers.get_content_type()) == (200, "text/calendar")
    assert desk.get(feed, If_None_Match=answer.headers["ETag"]).status == 304
    head = desk.get(feed, method="HEAD")
    assert (head.status, head.body, head.headers["ETag"]) == (200, b"", answer.headers["ETag"])
    return {str(event["UID"]): event for event in Calendar.from_ical(answer.text).walk("VEVENT")}


def test_from_an_empty_database_to_a_cancelled_visit(clinic: CommandLine, post: Script) -> None:
    prepare(clinic)
    refused = clinic.run("plan", "--patient", DEAD, "--protocol", "tension-headache", "--from", beginning(), status=2)
    assert (refused.stdout, refused.stderr.count("\n")) == ("", 1)
    course = plan(clinic)
    shut = clinic.json("repair", "--room", "leeds-1", "--from", beginning(), "--until", beginning())
    assert (shut["proven"], shut["unplaced"]) == (True, [])

    invitations = sent(clinic, post, 3, words=1)
    assert {method for method, _ in invitations} == {"REQUEST"}
    assert {int(event["SEQUENCE"]) for _, event in invitations} == {0}
    assert len({event["UID"] for _, event in invitations}) == 3
    starts = sorted(event.start.isoformat(timespec="minutes") for _, event in invitations)
    assert starts == [each["starts"] for each in course["sessions"][:3]]

    with clinic.serving("--no-worker", "--port", clinic.settings["CLINIC_URL"].rpartition(":")[2]):
        desk = Visitor(clinic.settings["CLINIC_URL"])
        desk.send("/sign-in", "/sign-in", login=EMAIL, password=PASSWORD)
        feed, visit = new_feed(clinic), first_visit(desk, course["plan"])
        calendar = fetched(desk, feed)
        assert sorted(event.start for event in calendar.values()) == sorted(event.start for _, event in invitations)

        spot = desk.get(f"{visit}/move").free_times()[-1]
        assert desk.send(f"{visit}/move", f"{visit}/move", start=spot, reason="Her train is late").status == 200
        [(method, moved)] = sent(clinic, post, 1)
        [before] = [event for _, event in invitations if event["UID"] == moved["UID"]]
        assert (method, int(moved["SEQUENCE"])) == ("REQUEST", 1)
        assert moved["DTSTAMP"].dt > before["DTSTAMP"].dt
        assert moved.start == instant_of(int(spot.partition("|")[0])) != before.start
        later = fetched(desk, feed)
        assert {uid for uid, event in later.items() if event.start != calendar[uid].start} == {moved["UID"]}
        assert later[moved["UID"]].start == moved.start

        desk.send(f"{visit}/cancel", f"{visit}/cancel", reason="patient_ill")
        [(method, gone)] = sent(clinic, post, 1)
        assert (method, int(gone["SEQUENCE"]), gone["UID"]) == ("CANCEL", 2, moved["UID"])
        last = fetched(desk, feed)[moved["UID"]]
        assert str(last["SUMMARY"]).startswith("Cancelled")
        assert last["TRANSP"] == "TRANSPARENT"
    clinic.run("check")
