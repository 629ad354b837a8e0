"""For a demo without a mail server: what is sealed lies in the database, and its mailbox shows it."""

from dataclasses import dataclass

from clinic.mail.outcome import Fate, Outcome


@dataclass(frozen=True, slots=True)
class Kept:
    """Sends nothing anywhere, and says that it did."""

    def send(self, sender: str, recipient: str, payload: bytes) -> Outcome:
        return Outcome(Fate.SENT, reached_data=True)
