// The board's place classes, so that no page needs an inline style. A card that starts at 9:15 and lasts 45 minutes is
// `h-9 m-15 for-9`, one of an hour and 20 minutes `hours-1 for-4`; a board that shows 7:00 to 19:00 is `from-7 until-19`;
// `lanes-3` and `lane-2` stand side by side; `full-7` is taken to seven tenths.

const TICK_MINUTES = 5;
const TICKS_AN_HOUR = 60 / TICK_MINUTES;
const LONGEST_HOURS = 24;
const MOST_LANES = 8;

const range = (first, last, step = 1) =>
  Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);

export function slots() {
  return [
    ...range(0, 23).map((hour) => `.h-${hour}{--h:${hour}}`),
    ...range(0, 55, TICK_MINUTES).map((minute) => `.m-${minute}{--m:${minute / TICK_MINUTES}}`),
    ...range(1, LONGEST_HOURS).map((hours) => `.hours-${hours}{--hours:${hours}}`),
    ...range(1, TICKS_AN_HOUR - 1).map((ticks) => `.for-${ticks}{--for:${ticks}}`),
    ...range(0, 23).map((hour) => `.from-${hour}{--from:${hour}}`),
    ...range(1, 24).map((hour) => `.until-${hour}{--until:${hour}}`),
    ...range(2, MOST_LANES).map((lanes) => `.lanes-${lanes}{--lanes:${lanes}}`),
    ...range(2, MOST_LANES).map((lane) => `.lane-${lane}{--lane:${lane}}`),
    ...range(1, 10).map((tenths) => `.full-${tenths}{--full:${tenths}}`),
  ].join("\n");
}
