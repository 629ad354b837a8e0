"""Header fields written by hand: the standard library of Python 3.11 drops the quotes of a long display name when it
folds the line, and what stood between them becomes further recipients."""

import base64
import re

from clinic.domain.messages.mailbox import Mailbox
from clinic.domain.messages.text import line

_PLAIN_NAME = re.compile(r"[A-Za-z0-9]+(?:[ '-][A-Za-z0-9]+)*")
_PLAIN_TEXT = re.compile(r"(?!.*=\?)[!-~][ -~]*")
_PLAIN_LIMIT = 60
_WORD_OCTETS = 42  # 56 characters of base64 and the 12 around them stay below RFC 2047's 75


def worded(text: str) -> str:
    """An unstructured field: the text as it is where it is short and ASCII, else as encoded words."""
    text = line(text)
    return text if len(text) <= _PLAIN_LIMIT and _PLAIN_TEXT.fullmatch(text) else _encoded(text)


def addressed(mailbox: Mailbox) -> str:
    """The name, if there is one, and the address in angle brackets. A name that needs quotes is encoded instead."""
    address = f"<{mailbox.address}>"
    if not mailbox.name:
        return address
    if not _PLAIN_NAME.fullmatch(mailbox.name):
        return f"{_encoded(mailbox.name)}\r\n {address}"
    space = " " if len(mailbox.name) + len(address) <= _PLAIN_LIMIT else "\r\n "
    return mailbox.name + space + address


def _encoded(text: str) -> str:
    """Encoded words, one a line, none with half a character (RFC 2047 §2 and §5)."""
    words, word = [], b""
    for character in text:
        octets = character.encode()
        if len(word) + len(octets) > _WORD_OCTETS:
            words.append(word)
            word = b""
        word += octets
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(part).decode()}?=" for part in (*words, word))


def block(fields: dict[str, str]) -> bytes:
    """The fields and the empty line that ends them."""
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode("ascii") + b"\r\n"
