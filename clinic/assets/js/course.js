// The new course's live preview: htmx, which the build puts in front, asks again when a wish changes, and keeps what is
// shown when the line is down. The drawing of the body is fetched once it is opened.

const offline = document.getElementById("offline");

document.addEventListener("htmx:sendError", () => (offline.hidden = false));
document.addEventListener("htmx:afterOnLoad", () => (offline.hidden = true));

for (const details of document.querySelectorAll("details[data-drawing]")) {
  const fetched = async () => {
    const answer = await fetch(details.dataset.drawing, { headers: { "X-Fragment": "1" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    details.insertAdjacentHTML("beforeend", await answer.text());
    import(details.dataset.script);
  };
  details.hidden = false;
  details.addEventListener("toggle", fetched, { once: true });
}
