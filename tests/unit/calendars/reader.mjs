// Reads a JSON list of calendars from standard input and writes what ical.js sees in each, as a JSON list of lists.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const seen = (document) =>
  new ICAL.Component(ICAL.parse(document)).getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    const instant = (time) => time.toJSDate().toISOString();
    return [event.uid, instant(event.startDate), instant(event.endDate), event.summary, component.getFirstPropertyValue("status")];
  });

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(seen)));
