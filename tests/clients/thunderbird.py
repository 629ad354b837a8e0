"""Thunderbird without a screen: the whole program, driven through its own windows by remote control."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from subprocess import Popen
from typing import Any, NamedTuple

from tests.clients.marionette import Marionette
from tests.clients.running import needs, started, until
from tests.unit.calendars.readers import Seen

PROGRAM = "thunderbird"
DOES = Path(__file__).with_name("thunderbird.js").read_text("utf-8")
SETTINGS = {
    "marionette.port": "0",
    "mail.openMessageBehavior": "0",  # each mail in a window of its own
    "mail.provider.suppress_dialog_on_startup": "true",
    "mailnews.start_page.enabled": "false",
    "mail.shell.checkDefaultClient": "false",
    "mail.spotlight.firstRunDone": "true",
    "app.donation.eoy.version.viewed": "999",
    "app.update.enabled": "false",
    "datareporting.policy.dataSubmissionEnabled": "false",
    "toolkit.telemetry.enabled": "false",
    "calendar.timezone.useSystemTimezone": "false",
    "calendar.timezone.local": '"Europe/Berlin"',
}


AGREES = ("imipAcceptButton", "imipUpdateButton", "imipDeleteButton")
REFUSES = "imipDeclineButton"


class Entry(NamedTuple):
    """What its calendar holds."""

    seen: Seen
    sequence: int
    answers: list[str]


class Thunderbird:
    def __init__(self, control: Marionette, home: Path, process: Popen[bytes]) -> None:
        self._control, self._home, self._process = control, home, process
        self._mails, self._calendar = 0, ""

    @property
    def version(self) -> str:
        return str(self._does("version"))

    def settle(self, address: str, port: int) -> None:
        """Its reader has that address, sends by that port of this machine, and keeps one calendar."""
        self._calendar = self._does("settled", address, port)

    def opens(self, mail: bytes, *buttons: str) -> tuple[str, list[Entry]]:
        """Which button above the mail its reader presses, the first there is of those, and what the calendar then
        holds."""
        self._mails += 1
        path = self._home / f"{self._mails}.eml"
        path.write_bytes(mail)
        button, held = self._does("opened", str(path), self._calendar, buttons or AGREES)
        return button, [_entry(each) for each in held]

    def until(self, true: Callable[[], object]) -> None:
        """Wait for what it does of itself."""
        until(true, self._process)

    def subscribes(self, address: str, *, kept: bool) -> Callable[[], list[Seen]]:
        """What asks for the calendar and sees what is in it; `kept`: it keeps a copy for when it is offline."""
        calendar = self._does("subscribed", address, kept)
        return lambda: sorted(_entry(each).seen for each in self._does("looked", calendar))

    def _does(self, what: str, *given: object) -> Any:
        return self._control.run(f"{DOES}\nreturn await {what}(...arguments)", *given)


def _entry(told: Sequence[Any]) -> Entry:
    uid, starts, ends, title, status, sequence, answers = told
    instants = (datetime.fromtimestamp(seconds, UTC) for seconds in (starts, ends))
    return Entry(Seen(uid, *instants, title, status), sequence, answers)


@contextmanager
def thunderbird(home: Path) -> Iterator[Thunderbird]:
    """The program with an empty profile; it is gone afterwards."""
    needs(PROGRAM)
    profile = home / "profile"
    profile.mkdir()
    lines = [f'user_pref("{name}", {value});\n' for name, value in SETTINGS.items()]
    (profile / "user.js").write_text("".join(lines))
    port = profile / "MarionetteActivePort"
    switches = ("--headless", "--no-remote", "--marionette", "--remote-allow-system-access", "--profile")
    with started(home, [PROGRAM, *switches, str(profile)]) as process:
        until(lambda: port.is_file() and port.read_text(), process)
        with Marionette(int(port.read_text())) as control:
            yield Thunderbird(control, home, process)
