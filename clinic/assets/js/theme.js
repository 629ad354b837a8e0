// Follows the system, or light, or dark. The choice is a cookie, so that the server's first byte already has it.

const CHOICES = ["system", "light", "dark"];
const YEAR_SECONDS = 31536000;
const button = document.querySelector("[data-theme-switch]");
const root = document.documentElement;

function say() {
  const label = button.dataset[root.dataset.theme ?? "system"];
  button.setAttribute("aria-label", label);
  button.title = label;
}

if (button) {
  say();
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = CHOICES[(CHOICES.indexOf(root.dataset.theme ?? "system") + 1) % CHOICES.length];
    if (next === "system") delete root.dataset.theme;
    else root.dataset.theme = next;
    document.cookie = `theme=${next}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
    say();
  });
}
