"""`clinic account`: who may sign in."""

import argparse
import getpass
import sys
import warnings

from clinic import wiring
from clinic.domain.access.accounts import NewAccount
from clinic.domain.access.actors import system
from clinic.domain.access.permissions import ADMIN, ROLES
from clinic.domain.errors import Invalid
from clinic.services.access import accounts, members
from clinic.services.access.passwords import Passwords


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `account create`, `account disable`, `account enable` and `account tie`."""
    jobs = subparsers.add_parser("account", help="who may sign in").add_subparsers(required=True, metavar="JOB")
    create = jobs.add_parser("create", help="make an account; its password is asked for, or read from standard input")
    create.add_argument("--email", required=True)
    create.add_argument("--name", required=True)
    create.add_argument("--role", required=True, help=f"one of {', '.join(sorted({ADMIN, *ROLES}))}")
    create.add_argument(
        "--password-stdin", action="store_true", help="the first line of standard input is the password"
    )
    create.set_defaults(func=_create)
    for name, active in (("disable", False), ("enable", True)):
        job = jobs.add_parser(name, help=f"{name} an account; a disabled one is out at its next request")
        job.add_argument("--email", required=True)
        job.set_defaults(func=_set_active, active=active)
    tie = jobs.add_parser("tie", help="say whose account it is: that person's own calendars are then shown to it")
    tie.add_argument("--email", required=True)
    whose = tie.add_mutually_exclusive_group(required=True)
    whose.add_argument("--staff", metavar="CODE", help="a therapist's code")
    whose.add_argument("--nobody", action="store_true")
    tie.set_defaults(func=_tie)


def _create(args: argparse.Namespace) -> int:
    database = wiring.ready_database(wiring.settings())
    new = NewAccount(args.email, args.name, args.role)
    password = sys.stdin.readline().rstrip("\r\n") if args.password_stdin else _asked()
    accounts.create(database.begin, new, password, passwords=Passwords(), actor=system("cli"), now=wiring.now())
    print(f"{new.email} may sign in as {new.role}.")
    return 0


def _asked() -> str:
    """Typed twice and not shown. Raises Invalid(passwords_differ), and Invalid(password_unasked) without a terminal."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            first, again = getpass.getpass("Password: "), getpass.getpass("The same again: ")
    except (EOFError, getpass.GetPassWarning) as error:
        raise Invalid("password_unasked", field="password") from error
    if first != again:
        raise Invalid("passwords_differ", field="password")
    return first


def _set_active(args: argparse.Namespace) -> int:
    database = wiring.ready_database(wiring.settings())
    accounts.set_active(database.begin, args.email, args.active, actor=system("cli"), now=wiring.now())
    print(f"{args.email} is {'enabled' if args.active else 'disabled'}.")
    return 0


def _tie(args: argparse.Namespace) -> int:
    database = wiring.ready_database(wiring.settings())
    members.tie(database.begin, args.email, args.staff, actor=system("cli"), now=wiring.now())
    print(f"{args.email} belongs to {args.staff or 'nobody'}.")
    return 0
