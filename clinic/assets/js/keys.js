// One key does what the element that names it in `aria-keyshortcuts` does, so a key exists where its feature does. The
// help dialog lists what the page offers, and turns single keys off (WCAG 2.1.4).

const OFF = "keys-off";
const TYPING = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]";
const help = document.getElementById("help");
const inFront = () => document.querySelector("dialog:modal") ?? document;

// Key → element, in what is in front; where two name the same key, the page's own comes after the navigation's and wins.
function offered(within = inFront()) {
  const found = [...within.querySelectorAll("[aria-keyshortcuts]")].filter((element) => element.checkVisibility());
  return new Map(found.map((element) => [element.getAttribute("aria-keyshortcuts"), element]));
}

// Where a mark is asked for first, the key leads to it, and pressed there again it says yes. The element, if there is one.
function press(element) {
  const mark = element?.form?.querySelector("[type=checkbox]:required:not(:checked)");
  if (element?.matches(TYPING)) {
    element.focus();
    element.select?.();
  } else if (mark && mark !== document.activeElement) mark.focus();
  else {
    if (mark) mark.checked = true;
    element?.click();
  }
  return element;
}

// The form in focus is sent, by its own button; where what it asks for is answered beside it, or nothing is in focus, what
// the page is there for.
function sender(target) {
  const form = target.form ?? target.closest("form");
  const own = (chosen) => form?.querySelector(chosen);
  if (!form || "beside" in form.dataset) return inFront().querySelector("[data-submit]") ?? own(".primary");
  const buttons = form.querySelectorAll("button:not([type=button], :disabled)");
  return own("[data-submit], [data-ask]") ?? own(".primary") ?? (buttons.length === 1 ? buttons[0] : null);
}

// From within a form a single key leads nowhere else: what was entered would be lost.
const leaves = (form, element) => form && element.form !== form && !element.matches("[data-palette], [data-help]");

function onKey(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const button = sender(event.target);
    if (button) event.preventDefault();
    button?.click();
    return;
  }
  const palette = event.key === "k" && (event.ctrlKey || event.metaKey);
  if (!palette && (event.ctrlKey || event.metaKey || event.altKey)) return;
  if (event.defaultPrevented) return;
  if (!palette && (event.target.closest(TYPING) || localStorage.getItem(OFF))) return;
  const key = palette ? "/" : event.key.toUpperCase();
  if (!palette && document.querySelector("day-board")?.takes(key, event.target, (within) => press(offered(within).get(key)))) {
    event.preventDefault();
    return;
  }
  const element = offered().get(key);
  if (!element || (!palette && leaves(event.target.form, element))) return;
  event.preventDefault();
  press(element);
}

document.addEventListener("keydown", onKey);

// The help is fetched once somebody asks for it.
if (help?.dataset.script) {
  const opener = document.querySelector("[data-help]");
  opener.hidden = false;
  opener.addEventListener("click", async () => (await import(help.dataset.script)).show(help, offered(), OFF));
}
