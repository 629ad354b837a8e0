from clinic.domain.errors import Invalid
from clinic.domain.faults import MOST, Faults, gather
from tests.unit.faults import faults as told


def fail(code, field=None):
    raise Invalid(code, field=field)


def test_nothing_is_raised_when_nothing_was_found():
    gather(lambda: 1)
    Faults().settle()


def test_one_fault_comes_back_as_it_is_and_several_together():
    assert told(lambda: gather(lambda: fail("x", "a"), lambda: 1)) == [("x", "a")]
    assert told(lambda: gather(lambda: fail("x", "a"), lambda: fail("y"))) == [("x", "a"), ("y", None)]


def test_faults_inside_name_their_path_and_the_good_ones_are_kept():
    def read(value):
        gather(*(lambda name=name: fail("bad", name) for name in value))
        return value

    faults = Faults()
    assert faults.each("rooms", read, ["", "ab", "c"]) == ("",)
    with faults.under("staff"):
        fail("worse")
    assert told(faults.settle) == [
        ("bad", "rooms.1.a"),
        ("bad", "rooms.1.b"),
        ("bad", "rooms.2.c"),
        ("worse", "staff"),
    ]


def test_a_file_that_is_wrong_everywhere_tells_a_hundred_faults():
    faults = Faults()
    faults.each("x", fail, ["bad"] * (MOST + 1))
    assert len(told(faults.settle)) == MOST


def test_a_value_is_made_only_when_nothing_was_found_before_or_in_it():
    assert Faults().made(lambda: 7) == 7
    assert told(lambda: Faults().made(lambda: fail("x"))) == [("x", None)]
    faults = Faults()
    with faults.under("a"):
        fail("y")
    assert told(lambda: faults.made(lambda: 7)) == [("y", "a")]
    assert told(lambda: faults.made(lambda: fail("x", "c"), "b")) == [("y", "a"), ("x", "b.c")]
