"""A letter that offers a time that became free, or says kindly that somebody else was faster."""

from datetime import datetime

from clinic.content import letters as words
from clinic.db.visits.freed import Shown
from clinic.domain.time import zone
from clinic.domain.visits.waiting import Outcome
from clinic.mail.layout import Part, paragraph
from clinic.services.messages.plain import Body, Pen


def offered(pen: Pen, *, now: datetime) -> Body | None:
    """None once the offer is answered or over, and where the patient never heard of what somebody else took."""
    offer = pen.matter.offer
    if offer is None:
        return None
    if offer.outcome == Outcome.OPEN and offer.expires_at is not None and now < offer.expires_at:
        return _free(pen, offer, offer.expires_at)
    return _taken(pen, offer) if offer.outcome == Outcome.TAKEN and offer.told else None


def _free(pen: Pen, offer: Shown, until: datetime) -> Body:
    head = pen.say(words.OFFER_SUBJECT, when=pen.short(offer.starts, offer.tz))
    local = until.astimezone(zone(offer.tz))
    by = f"{pen.spoken.day(local)}, {pen.spoken.clock(local)}"
    answer = pen.say(words.OFFER_ANSWER, when=by, link="").strip()
    instead = pen.say(words.OFFER_INSTEAD, when=_visit(pen, offer)) if offer.visit is not None else ""
    parts = (
        paragraph(pen.say(words.OFFER_OPENING)),
        paragraph(pen.full(offer.starts, offer.ends, offer.tz), strong=True),
        paragraph(_place(pen, offer), _phone(pen, offer)),
        paragraph(instead),
        Part(((answer, pen.answer()),)),
        pen.signed(),
    )
    brief = pen.brief(head, f"{answer} {pen.answer()}")
    return Body(head, parts, brief, (), _kept(offer), until, offer.id)


def _taken(pen: Pen, offer: Shown) -> Body:
    head = pen.say(words.TAKEN_SUBJECT, when=pen.short(offer.starts, offer.tz))
    stands = pen.say(words.TAKEN_STANDS, when=_visit(pen, offer)) if offer.visit is not None else ""
    parts = (
        paragraph(pen.say(words.TAKEN_OPENING)),
        paragraph(stands),
        paragraph(_phone(pen, offer)),
        pen.signed(),
    )
    return Body(head, parts, pen.brief(head, pen.say(words.TAKEN_OPENING), stands), (), _kept(offer))


def _visit(pen: Pen, offer: Shown) -> str:
    return pen.short(offer.visit or 0, offer.tz)


def _place(pen: Pen, offer: Shown) -> str:
    return offer.address if pen.matter.show_address or pen.matter.disclosure > 1 else ""


def _phone(pen: Pen, offer: Shown) -> str:
    return pen.say(words.PHONE, phone=offer.phone) if offer.phone else ""


def _kept(offer: Shown) -> dict[str, object]:
    return {"offer": offer.id, "outcome": offer.outcome}
