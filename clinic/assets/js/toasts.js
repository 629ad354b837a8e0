// Messages fold away after a while, never while they are read or hold the focus, and can be called back. Errors stay.

const SHOWN_MS = 12000;

class ToastList extends HTMLElement {
  connectedCallback() {
    this.messages = this.querySelector("[role=status]");
    this.again = this.querySelector("[data-again]");
    this.again.addEventListener("click", () => this.fold(false));
    this.addEventListener("click", (event) => event.target.closest("[data-close]") && this.fold(true));
    for (const resume of ["mouseleave", "focusout"]) this.addEventListener(resume, () => this.wait());
    for (const pause of ["mouseenter", "focusin"]) this.addEventListener(pause, () => clearTimeout(this.timer));
    this.querySelectorAll("[data-close]").forEach((button) => (button.hidden = false));
    this.wait();
  }

  // Takes the place of what was said before; `more` stands beside it, the way back for instance.
  say(text, category = "done", ...more) {
    const toast = Object.assign(document.createElement("div"), { className: `toast ${category}` });
    toast.append(Object.assign(document.createElement("span"), { textContent: text }), ...more);
    this.messages.replaceChildren(toast);
    this.fold(false);
  }

  wait() {
    clearTimeout(this.timer);
    if (this.querySelector(".toast") && !this.querySelector(".error")) this.timer = setTimeout(() => this.fold(true), SHOWN_MS);
  }

  fold(folded) {
    this.messages.hidden = folded;
    this.again.hidden = !folded;
    if (!folded) this.wait();
  }
}

customElements.define("toast-list", ToastList);
