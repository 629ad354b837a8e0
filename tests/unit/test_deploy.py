"""The examples for running it speak of settings and commands that exist."""

import configparser
import re
from dataclasses import fields
from pathlib import Path

import pytest

from clinic.cli.main import parser
from clinic.config import Settings, variable

DEPLOY = Path(__file__).parents[2] / "docs" / "deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"CLINIC_[A-Z_]+", path.read_text("utf-8")))
    assert named <= {variable(each.name) for each in fields(Settings)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_command_that_is_named_exists(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = set(re.findall(r"(?:`clinic |bin/clinic |\"clinic\", \")([a-z]+)", path.read_text("utf-8")))
    for word in words:
        with pytest.raises(SystemExit) as left:
            parser().parse_args([word, "--help"])
        assert left.value.code == 0, word


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.suffix in (".service", ".timer")], ids=lambda p: p.name
)
def test_every_unit_can_be_read(path: Path) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(path)
    assert "Description" in unit["Unit"]
