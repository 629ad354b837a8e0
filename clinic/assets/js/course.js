// The new course's live preview: htmx, which the build puts in front, asks again when a wish changes, and keeps what is
// shown when the line is down. What is being entered in it is never replaced: an answer to an earlier question waits.
// The drawing of the body is fetched once it is opened. A repair's page has none of it: htmx alone asks how far it is.

const offline = document.getElementById("offline");

document.addEventListener("htmx:sendError", () => (offline.hidden = false));
document.addEventListener("htmx:afterOnLoad", () => (offline.hidden = true));
// What was sent is answered first: a page that is loaded anew meanwhile would never show what came of it.
document.addEventListener("htmx:beforeOnLoad", (event) => document.querySelector("form[data-sent]") && event.preventDefault());

const preview = document.getElementById("preview");
let entering = false; // something was typed that no question has carried yet
let late = false; // an answer came meanwhile and was not shown
let unfolded = false; // number and rhythm, which stay so with the next answer

function answered(event) {
  if (!entering) return;
  event.detail.shouldSwap = false;
  late = true;
  if (!preview.contains(document.activeElement)) askAgain();
}

const askAgain = () => preview.dispatchEvent(new Event("change", { bubbles: true }));

if (preview) {
  preview.addEventListener("input", () => (entering = true));
  preview.addEventListener("change", (event) => event.target.form?.id === "" && event.stopPropagation()); // no wish
  preview.addEventListener("focusout", () => late && askAgain());
  preview.addEventListener("htmx:beforeSwap", answered);
  preview.addEventListener("toggle", ({ target }) => target.id === "measure" && (unfolded = target.open), true);
  preview.addEventListener("htmx:afterSwap", () => unfolded && preview.querySelector("#measure")?.setAttribute("open", ""));
  document.addEventListener("htmx:beforeRequest", () => (entering = late = false));
}

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
