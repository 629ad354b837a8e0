"""Repairs against all answers of many small ones, and what is said of sessions that have no place."""

import re
from collections import Counter
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

import clinic
from clinic.domain.errors import Invalid
from clinic.domain.time import DAY_MINUTES
from clinic.engine.kind import Reason
from clinic.engine.repair import solve as solving
from clinic.engine.repair.solve import propose, solve
from clinic.engine.repair.values import (
    Chain,
    Kept,
    Lane,
    Moment,
    MoveWeights,
    Need,
    Remedy,
    Repair,
    Session,
    Spacing,
    Way,
)
from tests.unit.engine.repairs import SPAN, Best, at, best, check, crowded, hours, keeping, random_repair, way

OPEN = hours(range(5), 8, 11)
TWO_DAYS = Spacing(1, 2, 2)


def one(name: str, *ways: Way, day: int = 0, before: Moment | None = None, after: Moment | None = None) -> Chain:
    """A course of one session that was at eight."""
    return Chain((Session(name, Moment(day, 480), ways),), (TWO_DAYS,) * 2, before, after)


def several(name: str, count: int, *ways: Way, **changes: object) -> Chain:
    """A course of sessions that were on consecutive days at eight."""
    sessions = tuple(Session(f"{name}{n}", Moment(n, 480), ways) for n in range(count))
    return replace(Chain(sessions, (TWO_DAYS,) * (count + 1)), **changes)  # type: ignore[arg-type]


def repair(*chains: Chain, lanes: int = 1, free: int = OPEN) -> Repair:
    return Repair(SPAN, tuple(Lane(f"L{n}", free) for n in range(lanes)), chains)


@pytest.mark.oracle
@pytest.mark.parametrize("start", range(0, 400, 100))
def test_the_cheapest_repair_that_places_the_most_is_found(start: int) -> None:
    for seed in range(start, start + 100):
        agrees(seed)


@pytest.mark.prove
@pytest.mark.parametrize("start", range(1000, 100_000, 1000))
def test_repairs_agree_with_brute_force_at_length(start: int) -> None:
    for seed in range(start, start + 1000):
        agrees(seed)


@pytest.mark.prove
@pytest.mark.mutants
@pytest.mark.parametrize("start", range(0, 60, 10))
def test_the_first_repairs_agree_with_brute_force(start: int) -> None:
    for seed in range(start, start + 10):
        agrees(seed)


def agrees(seed: int) -> None:
    asked = keeping(random_repair(seed), seed) if seed % 2 else random_repair(seed)
    wanted, found, at_once = best(asked), solve(asked), propose(asked)
    assert check(asked, found) == wanted, seed
    assert found.proven
    assert found.bound == found.objective
    quick = check(asked, at_once)
    assert (-quick.placed, quick.cost) >= (-wanted.placed, wanted.cost), seed
    assert not at_once.proven


@pytest.mark.thorough
def test_what_is_said_to_help_does_help() -> None:
    helped = Counter[str]()
    for seed in range(150):
        asked = random_repair(seed)
        found = solve(asked)
        for left in found.unplaced:
            for remedy in left.remedies:
                chains = tuple(loosened(chain, left.id, remedy) for chain in asked.chains)
                if chains != asked.chains:
                    assert len(solve(replace(asked, chains=chains)).moves) > len(found.moves), (seed, left)
                    helped[remedy.code] += 1
    assert min(helped["longer_gap"], helped["move_next"]) > 10


def loosened(chain: Chain, left: str, remedy: Remedy) -> Chain:
    """The chain as a remedy would have it, where that is for its last session or does not move others."""
    days = remedy.days or 0
    if left not in [session.id for session in chain.sessions]:
        return chain
    if remedy.code == "longer_gap":
        return replace(chain, spacings=tuple(replace(each, max=each.max + days) for each in chain.spacings))
    if left == chain.sessions[-1].id and chain.after is not None:
        return replace(chain, after=replace(chain.after, day=chain.after.day + days))
    return chain


def test_the_same_repair_has_the_same_answer() -> None:
    assert [solve(random_repair(7)) for _ in range(3)] == [solve(random_repair(7))] * 3


def test_nothing_to_repair_is_no_move() -> None:
    assert solve(repair()).moves == propose(repair()).moves == ()


