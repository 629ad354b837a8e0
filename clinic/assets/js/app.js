// What every page of the staff has. Nothing here is needed to work: without it forms post and links lead on.
import "./theme.js";
import "./keys.js";
import "./there.js";
import "./submit.js";
import "./toasts.js";
import "./sheet.js";
import "./picker.js";
import "./palette.js";
import "./print.js";
