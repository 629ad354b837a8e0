"""What a trouble must say, and that what is kept of it and of its repair reads back."""

import pytest

from clinic.domain.courses.repair import Fate, Help, Moving, Proposal, Unplaced, Where, proposal_from
from clinic.domain.courses.trouble import LAST_TICK, Kind, Trouble, trouble_from
from clinic.domain.errors import Invalid


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"what": Kind.ABSENCE, "who": ""}, "text_missing"),
        ({"what": Kind.ABSENCE, "ends": None}, "trouble_end"),
        ({"what": Kind.ABSENCE, "ends": 5}, "span_reversed"),
        ({"what": Kind.HANDOVER, "to": "other"}, "trouble_end"),
        ({"what": Kind.HANDOVER, "ends": None}, "handover_to_whom"),
        ({"what": Kind.HANDOVER, "ends": None, "to": "who"}, "handover_to_whom"),
        ({"what": Kind.CREDENTIAL, "ends": None}, "text_missing"),
    ],
)
def test_a_trouble_that_says_too_little_is_refused(told: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        Trouble(**{"who": "who", "starts": 5, "ends": 9, **told})  # type: ignore[arg-type]
    assert refused.value.code == code


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(Kind.ROOM, "room1", 5, 9),
        Trouble(Kind.CREDENTIAL, "staff1", 5, skill="dry-needling"),
        Trouble(Kind.HANDOVER, "staff1", 5, to="staff2", plan="plan"),
    ],
)
def test_a_trouble_reads_back(trouble: Trouble) -> None:
    assert trouble_from(trouble.document()) == trouble
    assert trouble.last == (9 if trouble.what is Kind.ROOM else LAST_TICK)


def test_a_proposal_reads_back_and_knows_what_is_open() -> None:
    was, to = Where(1, 2, "a", "r"), Where(3, 4, "b", "")
    moves = (Moving("one", 1, "p", was, to), Moving("two", 2, "q", was, to))
    proposal = Proposal(moves, (Unplaced("three", "p", was, "week_full", {"most": 5}, (Help("longer_gap", 9, 2),)),))
    assert proposal_from(proposal.document()) == proposal
    later = proposal.become({"one": (Fate.APPLIED, "")})
    assert [move.visit for move in later.open] == ["two"]
    assert proposal_from(later.document()) == later