def test_who_cannot_be_placed_is_told_why() -> None:
    asked = repair(
        one("never", way((0,), days=())),
        one("hemmed in", way((0,), days=(4,)), before=Moment(-1), after=Moment(2)),
        one("first", way((0,), days=(0,))),
        one("second", way((0,), days=(0,))),
        free=hours((0,), 8, 9) | hours((4,), 8, 11),
    )
    found = solve(asked)
    assert [move.id for move in found.moves] in (["first"], ["second"])
    assert {each.id: each.reason for each in found.unplaced} == {
        "never": Reason("nothing_free"),
        "hemmed in": Reason("gaps_leave_nothing"),
        ({"first", "second"} - {found.moves[0].id}).pop(): Reason("given_to_others"),
    }


def test_what_would_help_is_a_time_that_is_free_with_the_least_change() -> None:
    asked = repair(one("late", way((0,), days=(3, 4)), before=Moment(0), after=Moment(4)))
    (left,) = solve(replace(asked, lanes=(Lane("L", hours((4,), 8, 11)),))).unplaced
    assert left.remedies == ()
    (left,) = solve(repair(one("late", way((0,), days=(3, 4)), before=Moment(0), after=Moment(5)))).unplaced
    assert left.remedies == (Remedy("longer_gap", SPAN.first_tick + at(3, 8), 1),)
    (left,) = solve(repair(one("late", way((0,), days=(2,)), before=Moment(0), after=Moment(2)))).unplaced
    assert left.remedies == (Remedy("move_next", SPAN.first_tick + at(2, 8), 1),)


def test_another_therapist_than_the_patient_wants_is_only_suggested() -> None:
    wish = Session("s", Moment(1, 480), (way((0,)),), (way((1,), days=(1, 2)),))
    lanes = (Lane("wished", 0), Lane("other", OPEN))
    found = solve(Repair(SPAN, lanes, (Chain((wish,), (TWO_DAYS,) * 2, Moment(0)),)))
    assert found.moves == ()
    assert found.unplaced[0].remedies == (Remedy("other_therapist", SPAN.first_tick + at(1, 8)),)


def test_a_session_that_is_left_out_keeps_a_day_between_its_neighbours() -> None:
    chain = several("s", 3, way((0,), days=(0, 3)), before=Moment(-1))
    found = solve(repair(chain))
    assert [move.id for move in found.moves] == ["s0", "s2"]
    assert [each.id for each in found.unplaced] == ["s1"]
    assert check(repair(chain), found) == best(repair(chain)) == Best(2, 20 + 10)


def test_remedies_add_up_the_gaps_over_neighbours_that_have_no_time_either() -> None:
    chain = several("s", 4, way((0,), days=(4,)), before=Moment(0), after=Moment(7))
    found = solve(repair(chain))
    assert [move.id for move in found.moves] in (["s2"], ["s1"], ["s3"])
    assert all(each.reason == Reason("gaps_leave_nothing") for each in found.unplaced)


def test_least_hours_to_sessions_that_stay_hold_by_the_clock() -> None:
    floored = replace(TWO_DAYS, least_minutes=DAY_MINUTES)
    chain = replace(
        one("s", way((0,), days=(1,))), spacings=(floored, floored), before=Moment(0, 600), after=Moment(2, 600)
    )
    (move,) = solve(repair(chain)).moves
    assert move.start == SPAN.first_tick + at(1, 10)
    (left,) = solve(repair(replace(chain, after=Moment(2, 540)))).unplaced
    assert left.reason == Reason("gaps_leave_nothing")


def test_two_needs_of_one_session_are_two_lanes_and_may_be_told_twice() -> None:
    pair = Way(OPEN, (Need(0, 12, (0, 1)), Need(0, 12, (0, 1))))
    (move,) = solve(repair(one("s", pair), lanes=2)).moves
    assert sorted(move.lanes) == [0, 1]
    assert sorted(propose(repair(one("s", pair), lanes=2)).moves[0].lanes) == [0, 1]
    for answer in (solve, propose):
        assert answer(Repair(SPAN, (Lane("a", OPEN), Lane("b", 0)), (one("s", pair),))).moves == ()


def test_a_proposal_at_once_gives_way_where_one_person_would_be_needed_twice() -> None:
    both = Way(hours((0,), 8, 9) | hours((1,), 8, 9), (Need(0, 12, (0,)), Need(0, 12, (0, 1))))
    lanes = (Lane("a", OPEN), Lane("b", hours((1,), 8, 9)))
    asked = Repair(SPAN, lanes, (one("s", both),))
    assert propose(asked).moves == solve(asked).moves
    assert propose(asked).moves[0].start == SPAN.first_tick + at(1, 8)


