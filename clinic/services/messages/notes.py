"""The notes that patients are told: the practice's own where it approved one, else those that ship. A change is a new
version, and nobody reads it before somebody approved it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from clinic.content import markdown
from clinic.content import notes as shipped
from clinic.db.access import audit
from clinic.db.access.idempotency import Once
from clinic.db.messages import notes
from clinic.db.messages.notes import Version
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Invalid, NotFound, Stale
from clinic.domain.faults import Faults
from clinic.domain.messages.note_document import note_document, note_from
from clinic.domain.messages.notes import PARTS, Line, Note
from clinic.domain.messages.own_note import FIRST, SOURCE, check_own, reworded, sourced
from clinic.domain.practice.evidence import Confidence
from clinic.services.apply.opening import opening

PERMISSION: Final = "note.edit"

Wordings = Mapping[str, Sequence[tuple[str, str]]]
"""For each part its lines, (full, neutral)."""


def in_use(unit: Unit) -> tuple[Note, ...]:
    """What is told, as plain text."""
    own = _own(unit)
    return tuple(plain(own.get((note.key, note.language), note)) for note in shipped.load()) if own else shipped.load()


def in_use_marked(unit: Unit) -> tuple[Note, ...]:
    """The same with its Markdown, for pages."""
    own = _own(unit)
    return tuple(own.get((note.key, note.language), note) for note in shipped.load())


def _own(unit: Unit) -> dict[tuple[str, str], Note]:
    return {(each.key, each.language): note_from(each.body) for each in notes.approved(unit.connection) if each.body}


def plain(note: Note) -> Note:
    """The note without its marks."""
    return reworded(note, lambda line: replace(line, full=markdown.plain(line.full), neutral=_plain(line.neutral)))


def _plain(text: str) -> str:
    return markdown.plain(text) if text else ""


def as_shipped(key: str, language: str) -> Note:
    """The note that ships. Raises NotFound."""
    for note in shipped.load():
        if (note.key, note.language) == (key, language):
            return note
    raise NotFound("note")


@dataclass(frozen=True, slots=True)
class Shelved:
    """A note as the list shows it: the text that ships, the practice's latest version, and the one in use."""

    shipped: Note
    latest: Version | None
    told: Version | None


def shelf(read: Read) -> tuple[Shelved, ...]:
    """Every note in every language."""
    with read() as unit:
        latest = {(each.key, each.language): each for each in notes.latest(unit.connection)}
        told = {(each.key, each.language): each for each in notes.approved(unit.connection)}
    names = [(note.key, note.language) for note in shipped.load()]
    return tuple(Shelved(note, latest.get(at), told.get(at)) for note, at in zip(shipped.load(), names, strict=True))


def history(read: Read, key: str, language: str) -> tuple[Version, ...]:
    """The practice's versions, the latest first. Raises NotFound for a note that is none."""
    as_shipped(key, language)
    with read() as unit:
        return notes.versions(unit.connection, key, language)


def named(read: Read, versions: Sequence[Version]) -> dict[str, str]:
    """Who wrote and approved them, by the audit trail's names."""
    with read() as unit:
        return notes.names(unit.connection, {who for each in versions for who in (each.author, each.approved_by)})


def text_of(version: Version | None, key: str, language: str) -> Note:
    """What a version says; the shipped text for none, and for one that went back to it."""
    return note_from(version.body) if version is not None and version.body else as_shipped(key, language)


@retrying
def write(
    begin: Begin,
    key: str,
    language: str,
    wordings: Wordings,
    *,
    seen: int,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> None:
    """A new version, for somebody to approve. `seen` is the number of the latest, 0 for none. Raises NotFound, Stale,
    and Invalid, all faults at once."""
    actor.require(PERMISSION)
    base = as_shipped(key, language)
    faults = Faults()
    before, after, call_us_if, urgent = (faults.each(part, _line, wordings.get(part, ())) for part in PARTS)
    faults.settle()
    drafted = sourced(replace(base, before=before, after=after, call_us_if=call_us_if, urgent=urgent), base)
    check_own(plain(drafted), plain(base))
    with opening(begin, (), once=once, now=now) as opened:
        if opened.done is None:
            latest = _seen(opened.unit, key, language, seen)
            if _same(drafted, text_of(latest, key, language)):
                raise Invalid("note_same")
            number = latest.number + 1 if latest else FIRST
            body = note_document(replace(drafted, version=number))
            _add(opened.unit, base, number, body, actor=actor, approved=False, now=now)
            opened.keep(key)


def _line(wording: tuple[str, str]) -> Line:
    return Line(*wording, SOURCE, Confidence.DEFAULT)


def _same(one: Note, other: Note) -> bool:
    return all(getattr(one, part) == getattr(other, part) for part in PARTS)


def _seen(unit: Unit, key: str, language: str, seen: int) -> Version | None:
    latest = next(iter(notes.versions(unit.connection, key, language)), None)
    current = latest.number if latest else 0
    if current != seen:
        raise Stale("note", seen=seen, current=current)
    return latest


@retrying
def approve(
    begin: Begin, key: str, language: str, *, seen: int, actor: Actor, once: Once | None = None, now: datetime
) -> None:
    """The latest version is told from now on. Raises NotFound, Stale."""
    actor.require(PERMISSION)
    as_shipped(key, language)
    with opening(begin, (), once=once, now=now) as opened:
        if opened.done is None:
            latest = _seen(opened.unit, key, language, seen)
            if latest is None:
                raise NotFound("note")
            if latest.approved_at is None:
                notes.approve(opened.unit.connection, latest.id, actor.name, now)
                _told(opened.unit, "note.approved", latest.id, key, language, latest.number, actor=actor, now=now)
            opened.keep(key)


@retrying
def back_to_shipped(
    begin: Begin, key: str, language: str, *, seen: int, actor: Actor, once: Once | None = None, now: datetime
) -> None:
    """The shipped text is told again, from now on; what was written stays in the history. Raises NotFound, Stale."""
    actor.require(PERMISSION)
    base = as_shipped(key, language)
    with opening(begin, (), once=once, now=now) as opened:
        if opened.done is None:
            latest = _seen(opened.unit, key, language, seen)
            if latest is not None and latest.body:
                _add(opened.unit, base, latest.number + 1, {}, actor=actor, approved=True, now=now)
            opened.keep(key)


def _add(
    unit: Unit, base: Note, number: int, body: Mapping[str, Any], *, actor: Actor, approved: bool, now: datetime
) -> None:
    values = {
        "public_id": unit.public_id(),
        "key": base.key,
        "language": base.language,
        "number": number,
        "modality": base.modality.value,
        "region": base.region.value if base.region else "",
        "body": dict(body),
        "author": actor.name,
        "written_at": now,
    }
    id_ = notes.add(unit.connection, values)
    _told(unit, "note.written", id_, base.key, base.language, number, actor=actor, now=now)
    if approved:
        notes.approve(unit.connection, id_, actor.name, now)
        _told(unit, "note.approved", id_, base.key, base.language, number, actor=actor, now=now)


def _told(unit: Unit, act: str, id_: int, key: str, language: str, number: int, *, actor: Actor, now: datetime) -> None:
    detail = {"key": key, "language": language, "number": number}
    audit.append(unit.connection, [audit.Entry(PERMISSION, act, "note", id_, detail=detail)], actor=actor, now=now)
