// The board asks whether it changed while somebody looks at it. Only what differs is put in its place: what has the focus
// keeps it, what is being moved waits. Without a line it says so, and asks less often.

const EVERY_MS = 1500;
const SELDOM_MS = 20000;
const PATIENCE_MS = 8000;

// A place as the server sent it: which card is the Tab stop is the page's own.
const sent = (item) => item.outerHTML.replace(/ tabindex="-?\d"/, "");

export class BoardLive {
  constructor(board) {
    this.board = board;
    this.mark = board.dataset.mark;
    this.wait = EVERY_MS;
    this.lost = false;
    this.said = document.getElementById("board-move")?.dataset ?? {};
    document.addEventListener("visibilitychange", () => this.ask());
    addEventListener("online", () => this.ask());
    this.later();
  }

  say(text = "") {
    const state = document.getElementById("board-state");
    if (state && state.textContent !== text) state.textContent = text;
  }

  later() {
    clearTimeout(this.timer);
    if (!document.hidden && !this.over) this.timer = setTimeout(() => this.ask(), this.wait);
  }

  async ask() {
    if (document.hidden || this.asking || this.over) return;
    this.asking = true;
    clearTimeout(this.timer);
    const sent = { headers: { "If-None-Match": `"${this.mark}"` }, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) };
    const answer = await fetch(this.board.dataset.live, sent).catch(() => null);
    const text = answer?.status === 200 ? await answer.text().catch(() => null) : null;
    this.asking = false;
    if (answer?.type === "opaqueredirect") {
      this.over = true;
      return this.say(this.said.out);
    }
    const heard = answer?.status === 304 || text !== null;
    if (this.lost !== !heard) this.say(heard ? "" : this.said.lost);
    this.lost = !heard;
    this.wait = heard ? EVERY_MS : Math.min(this.wait * 2, SELDOM_MS);
    if (text !== null && !this.board.moves?.busy && !this.board.drag?.busy) this.take(text);
    this.later();
  }

  // At once, and whatever is on its way is asked for again.
  async now() {
    while (this.asking) await new Promise((done) => setTimeout(done, 20));
    await this.ask();
  }

  take(text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const fresh = document.adoptNode(page.querySelector("day-board"));
    const focused = document.activeElement?.closest("day-board .visit")?.href;
    this.mark = fresh.dataset.mark;
    if (this.keys(this.board) === this.keys(fresh)) this.merge(fresh);
    else this.board.replaceChildren(...fresh.childNodes);
    this.board.className = fresh.className;
    this.board.settle();
    if (focused && !document.activeElement?.closest("day-board, dialog"))
      this.board.columns.flat().find((visit) => visit.href === focused)?.focus({ preventScroll: true });
  }

  keys(board) {
    return [...board.querySelectorAll(".column")].map((column) => column.dataset.key).join();
  }

  merge(fresh) {
    this.board.querySelector(".hours").replaceWith(fresh.querySelector(".hours"));
    const columns = [...fresh.querySelectorAll(".column")];
    [...this.board.querySelectorAll(".column")].forEach((column, n) => {
      column.className = columns[n].className;
      column.querySelector("h2").innerHTML = columns[n].querySelector("h2").innerHTML;
      this.list(column.querySelector(".slots"), columns[n].querySelector(".slots"));
    });
  }

  // Items that are as they were stay; the order is the new one's.
  list(here, there) {
    const known = new Map([...here.children].map((item) => [sent(item), item]));
    const kept = [...there.children].map((item) => known.get(item.outerHTML) ?? item);
    const stays = new Set(kept);
    for (const item of [...here.children]) if (!stays.has(item)) item.remove();
    kept.forEach((item, n) => here.children[n] !== item && here.insertBefore(item, here.children[n] ?? null));
  }
}
