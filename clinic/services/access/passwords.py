"""Hashing passwords with Argon2id: 64 MiB and a quarter of a second each, so only a few at a time."""

from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE: Final = 2


class Passwords:
    """Hashes and checks; callers wait while `at_once` hashes are being computed, which bounds the memory."""

    def __init__(self, hasher: PasswordHasher | None = None, *, at_once: int = AT_ONCE) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = BoundedSemaphore(at_once)
        self._nobody = self._hasher.hash("nobody's password")

    def hashed(self, password: str) -> str:
        """The hash to store, with its parameters and a salt of its own."""
        with self._slots:
            return self._hasher.hash(password)

    def fits(self, password: str, stored: str | None) -> bool:
        """Whether it is that password; for nobody's (None) it takes as long and is False."""
        with self._slots:
            try:
                return self._hasher.verify(stored or self._nobody, password) and stored is not None
            except (VerificationError, InvalidHashError):
                return False

    def aged(self, stored: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)
