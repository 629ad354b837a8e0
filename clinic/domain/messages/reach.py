"""Where what is written to a patient goes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Channel(StrEnum):
    """How words travel; `PAPER` leaves it to the desk to call or to hand out a card."""

    MAIL = "mail"
    TEXT = "text"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Reach:
    """A channel and the address or number there, empty on paper. `invites`: each visit comes as a mail of its own, for
    a calendar program; without them every change is told in words."""

    channel: Channel
    recipient: str = ""
    invites: bool = False


BY_HAND: Final = Reach(Channel.PAPER)


def reach(channel: str, invites: str, *, email: str | None, email_state: str, phone: str | None) -> Reach:
    """How a patient with these choices is reached. Nobody is written to by another way than he chose: without a good
    address on it, or where he wants no letters, what he has to know is for the desk to say."""
    if invites == "none":
        return BY_HAND
    if channel == Channel.MAIL and email and email_state != "bad":
        return Reach(Channel.MAIL, email, invites == "invites")
    if channel == Channel.TEXT and phone:
        return Reach(Channel.TEXT, phone)
    return BY_HAND
