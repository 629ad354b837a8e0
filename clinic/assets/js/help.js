// What the page offers by key, and the switch of single keys: whether `off` stands in the browser's own storage.

export function show(help, offered, off) {
  const single = help.querySelector("[data-keys]");
  single.checked = !localStorage.getItem(off);
  single.onchange = () => (single.checked ? localStorage.removeItem(off) : localStorage.setItem(off, "1"));
  const list = help.querySelector("dl");
  list.querySelectorAll("[data-own]").forEach((row) => row.remove());
  const said = [...document.querySelectorAll("li[data-key]")].map((each) => [each.dataset.key, each]);
  for (const [key, element] of [...offered, ...said]) {
    const term = document.createElement("dt");
    const cell = document.createElement("dd");
    term.textContent = element.dataset.does ?? element.getAttribute("aria-label") ?? element.textContent.trim();
    cell.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    term.dataset.own = cell.dataset.own = "";
    list.prepend(term, cell);
  }
  help.showModal();
}
