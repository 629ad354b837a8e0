"""A visit's record: kept as it is typed, signed once, amended with a reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from clinic.content import notes
from clinic.db.access.accounts import name_of
from clinic.db.access.idempotency import Once
from clinic.db.care import records
from clinic.db.care.records import RecordRow
from clinic.db.patients import languages
from clinic.db.practice.credentials import credentials
from clinic.db.practice.lists import staff_names
from clinic.db.unit import Begin, Unit, retrying
from clinic.db.visits import loads
from clinic.domain.access.actors import Actor
from clinic.domain.care.changes import Drafted, Signed
from clinic.domain.care.record import Record, planned, ready, settled, with_needling_of
from clinic.domain.care.record_document import record_document, record_from
from clinic.domain.errors import Invalid, Stale
from clinic.domain.limits import LINE, text
from clinic.domain.messages.notes import Note
from clinic.domain.practice.modality import Modality
from clinic.domain.time import instant_of, local_date, zone
from clinic.domain.visits.changes import Change, Turn
from clinic.domain.visits.day import not_ahead
from clinic.domain.visits.visit import GONE, Status, Visit
from clinic.services.apply import apply
from clinic.services.apply.holding import hold
from clinic.services.apply.opening import Opening, opening
from clinic.services.care import missing

Shelf = Callable[[Unit], Sequence[Note]]
"""The notes that patients are told."""


def _shipped(_: Unit) -> Sequence[Note]:
    """Those that ship."""
    return notes.load()


@dataclass(frozen=True, slots=True)
class Writing:
    """A visit with its record as it is now: what was typed or signed last, or what was planned; version 0 before
    anybody has begun it."""

    visit: Visit
    row: RecordRow | None
    record: Record

    @property
    def version(self) -> int:
        return 0 if self.row is None else self.row.version

    @property
    def signed(self) -> bool:
        return self.row is not None and self.row.signed


def writing(unit: Unit, public_id: str) -> Writing:
    """Raises NotFound, Invalid(record_visit)."""
    visit = loads.visit(unit.connection, public_id)
    if visit.status in GONE or visit.status in (Status.HELD, Status.PENCILLED):
        raise Invalid("record_visit")
    row = records.of_visit(unit.connection, visit.id)
    begun = planned(_modalities(visit), visit.targets)
    return Writing(visit, row, begun if row is None else record_from(row.draft))


def _modalities(visit: Visit) -> tuple[Modality, ...]:
    """What was planned, each once, without the checks around it."""
    given = dict.fromkeys(modality for stretch in visit.stretches for modality in stretch.modalities)
    around = (Modality.ASSESSMENT, Modality.EDUCATION)
    return tuple(one for one in given if one not in around) or tuple(given)


def unsigned(unit: Unit, visit: Visit) -> bool:
    """Whether a visit that has begun or is over still waits for its record to be signed."""
    if visit.status not in (Status.IN_SESSION, Status.DONE):
        return False
    row = records.of_visit(unit.connection, visit.id)
    return row is None or not row.signed


def hold_record(unit: Unit, public_id: str) -> None:
    """Hold the visit's patient. Raises NotFound."""
    hold(unit, loads.visit(unit.connection, public_id).patient_id, [])


def _hold_visit(unit: Unit, public_id: str) -> None:
    visit = loads.visit(unit.connection, public_id)
    hold(unit, visit.patient_id, [visit])


def _seen(opened: Opening, public_id: str, version: int) -> Writing:
    found = writing(opened.unit, public_id)
    if found.version != version:
        raise Stale("record", seen=version, current=found.version)
    return found


def _drafted(found: Writing, record: Record) -> Drafted:
    visit = found.visit
    return Drafted(visit.id, visit.patient_id, visit.plan_id, found.version, record_document(record))


