"""How the run on mutants is counted."""

from tests.mutants import chosen, outcomes, summary

RESULTS = """
    clinic.engine.links.x_later__mutmut_1: killed
    clinic.engine.links.x_later__mutmut_2: timeout
    clinic.engine.links.x_later__mutmut_3: survived
    clinic.domain.time.xǁSpanǁoverlaps__mutmut_1: not checked
"""


def test_what_is_killed_or_never_ends_was_noticed_and_what_was_not_tried_was_missed() -> None:
    told = summary(outcomes(RESULTS, ()))
    assert told["percent"] == 50
    assert told["modules"] == {"clinic.domain.time": 0, "clinic.engine.links": 100 * 2 / 3}
    assert told["packages"] == {"clinic.domain": (0, 1), "clinic.engine": (2, 3)}
    assert told["missed"] == {
        "clinic.domain.time.xǁSpanǁoverlaps__mutmut_1": "not checked",
        "clinic.engine.links.x_later__mutmut_3": "survived",
    }


def test_only_those_that_were_asked_for_are_counted() -> None:
    assert list(outcomes(RESULTS, ["clinic.engine.*_1"])) == ["clinic.engine.links.x_later__mutmut_1"]


def test_a_run_without_any_fault_has_noticed_none() -> None:
    assert summary({})["percent"] == 0


def test_a_sample_is_the_same_for_the_same_seed_in_whatever_order_faults_are_told() -> None:
    names = [f"clinic.engine.links.x_{n}" for n in range(50)]
    sample = chosen(names, 10, 1)
    assert sample == chosen(reversed(names), 10, 1)
    assert (len(sample), sample) == (10, sorted(set(sample) & set(names)))
    assert chosen(names, 10, 2) != sample
    assert chosen(names, 90, 1) == sorted(names)
