// The day board is one Tab stop; arrows move between visits: up and down within a column, left and right to the visit
// nearest in time. Opens at the present, and with the focus on the visit that something was done about in its sheet.
// Visits move by key and by pointer, and it keeps itself up to date.

import { BoardLive } from "./board-live.js";
import { BoardMoves } from "./board-moves.js";
import { BoardDrag } from "./board-drag.js";

// Keys that act on the visit in focus: its panel opens, and what names the key there is done. None of them cancels
// without being asked again; who cannot be listed for a sooner time leads to the wait list.
const ON_VISIT = new Set(["A", "S", "F", "X", "L"]);
const A_FRAME = 10;
const aFrame = () => new Promise(requestAnimationFrame);

class DayBoard extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", (event) => this.onKey(event));
    this.addEventListener("focusin", ({ target }) => target.matches(".visit") && this.rove(target));
    this.live = new BoardLive(this);
    if (document.getElementById("board-move")) {
      this.moves = new BoardMoves(this);
      this.drag = new BoardDrag(this);
    }
    this.settle();
    this.draw();
  }

  // The page around it with the first frame, then the ways to other days, then its heads, then a few columns with each, so
  // that keys and presses are heard meanwhile.
  async draw() {
    let cards = 0;
    await aFrame();
    await aFrame();
    this.parentElement.querySelector(".ways").dataset.drawn = "";
    await aFrame();
    this.dataset.drawn = "partly";
    this.querySelector(".hours .now")?.scrollIntoView({ block: "center" });
    if (location.hash && this.stop && document.activeElement === document.body) this.focusOn(this.stop);
    for (const column of this.querySelectorAll(".column")) {
      if (!cards) await aFrame();
      this.show(column);
      cards += column.querySelectorAll(".visit").length || 1;
      if (cards >= A_FRAME) cards = 0;
    }
    this.dataset.drawn = "";
  }

  // Whatever is about to have the focus is drawn first.
  show(column) {
    column.dataset.drawn = "";
  }

  // The visits as they are laid out now; one of them is the Tab stop.
  settle() {
    this.columns = [...this.querySelectorAll(".column")].map((column) => [...column.querySelectorAll(".visit")]);
    this.columns = this.columns.filter((visits) => visits.length);
    const visits = this.columns.flat();
    const same = visits.find((visit) => visit.href === this.stop?.href);
    const left = visits.find((visit) => visit.pathname === `/visits/${location.hash.slice(1)}`);
    this.stop = same ?? left ?? visits.find((visit) => visit.dataset.next !== undefined) ?? visits[0];
    for (const visit of visits) visit.tabIndex = visit === this.stop ? 0 : -1;
  }

  rove(visit) {
    if (this.stop) this.stop.tabIndex = -1;
    visit.tabIndex = 0;
    this.stop = visit;
  }

  target(key, visit) {
    const column = this.columns.findIndex((visits) => visits.includes(visit));
    const visits = this.columns[column];
    const at = visits.indexOf(visit);
    const here = Number(visit.dataset.minutes);
    const nearest = (others = visits) =>
      others.reduce((best, other) => (Math.abs(other.dataset.minutes - here) < Math.abs(best.dataset.minutes - here) ? other : best));
    return {
      ArrowDown: () => visits[at + 1],
      ArrowUp: () => visits[at - 1],
      ArrowRight: () => this.columns[column + 1] && nearest(this.columns[column + 1]),
      ArrowLeft: () => this.columns[column - 1] && nearest(this.columns[column - 1]),
      Home: () => visits[0],
      End: () => visits.at(-1),
    }[key]?.();
  }

  // Whether a single key is the board's: one for the visit in focus, or, from nowhere, an arrow to the Tab stop. `press`
  // does what the key names within an element.
  takes(key, target, press) {
    const visit = ON_VISIT.has(key) && target.closest(".visit");
    if (visit) this.on(visit, key, press);
    const leads = key.startsWith("ARROW") && target.matches("body, #main") && !document.querySelector("dialog:modal") && this.stop;
    if (leads) this.focusOn(this.stop);
    return Boolean(visit || leads);
  }

  async on(visit, key, press) {
    const { open } = await import(document.getElementById("sheet").dataset.script);
    if ((await open(visit)) && !press() && key === "L") press(document);
  }

  focusOn(visit) {
    this.show(visit.closest(".column"));
    visit.focus();
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !event.target.matches(".visit")) return;
    if (this.moves?.onKey(event)) return;
    const next = this.target(event.key, event.target);
    if (!next) return;
    event.preventDefault();
    this.focusOn(next);
  }
}

customElements.define("day-board", DayBoard);
