// What every page of the staff has. Nothing here is needed to work: without it forms post and links lead on.
import "./theme.js";
import "./keys.js";
import "./submit.js";
import "./picker.js";
import "./palette.js";
import "./print.js";

// Nobody is signed out within a minute: whether one still is signed in is asked later.
const out = document.getElementById("signed-out")?.dataset.script;
if (out) setTimeout(() => import(out), 50_000);
