"""A pytest plugin (`-p tests.report --report FILE`): what ran, how it ended and how long it took, as JSON."""

import json
import platform
from collections.abc import Mapping
from pathlib import Path

import pytest

RAN: list[dict[str, object]] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--report", type=Path, help="write a JSON report to this file")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" or report.outcome != "passed":
        figures: Mapping[str, object] = dict(report.user_properties)
        RAN.append(
            {"test": report.nodeid, "outcome": report.outcome, "seconds": round(report.duration, 2), "figures": figures}
        )


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    path = session.config.getoption("--report")
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        machine = {"python": platform.python_version(), "system": platform.platform()}
        path.write_text(json.dumps({"exit": int(exitstatus), "machine": machine, "tests": RAN}, indent=2) + "\n")
