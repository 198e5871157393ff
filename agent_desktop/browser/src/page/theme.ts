// Dark or light: the system's wish, or the person's own.

type Theme = "auto" | "light" | "dark";
const system = window.matchMedia("(prefers-color-scheme: dark)");

export function currentTheme(): "light" | "dark" {
  const chosen = document.documentElement.dataset["theme"] as Theme | undefined;
  return chosen === "light" || chosen === "dark" ? chosen : system.matches ? "dark" : "light";
}

function apply(): void {
  document.documentElement.dataset["bsTheme"] = currentTheme();
}

export function startTheme(): void {
  apply();
  system.addEventListener("change", apply);
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-act=theme]")) return;
    toggleTheme();
  });
}

export function toggleTheme(): void {
  const next = currentTheme() === "dark" ? "light" : "dark";
  document.documentElement.dataset["theme"] = next;
  document.cookie = `callcenter_theme=${next}; path=/; max-age=31536000; samesite=lax`;
  apply();
}
