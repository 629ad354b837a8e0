"""Which passwords are good enough: long rather than decorated, and not the first that anybody would try.

After NIST SP 800-63B §5.1.1.2: a minimum length, a check against common choices, no rules of composition, no expiry.
"""

from typing import Final

from clinic.domain.errors import Invalid

SHORTEST: Final = 8
ADVISED: Final = 15
LONGEST: Final = 128

_WORDS: Final = """
access admin administrator angel baseball batman calendar charlie clinic computer demo dragon dryneedling football
freedom hello hockey iloveyou jordan letmein login lovely master michael monkey mustang needle needling password
passphrase patient pepper physio princess secret shadow starwars summer sunshine superman test therapist trustno
welcome whatever winter
"""
_COMMON: Final = frozenset(_WORDS.split())
_RUNS: Final = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1q2w3e4r5t6z7u8i9o0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn",
)
_PLAIN: Final = str.maketrans("@430!1$57", "aaeoiisst")


def check(password: str, *, email: str, name: str) -> str:
    """The password, when it is good enough.

    Raises Invalid(password_short), Invalid(password_long), Invalid(password_common), Invalid(password_yours).
    """
    if len(password) < SHORTEST:
        raise Invalid("password_short", field="password", limit=SHORTEST, advised=ADVISED)
    if len(password) > LONGEST:
        raise Invalid("password_long", field="password", limit=LONGEST)
    if _is_common(password):
        raise Invalid("password_common", field="password", advised=ADVISED)
    core = _core(password)
    if core in {_core(word) for word in (email, email.partition("@")[0], *name.split(), name)}:
        raise Invalid("password_yours", field="password", advised=ADVISED)
    return password


def _is_common(password: str) -> bool:
    """Whether it is a common word dressed up with digits and signs, a piece repeated, or a run of keys."""
    low = password.casefold()
    repeats = any(low == (low[:width] * len(low))[: len(low)] for width in range(1, 4))
    runs = any(low in run or low[::-1] in run for run in _RUNS)
    core = _core(password)
    halves = {core[: len(core) // 2], core[len(core) // 2 :]}
    return repeats or runs or core in _COMMON or (len(halves) == 1 and halves <= _COMMON) or not core


def _core(text: str) -> str:
    """The letters that are left when decoration is taken off: `P@ssw0rd2026!` is `password`."""
    bare = text.casefold().strip("0123456789!?.,;:*#+-_$&%/()= ")
    return "".join(sign for sign in bare.translate(_PLAIN) if sign.isalpha())
