"""Mails as files: for a demo, for tests, and for a mail server that collects from a folder."""

import hashlib
import os
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path

from clinic.mail.outcome import Fate, Outcome


@dataclass(frozen=True, slots=True)
class Directory:
    """One file a Message-ID: a mail sent again replaces itself. Names tell nothing of who gets it."""

    path: Path

    def send(self, sender: str, recipient: str, payload: bytes) -> Outcome:
        """Written aside, flushed to the disk and then renamed, so that no reader meets half a mail."""
        message_id = str(BytesHeaderParser().parsebytes(payload)["Message-ID"] or "").strip()
        if not message_id:
            return Outcome(Fate.REFUSED, detail="no Message-ID")
        name = hashlib.sha256(message_id.encode()).hexdigest()[:32] + ".eml"
        aside = self.path / f".{name}.{os.getpid()}"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with aside.open("wb") as file:
                file.write(payload)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(self.path / name)
        except OSError as error:
            return Outcome(Fate.PAUSED, detail=error.strerror or type(error).__name__)
        return Outcome(Fate.SENT, reached_data=True)
