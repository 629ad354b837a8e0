from clinic.domain.messages.reach import BY_HAND, Channel, Reach, reach
from clinic.domain.messages.summary import Date, Told, date_from, differences
from clinic.domain.messages.telling import News

MONDAY, THURSDAY = Date(100, 109, "Europe/Berlin", "Lindenweg 4"), Date(400, 409, "Europe/Berlin", "Lindenweg 4")


def test_each_visit_is_told_of_by_what_became_of_it() -> None:
    there = Date(500, 509, "Europe/Berlin", "Am Ufer 1")
    before = {1: None, 2: MONDAY, 3: THURSDAY, 4: Date(500, 509, "Europe/Berlin", "Lindenweg 4"), 5: MONDAY}
    now = {1: THURSDAY, 2: THURSDAY, 4: there, 5: MONDAY}
    assert differences(before, now, tick=0) == (
        Told(1, News.NEW, None, THURSDAY),
        Told(2, News.MOVED, MONDAY, THURSDAY),
        Told(3, News.CANCELLED, THURSDAY, None),
        Told(4, News.CHANGED, before[4], there),
    )


def test_what_came_and_went_unseen_or_is_over_is_not_told() -> None:
    assert differences({1: None, 2: MONDAY}, {}, tick=109) == ()
    assert [each.visit for each in differences({2: MONDAY}, {}, tick=108)] == [2]


def test_a_place_that_was_not_kept_differs_from_none() -> None:
    assert differences({1: Date(100, 109, "Europe/Berlin")}, {1: MONDAY}, tick=0) == ()


def test_a_date_is_kept_as_plain_data() -> None:
    assert date_from(MONDAY.document()) == MONDAY
    assert date_from(None) is None


def test_nobody_is_written_to_in_another_way_than_he_chose() -> None:
    known = {"email": "ada@example.org", "email_state": "good", "phone": "+49 30 1"}
    assert reach("mail", "invites", **known) == Reach(Channel.MAIL, "ada@example.org", True)
    assert reach("mail", "feed", **known) == Reach(Channel.MAIL, "ada@example.org")
    assert reach("text", "invites", **known) == Reach(Channel.TEXT, "+49 30 1")
    assert reach("paper", "invites", **known) == BY_HAND
    assert reach("mail", "none", **known) == BY_HAND
    assert reach("mail", "invites", **{**known, "email_state": "bad"}) == BY_HAND
    assert reach("text", "invites", **{**known, "phone": None}) == BY_HAND
