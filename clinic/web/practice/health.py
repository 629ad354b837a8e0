"""What a load balancer, a monitor and an administrator ask: alive, ready, how is it going."""

from ipaddress import ip_address
from typing import Final

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from clinic.db import schema, state
from clinic.db.faults import UNAVAILABLE
from clinic.db.practice.heading import Heading
from clinic.db.unit import Unit
from clinic.domain.errors import Forbidden, Invalid
from clinic.domain.time import wall, zone
from clinic.web import words
from clinic.web.errors import said
from clinic.web.frame import practice
from clinic.web.gate import actor, needs, parts, public
from clinic.web.metrics import Metrics

blueprint = Blueprint("practice", __name__)

METRICS: Final = "clinic_metrics"
TONES: Final = ("good", "warn", "alarm")
LATE_SECONDS: Final = 300
"""A mail that is due for longer says that no worker runs."""


@blueprint.get("/")
@needs("board.read")
def home() -> Answer:
    """Today's board, by the clock on the practice's wall; before there is a location the set-up, for who may."""
    if not practice().located and actor().may("practice.write"):
        return redirect(url_for("setup.page"), 303)
    today, _ = wall(parts().now(), zone(practice().tz))
    return redirect(f"/day/{today.isoformat()}", 303)


@blueprint.get("/healthz")
@public
def alive() -> Response:
    """The process answers; nothing else is asked."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """200 when the database is there, of this version and protects itself; 503 and why when not."""
    try:
        with parts().read() as unit:
            schema.refuse_unready_state(unit.connection)
            waiting = state.outbox(unit.connection, parts().now())
    except Invalid as fault:
        return jsonify(status=fault.code), 503
    except UNAVAILABLE:
        return jsonify(status="database_unavailable"), 503
    return jsonify(status="ok", revision=schema.head(), oldest_due_seconds=_age(waiting)), 200


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """For this machine's collector; a proxy's visitors are not this machine, whatever address the proxy has."""
    source = ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104 - an address that is nobody's
    direct = source.is_loopback and "X-Forwarded-For" not in request.headers
    if not (direct or parts().metrics_public):
        raise Forbidden("health.read")
    figures: Metrics = current_app.extensions[METRICS]
    with parts().read() as unit:
        waiting = state.outbox(unit.connection, parts().now())
    text = figures.text(due=waiting.due, oldest_due_seconds=_age(waiting), dead=waiting.dead)
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")


@blueprint.get("/health")
@needs("health.read")
def page() -> str:
    """The same for people, with what to do."""
    now, head = parts().now(), practice()
    with parts().read() as unit:
        waiting = state.outbox(unit.connection, now)
        checks = [_database(unit), _practice(head), _worker(waiting, head), _given_up(waiting)]
    worst = max((check["tone"] for check in checks), key=TONES.index)
    local = now.astimezone(zone(head.tz))
    return render_template(
        "messages/health.html",
        verdict=(worst, _verdict(worst)),
        checks=checks,
        at=f"{words.moment(local)} ({head.tz})",
        resume_to="/outbox/resume" if head.outbox_paused and actor().may("mail.send") else None,
    )


def _database(unit: Unit) -> dict[str, str]:
    try:
        schema.refuse_unready_state(unit.connection)
    except Invalid as fault:
        return _check(gettext("Database"), "alarm", said(fault))
    return _check(gettext("Database"), "good", gettext("Of this version, and it protects itself."))


def _practice(head: Heading) -> dict[str, str]:
    name = gettext("Practice")
    if head.name:
        return _check(name, "good", head.name)
    return _check(
        name,
        "warn",
        gettext("Nothing is set up yet."),
        gettext("Name the practice and add its first location under Set-up."),
    )


def _worker(waiting: state.Outbox, head: Heading) -> dict[str, str]:
    name = gettext("Outgoing mail")
    if head.outbox_paused:
        says = gettext("Paused since a backup was restored.")
        return _check(
            name,
            "warn",
            says,
            gettext("Look through what is due, then let it go: below, or by `clinic worker --resume`."),
        )
    if _age(waiting) > LATE_SECONDS:
        says = gettext(
            "%(due)s are due, the oldest for %(minutes)s minutes.", due=waiting.due, minutes=_age(waiting) // 60
        )
        return _check(name, "alarm", says, gettext("Check that `clinic worker` runs and CLINIC_SMTP_URL is set."))
    return _check(name, "good", gettext("Nothing is late."))


def _given_up(waiting: state.Outbox) -> dict[str, str]:
    name = gettext("Mails given up")
    if waiting.dead:
        return _check(
            name, "warn", str(waiting.dead), gettext("Call these patients and correct their addresses: see Outbox.")
        )
    return _check(name, "good", gettext("None."))


def _check(name: str, tone: str, says: str, help_: str = "") -> dict[str, str]:
    return {"name": name, "tone": tone, "says": says, "help": help_}


def _verdict(tone: str) -> str:
    words: dict[str, str] = {
        "good": gettext("Everything that should run runs."),
        "warn": gettext("It runs, and something needs a look."),
        "alarm": gettext("Something is wrong: act now."),
    }
    return words[tone]


def _age(waiting: state.Outbox) -> int:
    """For how many seconds the oldest mail is due."""
    oldest = waiting.oldest_due_at
    return 0 if oldest is None else int((parts().now() - oldest).total_seconds())
