"""The demo's mailbox: every letter as its reader sees it, and what is still held."""

import nh3
from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response as Answer

from clinic.calendars import card
from clinic.content.languages import HOME, wording
from clinic.db.messages import outbox
from clinic.db.messages.outbox import Filed, Held
from clinic.domain.errors import NotFound
from clinic.domain.messages.telling import News, Shown
from clinic.domain.time import zone
from clinic.mail import page
from clinic.services.messages import letters
from clinic.services.messages import outbox as services
from clinic.web.forms import new_key
from clinic.web.frame import practice
from clinic.web.gate import actor, needs, parts
from clinic.web.paging import A_PAGE, pages, skipped
from clinic.web.words import day, full_day

blueprint = Blueprint("mailbox", __name__, url_prefix="/demo/mailbox")


@blueprint.before_request
def in_demo_only() -> None:
    """Elsewhere there is no such page: people's mails are theirs."""
    if not parts().demo:
        raise NotFound


@blueprint.get("")
@needs("mail.read")
def index() -> str:
    """What is held, then what was sealed, newest first; `state` picks one kind."""
    state = request.args.get("state", "")
    kinds = [state] if state in outbox.STATES else list(outbox.STATES)
    with parts().read() as unit:
        counts = outbox.counts(unit.connection)
        total = sum(getattr(counts, kind) for kind in kinds)
        skip = skipped(total)
        held = outbox.held(unit.connection, most=A_PAGE, skip=skip) if "held" in kinds else ()
        before = counts.held if "held" in kinds else 0
        wanted = tuple(state for kind in kinds for state in outbox.STATES[kind])
        filed = outbox.filed(unit.connection, wanted, most=A_PAGE - len(held), skip=max(0, skip - before))
    return render_template(
        "messages/mailbox.html",
        action="/demo/mailbox",
        states=_states(state, counts),
        mails=[_held(letter) for letter in held] + [_filed(letter) for letter in filed],
        pages=pages(skip, total, lambda number: url_for(".index", state=state or None, page=number)),
        paused=gettext("Nothing is sent: the outbox is paused since a backup was restored.")
        if practice().outbox_paused
        else "",
    )


@blueprint.get("/<mark>")
@needs("mail.read")
def letter(mark: str) -> str:
    """One letter with its calendar part."""
    filed, read = _letter(mark)
    event = None
    if read.calendar is not None:
        shown = card.read(read.calendar)
        event = {
            "method": gettext("Cancellation") if shown.method == "CANCEL" else gettext("Invitation"),
            "title": shown.title,
            "when": f"{full_day(shown.starts)}, "
            f"{wording(HOME).both(shown.starts, str(shown.starts.tzinfo), None, ends=shown.ends)}",
            "place": shown.place,
            "description": shown.description,
            "status": shown.status.capitalize(),
            "sequence": shown.sequence,
            "download_href": f"/demo/mailbox/{mark}/invite.ics",
        }
    return render_template(
        "messages/mail.html",
        mail={
            "subject": read.subject,
            "from": read.sender,
            "to": read.recipient,
            "at": _at(filed),
            "state_label": _state_label(filed),
            "html": _body(read.html),
            "text": read.text,
            "download_href": f"/demo/mailbox/{mark}/mail.eml",
        },
        event=event,
        back_url="/demo/mailbox",
    )


@blueprint.get("/<mark>/invite.ics")
@needs("mail.read")
def invite(mark: str) -> Response:
    """The calendar part as a file."""
    _, read = _letter(mark)
    if read.calendar is None:
        raise NotFound("letter")
    return _file(read.calendar, "text/calendar; charset=utf-8", "invite.ics")


@blueprint.get("/<mark>/mail.eml")
@needs("mail.read")
def mail(mark: str) -> Response:
    """The whole letter as it travels."""
    with parts().read() as unit:
        _, payload = outbox.letter(unit.connection, mark)
    return _file(payload, "message/rfc822", "mail.eml")


@blueprint.post("/<public_id>/send")
@needs("mail.send")
def send(public_id: str) -> Answer:
    """End the hold of one letter, and have what is due sealed and sent at once."""
    services.send_now(parts().begin, public_id, actor=actor(), now=parts().now())
    parts().send_due()
    return redirect("/demo/mailbox", 303)


def _letter(mark: str) -> tuple[Filed, page.Page]:
    with parts().read() as unit:
        filed, payload = outbox.letter(unit.connection, mark)
    return filed, page.read(payload)


def _file(body: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, content_type=kind, headers=headers)


def _body(html: str | None) -> Markup | None:
    """What stands between the mail's body tags, with every tag taken out that could do something."""
    if html is None:
        return None
    body = html.partition("<body>")[2].partition("</body>")[0]
    return Markup(nh3.clean(body))  # noqa: S704 - cleaned


def _at(filed: Filed) -> str:
    local = (filed.sent_at or filed.stamped_at).astimezone(zone(practice().tz))
    return f"{day(local.date())}, {local:%H:%M}"


def _held(held: Held) -> dict[str, object]:
    local = held.due_at.astimezone(zone(practice().tz))
    return {
        "subject": _held_subject(held),
        "to": held.recipient,
        "at": f"{day(local.date())}, {local:%H:%M}",
        "state": "held",
        "state_label": gettext("Held until %(time)s", time=f"{local:%H:%M}"),
        "href": None,
        "send_to": f"/demo/mailbox/{held.public_id}/send",
        "key": new_key(),
    }


def _held_subject(held: Held) -> str:
    """What the letter is likely to be called: it is written when its hold is over."""
    if held.starts is None or held.ends is None or held.tz is None:
        kinds = {"summary": gettext("One letter about several visits"), "notice": gettext("Reminder or aftercare")}
        return str(kinds.get(held.kind, gettext("Answer")))
    gone = held.status in ("cancelled", "released")
    shown = Shown(held.starts, held.ends, held.tz, "", "", "")
    return letters.subject(News.CANCELLED if gone else News.NEW, shown, wording(HOME), None)


def _filed(filed: Filed) -> dict[str, object]:
    return {
        "subject": filed.subject,
        "to": filed.recipient,
        "at": _at(filed),
        "state": "failed" if filed.state == "dead" else "sent",
        "state_label": _state_label(filed),
        "href": f"/demo/mailbox/{filed.message_id[1:].partition('@')[0]}",
        "send_to": None,
        "key": None,
    }


def _state_label(filed: Filed) -> str:
    words: dict[str, str] = {
        "sealed": gettext("Ready to be sent"),
        "leased": gettext("Being sent"),
        "sent": gettext("Sent"),
        "unknown": gettext("Perhaps sent; tried again"),
        "superseded": gettext("Replaced before it was sent"),
        "dead": gettext("Given up"),
    }
    return words[filed.state]


def _states(state: str, counts: outbox.Counts) -> list[dict[str, object]]:
    labels = {"": gettext("All"), "held": gettext("Held"), "sent": gettext("Sent"), "failed": gettext("Not sent")}
    return [
        {
            "label": label,
            "href": f"/demo/mailbox?state={name}" if name else "/demo/mailbox",
            "current": name == state,
            "count": getattr(counts, name) if name else sum(counts),
        }
        for name, label in labels.items()
    ]
