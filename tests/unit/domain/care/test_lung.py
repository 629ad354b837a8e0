from clinic.domain.care.lung import too_long
from clinic.domain.care.record import Needle, Record, Site
from clinic.domain.practice.body import Region, Side, Target

RHOMBOID = Site(Target(Region.INTERSCAPULAR, Side.LEFT, "Rhomboid major"))
TRAPEZIUS = Site(Target(Region.INTERSCAPULAR, Side.LEFT, "middle trapezius"))


def test_a_long_needle_at_the_rhomboids_is_pointed_out():
    assert too_long(Record(sites=(RHOMBOID, TRAPEZIUS), needle=Needle(30, 20))) == (RHOMBOID,)
    assert too_long(Record(sites=(RHOMBOID,), needle=Needle(30, 19))) == ()
    assert too_long(Record(sites=(RHOMBOID,))) == ()


def test_a_site_s_own_needle_counts_before_the_visits():
    short = Site(RHOMBOID.target, needle=Needle(30, 15))
    assert too_long(Record(sites=(short,), needle=Needle(30, 40))) == ()
    long = Site(RHOMBOID.target, needle=Needle(30, 40))
    assert too_long(Record(sites=(long,), needle=Needle(30, 15))) == (long,)
