"""Free text on its way out: no character in it may act on a mail, a calendar or a screen."""

import re

_BREAK = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")


def lines(text: str) -> str:
    """The text with every kind of line break as `\\n`, tabs as spaces, and control characters and half pairs gone."""
    return _CONTROL.sub("", _BREAK.sub("\n", text).replace("\t", " ")).strip()


def line(text: str) -> str:
    """The text as one line, runs of white space as one space."""
    return " ".join(lines(text).split())
