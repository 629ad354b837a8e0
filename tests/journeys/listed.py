"""Every screen that is looked at, by name, and what answers to GET and is none."""

from typing import Final

from tests.journeys import desk_screens, waiting_screens

NAMES: Final = (
    *desk_screens.NAMES,
    *waiting_screens.NAMES,
    *("find", "day", "day-rooms", "day-today", "day-empty", "new-empty", "new-preview", "new-impossible"),
    *("new-refused", "new-others", "new-parts", "session-record", "session-signed", "session-print"),
    *("session-amend", "course-scored", "event"),
    *("events", "measures", "replan", "replan-wider", "replan-impossible", "replan-nothing", "my-day", "course"),
    *("handout", "card", "visit", "move", "cancel", "missed", "book-empty", "book", "patients", "patients-none"),
    *("record", "worklist", "worklist-none", "record-dead", "edit", "times", "relatives", "calendars"),
    *("calendars-mine", "calendars-house", "new-patient", "repairs", "repair", "handovers", "own-calendars"),
    *("mailbox", "mail", "link", "link-move", "link-cancel", "link-notes", "tasks", "outbox", "notes", "note"),
    *("note-edit", "health", "week", "week-rooms", "week-one", "changes", "home", "offered", "protocols"),
    *("protocol", "protocol-edit", "protocol-compare", "screening", "tablet", "consents", "check", "rules", "phases"),
    *("checkin", "questions", "missing", "sign-in"),
)

UNSEEN: Final = (
    *("/", "/day", "/sheets", "/my/calendars/busy", "/courses/new"),  # they lead on
    *("/courses/new/body", "/patients/find", "/repairs/<public_id>/progress", "/day/<on>/live", "/week/<on>/live"),
    *("/billing/visits.csv", "/healthz", "/metrics", "/session", "/readyz", "/static/dist/<name>"),
    *("/feeds/<token>.ics", "/v/<token>/visit.ics"),
    *("/demo/mailbox/<mark>/invite.ics", "/demo/mailbox/<mark>/mail.eml"),
)
"""What answers to GET and is no page."""
