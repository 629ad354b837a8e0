"""A form that is sent twice says both times that it is saved: nobody else was faster."""

from tests.web.conftest import Enter
from tests.web.test_patients import MIKA
from tests.world import World

AWAY = {"weekday": "0", "from": "09:00", "until": "", "first": "2026-12-01", "last": "2026-12-03"}


def test_a_record_and_times_that_are_sent_twice_are_saved_once(signed_in: Enter, world: World) -> None:
    desk = signed_in("front desk")
    for form, told in (("edit", MIKA | {"version": "1"}), ("times", AWAY | {"version": "2"})):
        for _ in range(2):
            saved = desk.send(f"/patients/patient1/{form}", **told)
            assert (saved.status_code, saved.location) == (303, "/patients/patient1")
    assert 'name="version" value="3"' in desk.get("/patients/patient1/times").text


def test_what_says_something_else_on_an_old_page_is_still_refused(signed_in: Enter, world: World) -> None:
    desk = signed_in("front desk")
    desk.send("/patients/patient1/times", **AWAY, version="1")
    assert desk.send("/patients/patient1/times", **AWAY | {"weekday": "1"}, version="1").status_code == 409
    assert desk.send("/patients/patient1/edit", **MIKA, version="1").status_code == 409
