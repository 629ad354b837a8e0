"""What waits for somebody at the desk: who does it, and what came of it."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.content import tasks as content
from clinic.content.sentences import sentence
from clinic.db.messages import tasks
from clinic.db.messages.tasks import TaskLine
from clinic.domain.time import zone
from clinic.services.messages import tasks as services
from clinic.web import words
from clinic.web.forms import new_key, once
from clinic.web.frame import practice
from clinic.web.gate import actor, needs, parts, seen_at
from clinic.web.paging import A_PAGE, here, pages, skipped

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")


@blueprint.get("")
@needs("task.read")
def listed() -> str:
    """What is open, oldest first; `state=done` shows what was finished."""
    done = request.args.get("state") == "done"
    with parts().read() as unit:
        counts = {state: tasks.count(unit.connection, done=state, places=seen_at()) for state in (False, True)}
        skip = skipped(counts[done])
        lines = tasks.listed(unit.connection, done=done, most=A_PAGE, skip=skip, places=seen_at())
    return render_template(
        "messages/tasks.html",
        states=_states(done, counts),
        groups=_by_kind(lines),
        done=done,
        ways=_ways(),
        pages=pages(skip, counts[done], lambda page: url_for(".listed", state="done" if done else None, page=page)),
    )


@blueprint.post("/<public_id>/take")
@needs("task.write")
def take(public_id: str) -> Answer:
    """Whoever is signed in does it, or leaves it to the others again (`by=nobody`)."""
    given, mine = parts(), request.form.get("by") != "nobody"
    if not services.take(given.begin, public_id, mine=mine, actor=actor(), once=once(), now=given.now()):
        flash(gettext("Somebody has finished this task already."), "error")
    return redirect(url_for(".listed", page=here()), 303)


@blueprint.post("/<public_id>/done")
@needs("task.write")
def finish(public_id: str) -> Answer:
    """It is done, and what came of it."""
    given, note = parts(), request.form.get("note", "")
    if services.finish(given.begin, public_id, note=note, actor=actor(), once=once(), now=given.now()):
        flash(gettext("Done."), "done")
    else:
        flash(gettext("Somebody has finished this task already."), "error")
    return redirect(url_for(".listed", page=here()), 303)


def _by_kind(lines: Iterable[TaskLine]) -> list[dict[str, Any]]:
    """What is of one kind stands together, where the first of them would stand; what to do about it is said once."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        kinds.setdefault(line.kind, []).append(_view(line))
    return [
        {
            "title": gettext(content.words(kind).title),
            "todo": gettext(content.words(kind).todo),
            "lines": views,
            "has": {name for view in views for name, given in view.items() if given},
        }
        for kind, views in kinds.items()
    ]


def _view(line: TaskLine) -> dict[str, Any]:
    """A task as the template shows it."""
    mine = line.owner_public_id is not None and actor().account == line.owner_public_id
    acts = line.state == "open" and actor().may("task.write")
    return {
        "detail": _detail(line),
        "since": _at(line),
        "owner": gettext("you") if mine else line.owner,
        "mine": mine,
        "patient": (line.patient or "").strip(),
        "phone": line.phone or "",
        "patient_href": _href("patients.record", line.patient_public_id, "patient.read"),
        "visit": _visit(line),
        "visit_href": _href("visits.panel", line.visit, "visit.read"),
        "outbox_href": url_for("outbox.listed") if line.kind.startswith("mail_") and actor().may("mail.read") else None,
        "ended": _ended(line),
        "take_to": url_for("tasks.take", public_id=line.public_id, page=here()) if acts else None,
        "done_to": url_for("tasks.finish", public_id=line.public_id, page=here()) if acts else None,
        "key": new_key(),
    }


def _href(endpoint: str, public_id: str | None, permission: str) -> str | None:
    return url_for(endpoint, public_id=public_id) if public_id and actor().may(permission) else None


def _detail(line: TaskLine) -> str:
    """What the task itself says: the sentence of its code, with its parameters."""
    code = line.detail.get("code")
    return sentence(str(code), line.detail, gettext) if code else ""


def _at(line: TaskLine) -> str:
    local = line.created_at.astimezone(zone(practice().tz))
    return f"{words.day(local.date())}, {local:%H:%M}"


def _visit(line: TaskLine) -> str:
    """The visit as it is now, which may have changed since."""
    if line.starts is None or line.tz is None:
        return ""
    local = words.local(line.starts, zone(line.tz))
    when = f"{words.full_day(local.date())}, {local:%H:%M}"
    return gettext("%(when)s (cancelled by now)", when=when) if line.status in ("cancelled", "released") else when


def _ended(line: TaskLine) -> str:
    if line.state == "open" or line.done_at is None:
        return ""
    local = line.done_at.astimezone(zone(practice().tz))
    when = f"{words.day(local.date())}, {local:%H:%M}"
    if line.state == "dropped":
        return str(gettext("Settled by itself on %(when)s", when=when))
    return str(gettext("Done on %(when)s: %(note)s", when=when, note=line.note or "-"))


def _ways() -> list[tuple[str, str]]:
    """Paper and calls for the desk: (label, address)."""
    ways = [
        ("visit.read", gettext("Calls for the next day"), "/calls"),
        ("board.read", gettext("Day sheets"), "/sheets"),
        ("billing.read", gettext("Billing"), "/billing"),
    ]
    return [(label, href) for permission, label, href in ways if actor().may(permission)]


def _states(done: bool, counts: dict[bool, int]) -> list[dict[str, object]]:
    labels = {False: gettext("Open"), True: gettext("Finished")}
    return [
        {
            "label": label,
            "href": url_for(".listed", state="done") if state else url_for(".listed"),
            "current": state is done,
            "count": counts[state],
        }
        for state, label in labels.items()
    ]
