// A search field that offers patients while one types: a combobox over `data-src`, which answers with options; choosing
// one fills the hidden field. Enter waits for the answer to what was typed last. Without this the field is searched by its
// form.

const PAUSE_MS = 150;

class PatientPicker extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input:not([type=hidden])");
    this.chosen = this.querySelector("input[type=hidden]");
    this.list = this.querySelector("[role=listbox]");
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => this.later());
    // What counts is the choice: the words alone, left behind, change nothing that a form would ask about again.
    if (this.chosen) this.input.addEventListener("change", (event) => event.stopPropagation());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => this.show(false));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.pick(event.target.closest("[role=option]")));
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]:not([aria-disabled])")];
  }

  later() {
    clearTimeout(this.timer);
    if (this.chosen?.value) this.set("");
    this.waits = true;
    this.taken(false);
    this.timer = setTimeout(() => this.search(), PAUSE_MS);
  }

  // Whoever is found is taken: somebody new is not offered meanwhile, or it would go away under a focus that has moved on.
  taken(will) {
    this.takes = will;
    const instead = this.closest(".field").querySelector("[data-new]");
    if (instead) instead.hidden = will || Boolean(this.chosen?.value);
  }

  async search() {
    this.asked?.abort();
    const words = this.input.value.trim();
    this.waits = Boolean(words);
    if (!words) {
      this.taken(false);
      return this.show(false);
    }
    const { signal } = (this.asked = new AbortController());
    const headers = { "X-Fragment": "1", "X-Typed": encodeURIComponent(words) };
    const answer = await fetch(this.dataset.src, { headers, signal }).catch(() => null);
    const text = answer?.ok && !answer.redirected ? await answer.text().catch(() => null) : null;
    if (signal.aborted) return null;
    this.waits = false;
    if (text === null) return this.taken(false);
    this.list.innerHTML = text;
    this.options.forEach((option, index) => (option.id = `${this.list.id}-${index}`));
    this.show(document.activeElement === this.input);
    if (!this.takes) return this.mark(this.options[0]);
    this.pick(this.options[0]);
    return this.taken(false);
  }

  show(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (!open) this.input.removeAttribute("aria-activedescendant");
  }

  mark(option) {
    for (const other of this.options) other.setAttribute("aria-selected", String(other === option));
    if (!option) return;
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  pick(option) {
    if (!option || option.ariaDisabled === "true") return;
    this.show(false);
    this.input.value = option.dataset.name;
    this.set(option.dataset.id);
  }

  set(id) {
    this.chosen.name = "patient";
    this.chosen.value = id;
    this.taken(false);
    for (const other of this.closest("form").querySelectorAll("[type=radio][name=patient]")) other.checked = false;
    this.chosen.dispatchEvent(new Event("change", { bubbles: true }));
  }

  onKey(event) {
    const { options } = this;
    const at = options.findIndex((option) => option.ariaSelected === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && !this.list.hidden) this.show(false);
    else if (event.key === "Enter" && !event.ctrlKey && this.waits) this.taken(true);
    else if (event.key === "Enter" && !event.ctrlKey && !this.list.hidden && at >= 0) this.pick(options[at]);
    else if (step && options.length) {
      this.show(true);
      this.mark(options[(at + step + options.length) % options.length]);
    } else return;
    event.preventDefault();
  }
}

customElements.define("patient-picker", PatientPicker);
