"""`clinic`: the command line. Each topic module registers its commands; a fault is one sentence and exit status 2."""

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from types import ModuleType
from typing import Final

from clinic.cli import (
    accounts,
    backup,
    bench,
    busy,
    check,
    clocks,
    database,
    demo,
    feeds,
    imports,
    index,
    naming,
    plan,
    receive,
    repair,
    replan,
    serve,
    worker,
)
from clinic.content.sentences import sentence
from clinic.db.faults import UNAVAILABLE
from clinic.domain.errors import ClinicError, Invalid, NotFound

TOPICS: Final[tuple[ModuleType, ...]] = (
    database,
    demo,
    accounts,
    serve,
    worker,
    receive,
    check,
    clocks,
    backup,
    imports,
    index,
    naming,
    plan,
    replan,
    repair,
    feeds,
    busy,
    bench,
)
"""Each has `register(subparsers)`, which sets `func(args) -> int` on its commands."""

FAULT: Final = 2
READER_LEFT: Final = 141
"""What a shell says of a program whose reader went away."""


def parser() -> argparse.ArgumentParser:
    """Every command with its help."""
    whole = argparse.ArgumentParser(prog="clinic", description="Treatment-plan scheduling for dry needling clinics.")
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    for topic in TOPICS:
        topic.register(commands)
    return whole


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    if isinstance(sys.stdout, TextIOWrapper):  # what is done is done: a terminal without a sign shows its number
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        try:
            return _run(argv)
        finally:  # what cannot be written is known now, not when nobody is left to say it
            print(end="", flush=True)
    except BrokenPipeError:
        _write_no_more()
        return READER_LEFT
    except OSError as error:
        _write_no_more()
        return _refused(error)


def _run(argv: Sequence[str] | None) -> int:
    args = parser().parse_args(argv)
    args.main = main  # for `serve` and `demo`, which run another command beside or after their own
    try:
        return int(args.func(args))
    except NotFound as error:  # nothing is kept from whoever runs commands
        return _fail(sentence("not_known", error.params))
    except ClinicError as error:
        return _fail(sentence(error))
    except UNAVAILABLE:
        return _fail(sentence("database_unavailable"))
    except OSError as error:
        if not error.filename:  # most likely its own output
            raise
        return _refused(error)
    except UnicodeEncodeError:
        return _fail(sentence(Invalid("text_unprintable")))
    except KeyboardInterrupt:
        return 130


def _refused(error: OSError) -> int:
    why = error.strerror or str(error)
    if not error.filename:
        return _fail(sentence("machine_fault", {"why": why}))
    return _fail(sentence("file_fault", {"file": error.filename, "why": why}))


def _write_no_more() -> None:
    """What is still to be written goes nowhere: the interpreter would try again at its end, and complain."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _fail(words: str) -> int:
    sys.stderr.write(f"clinic: {words}\n")
    return FAULT
