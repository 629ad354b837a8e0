// The new course's live preview: htmx, which the build puts in front, asks again when a wish changes, and keeps what is
// shown when the line is down.

const offline = document.getElementById("offline");

document.addEventListener("htmx:sendError", () => (offline.hidden = false));
document.addEventListener("htmx:afterOnLoad", () => (offline.hidden = true));
