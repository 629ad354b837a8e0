import ast
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

import clinic
from clinic.content.labels import LABELS, label
from clinic.content.sentences import AREAS, SENTENCES, sentence
from clinic.domain.care.findings import Level, Stage
from clinic.domain.errors import Forbidden, Invalid, NotFound, Refused, SlotTaken, Stale, TooMany
from clinic.domain.practice.body import Region, Side
from clinic.domain.practice.evidence import Confidence
from clinic.domain.practice.hours import WEEKDAYS
from clinic.domain.practice.modality import Modality

CODED = {"Invalid", "Conflict", "Infeasible", "Refused", "Lacking", "finding", "Reason", "Change"}
FIXED = {"not_found", "forbidden", "slot_taken", "stale"}
SPOKEN_OTHERWISE = {"several_faults"}


def named(call):
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


@cache
def said():
    """Every code in the sources, with where it is said and the parameters it has; None where they are not literal."""
    root, found = Path(clinic.__file__).parent, []
    for path in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or named(node) not in CODED:
                continue
            literals = [each for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            if literals:
                found.append((literals[0].value, f"{path.relative_to(root)}:{node.lineno}", params(node)))
    return found


def params(call):
    if named(call) == "Change":
        return None
    given = {keyword.arg for keyword in call.keywords} | {"field", "rule"}
    for each in call.args:
        if isinstance(each, ast.Dict):
            given |= {getattr(key, "value", None) for key in each.keys}
        elif isinstance(each, ast.Name | ast.Attribute):
            return None
    return None if None in given else given


def test_the_search_finds_codes_of_every_layer():
    assert {"out_of_range", "credential_expired", "cap_reached", "not_toml"} <= {code for code, _, _ in said()}


def test_every_code_that_is_raised_has_its_sentence():
    unsaid = {(code, where) for code, where, _ in said() if code not in SENTENCES and code not in SPOKEN_OTHERWISE}
    assert unsaid == set()
    assert set(SENTENCES) >= FIXED


def test_every_sentence_is_filled_by_what_its_code_carries():
    for code, where, given in said():
        if given is not None and named_in(code):
            assert named_in(code) <= given, (code, where)


def named_in(code):
    return {name for _, name, _, _ in Formatter().parse(SENTENCES.get(code, "")) if name}


def test_every_sentence_is_of_a_code_that_something_says():
    root = Path(clinic.__file__).parent
    sources = (path for path in root.rglob("*.py") if path.parent.name != "sentences")
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    assert [code for code in SENTENCES if f'"{re.sub("_(all|one)$", "", code)}"' not in text] == []


def test_no_code_has_two_sentences():
    told = Counter(code for area in AREAS for code in area.SENTENCES)
    assert [code for code, times in told.items() if times > 1] == []


def test_sentences_are_whole_and_begin_large_or_with_what_they_speak_of():
    assert [words for words in SENTENCES.values() if not re.fullmatch(r"[A-Z{].*[.)]", words)] == []


def test_an_error_is_said_with_its_field_and_its_numbers():
    fault = Invalid("out_of_range", field="minutes", value=300, low=1, high=240)
    assert sentence(fault) == "minutes must lie between 1 and 240, not 300."
    assert sentence(Invalid("not_a_number")) == "the input must be a whole number."


def test_several_faults_are_a_line_each():
    faults = (Invalid("text_missing", field="name"), Invalid("field_missing", field="tz"))
    assert sentence(Invalid("several_faults", faults=faults)) == "name is empty: fill it in.\ntz is missing: add it."


def test_who_shows_a_sentence_may_call_its_parameters_otherwise():
    def shown(name, value):
        return {"field": "Birth date", "what": "course"}.get(name, value)

    assert sentence(Invalid("text_missing", field="born"), shown=shown) == "Birth date is empty: fill it in."
    faults = Invalid("several_faults", faults=(Invalid("text_missing", field="born"),))
    assert sentence(faults, shown=shown).startswith("Birth date")
    assert sentence("stale_then", {"what": "plan"}, shown=shown).startswith("This course was changed")


def test_a_refusal_says_what_to_do():
    refused = Refused("needled_recently", rule=27, hours=50, least=72, overridable=True)
    assert sentence(refused).endswith(
        "50 hours before or after, and 72 are usual: choose another time, or give a reason."
    )


@pytest.mark.parametrize(
    "error", [NotFound("visit"), Forbidden("visit.move"), SlotTaken(), Stale("plan", seen=1, current=2)]
)
def test_errors_with_codes_of_their_own_are_said_too(error):
    assert "…" not in sentence(error)
    assert sentence(error) != sentence(error.code + "_unknown")


def test_dates_ids_and_lists_are_written_for_people():
    expired = sentence("credential_expired", {"skill": "dry-needling", "valid_until": date(2026, 3, 1)})
    assert "for Dry needling ended on 2026-03-01" in expired
    assert "(Shoulder girdle)" in sentence("credential_region", {"skill": "x", "region": Region.SHOULDER_GIRDLE})
    assert "(a, Neck)" in sentence("guard_missing", {"guards": ["a", Region.NECK]})


def test_what_is_not_given_is_an_ellipsis_and_an_unknown_code_is_made_readable():
    assert sentence("cap_reached").startswith("The course has the … needling sessions")
    assert sentence("moon_in_the_way") == "Moon in the way."


def test_a_change_to_every_session_is_said_without_a_number():
    assert sentence("widen_gap", {"session": 5, "days": 10}) == "Allow up to 10 days before session 5."
    assert sentence("widen_gap", {"days": 10}) == "Allow up to 10 days between sessions."


def test_one_is_said_in_words():
    assert sentence("sooner", {"days": 2}) == "Ends 2 days sooner."
    assert sentence("sooner", {"days": 1}) == "Ends a day sooner."
    assert sentence("week_full", {"most": 1}) == "The patient has a visit that week already: no more are agreed."
    assert sentence("day_full_then", {"most": 1}).endswith("(Of the times that are left.)")


@pytest.mark.parametrize(
    ("seconds", "wait"), [(1, "wait one minute,"), (60, "wait one minute,"), (61, "wait 2 minutes,")]
)
def test_who_tried_too_often_is_told_how_long_to_wait(seconds, wait):
    assert wait in sentence(TooMany(seconds))


def test_a_reason_that_only_holds_for_the_times_left_says_so():
    assert sentence("on_leave_then", {"therapist": "Ada"}) == "Ada is on leave. (Of the times that are left.)"
    assert sentence("moon_then") == "Moon. (Of the times that are left.)"


def test_sentences_and_what_fills_them_are_translated():
    german = {
        SENTENCES["credential_missing"]: "Keine Erlaubnis für {skill:name}.",
        "Dry needling": "Dry Needling (Triggerpunkt)",
        "the input": "die Eingabe",
        SENTENCES["not_a_number"]: "{field} ist keine Zahl.",
    }

    def gettext(words):
        return german.get(words, words)

    assert sentence("credential_missing", {"skill": "dry-needling"}, gettext) == (
        "Keine Erlaubnis für Dry Needling (Triggerpunkt)."
    )
    assert sentence(Invalid("not_a_number"), gettext=gettext) == "die Eingabe ist keine Zahl."


@pytest.mark.parametrize("kind", [Region, Side, Modality, Level, Stage, Confidence])
def test_every_id_that_people_see_has_a_label(kind):
    assert {each.value for each in kind} <= set(LABELS)


def test_weekdays_have_labels_and_unknown_ids_stand_for_themselves():
    assert set(WEEKDAYS) <= set(LABELS)
    assert label("laser") == "laser"
