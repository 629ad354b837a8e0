"""A visit's record: typed during the visit, kept with every change, signed, amended, printed."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.db.access import reading
from clinic.db.care import records
from clinic.db.visits import reads
from clinic.db.visits.reads import VisitRow
from clinic.domain.care.lung import LONGEST_MM, too_long
from clinic.domain.care.record import MOST_SITES, Record
from clinic.domain.errors import ClinicError, Invalid, Refused, Stale
from clinic.domain.time import zone
from clinic.services.care.records import Writing, amend, save, sign, writing
from clinic.services.care.responses import tell
from clinic.services.messages.notes import in_use
from clinic.web import body, words
from clinic.web.care import record_view, response
from clinic.web.care.record_form import SPARE_ROWS, Values, entered, read, rows, shown
from clinic.web.care.record_words import choices, fields, instead, joined, muscles
from clinic.web.errors import said, status_of
from clinic.web.forms import new_key, once, sent, version
from clinic.web.gate import actor, needs, parts

blueprint = Blueprint("record", __name__)


@blueprint.get("/visits/<public_id>/record")
@needs("record.read")
def page(public_id: str) -> str:
    """The record: as a form while it is open, as it was signed afterwards."""
    found = _open(public_id)
    if found.signed or not actor().may("record.write"):
        return _signed(public_id, found)
    return _form(public_id, found, shown(found.record), {})


@blueprint.get("/visits/<public_id>/record/print")
@needs("record.read")
def paper(public_id: str) -> str:
    """The record on paper."""
    return _signed(public_id, _open(public_id), "care/record_print.html")


@blueprint.get("/visits/<public_id>/record/amend")
@needs("record.write")
def amend_page(public_id: str) -> str:
    """The signed record as a form: what is changed becomes another version."""
    found = _open(public_id)
    if not found.signed:
        raise Invalid("record_unsigned")
    return _form(public_id, found, shown(found.record), {})


@blueprint.post("/visits/<public_id>/record")
@needs("record.write")
def write(public_id: str) -> Answer | str | tuple[str, int]:
    """Keep what was typed: with each change where the page can, with the button otherwise."""
    live, found = "X-Fragment" in request.headers, _open(public_id)
    typed = _typed(found)
    try:
        record = _read(found, typed)
        now_at = save(parts().begin, public_id, record, copied="copy" in request.form, **sent())
    except (Invalid, Stale) as error:
        return _refused_live(error) if live else _refused(public_id, error, typed)
    if live:
        kept = {"key": new_key(), "version": now_at, "fault": "", "warning": _warning(record)}
        return render_template("care/_record_saved.html", **kept, **_clock(public_id))
    return redirect(url_for(".page", public_id=public_id), 303)


@blueprint.post("/visits/<public_id>/record/sign")
@needs("record.write")
def write_signed(public_id: str) -> Answer | tuple[str, int]:
    """Sign what was typed, or show what it still waits for."""
    found = _open(public_id)
    typed = _typed(found)
    try:
        sign(parts().begin, public_id, _read(found, typed), shelf=in_use, **sent())
    except (Invalid, Refused, Stale) as error:
        return _refused(public_id, error, typed)
    return redirect(url_for(".page", public_id=public_id), 303)


@blueprint.post("/visits/<public_id>/record/amend")
@needs("record.write")
def write_amended(public_id: str) -> Answer | tuple[str, int]:
    """Sign another version, with the reason for it."""
    found = _open(public_id)
    typed = _typed(found)
    try:
        why = request.form.get("reason", "")
        amend(parts().begin, public_id, _read(found, typed), reason=why, shelf=in_use, **sent())
    except (Invalid, Refused, Stale) as error:
        return _refused(public_id, error, typed)
    return redirect(url_for(".page", public_id=public_id), 303)


@blueprint.post("/visits/<public_id>/told")
@needs("record.write")
def write_told(public_id: str) -> Answer | tuple[str, int]:
    """Keep what was told afterwards, or say what cannot be, beside what was typed."""
    given = parts()
    try:
        tell(given.begin, public_id, response.read(), actor=actor(), once=once(), now=given.now())
    except Invalid as error:
        found = _open(public_id)
        if not found.signed:
            raise
        refused = {"typed": response.typed(), "errors": {error.field or "": said(error)}}
        return _signed(public_id, found, told=refused), status_of(error)
    return redirect(url_for(".page", public_id=public_id, _anchor="afterwards"), 303)


def _open(public_id: str) -> Writing:
    """The record as it is now; who looked at it is kept."""
    with parts().read() as unit:
        found = writing(unit, public_id)
    with parts().begin() as unit:
        reading.keep(unit.connection, found.visit.patient_id, route="record.page", actor=actor(), now=parts().now())
    return found


def _typed(found: Writing) -> Values:
    return entered(request.form, len(found.record.parts))


def _read(found: Writing, typed: Values) -> Any:
    return read(typed, [part.modality for part in found.record.parts])


def _refused(public_id: str, error: ClinicError, typed: Values) -> tuple[str, int]:
    """The form with what was typed, and what stands against it; both versions where somebody else was faster."""
    found = _open(public_id)
    if isinstance(error, Stale):
        theirs = record_view.differing(typed, shown(found.record))
        return _form(public_id, found, typed, {"": said(error)}, theirs=theirs), 409
    field = getattr(error, "field", None) or ("needles_out" if error.params.get("rule") == 35 else "no_driving")
    return _form(public_id, found, typed, {field: said(error)}, seen=version()), status_of(error)


def _refused_live(error: ClinicError) -> tuple[str, int]:
    """What was typed stays on the page; the version that it rests on too, so that saving shows both."""
    stale = isinstance(error, Stale)
    fault = gettext("Somebody else changed the record: save to see both versions.") if stale else said(error)
    shown_now = {"key": new_key(), "version": version(), "fault": fault, "at": "", "warning": ""}
    return render_template("care/_record_saved.html", **shown_now), status_of(error)


def _warning(record: Record) -> str:
    """What a rule points out in what was typed, or ""."""
    if not too_long(record):
        return ""
    told = gettext("At the rhomboids a needle longer than %(length)s mm can reach the lung.", length=LONGEST_MM)
    return str(told)


def _clock(public_id: str) -> dict[str, str]:
    with parts().read() as unit:
        tz = reads.panel(unit.connection, public_id)[0].tz
    return {"at": f"{parts().now().astimezone(zone(tz)):%H:%M}"}


def _head(rows_: tuple[VisitRow, ...]) -> dict[str, Any]:
    head, tz = rows_[0], zone(rows_[0].tz)
    return {
        "patient": {"name": head.patient.strip(), "born": words.short_date(head.born_on)},
        "visit": {
            "day": words.full_day(words.local(head.starts, tz).date()),
            "starts": words.clock(head.starts, tz),
            "therapist": joined([row.therapist or "" for row in rows_]),
        },
        "event_href": url_for("events.new", public_id=head.public_id) if actor().may("event.write") else None,
        "back_url": url_for("visits.panel", public_id=head.public_id),
    }


def _form(
    public_id: str,
    found: Writing,
    values: Values,
    errors: dict[str, str],
    *,
    theirs: list[dict[str, str]] | None = None,
    seen: int | None = None,
) -> str:
    with parts().read() as unit:
        visit = reads.panel(unit.connection, public_id)
        earlier = records.before(unit.connection, found.visit.patient_id, found.visit.starts) is not None
        told = response.checkins_of(unit, found.visit)
    return render_template(
        "care/record.html",
        **_head(visit),
        save_to=None if found.signed else url_for(".write", public_id=public_id),
        sign_to=url_for(".write_amended" if found.signed else ".write_signed", public_id=public_id),
        amends=found.signed,
        key=new_key(),
        version=found.version if seen is None else seen,
        values=values,
        errors=errors,
        theirs=theirs or [],
        named=fields(),
        choices=choices(),
        scores=[(str(n), str(n)) for n in range(11)],
        components=[
            {"label": words.kind_label([part.modality]), "instead": instead(part.modality)}
            for part in found.record.parts
        ],
        **_sites(found, values),
        copies=earlier and not found.signed,
        reason=request.form.get("reason", ""),
        warning=_warning(found.record),
        checkins=told,
    )


def _sites(found: Writing, values: Values) -> dict[str, Any]:
    """Where needles went in: the rows, what can be chosen in them, the drawing beside them."""
    filled, targets = rows(values), found.visit.targets
    return {
        "needles": found.visit.needles or filled > 0,
        "rows": min(filled + SPARE_ROWS, MOST_SITES),
        "most": MOST_SITES,
        "regions": words.region_choices(),
        "sides": words.side_choices(),
        "muscles": muscles([target.region.value for target in targets]),
        "side": next((target.side.value for target in targets), ""),
        "figure": body.figure(record_view.marked(values)),
    }


def _signed(
    public_id: str,
    found: Writing,
    template: str = "care/record_signed.html",
    told: dict[str, Any] | None = None,
) -> str:
    """`told`: what was told afterwards as it was typed, and what is wrong with it."""
    with parts().read() as unit:
        visit = reads.panel(unit.connection, public_id)
        signed = () if found.row is None else records.versions(unit.connection, found.row.id)
        after = response.view(unit, found, visit[0].plan_public_id, now=parts().now()) if signed else None
    if after is not None and told is not None:
        after |= told
    may = actor().may("record.write")
    shown_now = _head(visit) | ({"back_url": url_for(".page", public_id=public_id)} if "print" in template else {})
    return render_template(
        template,
        **shown_now,
        versions=record_view.of_versions(signed, visit[0].tz),
        after=after,
        draft=record_view.facts(found.record) if found.row is not None and not signed else [],
        figure=body.figure(record_view.marked(shown(record_view.latest(signed, found.record)))),
        amend_href=url_for(".amend_page", public_id=public_id) if signed and may else None,
        print_href=url_for(".paper", public_id=public_id) if signed else None,
    )
