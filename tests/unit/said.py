"""Whatever code comes up has a sentence, and all that fills it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from clinic.content.sentences import SENTENCES, UNKNOWN, sentence

SPOKEN_OTHERWISE = {"several_faults"}


@contextmanager
def held_to_sentences(*kinds: type) -> Iterator[None]:
    """Nothing of these kinds, each with a code and parameters, can be made that nobody could say."""
    with pytest.MonkeyPatch.context() as patch:
        for kind in kinds:
            patch.setattr(kind, "__init__", _checked(kind.__init__))
        yield


def _checked(make: Callable[..., None]) -> Callable[..., None]:
    def made(self: Any, *values: object, **named: object) -> None:
        make(self, *values, **named)
        _check(self.code, self.params)

    return made


def _check(code: str, params: Mapping[str, object]) -> None:
    if code not in SPOKEN_OTHERWISE:
        assert code in SENTENCES, code
        assert UNKNOWN not in sentence(code, {"field": "it", **params}), (code, params)
        assert None not in params.values(), (code, params)
