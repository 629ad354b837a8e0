"""The house rules that can be counted: sizes, names, packages, and what stays out."""

import ast
import configparser
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
VAGUE = {"base", "common", "helpers", "manager", "misc", "util", "utils"}
SHIPPED = sorted((ROOT / "clinic").rglob("*.py"))
WRITTEN = sorted([*SHIPPED, *(ROOT / "tests").rglob("*.py"), *(ROOT / "migrations").rglob("*.py")])


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def parsed(path: Path) -> tuple[dict[str, int], set[str]]:
    """Every function with its length in lines, without its decorators, and whatever is imported."""
    functions, imported = dict[str, int](), set[str]()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            functions[f"{named(path)}:{node.lineno} {node.name}"] = node.end_lineno - node.lineno + 1
        elif isinstance(node, ast.Import):
            imported.update(each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            imported.update(f"{node.module}.{each.name}" for each in node.names)
    return functions, imported


def test_every_file_can_be_read_in_one_sitting() -> None:
    assert [named(path) for path in WRITTEN if len(path.read_text("utf-8").splitlines()) > LONGEST_FILE] == []


def test_every_function_is_short() -> None:
    found = (each for path in SHIPPED for each in parsed(path)[0].items())
    assert [name for name, lines in found if lines > LONGEST_FUNCTION] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [named(path) for path in WRITTEN if path.stem.strip("_") in VAGUE] == []


def test_every_package_is_in_the_wheel() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    listed = set(setup["options"]["packages"].split())
    mapped = dict(line.split(" = ") for line in setup["options"]["package_dir"].strip().splitlines())
    folders = {named(path.parent).replace("/", ".") for path in SHIPPED if path.name == "__init__.py"}
    inside = {name for name in listed if not any(name == to or name.startswith(f"{to}.") for to in mapped)}
    assert inside == folders
    assert all((ROOT / folder).is_dir() for folder in mapped.values())


def test_there_is_no_object_mapper() -> None:
    """SQLAlchemy Core alone."""
    mappers = ("sqlalchemy.orm", "sqlalchemy.ext")
    assert [named(path) for path in SHIPPED if any(name.startswith(mappers) for name in parsed(path)[1])] == []


def test_nobody_but_wiring_asks_what_time_it_is() -> None:
    clocks = ("datetime.now(", "date.today(", "datetime.today(", "time.time(")
    asking = [named(path) for path in SHIPPED if any(clock in path.read_text("utf-8") for clock in clocks)]
    assert asking == ["clinic/wiring.py"]


def test_only_the_outermost_modules_read_the_environment() -> None:
    reading = [path for path in SHIPPED if "os.environ" in path.read_text("utf-8")]
    assert [named(path) for path in reading if path.parts[-2] != "clinic"] == []


def test_every_test_is_where_its_part_of_the_run_looks_for_it() -> None:
    """The parts are named in the Makefile, with the folders of each."""
    lines = [line for line in (ROOT / "Makefile").read_text("utf-8").splitlines() if ' -m "' in line and ":=" in line]
    asked = {line.split()[0]: line.rpartition('"')[2].split() for line in lines}
    marks = {"oracle": "ORACLES", "journey": "JOURNEYS", "browser": "JOURNEYS", "race": "RACES"}
    elsewhere = ("tests/clients",)
    """All of these take long."""
    lost = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        used = {part for mark, part in marks.items() if f"mark.{mark}" in path.read_text("utf-8")}
        for part in used or {"FAST"}:
            if not named(path).startswith((*asked[part], *elsewhere)):
                lost.append((named(path), part))
    assert lost == []


def test_nothing_is_left_to_do() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X")
    assert [named(path) for path in WRITTEN if any(mark in path.read_text("utf-8") for mark in marks)] == []


def test_every_decision_is_listed_by_number_and_title() -> None:
    folder = ROOT / "docs" / "adr"
    titles = {path: path.read_text("utf-8").splitlines()[0].removeprefix("# ") for path in sorted(folder.glob("0*.md"))}
    index = (folder / "README.md").read_text("utf-8")
    parts = [(*title.partition(". "), path.name) for path, title in titles.items()]
    listed = [f"{number}. [{title}]({name})" for number, _, title, name in parts]
    assert [line for line in index.splitlines() if line[:1].isdigit()] == listed


def test_every_library_we_build_on_is_named_among_the_decisions() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    taken = [re.split(r"[\[<>=]", line)[0] for line in setup["options"]["install_requires"].split()]
    decided = (ROOT / "docs/adr/0011-libraries.md").read_text("utf-8").lower()
    assert [name for name in taken if name not in decided] == []
