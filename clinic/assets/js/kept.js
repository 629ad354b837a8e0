// A free time that is chosen in a form is kept while the form is open, and given back when it is left. Without this, or
// when nothing can be kept, the time is taken when the form is sent.

const PATIENCE = 5000;

class KeptTime extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.kept = this.form.elements.kept;
    this.status = this.querySelector("[role=status]");
    this.form.addEventListener("change", (event) => event.target.name === "start" && this.keep());
    this.form.addEventListener("submit", (event) => this.send(event));
    addEventListener("pagehide", () => this.giveBack());
    addEventListener("pageshow", ({ persisted }) => persisted && this.keep());
    this.keep();
  }

  get token() {
    return new URLSearchParams({ csrf_token: this.form.elements.csrf_token.value });
  }

  // One question at a time: what is kept meanwhile is given back by the next.
  keep() {
    this.sent = false;
    this.open = (this.open ?? 0) + 1;
    this.asking = Promise.resolve(this.asking).then(() => this.ask()).finally(() => (this.open -= 1));
  }

  // What is sent has to know what is being kept for it, or the two are in each other's way.
  send(event) {
    this.sent = true;
    if (!this.open) return;
    event.preventDefault();
    this.asking.then(() => this.form.requestSubmit(event.submitter));
  }

  async ask() {
    if (!this.form.querySelector("[name=start]:checked")) return;
    const body = new URLSearchParams(new FormData(this.form));
    const answer = await fetch(this.dataset.src, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
    const told = answer && !answer.redirected && (answer.ok || answer.status === 409) ? await answer.json() : null;
    clearTimeout(this.timer);
    this.kept.value = told?.kept ?? "";
    this.status.textContent = told?.says ?? "";
    if (told?.seconds) this.timer = setTimeout(() => (this.status.textContent = told.over), told.seconds * 1000);
  }

  giveBack() {
    if (this.sent || !this.kept.value) return;
    navigator.sendBeacon(`${this.dataset.src}/${this.kept.value}/back`, this.token);
    this.kept.value = "";
  }
}

customElements.define("kept-time", KeptTime);
