"""When a letter that did not get through is tried again, and when it is given up (TRUST §2b)."""

from datetime import timedelta
from typing import Final

GIVE_UP_AFTER: Final = timedelta(hours=72)
"""The age, since it was sealed, at which a letter that is still refused or unanswered is dead."""
UNCLEAR_TRIES: Final = 3
"""How often a refusal without a known reason is tried."""
PAUSE: Final = timedelta(minutes=1)
"""How long nothing is sent after the mail server, or our account with it, failed."""

_FIRST, _LONGEST = timedelta(minutes=1), timedelta(hours=4)
_DOUBLINGS = 8  # 256 minutes are more than four hours


def backoff(tries: int, jitter: float) -> timedelta:
    """The wait after so many tries (1 the first): a minute, doubled up to four hours, spread by a quarter either way
    with `jitter` in [0, 1)."""
    wait = min(_FIRST * (1 << min(tries - 1, _DOUBLINGS)), _LONGEST)
    return min(wait * (0.75 + jitter / 2), _LONGEST)
