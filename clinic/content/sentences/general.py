"""Sentences of fields, files, times, settings, the database and sign-in."""

from typing import Final

from clinic.content.marker import N_

SENTENCES: Final[dict[str, str]] = {
    "port_taken": N_("Nothing can listen on {host}:{port}: end what listens there, or choose another with --port."),
    "host_foreign": N_("{host} is no address of this machine: name one that is with --host, such as 127.0.0.1."),
    "port_forbidden": N_("You may not listen on port {port}: choose one from 1024 on with --port."),
    "port_wrong": N_("There is no port {port}: choose one from 1 to 65535."),
    "database_behind": N_(
        "The database is at revision {found} and this version needs {known}: run `clinic db upgrade`."
    ),
    "database_newer": N_("The database is of a newer version ({found}; this one knows {known}): install that version."),
    "database_unavailable": N_(
        "The database cannot be reached or written: check that it runs and has space, then try again."
    ),
    "database_url": N_("{field} must be postgresql://user:password@host/name or sqlite:////absolute/path.db."),
    "database_foreign": N_("{field} names a file that is no database: correct the path."),
    "dates_reversed": N_("{field} lies before its first day ({last} before {first}): swap the dates."),
    "demo_refused": N_("This database holds a real practice: unset CLINIC_DEMO, or name another database."),
    "email_form": N_("This is not a mail address: write it as name@clinic.example."),
    "email_taken": N_("An account with this address exists already: choose another address."),
    "field_missing": N_("{field} is missing: add it."),
    "field_unknown": N_("{field} is not a field of this: correct its name or remove it."),
    "file_fault": N_("{file}: {why}. Check the path and its permissions, then try again."),
    "machine_fault": N_("The machine refuses to go on ({why}): mend that, then look at what was done."),
    "file_format": N_("The file's format is {found}: it must be {wanted}."),
    "file_empty": N_("{path} is empty: choose another file."),
    "file_not_fhir": N_("{path} holds no FHIR resources: choose a file of Patient resources, one a line, or a Bundle."),
    "file_not_utf8": N_("{path} is not UTF-8 text (byte {position}): save it as UTF-8, or choose another file."),
    "line_too_long": N_("The line has more than {limit} characters: leave out attachments and pictures."),
    "list_too_long": N_("{field} has more than {limit} entries: shorten it."),
    "not_a_date": N_("{field} must be a date, written like 2026-09-07 without quotation marks."),
    "not_a_moment": N_("{field} must be a date or a date with a time, written like 2026-09-07T13:00:00."),
    "not_a_time": N_('{field} must be a time of day, written like "08:30".'),
    "not_json": N_("This is not a JSON object: export it again."),
    "not_yes_or_no": N_("{field} must be true or false."),
    "file_missing": N_("There is no readable file {path}: check the path and its permissions."),
    "file_not_json": N_("{path} is not JSON: export it again, or choose another file."),
    "file_too_large": N_("{path} is larger than {most_mb} MB: split it, or choose another file."),
    "forbidden": N_("Your role does not allow this: ask an administrator of the practice."),
    "foreign_key_check": N_("Rows of the database refer to rows that are gone: restore a backup."),
    "guard_missing": N_(
        "The database does not protect itself ({guards}): restore a backup or ask for help before serving it."
    ),
    "key_malformed": N_("{field} must be lower-case letters, digits and hyphens, as in neck-mechanical, not {name}."),
    "naive_instant": N_("{field} lacks its time zone: write it as 2026-09-07T09:00+02:00."),
    "not_a_list": N_("{field} must be a list."),
    "not_a_number": N_("{field} must be a whole number."),
    "not_a_table": N_("{field} must be a table of fields."),
    "not_found": N_("There is no such {what} here, or it is not yours to see."),
    "not_known": N_("There is no such {what}: check how it is written."),
    "not_one_of": N_("{field} must be one of {allowed}."),
    "not_text": N_("{field} must be text: put it in quotation marks."),
    "not_toml": N_("{field} is not TOML ({detail}): correct the file."),
    "out_of_range": N_("{field} must lie between {low} and {high}, not {value}."),
    "page_old": N_("Somebody signed in or out after this page was opened, so nothing was sent: sign in again."),
    "password_common": N_(
        "Too many people have this password: choose another, best three or four words ({advised} characters)."
    ),
    "password_long": N_("A password has at most {limit} characters: choose a shorter one."),
    "password_short": N_("A password has at least {limit} characters, better {advised}: choose a longer one."),
    "password_unasked": N_("There is no terminal to ask for a password at: hand it over with --password-stdin."),
    "passwords_differ": N_("The two passwords differ: type the same one twice."),
    "password_yours": N_(
        "The password is your name or address: choose another, best three or four words ({advised} characters)."
    ),
    "public_url": N_("{field} must be http(s)://host with no path, the address people reach the system at."),
    "role_missing": N_("{field}: an account needs at least one role: choose one, or close the account."),
    "admin_everywhere": N_("Who runs the practice does so at every location: choose every location, or another role."),
    "last_admin": N_("Nobody else runs the practice: let another account run it first."),
    "roles_missing": N_("The database has no roles yet: run `clinic db upgrade`."),
    "backup_damaged": N_("{file} is damaged or was altered: use another backup."),
    "backup_foreign": N_("This file is not a backup of this software: choose another."),
    "database_not_empty": N_("The database holds something already: restore into an empty one."),
    "claims_overlap": N_(
        "{count} times somebody or some room is held twice (claims {keys}): move one of the visits, and report it."
    ),
    "database_damaged": N_("The database file is damaged ({keys}): restore a backup."),
    "held_for_nobody": N_("{count} times are held for cancelled visits (claims {keys}): report it."),
    "patient_unheld": N_("{count} visits do not hold their patient's time (segments {keys}): report it."),
    "room_unheld": N_("{count} visits do not hold their room (segments {keys}): report it."),
    "session_twice": N_("{count} sessions have two live visits (visits {keys}): cancel one of each."),
    "staff_unheld": N_("{count} visits do not hold their therapist's time (segments {keys}): report it."),
    "visit_outside_itself": N_("{count} visits have parts outside their time (segments {keys}): report it."),
    "secret_short": N_("{field} has {length} characters and needs {limit}: docs/settings.md says how to make one."),
    "setting_missing": N_("{field} is not set: docs/settings.md says what it holds."),
    "sign_in_failed": N_("That address and password do not go together: check both and try again."),
    "smtp_url": N_("{field} must be smtp://host, smtps://host or dir:///path."),
    "span_reversed": N_("{field} ends before it starts: swap the times."),
    "stale": N_("This {what} was changed since you opened it: reload it and decide again."),
    "text_malformed": N_("{field} must be written like {like}."),
    "text_missing": N_("{field} is empty: fill it in."),
    "text_too_long": N_("{field} has {length} characters: shorten it to {limit}."),
    "text_unkept": N_("What was sent contains a character that cannot be kept: type it anew, or open the page anew."),
    "text_unprintable": N_("{field} contains characters that cannot be shown: type it anew."),
    "time_repeated": N_(
        "{field}: the clock shows {time} twice that day. Say which is meant: write {first} for the first of the two,"
        " {second} for the second."
    ),
    "time_skipped": N_(
        "{field}: the clock jumps from {before} to {after} that day and never shows {time}: choose a time before"
        " {before}, or from {after} on."
    ),
    "notes_lacking": N_("In the language {language} these notes are told in English: {notes}."),
    "promise_parted": N_("Promised: {promised}. The clock shows: {shows}."),
    "promise_skipped": N_(
        "The clock never shows {wall} by now: visit {visit} cannot keep that time. Move it, or keep its instant."
    ),
    "too_many_tries": N_("Too many tries: wait {minutes} minutes, then try again."),
    "too_many_tries_one": N_("Too many tries: wait one minute, then try again."),
    "unchosen": N_("{field}: choose one of what is offered."),
    "unknown_choice": N_("{name} is not known for {field}: choose one of {choices}."),
    "unknown_role": N_("There is no such role: choose one of {allowed}."),
    "version_missing": N_("The form does not say what it changes: reload the page and fill it in again."),
    "unknown_zone": N_("{field}: {name} is not a time zone: choose one such as Europe/Berlin."),
    "key_reused": N_("This form was sent before with other entries: reload the page and send it again."),
    "webhook_url": N_("{field} must be https://host/path; http:// is for this machine alone."),
}
