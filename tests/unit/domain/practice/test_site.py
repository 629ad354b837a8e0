from dataclasses import replace
from zoneinfo import ZoneInfo

from clinic.domain.practice.site import Colleague, Site, SiteRoom

ADA = Colleague(1, "ada", "A. Berg", "female", "therapist", (11,), (), ())
BEN = Colleague(2, "ben", "B. Lind", "male", "therapist", (12, 13), (), ())
ROOM = SiteRoom(3, "blue", "Blue room", frozenset({"treatment"}), (14,))
SITE = Site(
    1, "mitte", "mitte", "Mitte", "Europe/Berlin", 15, "DE-BE", 60, 240, {}, (), (), rooms=(ROOM,), staff=(ADA, BEN)
)


def test_people_and_rooms_are_found_by_their_public_ids():
    assert SITE.colleague("ben") is BEN
    assert SITE.room("blue") is ROOM


def test_whoever_is_not_there_is_not_found():
    assert SITE.colleague("blue") is None
    assert SITE.room("ada") is None


def test_a_site_knows_its_zone():
    assert SITE.tz == ZoneInfo("Europe/Berlin")


def test_whoever_works_elsewhere_too_roams_with_all_his_lanes():
    assert SITE.roaming == ()
    assert replace(SITE, staff=(ADA, replace(BEN, elsewhere=True))).roaming == (12, 13)
