"""Properties are tried on a few examples in every run, always the same, and on many where there is time."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy

Property = Callable[..., None]


def tried(few: int, many: int, *drawn: SearchStrategy[Any], also: str = "prove") -> Callable[[Property], Property]:
    """The property as a test of so `few` examples, which is thorough, and one of so `many` at length, marked `also`."""
    marks = [pytest.mark.prove, getattr(pytest.mark, also)]

    def of(prop: Property) -> Property:
        def test(examples: int) -> None:
            how = settings(max_examples=examples, derandomize=True, deadline=None, database=None)
            how(given(*drawn)(prop))()

        test.__name__, test.__qualname__, test.__doc__ = prop.__name__, prop.__qualname__, prop.__doc__
        test.__module__ = prop.__module__
        sizes = [pytest.param(few, marks=pytest.mark.thorough, id="few"), pytest.param(many, marks=marks, id="many")]
        return pytest.mark.parametrize("examples", sizes)(test)

    return of


def one_in(share: int) -> pytest.MarkDecorator:
    """Gives a test its `share`: of so many cases it takes one, always the same, and all (a share of 1) at length."""
    return pytest.mark.parametrize(
        "share",
        [
            pytest.param(share, marks=pytest.mark.thorough, id="some"),
            pytest.param(1, marks=pytest.mark.prove, id="all"),
        ],
    )
