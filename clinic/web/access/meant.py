"""What a form that was kept is about: what it is called, and its patient, to who may know him."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from flask import current_app, request
from flask_babel import lazy_gettext
from werkzeug.exceptions import HTTPException

from clinic.db.courses.reads import plan_row
from clinic.db.patients import records
from clinic.db.unit import Read
from clinic.db.visits.reads import panel
from clinic.domain.errors import NotFound
from clinic.services.access.sessions import Identity
from clinic.web.gate import parts

CALLED: Final = {
    "/courses": lazy_gettext("New course"),
    "/courses/<plan>/replan": lazy_gettext("Find new dates"),
    "/courses/<public_id>": lazy_gettext("Course"),
    "/courses/<public_id>/home": lazy_gettext("Home programme and expectations"),
    "/notes": lazy_gettext("Change a note"),
    "/patients/new": lazy_gettext("New patient"),
    "/patients/<public_id>/consents": lazy_gettext("Consents"),
    "/patients/<public_id>/edit": lazy_gettext("Edit the record"),
    "/patients/<public_id>/relatives": lazy_gettext("Relatives"),
    "/patients/<public_id>/screening": lazy_gettext("Questions before needling"),
    "/patients/<public_id>/times": lazy_gettext("When the patient can come"),
    "/protocols": lazy_gettext("Protocols"),
    "/repairs": lazy_gettext("Repairs"),
    "/setup": lazy_gettext("Set-up"),
    "/visits": lazy_gettext("Book a visit"),
    "/visits/<public_id>": lazy_gettext("Visit"),
    "/visits/<public_id>/event": lazy_gettext("Adverse event"),
    "/visits/<public_id>/record": lazy_gettext("Record"),
    "/waitlist": lazy_gettext("Wait list"),
}
"""By the beginning of a route; the longest counts."""
UNKNOWN: Final = ("", "")


def about(to: str, fields: Sequence[tuple[str, str]], who: Identity) -> tuple[str, str]:
    """What the form is called and whom it is about; nothing where that is not known, or not for `who`."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return UNKNOWN
    try:
        rule, named = adapter.match(urlsplit(to).path, "POST", return_rule=True)
    except HTTPException:
        return UNKNOWN
    found = [start for start in CALLED if rule.rule == start or rule.rule.startswith(f"{start}/")]
    called = str(CALLED[max(found, key=len)]) if found else ""
    return called, _patient(rule.rule, {**dict(fields), **named}, who, parts().read)


def _patient(rule: str, named: dict[str, str], who: Identity, read: Read) -> str:
    """Patients are the practice's; visits and courses are named to those alone who see patients at every location."""
    if "patient.read" not in who.permissions:
        return ""
    everywhere = who.permissions["patient.read"] is None
    public_id = named.get("public_id", named.get("plan", ""))
    try:
        with read() as unit:
            if rule.startswith("/patients/<public_id>"):
                return records.record(unit.connection, public_id).person.shown_name
            if rule.startswith("/visits/<public_id>"):
                return panel(unit.connection, public_id)[0].patient if everywhere else ""
            if rule.startswith(("/courses/<public_id>", "/courses/<plan>")):
                return plan_row(unit.connection, public_id).patient if everywhere else ""
            return records.record(unit.connection, named["patient"]).person.shown_name if named.get("patient") else ""
    except NotFound:
        return ""
