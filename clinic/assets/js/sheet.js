// Links with `data-sheet` open their page as a sheet at the side; the address follows, Back and Escape close it. Where
// the fragment cannot be had, the link leads to the page.

const sheet = document.getElementById("sheet");

export async function open(link) {
  const answer = await fetch(link.href, { headers: { "X-Fragment": "1" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) {
    location.href = link.href;
    return;
  }
  sheet.querySelector("[data-content]").innerHTML = await answer.text();
  sheet.setAttribute("aria-label", sheet.querySelector("h1, h2")?.textContent.trim() ?? "");
  if (sheet.open) history.replaceState({ sheet: true }, "", link.href);
  else {
    history.pushState({ sheet: true }, "", link.href);
    sheet.showModal();
  }
  sheet.querySelector("h1")?.focus();
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
  sheet.addEventListener("close", () => history.state?.sheet && history.back());
  addEventListener("popstate", () => sheet.open && sheet.close());
}
