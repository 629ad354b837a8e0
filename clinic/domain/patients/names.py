"""Names as they are searched: without regard to case and accents."""

import unicodedata

MOST_FOLDED = 401
"""As many characters of the folded name are kept as the database's column holds."""

# Letters that no decomposition takes apart, as people without the key for them type them.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})


def folded(text: str) -> str:
    """Lower case, accents stripped, runs of white space one space: `Zoë  ŁUKASZ` becomes `zoe lukasz`."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(bare.translate(_PLAIN).casefold().split())[:MOST_FOLDED]
