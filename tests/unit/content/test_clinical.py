"""What ships about health: every claim is answered in `docs/clinical.md`, every number and sentence says what it rests
on, nothing is promised."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from clinic.content import consents, events, expectations, notes, rules, screening
from clinic.content.delegation import delegations
from clinic.content.protocols import load as protocols
from clinic.domain.care.measures import MEASURES
from clinic.domain.practice.evidence import Confidence

ROOT: Final = Path(__file__).parents[3]
PAGE: Final = (ROOT / "docs" / "clinical.md").read_text("utf-8")
DATA: Final = ROOT / "clinic" / "content" / "data"
CLAIMS: Final = [f"{article}{n}" for article in "AB" for n in range(1, 11)]
NODE: Final = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rows(columns: int) -> list[list[str]]:
    """The rows of the tables with so many columns, without their heads."""
    lines = [line for line in PAGE.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if len(row) == columns and row[0] not in ("Claim", "Rule")]


def test_every_claim_has_its_row_with_where_it_shows_and_what_holds_it() -> None:
    found = rows(4)
    assert [row[0] for row in found] == CLAIMS
    assert all(all(row) and NODE.search(row[3]) for row in found)


def test_every_rule_has_its_row_with_the_stage_and_level_that_are_applied() -> None:
    found = {int(row[0]): row[1:] for row in rows(5)}
    listed = {one.number: one for one in rules.load()}
    assert list(found) == list(listed)
    for number, (condition, when, by, held) in found.items():
        rule = listed[number]
        *before, last = (stage.value for stage in rule.stages)
        told = f"{', '.join(before)} and {last}" if before else last
        assert (condition, when) == (rule.condition, f"{told}, {rule.level.value}")
        assert by
        assert NODE.search(held), number


def test_every_test_that_is_named_is_there() -> None:
    named = set(NODE.findall(PAGE))
    assert len(named) > 30
    assert PAGE.count("`tests/") == len(NODE.findall(PAGE))
    for path, name in sorted(named):
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, f"{path}::{name}"


def tables(document: object) -> Iterator[dict[str, Any]]:
    """Every table of a document, the inner ones too."""
    if isinstance(document, dict):
        yield document
        for value in document.values():
            yield from tables(value)
    elif isinstance(document, list):
        for value in document:
            yield from tables(value)


SAYS: Final = {"condition", "consequence", "asks", "full", "days", "allowed", "of"}
"""A table with one of these states something."""


@pytest.mark.parametrize("path", sorted(DATA.rglob("*.toml")), ids=lambda path: str(path.relative_to(DATA)))
def test_every_statement_in_a_file_names_what_it_rests_on(path: Path) -> None:
    document = tomllib.loads(path.read_text("utf-8"))
    for table in tables(document):
        if SAYS & table.keys():
            assert str(table.get("source", "")).strip(), table
    if path.parent.name == "consents":
        assert len(document["sources"]) == len(document["paragraphs"]) + 2


def default(source: str) -> bool:
    """Whether it says that there is no evidence."""
    return "default" in source.lower()


def test_what_is_only_a_default_says_so_and_what_has_a_source_names_it() -> None:
    told = [(one.source, Confidence.DEFAULT in one.confidence) for one in rules.load() if one.number]
    told += [(each.source, each.confidence is Confidence.DEFAULT) for one in protocols() for each in one.evidence]
    told += [
        (each.source, each.confidence is Confidence.DEFAULT)
        for one in protocols()
        for phase in one.phases
        for each in phase.evidence
    ]
    told += [(each.source, each.confidence is Confidence.DEFAULT) for one in MEASURES.values() for each in one.changes]
    told += [(rests.source, rests.confidence is Confidence.DEFAULT) for _, rests in expectations.SENTENCES]
    told += [(one.source, one.confidence is Confidence.DEFAULT) for one in (*events.deadlines(), *delegations())]
    assert len(told) > 150
    assert [source for source, is_default in told if not source or (is_default and not default(source))] == []


def test_every_question_and_every_advice_at_an_event_says_why() -> None:
    asked = screening.load()
    assert all(one.source for one in (*asked.standing, *asked.today))
    assert all(one.source for one in events.KINDS.values() if one.todo)


def sentences() -> list[str]:
    """All that patients are told about needling, in every language."""
    told = [line.full for note in notes.load() for part in (note.before, note.after, note.urgent) for line in part]
    for text in consents.load().values():
        told += [*text.paragraphs, text.lung, text.current]
    return told + [sentence for sentence, _ in expectations.SENTENCES]


def test_no_benefit_is_promised() -> None:
    promised = (
        r"\b(?:will (?:help|relieve|heal|cure)|guarantee\w*|cures?|heilt|garantiert|cura(?:rá)?|guérit|garanti[es]?)\b"
    )
    assert [one for one in sentences() if re.search(promised, one, re.IGNORECASE)] == []
    assert any("possible" in one and "not certain" in one for one in sentences())


def test_no_mechanism_is_claimed() -> None:
    claimed = r"endorphin|endorfin|lactic|láctico|lactique|milchsäure|toxin|giftstoff|blood flow|durchblutung"
    assert len(sentences()) > 100
    assert [one for one in sentences() if re.search(claimed, one, re.IGNORECASE)] == []


def test_the_page_speaks_of_this_repository_alone() -> None:
    assert "shared" not in PAGE
    for path in re.findall(r"`((?:clinic|docs|tests)/[\w/.]+\.\w+)`", PAGE):
        assert (ROOT / path).exists(), path
