"""Which tests of a file with databases are run while one works."""

from pathlib import Path

from tests.thorough import Case, first

HERE, THERE = Path("test_here.py"), Path("test_there.py")


def test_the_first_three_tests_of_every_file_are_run() -> None:
    cases = [Case(HERE, name) for name in "abcde"] + [Case(THERE, "a")]
    assert list(first(cases)) == [True, True, True, False, False, True]


def test_of_a_test_with_many_cases_the_first_is_run() -> None:
    assert list(first([Case(HERE, "a"), Case(HERE, "a"), Case(THERE, "a")])) == [True, False, True]


def test_what_runs_on_both_databases_is_run_on_either_in_turn() -> None:
    cases = [Case(HERE, name, kind) for name in "abc" for kind in ("sqlite", "postgresql")]
    assert list(first(cases)) == [True, False, False, True, True, False]


def test_the_first_case_is_that_of_the_database_whose_turn_it_is() -> None:
    cases = [Case(HERE, "a"), *(Case(HERE, "b", kind) for kind in ("sqlite", "sqlite", "postgresql", "postgresql"))]
    assert list(first(cases)) == [True, False, False, True, False]
