// A form that was sent is not sent again by a second click; coming back to the page frees it, and so does Escape, which
// gives up waiting for the answer. Who sent it by a key and comes back finds the focus around what stands in its place
// now, not on a button: a second Enter does nothing. A page that answered a form says where Back and Reload lead to
// (`data-again`): without it the browser would ask whether to send the form once more.

const again = document.querySelector("[data-again]")?.dataset.again;
if (again) history.replaceState(history.state, "", again);

const FROM = "sent-from";
let byKey = false;

const forms = (within) => [...within.querySelectorAll("form[method=post]")];

function resume() {
  const [path, at] = JSON.parse(sessionStorage.getItem(FROM) ?? "[]");
  sessionStorage.removeItem(FROM);
  if (path !== location.pathname || document.querySelector("[autofocus]")) return;
  const there = forms(document.getElementById("main") ?? document);
  const form = there[at] ?? there.at(-1);
  const around = form?.closest("li, tr, article, section");
  const frame = around?.querySelector("h1") ? form.closest(".actions") ?? form : around;
  frame?.setAttribute("tabindex", "-1");
  frame?.focus();
}

addEventListener("keydown", () => (byKey = true), true);
addEventListener("pointerdown", () => (byKey = false), true);
resume();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if ("sent" in form.dataset) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
  event.submitter?.setAttribute("aria-busy", "true");
  const within = byKey && form.closest("main, dialog");
  if (within) sessionStorage.setItem(FROM, JSON.stringify([location.pathname, forms(within).indexOf(form)]));
});

function free() {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  document.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

addEventListener("pageshow", ({ persisted }) => persisted && free());
document.addEventListener("keydown", ({ key }) => key === "Escape" && free());