@retrying
def save(
    begin: Begin,
    public_id: str,
    record: Record,
    *,
    copied: bool = False,
    version: int,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> int:
    """Keep what was typed, with the sites and needles of the last record where `copied`; the version it has now.

    Raises NotFound, Stale, Invalid(record_visit, record_signed).
    """
    with opening(begin, partial(hold_record, public_id=public_id), once=once, now=now) as opened:
        if opened.done is not None:
            return writing(opened.unit, public_id).version
        found = _seen(opened, public_id, version)
        if found.signed:
            raise Invalid("record_signed")
        if copied:
            record = _copied(opened.unit, found.visit, record)
        apply(opened.unit, (_drafted(found, record),), actor=actor, now=now)
        opened.keep(public_id)
        return version + 1


def _copied(unit: Unit, visit: Visit, record: Record) -> Record:
    earlier = records.before(unit.connection, visit.patient_id, visit.starts)
    return record if earlier is None else with_needling_of(record, record_from(earlier))


@retrying
def sign(
    begin: Begin,
    public_id: str,
    record: Record,
    *,
    version: int,
    actor: Actor,
    shelf: Shelf = _shipped,
    once: Once | None = None,
    now: datetime,
) -> None:
    """The record stands as it is; who signed it, by which credentials and on which consent, is kept with it. A visit in
    session is done with it.

    Raises NotFound, Stale, Invalid (record_visit, record_signed, visit_ahead, and what `ready` says), Refused.
    """
    with opening(begin, partial(_hold_visit, public_id=public_id), once=once, now=now) as opened:
        if opened.done is not None:
            return
        found = _seen(opened, public_id, version)
        if found.signed:
            raise Invalid("record_signed")
        not_ahead(found.visit, Status.DONE, now=now)
        signed = _signed(opened.unit, found, record, version + 1, 1, "", actor, shelf)
        changes = (_drafted(found, record), signed, *_done(found.visit, actor))
        apply(opened.unit, changes, actor=actor, now=now)
        missing.settle(opened.unit, found.visit.id, now=now)
        opened.keep(public_id)


def _done(visit: Visit, actor: Actor) -> tuple[Change, ...]:
    ends = visit.status is Status.IN_SESSION and actor.may("visit.flow")
    return (Turn(visit, Status.DONE),) if ends else ()


@retrying
def amend(
    begin: Begin,
    public_id: str,
    record: Record,
    *,
    reason: str,
    version: int,
    actor: Actor,
    shelf: Shelf = _shipped,
    once: Once | None = None,
    now: datetime,
) -> None:
    """Add another version beside what was signed. Raises NotFound, Stale, Invalid (record_unsigned, amend_reason, and
    what `ready` says), Refused."""
    text("reason", reason, LINE)
    if not reason.strip():
        raise Invalid("amend_reason", field="reason")
    with opening(begin, partial(hold_record, public_id=public_id), once=once, now=now) as opened:
        if opened.done is not None:
            return
        found = _seen(opened, public_id, version)
        if found.row is None or not found.signed:
            raise Invalid("record_unsigned")
        number = len(records.versions(opened.unit.connection, found.row.id)) + 1
        change = _signed(opened.unit, found, record, version, number, reason.strip(), actor, shelf)
        apply(opened.unit, (change,), actor=actor, now=now)
        opened.keep(public_id)


def _signed(
    unit: Unit, found: Writing, record: Record, seen: int, number: int, reason: str, actor: Actor, shelf: Shelf
) -> Signed:
    visit = found.visit
    record = settled(record)
    ready(record, retained=records.retained(unit.connection, visit.id))
    signing = _signing(unit, visit, actor) | {"notes": _notes(unit, record, visit, shelf) if record.told else []}
    body = record_document(record)
    return Signed(visit.id, visit.patient_id, seen, number, body, record.note, signing, reason)


def _signing(unit: Unit, visit: Visit, actor: Actor) -> dict[str, Any]:
    """Who signs, who treated by which credentials of that day, and on which consent."""
    staff = sorted({stretch.staff_id for stretch in visit.stretches if stretch.staff_id is not None})
    on = local_date(instant_of(visit.starts), zone(visit.tz))
    held, names = credentials(unit.connection, staff), staff_names(unit.connection, staff)
    return {
        "signed_by": name_of(unit.connection, actor.account or "") or actor.name,
        "therapists": [
            {
                "name": names[id_],
                "credentials": [
                    {"kind": one.kind, "number": one.number, "jurisdiction": one.jurisdiction, "issuer": one.issuer}
                    for one in held[id_]
                    if one.holds_on(on)
                ],
            }
            for id_ in staff
        ],
        "consents": records.consents(unit.connection, visit.patient_id, instant_of(visit.ends)),
    }


def _given(record: Record) -> list[Modality]:
    return [part.given for part in record.parts if part.given is not None]


def _notes(unit: Unit, record: Record, visit: Visit, shelf: Shelf) -> list[list[object]]:
    """Key and version of the notes that belong to what was done, as the patient is told them."""
    given, regions = _given(record), {target.region for target in visit.targets}
    spoken = languages.of_patient(unit.connection, visit.patient_id)
    all_ = [note for note in shelf(unit) if note.modality in given and (note.region is None or note.region in regions)]
    said = [note for note in all_ if note.language == spoken] or [note for note in all_ if note.language == "en"]
    return [[note.key, note.version] for note in said]
