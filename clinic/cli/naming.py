"""`clinic rename` and `clinic relocate`: what patients see of the practice, and letters to those who see it."""

import argparse

from clinic import wiring
from clinic.domain.access.actors import system
from clinic.services.practice import naming


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `rename` and `relocate`."""
    called = subparsers.add_parser("rename", help="call the practice otherwise, and tell everybody who sees its name")
    called.add_argument("--name", help="its name")
    called.add_argument("--neutral-name", help="the name that says nothing of what is treated")
    called.set_defaults(func=_rename)
    moved = subparsers.add_parser("relocate", help="give a location another address or phone, and tell everybody")
    moved.add_argument("location", metavar="CODE", help="the location's code")
    moved.add_argument("--address", help="where it is")
    moved.add_argument("--phone", help="how to call it")
    moved.set_defaults(func=_relocate)


def _rename(args: argparse.Namespace) -> int:
    database = wiring.ready_database(wiring.settings())
    given = {"name": args.name, "neutral_name": args.neutral_name}
    return _said(naming.rename(database.begin, **given, actor=system("cli"), now=wiring.now()))


def _relocate(args: argparse.Namespace) -> int:
    database = wiring.ready_database(wiring.settings())
    given = {"address": args.address, "phone": args.phone}
    return _said(naming.relocate(database.begin, args.location, **given, actor=system("cli"), now=wiring.now()))


def _said(changed: bool) -> int:
    print("Changed. Who sees it is told by the next letters." if changed else "Nothing to change.")
    return 0
