"""The web application: routes of every area, one gate, one frame, one place for errors."""

from typing import Final

from flask import Blueprint, Flask
from flask_wtf.csrf import CSRFError
from werkzeug.middleware.proxy_fix import ProxyFix

from clinic.web import answers, csrf, errors, files, frame, gate, languages
from clinic.web.access import invited
from clinic.web.access import routes as access
from clinic.web.care import check, consent, events, measures, record, rules, screening, today
from clinic.web.courses import (
    calendar,
    cover,
    handovers,
    home,
    new,
    offering,
    protocols,
    releasing,
    repair,
    replan,
    worklist,
)
from clinic.web.courses import routes as courses
from clinic.web.messages import (
    card,
    checkin,
    feeds,
    links,
    mailbox,
    notes,
    offered,
    outbox,
    questions,
    subscriptions,
    tasks,
)
from clinic.web.metrics import Metrics
from clinic.web.parts import Parts
from clinic.web.patients import edit as patient_form
from clinic.web.patients import relatives, take_over
from clinic.web.patients import routes as patients
from clinic.web.patients import times as patient_times
from clinic.web.practice import accounts, busy, health, law, setup
from clinic.web.visits import (
    begin,
    billing,
    boards,
    cancel,
    find,
    freed,
    late,
    missed,
    paper,
    single,
    together,
    undo,
    waitlist,
)
from clinic.web.visits import routes as visits

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    files.blueprint,
    access.blueprint,
    invited.blueprint,
    health.blueprint,
    busy.blueprint,
    setup.blueprint,
    law.blueprint,
    accounts.blueprint,
    take_over.blueprint,
    patient_form.blueprint,
    patient_times.blueprint,
    relatives.blueprint,
    screening.blueprint,
    check.blueprint,
    consent.blueprint,
    rules.blueprint,
    today.blueprint,
    patients.blueprint,
    new.blueprint,
    courses.blueprint,
    calendar.blueprint,
    offering.blueprint,
    releasing.blueprint,
    home.blueprint,
    cover.blueprint,
    replan.blueprint,
    protocols.blueprint,
    worklist.blueprint,
    repair.blueprint,
    handovers.blueprint,
    record.blueprint,
    events.blueprint,
    measures.blueprint,
    single.blueprint,
    paper.blueprint,
    billing.blueprint,
    boards.blueprint,
    visits.blueprint,
    undo.blueprint,
    together.blueprint,
    cancel.blueprint,
    waitlist.blueprint,
    freed.blueprint,
    missed.blueprint,
    begin.blueprint,
    late.blueprint,
    find.blueprint,
    feeds.blueprint,
    subscriptions.blueprint,
    links.blueprint,
    checkin.blueprint,
    questions.blueprint,
    offered.blueprint,
    card.blueprint,
    mailbox.blueprint,
    notes.blueprint,
    outbox.blueprint,
    tasks.blueprint,
)
LARGEST_FORM: Final = 256 * 1024
"""Bytes: forms are short, files come in through the command line."""


def create_app(parts: Parts) -> Flask:
    """The application; nothing is read or written yet."""
    app = Flask("clinic", static_folder=None, template_folder=str(parts.templates))
    app.config.update(
        SECRET_KEY=parts.secret_key,
        PREFERRED_URL_SCHEME="https" if parts.secure else "http",
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        SESSION_COOKIE_NAME="__Host-page" if parts.secure else "page",
        SESSION_COOKIE_SECURE=parts.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.extensions[gate.EXTENSION] = parts
    metrics = Metrics(shared=parts.metrics_shared)
    app.extensions[health.METRICS] = metrics
    if parts.trusted_proxies:
        hops = parts.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign] # Flask's own way
    languages.register(app)
    answers.register(app, metrics)
    app.before_request(gate.admit)
    csrf.register(app)
    errors.register(app)
    app.register_error_handler(CSRFError, access.from_page_before)
    frame.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
