/** Dark or light: the system's until someone chooses. */
export const theme = $state<{ value: "light" | "dark" }>({ value: "light" });

const key = "mdt-theme";

function show(value: "light" | "dark"): void {
  theme.value = value;
  document.documentElement.dataset.theme = value;
}

export function initialTheme(): () => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = (): void => {
    const chosen = localStorage.getItem(key);
    show(chosen === "dark" || chosen === "light" ? chosen : dark.matches ? "dark" : "light");
  };
  follow();
  dark.addEventListener("change", follow);
  return () => dark.removeEventListener("change", follow);
}

export function toggleTheme(): void {
  const next = theme.value === "dark" ? "light" : "dark";
  localStorage.setItem(key, next);
  show(next);
}
