"""One's own changes: undone from the list, the last step first."""

import re

from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.visits.visit import Status
from tests.web.conftest import Browser
from tests.web.test_boards import TEN, book
from tests.world import World

LIST = "/my/changes"


def ways(admin: Browser) -> list[str]:
    return re.findall(r'action="(/my/changes/[^"]*/undo)"', admin.get(LIST).text)


def test_what_was_done_to_a_visit_is_led_back_one_step_after_the_other(
    admin: Browser, sqlite_database: Database, world: World
) -> None:
    visit = book(sqlite_database, world)

    def now() -> tuple[int, str]:
        with sqlite_database.read() as unit:
            found = loads.visit(unit.connection, visit)
        return found.starts, found.status.value

    stood = [now()]
    for version, start in ((1, TEN + 12), (2, TEN + 24)):
        moved = admin.send(
            f"/visits/{visit}/move", start=f"{start}|staff1|room1", version=str(version), key=f"k{version}"
        )
        assert moved.status_code == 303
        stood.append(now())
    assert admin.send(f"/visits/{visit}/cancel", reason="patient_ill", version="3", key="c").status_code == 303
    assert now()[1] == Status.CANCELLED
    while stood:
        [way] = set(ways(admin))
        assert admin.send(way, key=way[-9:]).status_code == 303
        assert now() == stood.pop()
    assert ways(admin) == []
