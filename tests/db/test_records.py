"""Records of visits: typed, signed once, amended with a reason."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from clinic.db.access.idempotency import Once
from clinic.db.care import records
from clinic.db.tables.access import audit
from clinic.db.tables.patients import patient
from clinic.db.tables.records import adverse_event
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.access.actors import Actor
from clinic.domain.care.record import Count, Needle, Record, Site
from clinic.domain.errors import Forbidden, Invalid, NotFound, Refused, Stale
from clinic.domain.messages.notes import PARTS
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.changes import Book
from clinic.domain.visits.visit import Kind, NewVisit, Status, Stretch
from clinic.services.apply import apply
from clinic.services.care.records import Writing, amend, save, sign, unsigned, writing
from clinic.services.messages import notes
from tests.world import ACTOR, NOW, SHOULDER, TZ, World, at

NEEDLING = (Modality.ASSESSMENT, Modality.DRY_NEEDLING, Modality.EXERCISE)


def visit_on(database: Database, world: World, day: str = "2026-11-20", *modalities: Modality) -> str:
    starts = at(day, 9)
    stretch = Stretch(starts, starts + 9, world.staff[0], world.rooms[0], modalities or NEEDLING)
    new = NewVisit(world.patients[0], world.location, TZ, Kind.SINGLE, Status.BOOKED, (stretch,), (SHOULDER,))
    with database.begin() as unit:
        return apply(unit, (Book(new),), actor=ACTOR, now=NOW).visits[0]


def now_of(database: Database, visit: str) -> Writing:
    with database.read() as unit:
        return writing(unit, visit)


def full(database: Database, visit: str, **changed: Any) -> Record:
    begun = now_of(database, visit).record
    sites = (Site(SHOULDER, "deep", "pistoning", True),)
    whole = replace(
        begun, pain_before=6, pain_after=4, sites=sites, needle=Needle(30, 40), count=Count(3, 3), told=True
    )
    return replace(whole, **changed)


def done(database: Database, world: World, day: str = "2026-11-20", **changed: Any) -> str:
    visit = visit_on(database, world, day)
    sign(database.begin, visit, full(database, visit, **changed), version=0, actor=ACTOR, now=NOW)
    return visit


def acts(database: Database) -> list[str]:
    with database.read() as unit:
        query = select(audit.c.act).where(audit.c.subject_kind == "record").order_by(audit.c.id)
        return list(unit.connection.execute(query).scalars())


def test_a_record_begins_with_what_was_planned(database: Database, world: World) -> None:
    begun = now_of(database, visit_on(database, world))
    assert begun.version == 0
    assert [part.modality for part in begun.record.parts] == [Modality.DRY_NEEDLING, Modality.EXERCISE]
    assert [site.target for site in begun.record.sites] == [SHOULDER]


def test_what_is_typed_is_kept_whatever_is_lacking(database: Database, world: World) -> None:
    visit = visit_on(database, world)
    typed = replace(now_of(database, visit).record, pain_before=7)
    assert save(database.begin, visit, typed, version=0, actor=ACTOR, now=NOW) == 1
    assert save(database.begin, visit, replace(typed, note="tense"), version=1, actor=ACTOR, now=NOW) == 2
    kept = now_of(database, visit)
    assert (kept.version, kept.record.pain_before, kept.record.note, kept.signed) == (2, 7, "tense", False)


def test_who_saw_an_older_version_overwrites_nothing(database: Database, world: World) -> None:
    visit = visit_on(database, world)
    for seen in (0, 1):
        save(database.begin, visit, full(database, visit), version=seen, actor=ACTOR, now=NOW)
    for seen in (0, 1, 3):
        with pytest.raises(Stale):
            save(database.begin, visit, Record(), version=seen, actor=ACTOR, now=NOW)
    assert now_of(database, visit).record.pain_before == 6


def test_the_same_form_twice_is_kept_once(database: Database, world: World) -> None:
    visit, form = visit_on(database, world), Once("account:x", "k", "d")
    for _ in range(2):
        assert save(database.begin, visit, Record(), version=0, actor=ACTOR, once=form, now=NOW) == 1


def test_a_signature_keeps_who_treated_by_which_credentials_and_on_which_consent(
    database: Database, world: World
) -> None:
    visit = visit_on(database, world)
    sign(database.begin, visit, full(database, visit), version=0, actor=ACTOR, now=NOW)
    signed = now_of(database, visit)
    assert signed.signed
    assert signed.row is not None
    with database.read() as unit:
        (version,) = records.versions(unit.connection, signed.row.id)
    (therapist,) = version.signing["therapists"]
    kinds = {each["kind"] for each in therapist["credentials"]}
    assert {"dry-needling", "exercise"} <= kinds
    assert (version.number, version.reason, version.written_at) == (1, "", NOW)
    assert version.signing["consents"] == []
    assert any("needling" in key for key, _ in version.signing["notes"])
    assert acts(database) == ["record.draft", "record.sign"]


def began(database: Database, visit: str, status: Status = Status.IN_SESSION) -> None:
    with database.begin() as unit:
        unit.connection.execute(update(appointment).where(appointment.c.public_id == visit).values(status=status.value))


def is_open(database: Database, visit: str) -> bool:
    with database.read() as unit:
        return unsigned(unit, loads.visit(unit.connection, visit))


def test_a_visit_in_session_is_done_once_its_record_is_signed(database: Database, world: World) -> None:
    visit = visit_on(database, world)
    assert not is_open(database, visit)
    began(database, visit)
    assert is_open(database, visit)
    sign(database.begin, visit, full(database, visit), version=0, actor=ACTOR, now=NOW)
    assert now_of(database, visit).visit.status is Status.DONE
    assert not is_open(database, visit)


def test_a_visit_that_was_done_without_a_record_has_an_open_one(database: Database, world: World) -> None:
    visit = visit_on(database, world)
    began(database, visit, Status.DONE)
    assert is_open(database, visit)
    sign(database.begin, visit, full(database, visit), version=0, actor=ACTOR, now=NOW)
    assert not is_open(database, visit)


def test_needles_that_do_not_agree_keep_a_visit_in_session(database: Database, world: World) -> None:
    visit = visit_on(database, world)
    began(database, visit)
    with pytest.raises(Refused):
        sign(database.begin, visit, full(database, visit, count=Count(3, 2)), version=0, actor=ACTOR, now=NOW)
    assert now_of(database, visit).visit.status is Status.IN_SESSION


def test_the_notes_that_were_gone_through_are_those_in_use_in_the_patients_language(
    database: Database, world: World
) -> None:
    visit = visit_on(database, world)
    with database.begin() as unit:
        unit.connection.execute(update(patient).where(patient.c.id == world.patients[0]).values(language="de"))
    told = notes.as_shipped("dry-needling", "de")
    wordings = {part: [(line.full, line.neutral) for line in getattr(told, part)] for part in PARTS}
    wordings["after"][0] = ("Bitte ruhen Sie sich aus.", "Bitte ruhen Sie sich aus.")
    notes.write(database.begin, "dry-needling", "de", wordings, seen=0, actor=ACTOR, now=NOW)
    notes.approve(database.begin, "dry-needling", "de", seen=1001, actor=ACTOR, now=NOW)
    whole = full(database, visit)
    sign(database.begin, visit, whole, version=0, actor=ACTOR, shelf=notes.in_use, now=NOW)
    row = now_of(database, visit).row
    assert row is not None
    with database.read() as unit:
        (version,) = records.versions(unit.connection, row.id)
    assert ["dry-needling", 1001] in version.signing["notes"]


def test_what_is_signed_is_amended_by_another_version_alone(database: Database, world: World) -> None:
    visit = done(database, world)
    changed = full(database, visit, note="the left side")
    version = now_of(database, visit).version
    for act in (save, sign):
        with pytest.raises(Invalid, match="record_signed"):
            act(database.begin, visit, changed, version=version, actor=ACTOR, now=NOW)
    with pytest.raises(Invalid, match="amend_reason"):
        amend(database.begin, visit, changed, reason=" ", version=version, actor=ACTOR, now=NOW)
    amend(database.begin, visit, changed, reason="wrong side", version=version, actor=ACTOR, now=NOW)
    row = now_of(database, visit).row
    assert row is not None
    with database.read() as unit:
        first, second = records.versions(unit.connection, row.id)
    assert (first.body["note"], second.body["note"], second.reason) == ("", "the left side", "wrong side")
    assert acts(database)[-1] == "record.amend"


def test_a_record_that_is_open_is_not_amended(database: Database, world: World) -> None:
    visit = visit_on(database, world)
    save(database.begin, visit, Record(), version=0, actor=ACTOR, now=NOW)
    with pytest.raises(Invalid, match="record_unsigned"):
        amend(database.begin, visit, Record(), reason="x", version=1, actor=ACTOR, now=NOW)


def test_unequal_needles_wait_for_the_one_that_stayed(database: Database, world: World) -> None:
    visit = visit_on(database, world)
    written = full(database, visit, count=Count(3, 2, 2))
    with pytest.raises(Refused) as refused:
        sign(database.begin, visit, written, version=0, actor=ACTOR, now=NOW)
    assert refused.value.rule == 35
    with database.begin() as unit:
        id_ = unit.connection.execute(select(appointment.c.id).where(appointment.c.public_id == visit)).scalar_one()
        event = {"public_id": "e", "patient_id": world.patients[0], "appointment_id": id_, "kind": "retained-needle"}
        event |= {"grade": "moderate", "onset_at": NOW, "status": "open", "actor": "x", "recorded_at": NOW}
        unit.connection.execute(insert(adverse_event), event)
    sign(database.begin, visit, written, version=0, actor=ACTOR, now=NOW)
    assert now_of(database, visit).record.count == Count(3, 2, 2)


def test_sites_and_needles_come_from_the_last_record(database: Database, world: World) -> None:
    done(database, world)
    later = visit_on(database, world, "2026-11-27")
    empty = replace(now_of(database, later).record, sites=())
    save(database.begin, later, empty, copied=True, version=0, actor=ACTOR, now=NOW)
    copied = now_of(database, later).record
    assert copied.sites == (Site(SHOULDER, "deep", "pistoning"),)
    assert (copied.needle, copied.pain_before, copied.count) == (Needle(30, 40), None, Count())


def test_without_an_earlier_record_nothing_is_copied(database: Database, world: World) -> None:
    visit = visit_on(database, world)
    save(database.begin, visit, Record(), copied=True, version=0, actor=ACTOR, now=NOW)
    assert now_of(database, visit).record == Record()


def test_a_visit_is_not_signed_before_its_day(database: Database, world: World) -> None:
    visit = visit_on(database, world, "2026-11-23")
    with pytest.raises(Invalid, match="visit_ahead"):
        sign(database.begin, visit, full(database, visit), version=0, actor=ACTOR, now=NOW)


@pytest.mark.parametrize("status", ["cancelled", "no_show", "pencilled"])
def test_a_visit_that_did_not_take_place_has_no_record(database: Database, world: World, status: str) -> None:
    visit = visit_on(database, world)
    with database.begin() as unit:
        unit.connection.execute(update(appointment).values(status=status))
    with pytest.raises(Invalid, match="record_visit"):
        save(database.begin, visit, Record(), version=0, actor=ACTOR, now=NOW)
    with pytest.raises(NotFound):
        save(database.begin, "nobody", Record(), version=0, actor=ACTOR, now=NOW)


def test_who_may_not_write_records_writes_none(database: Database, world: World) -> None:
    visit = visit_on(database, world)
    desk = Actor("account:desk", frozenset({"visit.read"}))
    with pytest.raises(Forbidden):
        save(database.begin, visit, Record(), version=0, actor=desk, now=NOW)
    with database.read() as unit:
        assert unit.connection.execute(text("SELECT count(*) FROM record")).scalar_one() == 0


def test_no_word_of_a_record_stands_in_the_audit_trail(database: Database, world: World) -> None:
    done(database, world, note="a word of its own")
    with database.read() as unit:
        kept = " ".join(str(row) for row in unit.connection.execute(select(audit.c.detail)).scalars())
    assert "word of its own" not in kept
