"""Runs under the system's python3, inside a session bus of its own: Evolution Data Server does what it is told on
standard input (JSON), and what its calendars then hold goes to standard output.

{"life": [[method, document], …]} gives what a local calendar holds after each step; {"feeds": [url, …]} gives what each
subscribed calendar holds. An event is [uid, start, end, title, state, sequence, answers], times in seconds of UTC.
"""

import json
import sys

import gi

gi.require_version("EDataServer", "1.2")
gi.require_version("ECal", "2.0")
gi.require_version("ICalGLib", "3.0")

from gi.repository import ECal, EDataServer, GLib, ICalGLib  # noqa: E402 - its version is chosen first

AT_ONCE = 0xFFFFFFFF
"""Do not wait for a calendar to say that it is connected: a subscribed one is fetched by refreshing it."""
STATES = {
    ICalGLib.PropertyStatus.TENTATIVE: "TENTATIVE",
    ICalGLib.PropertyStatus.CONFIRMED: "CONFIRMED",
    ICalGLib.PropertyStatus.CANCELLED: "CANCELLED",
}
ANSWERS = {
    ICalGLib.ParameterPartstat.NEEDSACTION: "NEEDS-ACTION",
    ICalGLib.ParameterPartstat.ACCEPTED: "ACCEPTED",
}


def opened(registry, name, backend, url=None):
    """A new calendar of that kind; a subscribed one has been fetched."""
    source = EDataServer.Source.new_with_uid(name, None)
    source.set_parent("local-stub" if url is None else "webcal-stub")
    source.set_display_name(name)
    source.get_extension(EDataServer.SOURCE_EXTENSION_CALENDAR).set_backend_name(backend)
    if url is not None:
        source.get_extension(EDataServer.SOURCE_EXTENSION_WEBDAV_BACKEND).set_uri(
            GLib.Uri.parse(url, GLib.UriFlags.NONE)
        )
        source.get_extension(EDataServer.SOURCE_EXTENSION_AUTHENTICATION).set_method("none")
    registry.commit_source_sync(source, None)
    client = ECal.Client.connect_sync(source, ECal.ClientSourceType.EVENTS, AT_ONCE, None)
    if url is not None:
        client.refresh_sync(None)
    return client


def instant(client, when):
    """Seconds of UTC, the zone as the calendar knows it."""
    value, name = when.get_value(), when.get_tzid()
    if value.is_utc():
        return value.as_timet()
    return value.as_timet_with_zone(client.get_timezone_sync(name, None)[1])


def held(client):
    found = client.get_object_list_as_comps_sync("#t", None)[1]
    return sorted(
        [
            each.get_uid(),
            instant(client, each.get_dtstart()),
            instant(client, each.get_dtend()),
            each.get_summary().get_value(),
            STATES.get(each.get_status(), "none"),
            each.get_sequence(),
            [ANSWERS.get(one.get_partstat(), "other") for one in each.get_attendees()],
        ]
        for each in found
    )


def accepted(document):
    """As the mail program hands it on when its reader accepts: the answer stands at the one who was asked."""
    component = ICalGLib.Component.new_from_string(document)
    event = component.get_first_component(ICalGLib.ComponentKind.VEVENT_COMPONENT)
    who = event.get_first_property(ICalGLib.PropertyKind.ATTENDEE_PROPERTY)
    who.set_parameter_from_string("PARTSTAT", "ACCEPTED")
    return component


def lived(registry, steps):
    client = opened(registry, "life", "local")
    after = []
    for method, document in steps:
        taken = accepted(document) if method == "REQUEST" else ICalGLib.Component.new_from_string(document)
        client.receive_objects_sync(taken, ECal.OperationFlags.NONE, None)
        after.append(held(client))
    return after


def main():
    asked = json.load(sys.stdin)
    registry = EDataServer.SourceRegistry.new_sync(None)
    told = {
        "version": f"{EDataServer.EDS_MAJOR_VERSION}.{EDataServer.EDS_MINOR_VERSION}.{EDataServer.EDS_MICRO_VERSION}"
    }
    told["life"] = lived(registry, asked["life"]) if "life" in asked else []
    told["feeds"] = [
        held(opened(registry, f"feed{number}", "webcal", url)) for number, url in enumerate(asked.get("feeds", []))
    ]
    json.dump(told, sys.stdout)


main()
