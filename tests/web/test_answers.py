"""What a patient's calendar answered, as the desk sees it."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from clinic.db.tables.visits import appointment
from tests.db.post import Post
from tests.web.conftest import Browser


def answered(post: Post, answer: str, status: str = "booked") -> None:
    with post.database.begin() as unit:
        unit.connection.execute(update(appointment).values(answer=answer, status=status))


@pytest.mark.parametrize(
    ("answer", "status", "panel", "board"),
    [
        ("declined", "booked", "The visit is still booked: call", "the patient declined"),
        ("tentative", "booked", "The patient answered: perhaps.", "the patient answered: perhaps"),
        ("accepted", "confirmed", "The patient accepted the invitation.", "Confirmed"),
    ],
)
def test_an_answer_shows_with_the_visit_and_on_the_board(
    post: Post, signed_in: Callable[[str], Browser], answer: str, status: str, panel: str, board: str
) -> None:
    answered(post, answer, status)
    desk = signed_in("front desk")
    assert panel in desk.get(f"/visits/{post.public_id}").text
    assert board in desk.get("/day/2026-11-23").text


@pytest.mark.parametrize(("answer", "status"), [("none", "booked"), ("declined", "cancelled")])
def test_nothing_is_said_where_nothing_was_answered_or_it_no_longer_matters(
    post: Post, signed_in: Callable[[str], Browser], answer: str, status: str
) -> None:
    answered(post, answer, status)
    desk = signed_in("front desk")
    assert "declined the invitation" not in desk.get(f"/visits/{post.public_id}").text
    assert "the patient declined" not in desk.get("/day/2026-11-23").text
