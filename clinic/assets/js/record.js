// A record keeps itself with each change, one after the other: what is typed meanwhile waits for the answer, and so do
// the buttons. Whoever leaves takes nothing along: what still waits is sent then, or he is asked to stay while an answer
// is on its way. A muscle of the list fills a row. Nothing here is needed to work: Save and Sign send the form.
import { Rows } from "./body.js";

const PAUSE_MS = 400;
const KEPT = [200, 400, 409, 422];
const form = document.querySelector("form[data-keep]");
const offline = document.getElementById("offline");
let waits = false; // something changed that was not sent yet
let timer;
let running;

function post(options) {
  waits = false;
  const body = new URLSearchParams(new FormData(form));
  return fetch(form.dataset.keep, { method: "POST", body, headers: { "X-Fragment": "1" }, ...options }).catch(() => null);
}

async function send() {
  const answer = await post();
  const heard = KEPT.includes(answer?.status) && !answer.redirected;
  offline.hidden = heard;
  if (heard) document.getElementById("saved").outerHTML = await answer.text();
}

async function keep() {
  if (running) return;
  while (waits) await (running = send());
  running = undefined;
}

function later() {
  waits = true;
  clearTimeout(timer);
  timer = setTimeout(keep, PAUSE_MS);
}

if (form) {
  form.addEventListener("change", later);
  addEventListener("online", later);
  addEventListener("beforeunload", (event) => waits && running && event.preventDefault());
  addEventListener("pagehide", () => waits && post({ keepalive: true }));
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload()); // to rest on what was sent last
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    waits = false;
    if (!running) return;
    event.preventDefault();
    await running;
    form.requestSubmit(event.submitter);
  });
}

const list = document.querySelector("[name=add]");
list?.addEventListener("change", (event) => {
  event.stopPropagation();
  const rows = new Rows(document.getElementById("site-rows"));
  const [region, muscle] = list.value.split("|");
  const side = document.querySelector("[name=add_side]").value;
  list.value = "";
  const open = rows.at(region).find((row) => !row.querySelector("[name$=muscle]").value);
  if (muscle) rows.fill(open ?? rows.blank(), open ? { muscle } : { region, side, muscle });
});
