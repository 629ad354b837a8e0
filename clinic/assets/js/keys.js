// One key does what the element that names it in `aria-keyshortcuts` does, so a key exists where its feature does. The
// help dialog lists what the page offers, and turns single keys off (WCAG 2.1.4).

import { open } from "./sheet.js";

const OFF = "keys-off";
const TYPING = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]";
const help = document.getElementById("help");
const inFront = () => document.querySelector("dialog:modal") ?? document;

// Keys that act on the visit in focus: its panel opens, and what names the key there is done. None of them cancels
// without being asked again; who cannot be listed for a sooner time leads to the wait list.
const ON_VISIT = new Set(["A", "S", "F", "X", "L"]);

async function onVisit(visit, key) {
  if (!(await open(visit))) return;
  const found = offered().get(key) ?? (key === "L" && offered(document).get(key));
  if (found) press(found);
}

// Key → element, in what is in front; where two name the same key, the page's own comes after the navigation's and wins.
function offered(within = inFront()) {
  const found = [...within.querySelectorAll("[aria-keyshortcuts]")].filter((element) => element.checkVisibility());
  return new Map(found.map((element) => [element.getAttribute("aria-keyshortcuts"), element]));
}

// Where a mark is asked for first, the key leads to it, and pressed there again it says yes.
function press(element) {
  const mark = element.form?.querySelector("[type=checkbox]:required:not(:checked)");
  if (element.matches(TYPING)) {
    element.focus();
    element.select?.();
  } else if (mark && mark !== document.activeElement) mark.focus();
  else {
    if (mark) mark.checked = true;
    element.click();
  }
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

// From nowhere an arrow leads to the board: to the visit that is its Tab stop.
function toBoard() {
  const visit = document.querySelector("day-board .visit[tabindex='0']");
  visit?.closest("day-board").show(visit.closest(".column"));
  visit?.focus();
  return visit;
}

// From within a form a single key leads nowhere else: what was entered would be lost.
const leaves = (form, element) => form && element.form !== form && !element.matches("[data-palette], [data-help]");

function fillHelp() {
  const list = help.querySelector("dl");
  list.querySelectorAll("[data-own]").forEach((row) => row.remove());
  const said = [...document.querySelectorAll("li[data-key]")].map((each) => [each.dataset.key, each]);
  for (const [key, element] of [...offered(), ...said]) {
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
    const button = sender(event.target);
    if (button) event.preventDefault();
    button?.click();
    return;
  }
  const palette = event.key === "k" && (event.ctrlKey || event.metaKey);
  if (!palette && (event.ctrlKey || event.metaKey || event.altKey)) return;
  if (event.defaultPrevented) return;
  if (!palette && (event.target.closest(TYPING) || localStorage.getItem(OFF))) return;
  if (event.key.startsWith("Arrow")) {
    if (event.target.matches("body, #main") && inFront() === document && toBoard()) event.preventDefault();
    return;
  }
  const key = palette ? "/" : event.key.toUpperCase();
  const visit = ON_VISIT.has(key) && event.target.closest(".visit");
  if (visit) {
    event.preventDefault();
    onVisit(visit, key);
    return;
  }
  const element = offered().get(key);
  if (!element || (!palette && leaves(event.target.form, element))) return;
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
