// Links with `data-sheet` open their page as a sheet at the side; the address follows, Back and Escape close it. Where
// the fragment cannot be had, the link leads to the page; without a line everything stays, and it is said. What was asked
// for last is shown, and nothing that came too late. A form that is sent from it comes back to the page beneath.

const sheet = document.getElementById("sheet");
let asked = 0;
let beneath = ""; // the address that Back leads to, while the sheet's stands

const content = async (answer) => (answer?.ok && !answer.redirected ? answer.text().catch(() => null) : null);

// Whether it is open now.
export async function open(link) {
  const mine = (asked += 1);
  link.setAttribute("aria-busy", "true");
  const answer = await fetch(link.href, { headers: { "X-Fragment": "1" } }).catch(() => null);
  const text = await content(answer);
  link.removeAttribute("aria-busy");
  if (mine !== asked || document.querySelector("dialog:modal:not(#sheet)")) return false;
  if (!answer) {
    document.querySelector("toast-list").say(sheet.dataset.lost, "error");
    return false;
  }
  if (text === null) {
    location.href = link.href;
    return false;
  }
  sheet.querySelector("[data-content]").innerHTML = text;
  sheet.setAttribute("aria-label", sheet.querySelector("h1, h2")?.textContent.trim() ?? "");
  if (sheet.open) history.replaceState({ sheet: true }, "", link.href);
  else {
    beneath = location.pathname + location.search;
    history.pushState({ sheet: true }, "", link.href);
    sheet.showModal();
  }
  sheet.querySelector("h1")?.focus();
  return true;
}

if (sheet) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-sheet]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(link);
  });
  sheet.addEventListener("click", (event) => {
    if (event.target === sheet || event.target.closest("[data-close]")) sheet.close();
  });
  sheet.addEventListener("formdata", ({ formData }) => formData.set("back", beneath));
  sheet.addEventListener("close", () => {
    asked += 1;
    if (beneath) history.back();
  });
  document.addEventListener("keydown", ({ key }) => key === "Escape" && (asked += 1));
  // Forward to what stood in a sheet leads to its page.
  if (history.state?.sheet) history.replaceState(null, "");
  addEventListener("popstate", ({ state }) => {
    beneath = "";
    if (sheet.open) sheet.close();
    else if (state?.sheet) location.reload();
  });
}
