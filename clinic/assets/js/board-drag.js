// Pulling a card with the pointer: after 5 px with a mouse, after a long press on touch, so that the page still scrolls
// under a finger. It snaps to a quarter of an hour; Escape or a second finger puts it back.

const THRESHOLD_PX = 5;
const LONG_PRESS_MS = 450;
const SNAP = 15;
const TICK_MINUTES = 5;
const EDGE_PX = 40;

export class BoardDrag {
  constructor(board) {
    this.board = board;
    board.addEventListener("pointerdown", (event) => this.down(event));
    board.addEventListener("dragstart", (event) => event.preventDefault());
    board.addEventListener("click", (event) => this.swallow && (event.preventDefault(), event.stopPropagation()), true);
    board.addEventListener("touchmove", (event) => this.pulling && event.preventDefault(), { passive: false });
    board.addEventListener("contextmenu", (event) => this.held && event.preventDefault());
    addEventListener("pointerdown", ({ pointerId }) => this.held && pointerId !== this.held.id && this.leave());
    addEventListener("pointermove", (event) => this.over(event));
    addEventListener("pointerup", (event) => this.up(event));
    addEventListener("pointercancel", () => this.leave());
    addEventListener("keydown", (event) => event.key === "Escape" && this.leave());
  }

  get busy() {
    return Boolean(this.pulling);
  }

  down(event) {
    const visit = event.target.closest(".visit");
    this.swallow = false;
    if (!visit || event.button || !event.isPrimary || this.held) return;
    this.held = { visit, x: event.clientX, y: event.clientY, id: event.pointerId, grip: event.clientY - visit.getBoundingClientRect().top };
    if (event.pointerType === "touch") this.press = setTimeout(() => this.pull(), LONG_PRESS_MS);
  }

  pull() {
    if (!this.held || !this.board.moves.begin(this.held.visit)) return this.leave();
    this.pulling = true;
    this.board.setPointerCapture(this.held.id);
    this.held.visit.focus({ preventScroll: true });
    const { to, column } = this.board.moves.moving;
    this.board.moves.place(to, column);
  }

  over(event) {
    if (!this.held || event.pointerId !== this.held.id) return;
    const far = Math.hypot(event.clientX - this.held.x, event.clientY - this.held.y) > THRESHOLD_PX;
    if (!this.pulling && far) {
      if (event.pointerType === "touch") return this.leave();
      this.pull();
    }
    if (this.pulling) this.follow(event);
  }

  follow(event) {
    const columns = this.board.moves.columns;
    const found = columns.findIndex((column) => event.clientX < column.getBoundingClientRect().right);
    const column = found < 0 ? columns.length - 1 : found;
    const list = columns[column].querySelector(".slots");
    const [, first] = this.board.className.match(/from-(\d+)/);
    const style = getComputedStyle(list);
    const tick = parseFloat(style.getPropertyValue("--tick"));
    const ticks = (event.clientY - this.held.grip - list.getBoundingClientRect().top - parseFloat(style.paddingTop)) / tick;
    const minutes = first * 60 + Math.round((ticks * TICK_MINUTES) / SNAP) * SNAP;
    const { to, column: at } = this.board.moves.moving;
    if (minutes !== to || column !== at) this.board.moves.place(minutes, column);
    this.scroll(event);
  }

  scroll(event) {
    const box = this.board.getBoundingClientRect();
    const down = event.clientY > box.bottom - EDGE_PX ? 1 : event.clientY < box.top + EDGE_PX * 2 ? -1 : 0;
    const right = event.clientX > box.right - EDGE_PX ? 1 : event.clientX < box.left + EDGE_PX * 2 ? -1 : 0;
    if (down || right) this.board.scrollBy(12 * right, 12 * down);
  }

  up(event) {
    if (this.swallow) setTimeout(() => (this.swallow = false));
    if (!this.held || event.pointerId !== this.held.id) return;
    const pulled = this.pulling;
    this.end();
    if (!pulled) return;
    this.swallow = true;
    setTimeout(() => (this.swallow = false));
    this.board.moves.drop();
  }

  leave() {
    const pulled = this.pulling;
    this.end();
    this.swallow = pulled;
    if (pulled && this.board.moves.moving) this.board.moves.back();
  }

  end() {
    clearTimeout(this.press);
    this.held = null;
    this.pulling = false;
  }
}
