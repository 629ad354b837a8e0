"""A new course from what the patient tells to the plan that is cut to measure."""

from sqlalchemy import select

from clinic.db.tables.courses import plan, plan_target
from clinic.db.tables.plans import plan_intake
from clinic.db.unit import Database
from tests.web.conftest import Browser
from tests.web.test_courses import WISHES, hidden

NECK = {**WISHES, "protocol": "neck-mechanical", "region": "neck", "muscle": "upper trapezius"}
TOLD = {
    "complaint": "Stiff neck at the desk",
    "severity": "6",
    "duration": "two months",
    "health": "well",
    "factor": ["posture", "stress"],
    "goals": "Turn the head when driving",
}
PLACE = "neck-mechanical.0"


def book(admin: Browser, **wishes: object) -> str:
    """Booked with the fields that the preview gives back, and with nothing else."""
    shown = admin.send("/courses/preview", **wishes)
    body = shown.text[shown.text.index('action="/courses"') :]
    names = ("protocol", "location", "start", "patient", "region", "side", "muscle", *TOLD)
    cut = [name for name in wishes if name.startswith(("sessions.", "gap.", "mix.", "part."))]
    fields = {name: hidden(_Text(body), name) for name in (*names, *cut, "expect", "key")}
    return str(admin.send("/courses", **fields).headers["Location"])


class _Text:
    def __init__(self, text: str) -> None:
        self.text = text


def test_what_the_patient_tells_is_kept_with_the_plan_and_shown(admin: Browser, sqlite_database: Database) -> None:
    course = book(admin, **NECK, **TOLD)
    with sqlite_database.read() as unit:
        kept = unit.connection.execute(select(plan_intake)).mappings().one()
        assert {name: kept[name] for name in ("complaint", "severity", "duration", "health", "factors")} == {
            **{name: TOLD[name] for name in ("complaint", "duration", "health")},
            **{"severity": 6, "factors": ["posture", "stress"]},
        }
        assert unit.connection.execute(select(plan.c.goals)).scalar_one() == TOLD["goals"]
        assert unit.connection.execute(select(plan_target.c.muscle)).scalars().all() == ["upper trapezius"]
    page = admin.get(course).text
    for words in ("Stiff neck at the desk", "6 of 10", "two months", "Posture, Stress", "Turn the head when driving"):
        assert words in page


def test_a_pain_that_is_no_number_is_refused_at_its_field(admin: Browser) -> None:
    for severity in ("bad", "11"):
        page = admin.send("/courses/new", **NECK, severity=severity)
        assert 'id="severity-fault"' in page.text
        assert "<details open>" in page.text


def test_number_rhythm_and_mix_are_cut_to_measure_beside_the_calendar(admin: Browser) -> None:
    measure = {f"sessions.{PLACE}": "4", f"gap.{PLACE}": "7", f"mix.{PLACE}": "1"} | {
        f"part.{PLACE}.{at}": "1" for at in (0, 2)
    }
    shown = admin.send("/courses/preview", **NECK, **measure)
    assert "4 visits" in shown.text
    assert "Protocol: 3, 7 days between them" in shown.text
    assert len(hidden(shown, "expect")) == 4
    page = admin.get(book(admin, **NECK, **measure)).text
    assert "Phase A, Sessions: 4 instead of 3" in page
    assert "Dry needling 15 min, Exercise 15 min instead of" in page


def test_a_measure_of_another_protocol_or_beyond_all_bounds_is_left_out(admin: Browser) -> None:
    odd = {f"sessions.{PLACE}": "many", f"gap.{PLACE}": "999", "sessions.tension-headache.0": "1"}
    shown = admin.send("/courses/preview", **NECK, **odd)
    assert len(hidden(shown, "expect")) == 3
    assert "Protocol: " not in shown.text


def test_a_region_without_a_word_about_the_muscle_counts(admin: Browser) -> None:
    page = admin.get("/courses/new?patient=patient1&protocol=tension-headache&region=neck&side=left").text
    assert '<option value="neck" selected>' in page
