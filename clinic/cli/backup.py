"""`clinic backup` and `clinic restore`: the whole database in one file, and back."""

import argparse
from pathlib import Path

from clinic import wiring
from clinic.db import backup


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `backup FILE` and `restore FILE`."""
    save = subparsers.add_parser("backup", help="write one consistent state into a file, beside whatever runs")
    save.add_argument("file", type=Path, metavar="FILE")
    save.set_defaults(func=_backup)
    back = subparsers.add_parser("restore", help="put a backup into an empty database; mail stays paused")
    back.add_argument("file", type=Path, metavar="FILE")
    back.set_defaults(func=_restore)


def _backup(args: argparse.Namespace) -> int:
    digest = backup.back_up(wiring.open_database(wiring.settings()).engine, args.file)
    print(f"{args.file}: SHA-256 {digest}")
    return 0


def _restore(args: argparse.Namespace) -> int:
    backup.restore(args.file, wiring.open_database(wiring.settings()).engine)
    print("Restored. Outgoing mail is paused: look through what is due, then run `clinic worker --resume`.")
    return 0
