// The new course's live preview: htmx, which the build puts in front, asks again when a wish changes, and keeps what is
// shown when the line is down. The drawing of the body is fetched once it is opened.

const offline = document.getElementById("offline");

document.addEventListener("htmx:sendError", () => (offline.hidden = false));
document.addEventListener("htmx:afterOnLoad", () => (offline.hidden = true));

for (const details of document.querySelectorAll("details[data-script^='/']")) {
  details.addEventListener("toggle", () => import(details.dataset.script), { once: true });
}
