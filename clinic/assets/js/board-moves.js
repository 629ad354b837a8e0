// Moving a visit on the board: it goes where it is pulled at once, the server decides. What stands in the way is said,
// with times that would do; what was done can be undone with one key.

const STEP = 15;
const SMALL = 5;
const DAY = 24 * 60;
const MOVABLE = ":is(.is-held, .is-pencilled, .is-booked, .is-confirmed)[data-version]";

export class BoardMoves {
  constructor(board) {
    this.board = board;
    this.form = document.getElementById("board-move");
    this.ask = document.getElementById("board-ask");
    this.ask.addEventListener("click", (event) => this.onAnswer(event));
    this.ask.querySelector("[data-reason]").addEventListener("submit", (event) => {
      event.preventDefault();
      this.again({ reason: event.target.reason.value });
    });
    document.addEventListener("submit", (event) => this.onUndo(event));
  }

  get busy() {
    return Boolean(this.moving || this.sending);
  }

  // Columns that can be pulled to: with their visits or without.
  get columns() {
    return [...this.board.querySelectorAll(".column")];
  }

  begin(visit) {
    if (this.busy || !visit.matches(MOVABLE) || !matchMedia("(min-width: 641px)").matches) return null;
    const item = visit.closest("li");
    const home = { list: item.parentNode, next: item.nextSibling, classes: item.className, clock: visit.querySelector(".what").firstChild.data };
    const column = this.columns.indexOf(item.closest(".column"));
    return (this.moving = { visit, item, home, column, from: Number(visit.dataset.minutes), to: Number(visit.dataset.minutes), began: column });
  }

  // Lay the card at a time and in a column; its keyboard focus stays.
  place(to, column) {
    const { item, visit } = this.moving;
    const [, first] = this.board.className.match(/from-(\d+)/);
    const [, last] = this.board.className.match(/until-(\d+)/);
    const fits = Math.max(first * 60, Math.min(to, Math.min(last * 60, DAY) - SMALL));
    this.moving.to = fits;
    this.moving.column = Math.max(0, Math.min(column, this.columns.length - 1));
    item.className = item.className.replace(/\bh-\d+/, `h-${Math.floor(fits / 60)}`).replace(/\bm-\d+/, `m-${fits % 60}`).replace(/\s?\b(lane-\d+|alone)/, "");
    item.classList.add("moving");
    this.board.show(this.columns[this.moving.column]);
    const list = this.columns[this.moving.column].querySelector(".slots");
    if (item.parentNode !== list) {
      list.append(item);
      visit.focus({ preventScroll: true });
    }
    const clock = `${String(Math.floor(fits / 60)).padStart(2, "0")}:${String(fits % 60).padStart(2, "0")}`;
    visit.querySelector(".what").firstChild.data = clock;
    const head = this.columns[this.moving.column].querySelector("h2").firstChild.data;
    this.board.live.say(`${clock}, ${head}. ${this.form.dataset.moving}`);
  }

  back() {
    const { item, visit, home } = this.moving;
    item.className = home.classes;
    visit.querySelector(".what").firstChild.data = home.clock;
    if (item.parentNode !== home.list || item.nextSibling !== home.next) {
      const focused = document.activeElement === visit;
      home.list.insertBefore(item, home.next?.parentNode === home.list ? home.next : null);
      if (focused) visit.focus({ preventScroll: true });
    }
    this.moving = null;
    this.board.live.say();
  }

  onKey(event) {
    if (!this.moving) {
      if (event.key.toUpperCase() !== "M" || localStorage.getItem("keys-off") || !this.begin(event.target)) return false;
      this.place(this.moving.to, this.moving.column);
      event.preventDefault();
      return true;
    }
    const step = event.shiftKey ? SMALL : STEP;
    const { to, column } = this.moving;
    const does = {
      ArrowDown: () => this.place(to + step, column),
      ArrowUp: () => this.place(to - step, column),
      ArrowRight: () => this.place(to, column + 1),
      ArrowLeft: () => this.place(to, column - 1),
      Enter: () => this.drop(),
      Escape: () => this.back(),
    }[event.key];
    if (does) does();
    if (does || event.key.length === 1) event.preventDefault();
    return true;
  }

