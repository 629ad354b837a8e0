// A form that was sent is not sent again by a second click; coming back to the page frees it, and so does Escape, which
// gives up waiting for the answer.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if ("sent" in form.dataset) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
  event.submitter?.setAttribute("aria-busy", "true");
});

function free() {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  document.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

addEventListener("pageshow", ({ persisted }) => persisted && free());
document.addEventListener("keydown", ({ key }) => key === "Escape" && free());
