// What every page of the staff has. Nothing here is needed to work: without it forms post and links lead on.
import "./theme.js";
import "./keys.js";
import "./submit.js";
import "./picker.js";
import "./palette.js";
import "./print.js";

// Nobody is signed out within a minute: whether one still is signed in is asked later. A page that does without what lies
// over it has it for its messages.
const script = (id) => document.getElementById(id)?.dataset.script;
if (script("signed-out")) setTimeout(() => import(script("signed-out")), 50_000);
if (script("sheet") && document.querySelector(".toast")) import(script("sheet"));
