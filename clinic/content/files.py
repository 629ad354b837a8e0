"""Reading shipped content files."""

import tomllib
from collections.abc import Callable
from typing import TypeVar

from clinic.domain.errors import Invalid
from clinic.domain.fields import within
from clinic.resources import content

Read = TypeVar("Read")


def load_folder(folder: str, read: Callable[[object], Read]) -> tuple[Read, ...]:
    """Every TOML file of the folder as `read` understands it, in the order of their names.

    Raises Invalid with the file's name at the head of the field's path; Invalid(not_toml) for a broken file.
    """
    return tuple(load_file(f"{folder}/{path.name}", read) for path in sorted((content() / folder).glob("*.toml")))


def load_file(name: str, read: Callable[[object], Read]) -> Read:
    """One TOML file as `read` understands it; `name` is its path below the content folder."""
    try:
        document = tomllib.loads((content() / name).read_text(encoding="utf-8"))
    except ValueError as error:
        raise Invalid("not_toml", field=name, detail=str(error)) from error
    return within(name, read, document)
