"""Why a session lies where it does, why a day cannot be, and what would help: the engine's reasons and changes.

A code that ends in `_all` is said of a change to every session.
"""

from typing import Final

from clinic.content.marker import N_

SENTENCES: Final[dict[str, str]] = {
    "beyond_horizon": N_("{field}: the practice plans no further than {last}: choose an earlier day."),
    "after_latest": N_("Later than the latest end, {on}."),
    "any_time": N_("Come at any time of day."),
    "closed": N_("Closed, or not open for long enough."),
    "end_later": N_("Let the course end up to {days} days later."),
    "fewer_sessions": N_("Place only the first {session} sessions for now."),
    "fully_booked": N_("{therapist} is fully booked."),
    "no_course": N_("Session {session} cannot be placed: choose one of the changes that help."),
    "no_room": N_("No suitable room is free."),
    "nobody_may": N_("Nobody may give this treatment: add a credential, or choose another location."),
    "not_authorised": N_("{therapist} may not give this treatment."),
    "not_offered": N_("No start is offered."),
    "not_working": N_("{therapist} does not work here, or not for long enough."),
    "nothing_helps": N_(
        "Session {session} cannot be placed, and no change of rules helps: add hours, people or rooms."
    ),
    "on_leave": N_("{therapist} is on leave."),
    "other_therapist": N_("Allow another therapist for session {session}."),
    "other_therapist_all": N_("Allow another therapist."),
    "outside_horizon": N_("Beyond the days that are searched."),
    "patient_away": N_("The patient is away."),
    "patient_elsewhere": N_("The patient has another visit."),
    "patient_unavailable": N_("Outside the patient's hours."),
    "pinned_elsewhere": N_("The session is pinned to another time."),
    "release_reserved": N_("Use starts that are kept for new patients and urgent visits."),
    "reserved": N_("What {therapist} has free is kept for new patients and urgent visits."),
    "start_later": N_("Begin up to {days} days later."),
    "too_near_before": N_("Too soon after the needling on {on}."),
    "too_soon": N_("Past, or within the notice that is asked for."),
    "unpin": N_("Let session {session} move from its pinned time."),
    "unpin_all": N_("Let the pinned sessions move."),
    "widen_gap": N_("Allow up to {days} days before session {session}."),
    "widen_gap_all": N_("Allow up to {days} days between sessions."),
    "nothing_free": N_("Nothing is free for it on any day that is searched."),
    "gaps_leave_nothing": N_("Nothing is free on the days that its course leaves it."),
    "given_to_others": N_("Its times went to others: as many as possible have a place."),
    "longer_gap": N_("Allow {days} days more between it and its neighbours."),
    "move_next": N_("Move the session after it {days} days later, too."),
    "needled_near": N_("Fewer than {hours} hours from the needling on {on}."),
    "too_few_hours": N_("Fewer than {hours} hours after the visit before."),
    "rests": N_("Fewer than {days} days after exercises that need as many days of rest."),
    "no_way_through": N_("Free, but no times of the sessions before it lead here."),
    "day_full": N_("The patient has as many visits that day as agreed: {most}."),
    "week_full": N_("The patient has as many visits that week as agreed: {most}."),
    "nobody_for_part": N_("Nobody is free for part {part} of the visit."),
    "not_supervised": N_("Nobody is there to supervise {therapist}."),
    "not_together": N_("The people and rooms that its parts need are free, but not in turn."),
    "more_a_week": N_("Allow more visits a week, up to {days} more."),
    "pinned": N_("Pinned to this time."),
    "as_wished": N_("Every wish is met."),
    "off_ideal_gap": N_("A gap of {days} days; {ideal} would be ideal."),
    "starts_late": N_("The first good time, {days} days after the earliest start."),
    "ends_late": N_("The course ends {days} days later than it ideally would."),
    "not_wished_therapist": N_("{wished} has no better time that day."),
    "not_wished_gender": N_("Nobody of the wished gender has a better time that day."),
    "therapist_changes": N_("Another therapist than {before} at the session before."),
    "outside_wished_time": N_("Nothing is free at the wished time of day."),
    "irregular": N_("Another weekday or time than the session before."),
}
