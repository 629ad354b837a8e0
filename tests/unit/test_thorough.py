"""Which test of a file with databases is run while one works."""

from pathlib import Path

from tests.thorough import Case, first

HERE, THERE = Path("test_here.py"), Path("test_there.py")


def test_the_first_test_of_every_file_is_run() -> None:
    assert list(first([Case(HERE, "a"), Case(HERE, "b"), Case(THERE, "a")])) == [True, False, True]


def test_of_a_test_with_many_cases_the_first_is_run() -> None:
    assert list(first([Case(HERE, "a"), Case(HERE, "a"), Case(THERE, "a")])) == [True, False, True]


def test_what_runs_on_both_databases_is_run_on_one_and_the_next_file_on_the_other() -> None:
    cases = [Case(file, "a", kind) for file in (HERE, THERE) for kind in ("sqlite", "postgresql")]
    assert list(first(cases)) == [False, True, True, False]


def test_the_first_case_is_that_of_the_database_whose_turn_it_is() -> None:
    cases = [Case(HERE, "a", kind) for kind in ("sqlite", "sqlite", "postgresql", "postgresql")]
    assert list(first(cases)) == [False, False, True, False]
