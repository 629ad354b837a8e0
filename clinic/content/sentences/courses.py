"""Sentences of protocols and plans, and of requests to place a course."""

from typing import Final

from clinic.content.marker import N_

SENTENCES: Final[dict[str, str]] = {
    "payer_missing": N_("{field}: an authorisation has a payer: name who pays, or leave the number out."),
    "period_too_long": N_("{field}: a period has at most {days} days: choose a shorter one."),
    "course_alike": N_(
        "The patient has a course of this protocol already, from {begins_on} on: this is a second one beside it."
    ),
    "course_alike_alone": N_(
        "The patient has a course of this protocol already ({course}), nothing was written: add --again to book a"
        " second one beside it."
    ),
    "looked_before": N_("Somebody changed something meanwhile, nothing was written: run the command again."),
    "course_possible": N_("There is a course: nothing has to give way."),
    "first_component_apart": N_("{field}: the first component begins the visit: it cannot be apart from another."),
    "gap_ideal_or_weeks": N_("{field}: give either the ideal gap in days, or the weeks over which the sessions fall."),
    "gap_missing": N_("{field}: every session after the first needs a gap to the one before."),
    "gap_reversed": N_("{field}: the smallest gap ({min}) must be at least 1 and at most the largest ({max}) days."),
    "gap_too_long": N_("{field}: a gap has at most {most} days."),
    "gaps_reversed": N_("{field}: the largest gap ({high} days) is less than the smallest ({low}): swap them."),
    "grid_minutes": N_("{field} must be a multiple of 5 minutes, not {minutes}."),
    "horizon_days": N_("{field}: 1 to {most} days can be searched, not {days}."),
    "latest_before_earliest": N_("{field}: the course would have to end before it begins: choose a later end."),
    "needling_without_its_skill": N_("{field}: needling of this kind needs the skill {skill:name}."),
    "needling_remote": N_("{field}: a needle cannot be used by phone or video."),
    "plan_settled": N_("The course is {status:name}: nothing of it is placed any more."),
    "phase_name_repeated": N_("{field}: two phases have the same name: rename one."),
    "preferred_hours": N_("{field}: the preferred time of day ends before it starts: swap the times."),
    "preferred_weekdays": N_("{field}: choose at least one weekday, or no preference."),
    "ranges_uneven": N_("The times to search do not go together: load them again."),
    "reassess_beyond_course": N_("{field}: a reassessment after session {n} is beyond the {sessions} sessions."),
    "reassess_phase_misplaced": N_("{field}: only measuring at each visit can be limited to a phase."),
    "remote_in_a_room": N_(
        "{field}: by phone or video no room is needed: leave out what it offers, set-up and clean-up."
    ),
    "resource_twice": N_("The {what} {id} is named twice: remove one."),
    "segment_half_remote": N_("{field}: what is by phone or video and what is not must stand apart from each other."),
    "session_count": N_("{field}: a course has 1 to {most} sessions, not {count}."),
    "session_length": N_("{field}: a session lasts at most {most_hours} hours."),
    "start_within": N_("{field}: the first session is looked for within 0 to {most} days."),
    "unknown_phase": N_("{field}: there is no phase {name}: use the name of one."),
    "unknown_pin": N_("{field}: session {session} is pinned to a time, a person or a room that is not there."),
    "unknown_protocol": N_("{field}: there is no protocol {name}: choose one of {known}."),
    "unknown_resource": N_("A session asks for a person or a room that is not there: choose from those listed."),
    "wait_within_segment": N_("{field}: only before a component that is apart can there be a wait."),
    "weight_range": N_("{field}: a weight lies between 0 and {most}."),
    "apart_range": N_("{field}: sessions cannot be kept so far apart: choose a smaller distance."),
    "part_count": N_("{field}: a visit has 1 to {most} parts, and one of them leads it."),
    "part_too_short": N_(
        "{field}: between two parts there is no time to clean a room and set it up again: make what is between longer."
    ),
    "step_order": N_("{field}: session {session} can only follow one that comes before it."),
    "wait_range": N_("{field}: the wait before a part is 0 to 15 minutes."),
    "offer_settled": N_("This offer was answered before, or is over: look at the course again."),
    "phase_released": N_("{field}: phase {name} was released before: look at the course again."),
    "gap_reason": N_("Say why the next gap is to be longer: it is kept with the visit."),
    "authorised_too_few": N_(
        "{field}: {authorised} visits are authorised and the course has {sessions}: ask for more, or choose fewer."
    ),
    "start_in_the_past": N_("{field}: the course cannot begin before today, {today}: choose a later day."),
    "unknown_relaxation": N_("{field}: this change is not one of those proposed: look for a course again."),
    "therapist_not_here": N_(
        "{field}: the therapist does not work at {location}: choose another, or another location."
    ),
}
