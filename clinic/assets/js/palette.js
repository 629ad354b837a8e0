// `/` and Ctrl+K open what finds anything: a combobox whose options come from `/find` while one types. What is typed is
// sent in the body, never in an address. Enter waits for the answer to what was typed last.

const PAUSE_MS = 90;

class FindPalette extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.form = this.querySelector("form");
    this.input = this.querySelector("[role=combobox]");
    this.list = this.querySelector("[role=listbox]");
    document.querySelector("[data-palette]")?.addEventListener("click", (event) => this.open(event));
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.go(event.target.closest("[role=option]")));
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
  }

  open(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.dialog.showModal();
    this.input.select();
    this.answer = this.ask();
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]:not([aria-disabled])")];
  }

  later() {
    this.asked?.abort();
    clearTimeout(this.timer);
    this.answer = new Promise((done) => {
      this.timer = setTimeout(() => done(this.ask()), PAUSE_MS);
    });
  }

  async ask() {
    this.asked?.abort();
    const { signal } = (this.asked = new AbortController());
    const asked = { method: "POST", headers: { "X-Fragment": "1" }, body: new URLSearchParams(new FormData(this.form)), signal };
    const answer = await fetch(this.form.action, asked).catch(() => null);
    if (signal.aborted) return;
    if (answer?.redirected) return location.reload();
    this.list.dataset.failed = answer?.ok ? "" : "1";
    this.list.innerHTML = answer?.ok ? await answer.text() : "";
    this.dialog.querySelector("[data-lost]").hidden = Boolean(answer?.ok);
    this.options.forEach((option, index) => (option.id = `find-${index}`));
    this.mark(this.options[0]);
  }

  mark(option) {
    for (const other of this.options) other.setAttribute("aria-selected", String(other === option));
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  go(option) {
    if (option?.dataset.href) location.href = option.dataset.href;
  }

  async onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") {
      event.preventDefault();
      await this.answer;
      this.go(this.list.querySelector("[aria-selected=true]"));
    } else if (step && this.options.length) {
      event.preventDefault();
      const { options } = this;
      const at = options.findIndex((option) => option.ariaSelected === "true");
      this.mark(options[(at + step + options.length) % options.length]);
    }
  }
}

customElements.define("find-palette", FindPalette);
