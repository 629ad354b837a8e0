// Reads a JSON list of calendars from standard input and writes what one library sees in each, as a JSON list of lists.
import { readFileSync } from "node:fs";

const iso = (date) => date.toISOString();

const READERS = {
  "ical.js": async () => {
    const { default: ICAL } = await import("ical.js");
    return (document) =>
      new ICAL.Component(ICAL.parse(document)).getAllSubcomponents("vevent").map((component) => {
        const event = new ICAL.Event(component);
        const [start, end] = [event.startDate, event.endDate].map((time) => iso(time.toJSDate()));
        return [event.uid, start, end, event.summary, component.getFirstPropertyValue("status")];
      });
  },
  "node-ical": async () => {
    const { default: ical } = await import("node-ical");
    return (document) =>
      Object.values(ical.sync.parseICS(document))
        .filter((component) => component.type === "VEVENT")
        .map((event) => [event.uid, iso(event.start), iso(event.end), event.summary, event.status]);
  },
  "ts-ics": async () => {
    const { convertIcsCalendar } = await import("ts-ics");
    return (document) =>
      (convertIcsCalendar(undefined, document).events ?? []).map((event) => [
        event.uid,
        iso(event.start.date),
        iso(event.end.date),
        event.summary,
        event.status,
      ]);
  },
};

const seen = await READERS[process.argv[2]]();
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(seen)));
