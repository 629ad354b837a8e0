// A record keeps itself with each change, one after the other: what is typed meanwhile waits for the answer, and so do
// the buttons. A muscle of the list fills a row. Nothing here is needed to work: Save and Sign send the form.
import { Rows } from "./body.js";

const PAUSE_MS = 400;
const KEPT = [200, 400, 409, 422];
const form = document.querySelector("form[data-keep]");
const offline = document.getElementById("offline");
let timer;
let running;

async function send() {
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.dataset.keep, { method: "POST", body, headers: { "X-Fragment": "1" } }).catch(() => null);
  const heard = KEPT.includes(answer?.status) && !answer.redirected;
  offline.hidden = heard;
  if (heard) document.getElementById("saved").outerHTML = await answer.text();
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    await running;
    running = send();
    await running;
    running = undefined;
  }, PAUSE_MS);
}

if (form) {
  form.addEventListener("change", later);
  addEventListener("online", later);
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
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
