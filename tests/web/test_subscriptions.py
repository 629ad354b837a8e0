"""Subscribed calendars on screen: opened, shown once, pointed out when nobody fetches them, closed."""

import re
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select, update
from werkzeug.test import TestResponse

from clinic.db.patients import relatives
from clinic.db.tables.access import account as accounts
from clinic.db.tables.messages import feed as feeds
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import staff
from clinic.domain.patients.relatives import Relation
from tests.db.post import Post
from tests.web.conftest import Browser, Clock
from tests.world import NOW

ADDRESS = re.compile(r"http://clinic.test(/feeds/[^<]*\.ics)")
ROLES = Callable[[str], Browser]


def address(answer: TestResponse) -> str:
    """The address of a new calendar, as the page shows it."""
    found = ADDRESS.search(answer.text)
    assert found is not None, answer.text
    return found[1]


def tied(post: Post, email: str, code: str = "t1") -> None:
    """The account is the therapist's."""
    with post.database.begin() as unit:
        mine = select(accounts.c.id).where(accounts.c.email == email).scalar_subquery()
        unit.connection.execute(update(staff).where(staff.c.code == code).values(account_id=mine))


def test_a_patients_calendar_is_opened_shown_once_and_closed(post: Post, signed_in: ROLES) -> None:
    desk, page = signed_in("front desk"), "/patients/patient1/calendars"
    assert "No calendar is open" in desk.get(page).text
    made = desk.send(page, name="phone", private="1", key="k1")
    assert made.status_code == 200
    assert "<svg" in made.text
    assert "Google and Microsoft" in made.text
    feed = address(made)
    again = desk.get(page).text
    assert "not fetched yet" in again
    assert feed not in again
    body = desk.get(feed, headers={"User-Agent": "Mozilla/5.0 Thunderbird/140.0"}).data
    assert b"CLASS:PRIVATE" in body
    assert "Last fetched on Fri 20 Nov at 10:00 by Thunderbird." in desk.get(page).text
    close = re.search(r'action="([^"]*/close)"', again)
    assert close is not None
    assert desk.send(close[1], key="k2").status_code == 303
    assert desk.get(feed).status_code == 404
    assert desk.send(close[1], key="k3").status_code == 404


def test_a_form_that_is_sent_twice_opens_one_calendar(post: Post, signed_in: ROLES) -> None:
    desk, page = signed_in("front desk"), "/patients/patient1/calendars"
    asked = {"name": "phone", "private": "1", "key": "the same"}
    assert address(desk.send(page, **asked))
    second = desk.send(page, **asked)
    assert "shown when the form was sent first" in second.text
    assert not ADDRESS.search(second.text)
    assert second.text.count("/close") == 1


def test_entries_can_be_unmarked_as_private(post: Post, signed_in: ROLES) -> None:
    desk, page = signed_in("front desk"), "/patients/patient1/calendars"
    feed = address(desk.send(page, name="phone", private="1"))
    first = desk.get(feed)
    switch = re.search(r'action="([^"]*/private)"', desk.get(page).text)
    assert switch is not None
    assert desk.send(switch[1], private="").status_code == 303
    second = desk.get(feed, headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, b"CLASS:PUBLIC" in second.data) == (200, True)


def test_what_nobody_fetches_any_more_is_pointed_out(post: Post, signed_in: ROLES, clock: Clock) -> None:
    desk, page = signed_in("admin"), "/patients/patient1/calendars"
    desk.get(address(desk.send(page, name="phone")), headers={"User-Agent": "iOS/26.0 (23A341) dataaccessd/1.0"})
    clock.wait(minutes=5)
    assert desk.send("/calendars/policy", titles="code", stale_days="3").status_code == 303
    with post.database.begin() as unit:
        unit.connection.execute(update(feeds).values(fetched_at=NOW - timedelta(days=3, minutes=1)))
    assert "Not fetched since Tue 17 Nov (Apple Calendar): subscribe anew, or close it." in desk.get(page).text


