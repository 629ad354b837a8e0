"""The notes that patients are told, on screen: which text is in use, the practice's own, and how patients read them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response as Answer

from clinic.content.labels import label
from clinic.content.languages import LANGUAGES, NAMES
from clinic.content.markdown import html
from clinic.db.messages.notes import Version
from clinic.domain.errors import Invalid, NotFound
from clinic.domain.faults import each_fault
from clinic.domain.messages.notes import PARTS, Aftercare, Note
from clinic.domain.messages.own_note import FIRST
from clinic.domain.time import zone
from clinic.services.messages import notes
from clinic.services.messages.note_views import REMOVED, Preview, differences, preview
from clinic.services.messages.notes import PERMISSION, Shelved
from clinic.web import words
from clinic.web.courses.protocol_words import bare
from clinic.web.errors import said
from clinic.web.forms import new_key, once, version
from clinic.web.frame import practice
from clinic.web.gate import actor, needs, parts

blueprint = Blueprint("notes", __name__, url_prefix="/notes")

EMPTY: Final = 2
"""Lines to fill in below those that are there."""
MOST: Final = 40


@blueprint.get("")
@needs(PERMISSION)
def listed() -> str:
    """Every note in one language."""
    asked = request.args.get("language", "")
    chosen = asked if asked in LANGUAGES else LANGUAGES[0]
    return render_template(
        "messages/notes.html",
        languages=[
            {"href": url_for(".listed", language=each), "label": NAMES[each], "current": each == chosen}
            for each in LANGUAGES
        ],
        lines=[_line(each) for each in notes.shelf(parts().read) if each.shipped.language == chosen],
    )


@blueprint.get("/<key>/<language>")
@needs(PERMISSION)
def note(key: str, language: str) -> str:
    """One note: what is told, what waits for approval, how patients read it, and its history."""
    return _page(key, language, request.args.get("version", ""))


@blueprint.get("/<key>/<language>/edit")
@needs(PERMISSION)
def edit(key: str, language: str) -> str:
    """The latest text, to be changed."""
    versions = notes.history(parts().read, key, language)
    latest = versions[0] if versions else None
    base = notes.text_of(latest, key, language)
    values = {part: [(line.full, line.neutral) for line in getattr(base, part)] for part in PARTS}
    return _form(base, values, latest.number if latest else 0, {})


@blueprint.post("/<key>/<language>")
@needs(PERMISSION)
def write(key: str, language: str) -> Answer | tuple[str, int]:
    """A new version, which nobody is told yet."""
    given = parts()
    told = {part: _told(part) for part in PARTS}
    try:
        notes.write(given.begin, key, language, told, seen=version(), actor=actor(), once=once(), now=given.now())
    except Invalid as error:
        faults = {(one.field or "").replace(".", "-"): _said(one) for one in each_fault(error)}
        return _form(notes.as_shipped(key, language), told, version(), faults), 400
    flash(gettext("The new text is kept. Nobody is told it before it is approved."), "done")
    return redirect(url_for(".note", key=key, language=language), 303)


@blueprint.post("/<key>/<language>/approve")
@needs(PERMISSION)
def approve(key: str, language: str) -> Answer:
    """The latest version is told from now on."""
    given = parts()
    notes.approve(given.begin, key, language, seen=version(), actor=actor(), once=once(), now=given.now())
    flash(gettext("Patients are told this text from now on."), "done")
    return redirect(url_for(".note", key=key, language=language), 303)


@blueprint.post("/<key>/<language>/shipped")
@needs(PERMISSION)
def back_to_shipped(key: str, language: str) -> Answer:
    """The shipped text is told again."""
    given = parts()
    notes.back_to_shipped(given.begin, key, language, seen=version(), actor=actor(), once=once(), now=given.now())
    flash(gettext("Patients are told the shipped text again."), "done")
    return redirect(url_for(".note", key=key, language=language), 303)


def _said(fault: Invalid) -> str:
    """The fault of a line as the form counts and calls it."""
    part, _, place = (fault.field or "").partition(".")
    number, _, wording = place.partition(".")
    if part not in PARTS or not number:
        return said(fault)
    line = gettext("%(part)s, line %(number)s", part=_parts()[part], number=int(number) + 1)
    called = gettext("%(line)s, in neutral words", line=line) if wording == "neutral" else line
    return said(Invalid(fault.code, field=called, **fault.params))


def _told(part: str) -> list[tuple[str, str]]:
    """The lines of the form; those without any wording are left out."""
    found = [
        (request.form.get(f"{part}-{at}-full", "").strip(), request.form.get(f"{part}-{at}-neutral", "").strip())
        for at in range(MOST)
    ]
    return [(_unix(full), _unix(neutral)) for full, neutral in found if full or neutral]


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n")


def _line(each: Shelved) -> dict[str, Any]:
    own, latest = each.told, each.latest
    waits = latest is not None and latest.approved_at is None
    return {
        **_named(each.shipped),
        "href": url_for(".note", key=each.shipped.key, language=each.shipped.language),
        "text": _number(own) if own is not None and own.body else gettext("as shipped"),
        "waits": gettext("%(version)s waits for approval", version=_number(latest)) if waits and latest else "",
        "changed": _day(latest.written_at) if latest else "",
    }


def _named(shown: Note) -> dict[str, str]:
    region = gettext(label(shown.region.value)) if shown.region else gettext("every region")
    return {"modality": gettext(label(shown.modality.value)), "region": region, "language": NAMES[shown.language]}


def _number(one: Version | None) -> str:
    return str(gettext("version %(number)s", number=one.number - FIRST + 1)) if one else ""


def _day(at: datetime) -> str:
    return words.full_day(at.astimezone(zone(practice().tz)).date())


def _page(key: str, language: str, asked: str) -> str:
    shipped, versions = notes.as_shipped(key, language), notes.history(parts().read, key, language)
    latest = versions[0] if versions else None
    told = next((each for each in versions if each.approved_at is not None), None)
    shown = next((each for each in versions if str(each.number) == asked), latest)
    if asked and (shown is None or str(shown.number) != asked):
        raise NotFound("note")
    earlier = next((each for each in versions if shown and each.number < shown.number), None)
    text = notes.text_of(shown, key, language)
    who = notes.named(parts().read, versions)
    return render_template(
        "messages/note.html",
        note=_named(shipped) | {"text": _number(shown) if shown else gettext("as shipped")},
        in_use=_number(told) if told is not None and told.body else gettext("as shipped"),
        waits=shown is not None and shown is latest and shown.approved_at is None,
        preview=_preview(preview(parts().read, text)),
        sources=[
            (line.full, bare(line.source), f"{line.confidence.value} {gettext(label(line.confidence))}")
            for part in PARTS
            for line in getattr(text, part)
        ],
        differences=[
            {"removed": each.mark == REMOVED, "part": _parts()[each.part], "full": each.full, "neutral": each.neutral}
            for each in differences(notes.text_of(earlier, key, language), text)
        ],
        against=_number(earlier) if earlier is not None and earlier.body else gettext("as shipped"),
        history=[_version(each, shown, who) for each in versions],
        edit_href=url_for(".edit", key=key, language=language),
        approve_to=url_for(".approve", key=key, language=language),
        shipped_to=url_for(".back_to_shipped", key=key, language=language) if latest and latest.body else None,
        key=new_key(),
        back_key=new_key(),
        version=latest.number if latest else 0,
        back_url=url_for(".listed", language=language),
    )


def _version(each: Version, shown: Version | None, who: dict[str, str]) -> dict[str, Any]:
    return {
        "href": url_for(".note", key=each.key, language=each.language, version=each.number),
        "current": each is shown,
        "name": _number(each) if each.body else gettext("%(version)s: as shipped", version=_number(each)),
        "author": who.get(each.author, each.author),
        "written": _day(each.written_at),
        "approver": who.get(each.approved_by, each.approved_by),
        "approved": _day(each.approved_at) if each.approved_at else "",
    }


def _parts() -> dict[str, str]:
    return {
        "before": gettext("Before a visit"),
        "after": gettext("After a visit"),
        "call_us_if": gettext("Call us if"),
        "urgent": gettext("When to get help now"),
    }


def _preview(found: Preview) -> dict[str, Any]:
    """Urgent help first, as everywhere."""
    return {
        "neutral": _laid_out(found.neutral),
        "full": _laid_out(found.full),
        "calendar": found.calendar,
        "page": [(name, [Markup(html(line)) for line in lines]) for name, lines in _laid_out(found.page)],  # noqa: S704 - sanitised
    }


def _laid_out(told: Aftercare) -> list[tuple[str, Sequence[str]]]:
    order = ("urgent", "before", "after", "call_us_if")
    return [(_parts()[part], getattr(told, part)) for part in order if getattr(told, part)]


def _form(shown: Note, values: dict[str, list[tuple[str, str]]], seen: int, errors: dict[str, str]) -> str:
    language = shown.language
    return render_template(
        "messages/note_edit.html",
        note=_named(shown),
        sections=[
            {
                "name": part,
                "heading": _parts()[part],
                "lines": [*values[part], *[("", "")] * EMPTY][:MOST],
            }
            for part in ("urgent", "before", "after", "call_us_if")
        ],
        errors=errors,
        post_to=url_for(".write", key=shown.key, language=language),
        key=new_key(),
        version=seen,
        back_url=url_for(".note", key=shown.key, language=language),
    )
