"""What did not get through, and why: one more try, the patient's page, or everything again after a restore."""

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from clinic.db import state
from clinic.db.messages import undelivered
from clinic.db.messages.undelivered import Undelivered
from clinic.domain.time import zone
from clinic.mail.outcome import Fate
from clinic.services.messages import outbox
from clinic.web import words
from clinic.web.forms import new_key
from clinic.web.frame import practice
from clinic.web.gate import actor, needs, parts
from clinic.web.paging import A_PAGE, here, pages, skipped

blueprint = Blueprint("outbox", __name__, url_prefix="/outbox")

ALARM_SECONDS: Final = 30 * 60
"""A mail that is due for longer is late, whatever the reason."""


@blueprint.get("")
@needs("mail.read")
def listed() -> str:
    """Letters that were given up, the oldest first; `state=trying` shows those that are still tried."""
    asked = "trying" if request.args.get("state") == "trying" else None
    kind = asked or "dead"
    with parts().read() as unit:
        counts = {each: undelivered.count(unit.connection, each) for each in undelivered.KINDS}
        skip = skipped(counts[kind])
        lines = undelivered.listed(unit.connection, kind, most=A_PAGE, skip=skip)
        waiting = state.outbox(unit.connection, parts().now())
    return render_template(
        "messages/outbox.html",
        states=_states(kind, counts),
        lines=[_line(each, kind) for each in lines],
        kind=kind,
        late=_late(waiting),
        paused=gettext("Nothing is sent: the outbox is paused since a backup was restored.")
        if practice().outbox_paused
        else "",
        pages=pages(skip, counts[kind], lambda page: url_for(".listed", state=asked, page=page)),
    )


@blueprint.post("/<mark>/again")
@needs("mail.send")
def again(mark: str) -> Response:
    """One more try."""
    outbox.try_again(parts().begin, mark, actor=actor(), now=parts().now())
    flash(gettext("The mail is tried once more, within a few seconds."), "done")
    return redirect(url_for(".listed", page=here()), 303)


@blueprint.post("/resume")
@needs("mail.send")
def resume() -> Response:
    """After somebody looked through what is due."""
    resumed = outbox.resume(parts().begin, actor=actor(), now=parts().now())
    flash(gettext("Letters go out again.") if resumed else gettext("The outbox was not paused."), "done")
    return redirect("/health" if actor().may("health.read") else "/", 303)


def _line(each: Undelivered, kind: str) -> dict[str, Any]:
    me, mark = actor(), each.message_id[1:].partition("@")[0]
    sends = kind == "dead" and me.may("mail.send") and each.kept and not each.overtaken
    return {
        "patient": each.patient.strip(),
        "phone": each.phone or "",
        "patient_href": url_for("patients.record", public_id=each.patient_public_id)
        if me.may("patient.read")
        else None,
        "edit_href": url_for("patient_form.edit", public_id=each.patient_public_id)
        if each.email_state == "bad" and me.may("patient.write")
        else None,
        "visit_href": url_for("visits.panel", public_id=each.visit) if each.visit and me.may("visit.read") else None,
        "subject": each.subject,
        "to": each.recipient,
        "bad": each.email_state == "bad" and each.email == each.recipient,
        "why": why(each.fault),
        "since": _when(each.stamped_at),
        "next": _when(each.next_at) if kind == "trying" else "",
        "overtaken": each.overtaken,
        "again_to": url_for(".again", mark=mark, page=here()) if sends else None,
        "key": new_key(),
    }


def why(fault: str) -> str:
    """The kept reason (`bad_address 550`) in words."""
    fate, _, code = fault.partition(" ")
    said: dict[str, str] = {
        Fate.BAD_ADDRESS: gettext("The address does not exist."),
        Fate.REFUSED: gettext("The receiving server does not want this mail."),
        Fate.UNCLEAR: gettext("The receiving server refused it and gave no clear reason."),
        Fate.RETRY: gettext("The receiving server puts it off."),
        Fate.PAUSED: gettext("Our own mail server, or our account there, is in trouble."),
        Fate.UNKNOWN: gettext("No answer came after it was handed over: it may have arrived."),
    }
    words_ = said.get(fate, gettext("The reason is not known."))
    return str(gettext("%(why)s (code %(code)s)", why=words_, code=code)) if code else words_


def _when(at: Any) -> str:
    local = at.astimezone(zone(practice().tz))
    return f"{words.day(local.date())}, {local:%H:%M}"


def _late(waiting: state.Outbox) -> str:
    """A sentence when something is due for longer than half an hour."""
    oldest = waiting.oldest_due_at
    seconds = 0 if oldest is None else (parts().now() - oldest).total_seconds()
    if oldest is None or seconds < ALARM_SECONDS or practice().outbox_paused:
        return ""
    return str(
        ngettext(
            "%(num)s mail is late, the oldest is due since %(when)s. Ask whoever runs this system to look at Health.",
            "%(num)s mails are late, the oldest is due since %(when)s. Ask whoever runs this system to look at Health.",
            waiting.due,
            when=_when(oldest),
        )
    )


def _states(kind: str, counts: dict[str, int]) -> list[dict[str, object]]:
    labels = {"dead": gettext("Given up"), "trying": gettext("Still tried")}
    return [
        {
            "label": label,
            "href": url_for(".listed", state=name) if name == "trying" else url_for(".listed"),
            "current": name == kind,
            "count": counts[name],
        }
        for name, label in labels.items()
    ]
