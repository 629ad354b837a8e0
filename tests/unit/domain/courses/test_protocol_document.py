import json
from dataclasses import replace

import pytest

from clinic.domain.courses.component import Component
from clinic.domain.courses.protocol import Reassess, Reassessing
from clinic.domain.courses.protocol_document import as_dict, from_dict
from clinic.domain.errors import Invalid
from clinic.domain.practice.body import Region
from clinic.domain.practice.evidence import Confidence, Evidence
from clinic.domain.practice.modality import Modality
from tests.unit.domain.courses.protocols import EXERCISE, NEEDLING, phase, protocol

FULL = replace(
    protocol(),
    summary="Short",
    regions=(Region.NECK,),
    team="neuro",
    override_reason="Guidelines do not recommend it",
    notes="Read this first",
    stop_rule="Stop when nothing changes",
    reassess=(Reassess(Reassessing.AFTER, 3), Reassess(Reassessing.EACH_VISIT, phase="B")),
    evidence=(Evidence(("cap",), "Configurable default", Confidence.DEFAULT),),
)


def document(**changes):
    return as_dict(FULL) | changes


def phases(**changes):
    first, second = as_dict(FULL)["phases"]
    return [first, {name: value for name, value in (second | changes).items() if value is not None}]


def test_a_protocol_comes_back_from_json_as_it_went():
    assert from_dict(json.loads(json.dumps(as_dict(FULL)))) == FULL


def test_parts_of_a_visit_come_back_as_they_went():
    gym = replace(EXERCISE, apart=True, wait_minutes=10, muscles=("quadriceps", "gluteals"))
    call = Component(Modality.REVIEW, 20, apart=True, remote=True)
    whole = replace(FULL, phases=(phase(components=(NEEDLING, gym, call)), FULL.phases[1]))
    assert from_dict(json.loads(json.dumps(as_dict(whole)))) == whole


def test_what_is_left_out_takes_its_default():
    least = {
        "key": "least",
        "version": 1,
        "title": "Least",
        "anchor": "previous-session",
        "cap": 6,
        "phases": [
            {
                "name": "A",
                "sessions": 8,
                "gap_min": 3,
                "gap_max": 8,
                "weeks": 6,
                "components": [{"modality": "electrical-needling", "minutes": 20}],
            }
        ],
    }
    read = from_dict(least)
    assert read.phases[0].gap_ideal == 5
    assert read.phases[0].components[0].skill == "electrical-needling"
    assert read.regions == read.reassess == read.evidence == ()


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        (document(color="red"), "field_unknown", "color"),
        (document(anchor="sunday"), "unknown_choice", "anchor"),
        (document(regions=["throat"]), "unknown_region", "regions.0"),
        (document(cap="six"), "not_a_number", "cap"),
        (document(title=6), "not_text", "title"),
        (document(reassess=[{"kind": "year", "n": 1}]), "unknown_choice", "reassess.0.kind"),
        (document(evidence=[{"of": ["cap"]}]), "field_missing", "evidence.0.source"),
        (document(phases=phases(gap_max=None)), "field_missing", "phases.1.gap_max"),
        (document(phases=phases(when="later")), "unknown_choice", "phases.1.when"),
        (document(phases=phases(weeks=3)), "gap_ideal_or_weeks", "phases.1.gap_ideal"),
        (document(phases=phases(gap_ideal=None)), "gap_ideal_or_weeks", "phases.1.gap_ideal"),
        (document(phases=phases(gap_ideal=None, weeks=0)), "out_of_range", "phases.1.weeks"),
        (document(phases=phases(sessions="2")), "not_a_number", "phases.1.sessions"),
        (
            document(phases=phases(components=[{"modality": "magic", "minutes": 5}])),
            "unknown_modality",
            "phases.1.components.0.modality",
        ),
        (
            document(phases=phases(components=[{"modality": "exercise", "minutes": 5, "muscles": [1]}])),
            "not_text",
            "phases.1.components.0.muscles.0",
        ),
        (None, "not_a_table", None),
    ],
)
def test_a_broken_document_is_refused_with_the_path_to_its_fault(changed, code, field):
    with pytest.raises(Invalid) as raised:
        from_dict(changed)
    assert (raised.value.code, raised.value.field) == (code, field)
