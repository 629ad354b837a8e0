"""The words of letters and of calendar entries about a visit: neutral, without names, treatment or part of the body."""

from typing import Final

from clinic.content.marker import N_
from clinic.domain.messages.notes import Headings
from clinic.domain.messages.telling import News

APPOINTMENT: Final = N_("Appointment")
APPOINTMENTS: Final = N_("Appointments")
CANCELLED: Final = N_("Cancelled: {title}")
FOLLOW_UP: Final = N_("How are you today?")
FOLLOW_UP_IS: Final = N_("This is no appointment.")
AWAY: Final = N_("Away")
BUSY: Final = N_("Busy {code}")
DETAILS: Final = N_("Details: {link}")
PHONE: Final = N_("Phone {phone}")
TO_CHANGE: Final = N_("Details, and how to move or cancel it: {link}")
SIGNED: Final = N_("This mail was sent automatically. Please call us instead of answering it.")

HEADINGS: Final = Headings(
    before=N_("Before"), after=N_("After"), call_us_if=N_("Call us if"), urgent=N_("When to get help now")
)

SUBJECT: Final[dict[News, str]] = {
    News.NEW: N_("Your appointment on {when}"),
    News.MOVED: N_("Moved: your appointment is now on {when}"),
    News.CHANGED: N_("Changed: your appointment on {when}"),
    News.CANCELLED: N_("Cancelled: your appointment on {when}"),
    News.WITHDRAWN: N_("No longer sent here: your appointment on {when}"),
}
OPENING: Final[dict[News, str]] = {
    News.NEW: N_("We look forward to seeing you."),
    News.MOVED: N_("Your appointment was moved. This is the time that holds now."),
    News.CHANGED: N_("Something about your appointment changed. This is what holds now."),
    News.CANCELLED: N_("This appointment is cancelled. You do not need to come."),
    News.WITHDRAWN: N_("We no longer write to this address about this appointment. The appointment itself stands."),
}
UNTIL_NOW: Final = N_("Until now: {when}")


SUMMARY_SUBJECT: Final[dict[News, str]] = {
    News.NEW: N_("Your {count} appointments, the first on {when}"),
    News.MOVED: N_("{count} of your appointments were moved"),
    News.CHANGED: N_("{count} of your appointments changed"),
    News.CANCELLED: N_("{count} of your appointments are cancelled"),
}
SUMMARY_OPENING: Final[dict[News, str]] = {
    News.NEW: N_("We look forward to seeing you. These are your appointments."),
    News.MOVED: N_("Some of your appointments were moved. These are the times that hold now."),
    News.CHANGED: N_("Something about your appointments changed. This is what holds now."),
    News.CANCELLED: N_("These appointments are cancelled. You do not need to come."),
}
"""Where several kinds of news come together, `CHANGED` says so."""
DATE: Final[dict[News, str]] = {
    News.NEW: "{when}",
    News.MOVED: N_("{when}, moved from {before}"),
    News.CHANGED: N_("{when}, now at {place}"),
    News.CANCELLED: N_("Cancelled: {when}"),
}
AS_BEFORE: Final = N_("All your other appointments stay as they are.")
INVITES_FOLLOW: Final = N_(
    "For your calendar, each of these comes in a mail of its own. There is nothing new in those."
)
FEED_FOLLOWS: Final = N_("A calendar that you have subscribed to shows the same within a day.")

REMINDER_SUBJECT: Final = N_("Reminder: your appointment on {when}")
REMINDERS_SUBJECT: Final = N_("Reminder: your {count} appointments, the first on {when}")
REMINDER: Final = N_("We look forward to seeing you.")
FIRST_SUBJECT: Final = N_("Before your first appointment on {when}")
FIRST_HEADING: Final = N_("What to expect")
FIRST_ASKS: Final = N_("Before you come, please answer a few questions here:")
AFTER_SUBJECT: Final = N_("After your appointment on {when}")
AFTER_OPENING: Final = N_("Thank you for coming. This is good to know for the time after your appointment.")
AFTER_AND_NEXT_SUBJECT: Final = N_("After your appointment, and the next on {when}")
NEXT_HEADING: Final = N_("Your next appointment")
CHECK_SUBJECT: Final = N_("How are you after your appointment on {when}?")
CHECK_AND_NEXT_SUBJECT: Final = N_("How are you? And your next appointment: {when}")
CHECK_OPENING: Final = N_("Please tell us how you are today. It takes a minute:")
QUESTIONS: Final = N_("If something worries you, call us: {phone}")

ANSWER_SUBJECT: Final = N_("Your appointment on {when} is still booked")
ANSWER_OPENING: Final = N_(
    "Thank you for your answer. Declining in your calendar does not cancel an appointment: yours is still booked."
)
ANSWER_CHOICE: Final = N_("Move or cancel it here, or call {phone}: {link}")

OFFER_SUBJECT: Final = N_("A time has become free: {when}")
OFFER_OPENING: Final = N_("You are on our wait list. This time has become free, and goes to the first who takes it.")
OFFER_INSTEAD: Final = N_(
    "It would be instead of your appointment on {when}, which stands as long as you do not take this time."
)
OFFER_ANSWER: Final = N_("Please tell us here by {when} whether you take it: {link}")
TAKEN_SUBJECT: Final = N_("Taken by somebody else: {when}")
TAKEN_OPENING: Final = N_(
    "Somebody else was a little faster this time. You stay on our list: we tell you of the next time that suits you."
)
TAKEN_STANDS: Final = N_("Your appointment on {when} stands.")

TEXT: Final = N_("{practice}: {subject}.")
TEXT_ASKS: Final = N_("{practice}: {subject}")
"""Where the subject is a question."""
TEXT_CHECK: Final = N_("How are you today? {link}")
TEXT_CALL: Final = N_("Questions? {phone}")
