from clinic.domain.ids import new_public_id, new_secret, new_uid


def counting(size: int) -> bytes:
    return bytes(range(size))


def test_the_same_entropy_gives_the_same_names():
    assert new_public_id(counting) == "aaaqeayeaudaocaj"
    assert new_uid("clinic.test", counting) == "000102030405060708090a0b0c0d0e0f@clinic.test"
    assert new_secret(counting) == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


def test_names_differ_and_fit_into_addresses():
    assert len({new_public_id() for _ in range(1000)}) == 1000
    assert all(name.isalnum() and name.islower() and len(name) == 16 for name in (new_public_id() for _ in range(100)))
    assert new_uid("clinic.test") != new_uid("clinic.test")
    assert len(new_secret()) == 43
