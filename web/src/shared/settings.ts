// What this browser remembers. In: choices. Out: the same choices after a reload, applied to the page.
import { useSyncExternalStore } from "react";

// `stars`: favourite releases, as namespace/name.
export type Settings = { theme: "system" | "light" | "dark"; utc: boolean; keys: boolean; stars: readonly string[] };
const PLACE = "serinus";
const usual: Settings = { theme: "system", utc: false, keys: true, stars: [] };
const listeners = new Set<() => void>();
let chosen: Settings = { ...usual, ...read() };

function read(): Partial<Settings> {
  try {
    return JSON.parse(localStorage.getItem(PLACE) ?? "{}") as Partial<Settings>;
  } catch {
    return {};
  }
}

export function choose(next: Partial<Settings>): void {
  chosen = { ...chosen, ...next };
  try {
    localStorage.setItem(PLACE, JSON.stringify(chosen));
  } catch {
    // a browser that keeps nothing still shows it
  }
  apply();
  for (const listener of listeners) listener();
}

export function apply(): void {
  document.documentElement.style.colorScheme = chosen.theme === "system" ? "light dark" : chosen.theme;
}

export function useSettings(): Settings {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => chosen,
  );
}

export function settings(): Settings {
  return chosen;
}
