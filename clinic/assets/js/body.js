// The drawing of the body mirrors the rows of a form: an area that is pressed fills a row or empties it, a filled row
// marks its area. One Tab stop; the arrows go from area to area. The rows stay what is sent, and do all of it alone.

const SVG = "http://www.w3.org/2000/svg";
const field = (row, name) => row.querySelector(`[name$="${name}"]`);
const said = (select, value) => [...select.options].find((option) => option.value === value)?.text ?? value;
const tell = (element) => element.dispatchEvent(new Event("change", { bubbles: true }));

export class Rows {
  constructor(box) {
    this.box = box;
  }

  get all() {
    return [...this.box.querySelectorAll("[data-site]")];
  }

  at(region, side) {
    return this.all.filter((row) => field(row, "region").value === region && (!side || [side, "both", "midline"].includes(field(row, "side").value)));
  }

  // A row that says nothing yet, or one more like the last.
  blank() {
    const rows = this.all;
    const free = rows.find((row) => !field(row, "region").value);
    if (free || rows.length >= Number(this.box.dataset.most)) return free;
    const last = rows.at(-1);
    const row = last.cloneNode(true);
    row.innerHTML = row.innerHTML.replaceAll(`site-${rows.length - 1}-`, `site-${rows.length}-`);
    for (const each of row.querySelectorAll("select, input")) each.value = "";
    const number = row.querySelector("[data-number]");
    if (number) number.textContent = rows.length + 1;
    last.after(row);
    return row;
  }

  fill(row, values) {
    if (!row) return;
    for (const [name, value] of Object.entries(values)) if (field(row, name)) field(row, name).value = value;
    tell(field(row, "region"));
  }
}

function place(svg, { x, y }) {
  const at = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM().inverse());
  const { width, height } = svg.viewBox.baseVal;
  return `${svg.dataset.view}:${Math.round((at.x / width) * 1000)}:${Math.round((at.y / height) * 1000)}`;
}

class Body {
  constructor(drawing) {
    this.drawing = drawing;
    this.rows = new Rows(document.getElementById(drawing.dataset.body));
    this.areas = [...drawing.querySelectorAll("polygon")];
    const [row] = this.rows.all;
    for (const [at, area] of this.areas.entries()) {
      const { region, side } = this.of(area);
      const name = `${said(field(row, "region"), region)}, ${said(field(row, "side"), side)}`;
      area.append(Object.assign(document.createElementNS(SVG, "title"), { textContent: name }));
      for (const [key, value] of [["role", "button"], ["aria-label", name], ["tabindex", at ? -1 : 0]]) area.setAttribute(key, value);
    }
    drawing.addEventListener("click", (event) => this.press(event.target, { x: event.clientX, y: event.clientY }));
    drawing.addEventListener("keydown", (event) => this.onKey(event));
    this.rows.box.addEventListener("change", () => this.draw());
    this.draw();
  }

  of(area) {
    return { region: area.dataset.region, side: area.parentNode.dataset.side };
  }

  press(area, point) {
    if (!area.matches("polygon")) return;
    const { region, side } = this.of(area);
    const row = this.rows.at(region, side).at(-1);
    if (!row) this.rows.fill(this.rows.blank(), { region, side, spot: place(area.ownerSVGElement, point) });
    else if (field(row, "muscle").value) field(row, "muscle").focus();
    else this.rows.fill(row, { region: "", spot: "" });
  }

  onKey(event) {
    const at = this.areas.indexOf(event.target);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (at < 0 || !(step || [" ", "Enter"].includes(event.key))) return;
    event.preventDefault();
    if (step) {
      const next = this.areas[(at + step + this.areas.length) % this.areas.length];
      event.target.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    } else {
      const { x, y, width, height } = event.target.getBoundingClientRect();
      this.press(event.target, { x: x + width / 2, y: y + height / 2 });
    }
  }

  draw() {
    for (const area of this.areas) {
      const { region, side } = this.of(area);
      const on = this.rows.at(region, side).length > 0;
      area.classList.toggle("on", on);
      area.setAttribute("aria-pressed", on);
    }
    const filled = this.rows.all.filter((row) => field(row, "region").value);
    for (const svg of this.drawing.querySelectorAll("svg")) {
      const dots = filled.map((row, at) => [at + 1, ...(field(row, "spot")?.value ?? "").split(":")]);
      const { width, height } = svg.viewBox.baseVal;
      svg.querySelector(".dots").replaceChildren(
        ...dots.filter(([, view]) => view === svg.dataset.view).flatMap(([number, , x, y]) => {
          const circle = document.createElementNS(SVG, "circle");
          const text = document.createElementNS(SVG, "text");
          const [cx, cy] = [(x * width) / 1000, (y * height) / 1000];
          for (const [key, value] of Object.entries({ cx, cy, r: 5 })) circle.setAttribute(key, value);
          for (const [key, value] of Object.entries({ x: cx, y: cy + 2.2 })) text.setAttribute(key, value);
          text.textContent = number;
          return [circle, text];
        }),
      );
    }
  }
}

for (const drawing of document.querySelectorAll("[data-body]")) new Body(drawing);
