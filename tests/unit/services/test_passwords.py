"""How dear a password is to guess."""

from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from clinic.services.access.passwords import Passwords


def test_a_password_is_as_dear_to_guess_as_rfc_9106_asks() -> None:
    hashed = Passwords().hashed("plum-9-tractor")
    assert extract_parameters(hashed) == RFC_9106_LOW_MEMORY
