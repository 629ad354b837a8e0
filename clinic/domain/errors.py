"""Errors, sorted by what the caller can do about them.

ClinicError
 ├─ Invalid       change the input                        400, exit status 2
 ├─ NotFound      not there, or not yours                 404
 ├─ Forbidden     your role does not grant this           403
 ├─ TooMany       wait, then try again                    429
 ├─ Conflict      reload and choose again                 409
 │   ├─ SlotTaken     somebody has that time now
 │   └─ Stale         the thing changed since you read it
 ├─ Infeasible    no course fits: relax a rule            422
 └─ Refused       a safety rule forbids it                422, with the rule

An error carries a code and parameters, never a sentence: `content.sentences` turns them into words at the edge.
"""

from collections.abc import Mapping


class ClinicError(Exception):
    """`code` names the fault (`span_reversed`), `params` fill its sentence; neither holds health detail."""

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: Mapping[str, object] = params


class Invalid(ClinicError):
    """The input is wrong; `field` names the form field or the path in a file where there is one."""

    def __init__(self, code: str, /, field: str | None = None, **params: object) -> None:
        super().__init__(code, **params)
        self.field = field


class NotFound(ClinicError):
    """It is not there, or it is another's: the two are never told apart."""

    def __init__(self, what: str = "page") -> None:
        super().__init__("not_found", what=what)


class Forbidden(ClinicError):
    """The actor's roles do not grant `permission`."""

    def __init__(self, permission: str) -> None:
        super().__init__("forbidden", permission=permission)


class TooMany(ClinicError):
    """Too many tries from there; another may follow after `retry_seconds`."""

    def __init__(self, retry_seconds: int) -> None:
        super().__init__("too_many_tries", minutes=-(-retry_seconds // 60))
        self.retry_seconds = retry_seconds


class Conflict(ClinicError):
    """The world moved on between reading and writing; nothing was written."""


class SlotTaken(Conflict):
    """A resource is already claimed in that time; nothing was written."""

    def __init__(self, **params: object) -> None:
        super().__init__("slot_taken", **params)


class Stale(Conflict):
    """`what` has version `current`; the caller's decision rests on version `seen`. Nothing was written."""

    def __init__(self, what: str, *, seen: int, current: int) -> None:
        super().__init__("stale", what=what, seen=seen, current=current)


class Infeasible(ClinicError):
    """No course satisfies every hard rule; the engine's explanation travels beside it."""


class Refused(ClinicError):
    """A safety rule forbids it; `rule` is its number in the practice's rule list."""

    def __init__(self, code: str, /, *, rule: int, **params: object) -> None:
        super().__init__(code, rule=rule, **params)
        self.rule = rule
