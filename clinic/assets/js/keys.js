// One key does what the element that names it in `aria-keyshortcuts` does, so a key exists where its feature does. The
// help dialog lists what the page offers, and turns single keys off (WCAG 2.1.4).

const OFF = "keys-off";
const TYPING = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]";
const help = document.getElementById("help");
const inFront = () => document.querySelector("dialog:modal") ?? document;

// Key → element, in what is in front; where two name the same key, the page's own comes after the navigation's and wins.
function offered() {
  const found = [...inFront().querySelectorAll("[aria-keyshortcuts]")].filter((element) => element.checkVisibility());
  return new Map(found.map((element) => [element.getAttribute("aria-keyshortcuts"), element]));
}

function press(element) {
  if (element.matches(TYPING)) {
    element.focus();
    element.select?.();
  } else element.click();
}

function fillHelp() {
  const list = help.querySelector("dl");
  list.querySelectorAll("[data-own]").forEach((row) => row.remove());
  for (const [key, element] of offered()) {
    const term = document.createElement("dt");
    const cell = document.createElement("dd");
    term.textContent = element.dataset.does ?? element.getAttribute("aria-label") ?? element.textContent.trim();
    cell.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    term.dataset.own = cell.dataset.own = "";
    list.prepend(term, cell);
  }
}

function onKey(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const button = inFront().querySelector("[data-submit]") ?? event.target.closest("form")?.querySelector(".primary");
    if (button) event.preventDefault();
    button?.click();
    return;
  }
  const palette = event.key === "k" && (event.ctrlKey || event.metaKey);
  if (!palette && (event.ctrlKey || event.metaKey || event.altKey)) return;
  if (event.defaultPrevented) return;
  if (!palette && (event.target.closest(TYPING) || localStorage.getItem(OFF))) return;
  const element = offered().get(palette ? "/" : event.key.toUpperCase());
  if (!element) return;
  event.preventDefault();
  press(element);
}

document.addEventListener("keydown", onKey);

if (help) {
  const single = help.querySelector("[data-keys]");
  single.checked = !localStorage.getItem(OFF);
  single.addEventListener("change", () => {
    if (single.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
  const opener = document.querySelector("[data-help]");
  opener.hidden = false;
  opener.addEventListener("click", () => {
    fillHelp();
    help.showModal();
  });
}
