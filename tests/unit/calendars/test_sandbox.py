"""Strangers' bytes are read in a child process with little time and memory, and without anything of ours."""

import subprocess
from typing import Any

import pytest

from clinic.calendars.sandbox import run
from clinic.domain.errors import Invalid


def code(function: str, data: bytes = b"", **limits: float) -> str:
    with pytest.raises(Invalid) as refused:
        run(function, data, **limits)  # type: ignore[arg-type]
    return refused.value.code


def test_what_the_child_finds_comes_back() -> None:
    assert run("operator:eq", b"{}") is False


def test_what_ends_in_an_accident_is_told_without_its_words() -> None:
    assert code("operator:add") == "sandbox_failed"
    assert code("nowhere:nothing") == "sandbox_failed"


def test_it_is_ended_by_the_clock() -> None:
    assert code("operator:eq", wall_seconds=0.001) == "sandbox_time"


def test_it_is_ended_when_it_works_for_too_long() -> None:
    assert code("operator:eq", b"x" * (1 << 20), cpu_seconds=0) == "sandbox_time"


def test_it_is_ended_when_it_takes_too_much() -> None:
    assert code("operator:eq", b"x" * (64 << 20), megabytes=64) == "sandbox_memory"


def test_it_has_none_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    really = subprocess.run

    def noted(*args: Any, **kwargs: Any) -> Any:
        given.update(kwargs)
        return really(*args, **kwargs)

    monkeypatch.setattr(subprocess, "run", noted)
    run("operator:eq", b"")
    assert (given["env"], given["cwd"]) == ({}, "/")