def test_a_relative_reads_the_calendar_only_with_the_patients_permission(post: Post, signed_in: ROLES) -> None:
    desk, page = signed_in("front desk"), "/patients/patient1/calendars"
    one, two = post.world.patients
    with post.database.begin() as unit:
        unit.connection.execute(update(patient).where(patient.c.id == one).values(disclosure=3))
        relatives.relate(unit.connection, Relation(two, one))
    assert "Ada Adler2" not in desk.get(page).text
    refused = desk.send(page, name="phone", relative="patient2")
    assert (refused.status_code, "has not permitted" in refused.text) == (400, True)
    permit = "/patients/patient1/relatives/patient2/calendar"
    assert desk.send(permit, allowed="1", version="1").status_code == 303
    assert "May have the calendar" in desk.get("/patients/patient1/relatives").text
    assert "Ada Adler2" in desk.get(page).text
    for asked, fault in (
        ({"level": "3"}, "only where the patient says so"),
        ({"label": "Mum’s knee"}, "says what is treated"),
        ({"label": "x" * 21}, "20"),
    ):
        refused = desk.send(page, name="phone", relative="patient2", **asked)
        assert (refused.status_code, fault in refused.text) == (400, True), asked
    feed = address(desk.send(page, name="phone", relative="patient2", label="Mum’s appointment"))
    body = desk.get(feed).data.decode()
    assert "SUMMARY:Mum’s appointment\r\n" in body
    assert "NAME:Mum’s appointment\r\n" in body
    assert post.visit.uid not in body
    assert "Read by Ada Adler2" in desk.get(page).text
    assert desk.send(permit, allowed="", version="2").status_code == 303
    assert desk.get(feed).status_code == 404
    assert desk.send("/patients/patient1/relatives/nobody/calendar", allowed="1", version="3").status_code == 404


def test_one_patients_page_does_not_close_anothers_calendar(post: Post, signed_in: ROLES) -> None:
    desk = signed_in("front desk")
    desk.send("/patients/patient1/calendars", name="phone")
    close = re.search(r'/calendars/(\w+)/close"', desk.get("/patients/patient1/calendars").text)
    assert close is not None
    for act in ("close", "private"):
        assert desk.send(f"/patients/patient2/calendars/{close[1]}/{act}").status_code == 404


def test_somebody_has_calendars_of_her_own(
    post: Post, signed_in: ROLES, account: Callable[[str], str], clock: Clock
) -> None:
    stranger, therapist = signed_in("therapist"), signed_in("therapist")
    tied(post, "therapist.1@clinic.test")
    assert "belongs to nobody with visits" in stranger.get("/my/calendars").text
    assert stranger.send("/my/calendars", name="phone").status_code == 404
    assert therapist.send("/my/calendars", name=" ").status_code == 400
    feed = address(therapist.send("/my/calendars", name="phone", private="1"))
    assert b"SUMMARY:AA\r\n" in therapist.get(feed).data
    close = re.search(r'action="(/my/calendars/[^"]*/close)"', therapist.get("/my/calendars").text)
    assert close is not None
    assert stranger.send(close[1]).status_code == 404
    assert stranger.send(close[1].replace("close", "private"), private="1").status_code == 404
    assert therapist.send(close[1].replace("close", "private")).status_code == 303
    assert therapist.send(close[1]).status_code == 303
    assert therapist.get(feed).status_code == 404


def test_who_runs_the_practice_sees_the_calendars_of_rooms_locations_and_people(post: Post, signed_in: ROLES) -> None:
    admin, therapist = signed_in("admin"), signed_in("therapist")
    tied(post, "therapist.1@clinic.test")
    hers = address(therapist.send("/my/calendars", name="phone"))
    room = address(admin.send("/calendars", name="door", of="room:room1"))
    place = address(admin.send("/calendars", name="office", of="location:loc1"))
    code = post.public_id[:6].upper()
    assert f"SUMMARY:Busy {code}\r\n" in admin.get(room).text
    assert f"SUMMARY:B. {code}\r\n" in admin.get(place).text
    listed = admin.get("/calendars").text
    for shown in ("door · Room 1", "office · Mitte", "phone · B. Lindqvist"):
        assert shown in listed
    assert admin.send("/calendars/policy", titles="name", stale_days="7").status_code == 303
    assert "SUMMARY:Ada Adler1\r\n" in admin.get(hers).text
    assert admin.send("/calendars/policy", titles="everything", stale_days="x").status_code == 400
    assert admin.send("/calendars", name="", of="room:room1").status_code == 400
    assert admin.send("/calendars", name="x", of="ship:room1").status_code == 400
    for close in re.findall(r'action="(/calendars/[^"]*/close)"', listed):
        assert admin.send(close).status_code == 303
    assert [admin.get(each).status_code for each in (hers, room, place)] == [404, 404, 404]
    assert therapist.get("/calendars").status_code == 403
