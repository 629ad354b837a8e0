// What lies over the page: the sheet at its side, and messages.
import "./toasts.js";
export { open } from "./sheet.js";