  drop() {
    const { visit, from, to, column, began } = this.moving;
    if (to === from && column === began) return this.back();
    const [there, here] = [this.columns[column], this.columns[began]].map((each) => each.dataset.key);
    const week = "week" in this.form.dataset;
    const fields = { from, to, date: week ? there : this.form.dataset.date, by: this.form.dataset.by, column: week || there === here ? "" : there };
    return this.send(visit, fields);
  }

  async send(visit, fields) {
    this.sending = true;
    const body = new FormData(this.form);
    const named = { key: crypto.randomUUID(), version: visit.dataset.version, ...fields };
    for (const [name, value] of Object.entries(named)) body.set(name, value);
    const path = new URL(visit.href).pathname;
    const answer = await fetch(`${path}/move`, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    const said = await answer?.json().catch(() => null);
    this.sending = false;
    if (answer?.ok && said) this.done(visit, said);
    else this.refused(visit, said, fields, path);
  }

  async done(visit, said) {
    this.moving = null;
    this.told(said);
    await this.board.live.now();
    this.board.columns.flat().find((each) => each.href === visit.href)?.focus({ preventScroll: true });
  }

  refused(visit, said, fields, path) {
    if (this.moving) this.back();
    this.board.live.now();
    if (!said) return this.board.live.say(this.form.dataset.offline);
    if (said.code === "stale") return document.querySelector("toast-list").say(said.message, "error");
    this.pending = { visit, fields, start: said.start };
    this.fill(said, path);
    this.ask.showModal();
    (this.ask.querySelector("[data-suggest] button") ?? this.ask.querySelector("form:not([hidden]) :is(button, input:not([type=hidden]))") ?? this.ask.querySelector("[data-leave]")).focus();
  }

  fill(said, path) {
    const show = (selector, shown) => Object.assign(this.ask.querySelector(selector), { hidden: !shown });
    this.ask.querySelector("h2").textContent = said.message;
    show("[data-with]", said.with).textContent = said.with ?? "";
    const gap = said.code === "gap_too_short";
    const along = show("[data-along]", gap);
    along.action = `${path}/move`;
    along.elements.start.value = said.start ?? "";
    along.elements.back.value = location.pathname + location.search;
    along.elements.version.value = this.pending.visit.dataset.version;
    along.elements.key.value = crypto.randomUUID();
    show("[data-only]", gap);
    show("[data-reason]", said.reason);
    this.ask.querySelector("[data-all]").href = `${path}/move`;
    this.ask.querySelector("[data-suggest]").replaceChildren(...said.suggest.map((each, n) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: n ? "button" : "button primary", value: each.value });
      const key = document.createElement("kbd");
      key.textContent = n + 1;
      button.setAttribute("aria-keyshortcuts", n + 1);
      button.append(`${each.label} `, key);
      return button;
    }));
  }

  onAnswer(event) {
    const button = event.target.closest("button, a");
    if (button?.value && button.closest("[data-suggest]")) this.again({ start: button.value });
    else if (button?.matches("[data-only]")) this.again({ start: this.pending.start, only: "1" });
    else if (button?.matches("[data-leave], [data-all]")) this.ask.close();
  }

  again(more) {
    this.ask.close();
    this.send(this.pending.visit, { ...this.pending.fields, ...more });
  }

  // What was done, with its way back.
  told({ said, undo }) {
    const { dataset } = this.form;
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: undo });
    form.append(...[...this.form.elements].map((field) => field.cloneNode()));
    form.dataset.undo = "";
    const button = Object.assign(document.createElement("button"), { className: "button", textContent: dataset.undo });
    button.setAttribute("aria-keyshortcuts", "Z");
    form.append(button);
    document.querySelector("toast-list").say(said, "done", form);
  }

  async onUndo(event) {
    const form = event.target.closest("form");
    if (!form || !/\/my\/changes\/[^/]+\/undo$/.test(form.action) || !form.closest("toast-list")) return;
    event.preventDefault();
    const body = new FormData(form);
    body.set("key", body.get("key") || crypto.randomUUID());
    const focused = document.activeElement?.closest(".visit")?.href;
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    const said = await answer?.json().catch(() => null);
    if (said) document.querySelector("toast-list").say(said.said ?? said.message, answer.ok ? "done" : "error");
    else this.board.live.say(this.form.dataset.offline);
    await this.board.live.now();
    if (focused) this.board.columns.flat().find((each) => each.href === focused)?.focus({ preventScroll: true });
  }
}
