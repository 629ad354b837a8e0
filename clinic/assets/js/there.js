// Who types stays signed in. Who was signed out meanwhile, or somebody else in after him, is told before his form is sent:
// what he typed stays, and goes once he has signed in again beside it. Pages know one token, and that of the new session takes its place.
// Fetched once a page has stood for a while: what it has to say is not needed before.
const EVERY_MS = 60_000;
const told = document.getElementById("signed-out");
let heard = 0;

function tell() {
  heard = 0;
  if (!told.open) told.showModal();
}

async function ask() {
  const answer = await fetch("/session", { headers: { "X-Account": told.dataset.account } }).catch(() => null);
  if (answer?.status === 401) return tell();
  heard = Date.now();
  if (!answer?.ok) return;
  const token = await answer.text();
  document.querySelectorAll("[name=csrf_token]").forEach((field) => (field.value = token));
  told.close();
}

const late = () => Date.now() - heard > EVERY_MS;

document.addEventListener("input", () => late() && !told.open && ask());
addEventListener("focus", () => told.open && ask());

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    if (form.method !== "post" || !late()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    await ask();
    if (!late()) form.requestSubmit(event.submitter);
  },
  true,
);

document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status !== 401) return;
  event.preventDefault();
  tell();
});
