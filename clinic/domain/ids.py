"""Names that leave the house: random, unguessable, free of meaning."""

import base64
import secrets
from collections.abc import Callable
from typing import NewType

PublicId = NewType("PublicId", str)
Entropy = Callable[[int], bytes]


def new_public_id(entropy: Entropy = secrets.token_bytes) -> PublicId:
    """Sixteen lower-case letters and digits, 80 random bits: fit for URLs, file names and reading aloud."""
    return PublicId(base64.b32encode(entropy(10)).decode().lower())


def new_uid(host: str, entropy: Entropy = secrets.token_bytes) -> str:
    """A calendar UID `<32 hex digits>@<host>`, 128 random bits; a UID is never used for a second visit."""
    return f"{entropy(16).hex()}@{host}"


def new_secret(entropy: Entropy = secrets.token_bytes) -> str:
    """A bearer secret for a link, a feed or a session: 256 random bits, URL-safe, shown once and stored hashed."""
    return base64.urlsafe_b64encode(entropy(32)).decode().rstrip("=")
