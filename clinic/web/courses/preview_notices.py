"""What the placer kept to that the form of a wanted course alone does not show."""

from collections.abc import Iterable
from typing import Final

from flask_babel import gettext

from clinic.domain.care.findings import Finding, Level
from clinic.domain.courses.outline import given, held_up
from clinic.domain.patients.preferences import Preferences
from clinic.engine.course import Course, NoCourse
from clinic.services.courses.place import Answer
from clinic.services.courses.reasons import beside_whom
from clinic.web import words
from clinic.web.courses.preview_words import name
from clinic.web.courses.released import sentences
from clinic.web.patients import wording

TONES: Final = {Level.BLOCK: "alarm", Level.OVERRIDE: "warn", Level.WARN: ""}


def spoken(answer: Answer, findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """What is to be known before the course is booked, with its tone, the gravest first: what the safety rules say to
    it, and that the patient has one like it."""
    said = [(TONES[one.level], words.in_words(one.code, one.params)) for one in findings]
    said += [("warn", words.in_words("course_alike", {"begins_on": each.begins_on})) for each in answer.alike]
    return sorted(dict.fromkeys(said), key=lambda each: list(TONES.values()).index(each[0]))


def notices(answer: Answer) -> list[str]:
    """In sentences, each once."""
    found = []
    if isinstance(answer.outcome, Course) and not answer.outcome.proven:
        found.append(gettext("The best that was found in a few seconds; a better course may exist."))
    own = _listed(answer, answer.times.preferences)
    if answer.wanted.wishes is None and own:
        found.append(gettext("The patient’s own wishes count: %(wishes)s.", wishes=own))
    elif own:
        found.append(gettext("With the patient’s own wishes these count: %(wishes)s.", wishes=_wishes(answer)))
    found += _back_to_back(answer)
    provisional = {
        each.therapist
        for kind in answer.request.kinds
        for each in kind.staff
        if each.otherwise is not None and each.otherwise.code == "credential_provisional"
    }
    names = sorted(one.name for one in answer.site.staff if one.public_id in provisional)
    if names:
        found.append(
            gettext("Proposed for needling only while a supervisor is at work: %(names)s.", names=", ".join(names))
        )
    protocol = answer.plan.protocol
    if held_up(protocol):
        placed = {phase.name for phase in given(protocol)}
        found += [gettext("Not placed: %(phase)s.", phase=each) for each in sentences(protocol, placed)]
    return list(dict.fromkeys(found))


def _wishes(answer: Answer) -> str:
    return _listed(answer, answer.wanted.wishes_of(answer.site, answer.times))


def _listed(answer: Answer, wishes: Preferences) -> str:
    told = wording.wishes(wishes, name(answer, wishes.therapist or ""))
    return "; ".join(value for _, value in told if value)


def _back_to_back(answer: Answer) -> list[str]:
    """Whose visits those of the course should be beside, and which of them are."""
    if not answer.beside or isinstance(answer.outcome, NoCourse):
        return []
    course, names = answer.outcome, ", ".join(dict.fromkeys(each.name for each in answer.beside))
    there = [str(n) for n in range(1, len(course.sessions) + 1) if beside_whom(answer, course, n)]
    if not there:
        return [gettext("No visit could be put back to back with those of %(names)s.", names=names)]
    return [gettext("Back to back with %(names)s: visit %(numbers)s.", names=names, numbers=", ".join(there))]
