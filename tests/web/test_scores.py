"""Pain and soreness over a course, on its page: as curves, and as words in the table."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from clinic.db.tables.courses import plan, plan_session
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.care.record import Count, Needle, Site
from clinic.domain.care.response import Told
from clinic.domain.time import instant_of
from clinic.services.care.records import sign
from clinic.services.care.responses import tell
from tests.db.test_records import now_of
from tests.web.conftest import Browser, Enter
from tests.web.test_courses import WISHES, hidden
from tests.world import ACTOR, SHOULDER, World


def booked(desk: Browser, **changed: str) -> str:
    """The address of a course that was booked as it was previewed."""
    wishes = {**WISHES, **changed}
    shown = desk.send("/courses/preview", **wishes)
    form = {"expect": hidden(shown, "expect"), "key": hidden(shown, "key")[0]}
    return desk.send("/courses", **wishes, **form).headers["Location"]


@pytest.fixture
def course(world: World, signed_in: Enter, sqlite_database: Database) -> str:
    """The address of a course whose first two visits have signed records."""
    address = booked(signed_in("admin"))
    with sqlite_database.read() as unit:
        query = (
            select(appointment.c.public_id)
            .join(plan_session, plan_session.c.id == appointment.c.session_id)
            .join(plan, plan.c.id == plan_session.c.plan_id)
            .where(plan.c.public_id == address.rpartition("/")[2])
            .order_by(plan_session.c.ordinal)
        )
        visits = unit.connection.execute(query).scalars().all()
    for visit, before, after, soreness in ((visits[0], 7, 5, 3), (visits[1], 5, 4, None)):
        found = now_of(sqlite_database, visit)
        needled = (
            {"sites": (Site(SHOULDER),), "needle": Needle(30, 40), "count": Count(2, 2)} if found.visit.needles else {}
        )
        scores = {"pain_before": before, "pain_after": after, "soreness": soreness}
        record, at = replace(found.record, **scores, **needled), instant_of(found.visit.starts)
        sign(sqlite_database.begin, visit, record, version=0, actor=ACTOR, now=at)
    late = instant_of(now_of(sqlite_database, visits[1]).visit.ends + 12 * 60)
    tell(sqlite_database.begin, visits[0], Told(48, 6, 1), actor=ACTOR, now=late)
    return address


def test_pain_and_soreness_stand_in_the_table_and_under_the_line(signed_in: Enter, course: str) -> None:
    page = signed_in("therapist").get(course).text
    assert re.findall(r'data-label="Pain">([^<]*)<', page)[:3] == ["7 → 5; 6 after 48 h", "5 → 4", ""]
    assert re.findall(r'data-label="Soreness">([^<]*)<', page)[:2] == ["3; 1 after 48 h", ""]
    curves = dict(re.findall(r'<polyline class="curve (\w+)" points="([^"]*)"', page))
    assert len(curves["pain"].split()) == 5
    assert [point.partition(",")[2] for point in curves["soreness"].split()] == ["167", "179"]


def test_who_may_not_read_records_sees_no_scores(signed_in: Enter, course: str) -> None:
    page = signed_in("front desk").get(course).text
    assert 'data-label="Pain"' not in page
    assert "curve" not in page


def test_phases_that_nobody_released_are_named(signed_in: Enter, world: World) -> None:
    admin = signed_in("admin")
    page = admin.get(booked(admin, protocol="neck-mechanical", region="neck")).text
    assert re.search(r"Not placed</dt><dd>Phase B, only when somebody releases it: 2 visits", page)
