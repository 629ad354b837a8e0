from datetime import date

import pytest

from clinic.content import consents, files, screening
from clinic.content.languages import LANGUAGES
from clinic.content.screening import Question, read
from clinic.domain.care.screening import Degree, Limb
from clinic.domain.errors import Invalid
from clinic.domain.practice.body import Region


def test_every_answer_has_its_question_and_every_question_its_kind():
    asked = screening.load()
    assert {one.kind for one in asked.standing} == {"yes", "degree", "date", "regions", "limbs"}
    assert [one.kind for one in asked.today] == ["yes", "regions", "number", "regions", "yes"]


@pytest.mark.parametrize(
    ("kind", "given", "answer"),
    [
        ("yes", ["1"], True),
        ("yes", [], False),
        ("degree", ["severe"], Degree.SEVERE),
        ("degree", [], Degree.NONE),
        ("date", ["2027-03-08"], date(2027, 3, 8)),
        ("date", [""], None),
        ("number", ["4"], 4),
        ("limbs", ["left-arm"], (Limb.LEFT_ARM,)),
        ("regions", ["knee", "neck"], (Region.KNEE, Region.NECK)),
    ],
)
def test_an_answer_is_read_as_its_kind(kind, given, answer):
    assert read(Question("x", kind, "?"), given) == answer


@pytest.mark.parametrize("kind", ["degree", "date", "number", "limbs", "regions"])
def test_an_answer_that_is_none_names_its_question(kind):
    with pytest.raises(Invalid, match="answer_unreadable") as raised:
        read(Question("x", kind, "?"), ["soon"])
    assert raised.value.field == "x"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("version = 1\nquestions = []\ntoday = []", "questions_incomplete"),
        ('version = 1\ntoday = []\n[[questions]]\nfield = "hair"\nasks = "?"\nsource = "?"', "field_unknown"),
    ],
)
def test_a_broken_list_of_questions_is_refused(tmp_path, monkeypatch, body, code):
    (tmp_path / "screening.toml").write_text(body)
    monkeypatch.setattr(files, "content", lambda: tmp_path)
    with pytest.raises(Invalid, match=code):
        screening.load.__wrapped__()


def test_what_is_agreed_to_is_told_in_every_language_in_the_same_version():
    texts = consents.load()
    assert set(texts) == set(LANGUAGES)
    assert len({(one.version, len(one.paragraphs)) for one in texts.values()}) == 1
    assert consents.told("de-AT").language == "de"
    assert not [one for text in texts.values() for one in (*text.paragraphs, text.lung) if "toxin" in one.lower()]