def test_nobody_has_the_room_of_a_session_that_finds_no_place() -> None:
    """One goes to another room where it can; who cannot go anywhere keeps his, and the other waits."""
    lanes = (Lane("therapist", OPEN), Lane("his", OPEN), Lane("spare", hours((1,), 8, 11)))
    stays = Session("stays", Moment(0, 480), (way((0,), (2,), days=(0,)),), keeps=(Kept(1, at(0, 8), at(0, 10)),))
    other = Session("other", Moment(0, 480), (way((0,), (1,), days=(0,)),))
    asked = Repair(SPAN, lanes, tuple(Chain((each,), (TWO_DAYS,) * 2) for each in (stays, other)))
    for found in (solve(asked), propose(asked)):
        assert [(move.id, move.start - SPAN.first_tick) for move in found.moves] == [("other", at(0, 10))]
    free = replace(asked, lanes=(*lanes[:2], Lane("spare", OPEN)))
    for found in (solve(free), propose(free)):
        assert [move.id for move in found.moves] == ["stays", "other"]


def test_who_finds_no_place_could_have_his_own_room_again() -> None:
    kept = Kept(1, at(0, 8), at(0, 9))
    ways = way((0,), (1,), days=(0,))
    late = Session("late", Moment(0, 480), (way((0,), (1,), days=(4,)),), beyond=(ways,), keeps=(kept,))
    (found,) = solve(Repair(SPAN, (Lane("L", hours((0,), 8, 9)),) * 2, (Chain((late,), (TWO_DAYS,) * 2),))).unplaced
    assert found.remedies == (Remedy("other_therapist", SPAN.first_tick + at(0, 8)),)


def test_people_and_rooms_are_taken_in_the_order_that_they_are_named() -> None:
    assert propose(repair(one("s", way((1, 0))), lanes=2)).moves[0].lanes == (1,)


@pytest.mark.thorough
def test_a_repair_can_be_stopped_at_any_time_with_the_best_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "_TOLD_SECONDS", 0)
    asked = crowded(2)
    wanted, first = check(asked, solve(asked)), check(asked, propose(asked))
    every = count()
    assert solve(asked, stop=lambda: next(every) < 0).proven
    asks = next(every)
    for patience in (*range(0, asks, asks // 12), *range(asks - 12, asks, 2)):
        left = iter(range(patience))
        found = solve(asked, stop=lambda left=left: next(left, None) is None)  # type: ignore[misc]
        had = check(asked, found)
        assert (-wanted.placed, wanted.cost) <= (-had.placed, had.cost) <= (-first.placed, first.cost)
        assert found.bound <= found.objective
        assert not found.proven or had == wanted


def test_who_is_never_asked_to_stop_is_not_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "perf_counter", lambda: 0.0)
    assert solve(random_repair(7), stop=lambda: True) == solve(random_repair(7))


def test_a_repair_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "_TOLD_SECONDS", 0)
    asked = crowded(9)
    told: list[tuple[int, int, float]] = []
    found = solve(asked, progress=lambda *state: told.append(state))
    bounds, costs, seconds = zip(*told, strict=True)
    assert list(seconds) == sorted(seconds)
    assert list(bounds) == sorted(bounds)
    assert (bounds[0], costs[0]) == (0, propose(asked).objective)
    assert costs[-1] == found.objective
    assert 0 < bounds[-1] <= found.objective


def test_the_solver_is_known_to_one_file() -> None:
    root = Path(clinic.__file__).parent
    said = [
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(r"^\s*(import|from) highspy\b", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert said == ["engine/repair/highs.py"]


@pytest.mark.parametrize(
    ("code", "made"),
    [
        ("session_length", lambda: Need(3, 3, (0,))),
        ("resource_twice", lambda: Need(0, 3, (0, 0))),
        ("unknown_resource", lambda: Way(OPEN, ())),
        ("weight_range", lambda: way((0,), cost=-1)),
        ("weight_range", lambda: MoveWeights(move_day=10_001)),
        ("gap_reversed", lambda: Spacing(0, 1, 1)),
        ("gap_too_long", lambda: Spacing(1, 1, 5000)),
        ("gap_missing", lambda: Chain((), (TWO_DAYS,))),
        ("resource_twice", lambda: repair(one("s", way((0,))), one("s", way((0,))))),
        ("unknown_resource", lambda: repair(one("s", way((1,))))),
    ],
)
def test_nonsense_is_refused(code: str, made: object) -> None:
    with pytest.raises(Invalid) as refused:
        made()  # type: ignore[operator]
    assert refused.value.code == code
