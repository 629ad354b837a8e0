"""What tasks say."""

import ast
from pathlib import Path

import clinic
from clinic.content.tasks import KINDS, words
from clinic.domain.visits.answer import ASKS

HOME = Path(clinic.__file__).parent
GIVEN_UP = ("mail_bad_address", "mail_refused", "mail_unclear", "mail_too_old")


def raised() -> set[str]:
    """The kinds of the tasks that are raised: written in the call, or a constant of its module."""
    found: set[str] = set()
    for path in HOME.glob("services/**/*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        constants = {
            node.target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "tasks.put":
                kind = node.args[1]
                found.add(kind.value if isinstance(kind, ast.Constant) else constants.get(ast.unparse(kind), ""))
    return found - {""}


def test_every_task_that_is_raised_says_what_to_do() -> None:
    assert raised() >= {"tell_patient"}
    assert {*raised(), *ASKS, *GIVEN_UP} - set(KINDS) == set()


def test_a_task_says_what_happened_in_a_line_and_what_to_do_in_sentences() -> None:
    for title, todo in KINDS.values():
        assert len(title) <= 60, title
        assert title[0].isupper()
        assert not title.endswith(".")
        assert todo.endswith(".")


def test_a_kind_that_nobody_described_is_made_readable() -> None:
    assert words("moon_is_full").title == "Moon is full"
