"""Set-up, accounts, who pays and what took place, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from clinic.db.access import members as rows
from clinic.db.courses import covers, reads
from clinic.db.patients import namesakes, reached
from clinic.db.practice.stored import stored
from clinic.db.unit import Database
from clinic.db.visits import billing
from clinic.domain.access.accounts import NewAccount
from clinic.domain.access.actors import Actor
from clinic.domain.courses.cover import Cover
from clinic.domain.errors import Forbidden, Invalid, NotFound, Stale
from clinic.domain.patients.importing import Arrival
from clinic.domain.patients.person import Identifier, Person
from clinic.domain.practice.editing import with_colleague
from clinic.domain.practice.people import Absence
from clinic.domain.practice.practice import Practice
from clinic.domain.visits.changes import Book
from clinic.services.access import members, roles
from clinic.services.access.passwords import Passwords
from clinic.services.apply import apply
from clinic.services.courses.covering import cover
from clinic.services.patients.take_over import look, take_over
from clinic.services.practice.setup import Edit, Thing, as_it_is, change
from clinic.services.visits import billing as bills
from tests.under_way import under_way
from tests.world import ACTOR, NOW, at, build, needling, single

CHRISTMAS = Absence(datetime(2026, 12, 24, tzinfo=UTC), datetime(2026, 12, 27, tzinfo=UTC))
NOBODY = Actor("account:nobody", frozenset())


def away(*absences: Absence) -> Edit:
    """Whoever is first is away then, and at no other time."""

    def edit(practice: Practice) -> Practice:
        return with_colleague(practice, replace(practice.staff[0], absences=frozenset(absences)))

    return edit


def thing(database: Database) -> Thing:
    known = as_it_is(database.read, actor=ACTOR)
    code = known.practice.staff[0].code
    return Thing("staff", code, known.versions["staff", code])


def absences(database: Database) -> set[Absence]:
    with database.read() as unit:
        return set(stored(unit.connection).practice.staff[0].absences)


def test_absences_become_what_is_told_and_those_that_stay_stay(database: Database) -> None:
    build(database)
    ill = replace(CHRISTMAS, kind="sick")
    for told in ((CHRISTMAS,), (ill,), ()):
        assert change(database.begin, away(*told), thing(database), actor=ACTOR, now=NOW).written
        assert absences(database) == set(told)


def test_nothing_is_written_before_every_stranded_visit_is_agreed_to(database: Database) -> None:
    world = build(database)
    with database.begin() as unit:
        (visit,) = apply(
            unit, (Book(single(world, needling(world, at("2026-11-23", 10)))),), actor=ACTOR, now=NOW
        ).visits
    monday = Absence(datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC))
    saved = change(database.begin, away(monday), thing(database), actor=ACTOR, now=NOW)
    assert (saved.written, [each.public_id for each in saved.stranded]) == (False, [visit])
    assert absences(database) == set()
    assert change(database.begin, away(monday), thing(database), agreed=[visit], actor=ACTOR, now=NOW).written
    assert absences(database) == {monday}


def test_a_change_of_what_is_not_there_or_was_changed_meanwhile_is_refused(database: Database) -> None:
    build(database)
    seen = thing(database)
    change(database.begin, away(CHRISTMAS), seen, actor=ACTOR, now=NOW)
    with pytest.raises(Stale):
        change(database.begin, away(), seen, actor=ACTOR, now=NOW)
    with pytest.raises(NotFound):
        change(database.begin, away(), Thing("staff", "none", 1), actor=ACTOR, now=NOW)
    with pytest.raises(Forbidden):
        change(database.begin, away(), seen, actor=NOBODY, now=NOW)


def test_people_are_invited_set_a_passphrase_and_are_closed(database: Database) -> None:
    roles.sync(database.begin)
    passwords, new = Passwords(), NewAccount("kim@clinic.test", "Kim", "admin")
    public_id, token = members.invite(database.begin, new, passwords=passwords, actor=ACTOR, now=NOW)
    with pytest.raises(Invalid, match="email_taken"):
        members.invite(database.begin, new, passwords=passwords, actor=ACTOR, now=NOW)
    assert members.invited(database.read, token, now=NOW) == "kim@clinic.test"
    members.accept(database.begin, database.read, token, "four small kettles", passwords=passwords, now=NOW)
    (kim,) = members.listed(database.read, actor=ACTOR)
    assert (kim.roles, kim.invited_until) == ({"admin": None}, None)
    with pytest.raises(Invalid, match="last_admin"):
        members.close(database.begin, public_id, actor=ACTOR, now=NOW)
    members.invite(database.begin, replace(new, email="sam@clinic.test"), passwords=passwords, actor=ACTOR, now=NOW)
    given = {"front desk": None, "therapist": None}
    members.save(database.begin, public_id, given, None, version=kim.version, actor=ACTOR, now=NOW)
    members.close(database.begin, public_id, actor=ACTOR, now=NOW)
    with database.read() as unit:
        found = rows.member(unit.connection, public_id)
    assert (found.active, found.roles) == (False, {"front desk": None, "therapist": None})


def test_an_invitation_is_over_after_three_days(database: Database) -> None:
    roles.sync(database.begin)
    new = NewAccount("kim@clinic.test", "Kim", "admin")
    _, token = members.invite(database.begin, new, passwords=Passwords(), actor=ACTOR, now=NOW)
    with pytest.raises(NotFound):
        members.invited(database.read, token, now=NOW + timedelta(days=3))


def test_who_pays_is_kept_and_taken_back(database: Database) -> None:
    plan = under_way(database, build(database), ("done", -9), ("done", -5))
    for told in (Cover("Fund", "A-7", 6, date(2027, 1, 31)), Cover("Other"), Cover(visits=3)):
        with database.read() as unit:
            version = reads.plan_row(unit.connection, plan).version
        cover(database.begin, plan, told, version=version, actor=ACTOR, now=NOW)
        with database.read() as unit:
            known = reads.plan_row(unit.connection, plan)
            assert covers.cover(unit.connection, known.id) == told
            assert covers.payers(unit.connection) == ((told.payer,) if told.payer else ())


def test_what_took_place_is_read_by_payer_once_a_visit(database: Database) -> None:
    world = build(database)
    plan = under_way(database, world, ("done", -9), ("done", -5), ("booked", 3))
    under_way(database, world, ("done", -3), patient=1, hour=14)
    with database.read() as unit:
        version = reads.plan_row(unit.connection, plan).version
    cover(database.begin, plan, Cover("Fund"), version=version, actor=ACTOR, now=NOW)
    with database.read() as unit:
        found = billing.held(unit.connection, 0, 1 << 30)
    assert [each.payer for each in found] == ["", "Fund", "Fund"]
    held = bills.held(database.read, date(2026, 11, 11), date(2026, 11, 11), actor=ACTOR)
    assert [(each.payer, each.ends - each.starts) for each in held] == [("Fund", 6)]
    with pytest.raises(Forbidden):
        bills.export(database.begin, date(2026, 11, 1), date(2026, 11, 2), None, actor=NOBODY, now=NOW)


def test_a_list_is_taken_over_once(database: Database) -> None:
    build(database)
    told = [
        Arrival(
            line,
            Person(f"Family {line}", "Given", date(1980, 1, 1), identifiers=frozenset({Identifier("i", str(line))})),
        )
        for line in range(600)
    ]
    assert len(look(database.read, told, actor=ACTOR, now=NOW).taken([])) == 600
    assert take_over(database.begin, told, [], "import", actor=ACTOR, now=NOW) == 600
    assert take_over(database.begin, told, [], "import", actor=ACTOR, now=NOW) == 0
    with database.read() as unit:
        found = namesakes.born(unit.connection, {date(1980, 1, 1) + timedelta(days=each) for each in range(600)})
        keys = reached.ways(unit.connection, range(1, 5))
    assert ("family 7 given", date(1980, 1, 1)) in found
    assert keys
