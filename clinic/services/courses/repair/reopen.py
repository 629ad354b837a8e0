"""What was moved by a repair and is back is open in it again, so that it can be accepted once more or left."""

from collections.abc import Collection
from dataclasses import replace

from clinic.db.courses import repairs
from clinic.db.unit import Unit
from clinic.db.visits import loads
from clinic.domain.courses.repair import Fate, Moving, Proposal, Status


def reopen(unit: Unit, repair_ids: Collection[int], visits: Collection[str]) -> None:
    """The moves of these visits, by public id, in these repairs, by key. One that somebody dropped stays as it is."""
    for id_ in repair_ids:
        row = repairs.of_key(unit.connection, id_)
        if row.status is not Status.DROPPED:
            moves = tuple(_open(unit, move) if move.visit in visits else move for move in row.proposal.moves)
            repairs.revise(unit.connection, row, proposal=Proposal(moves, row.proposal.unplaced), status=Status.STOPPED)


def _open(unit: Unit, move: Moving) -> Moving:
    if move.fate is not Fate.APPLIED:
        return move
    return replace(move, fate=Fate.OPEN, why="", version=loads.visit(unit.connection, move.visit).version)
