// Keys, all of them listed by "?". In: key presses outside of fields. Out: other pages, other rows. Off by a setting.
import { useLayoutEffect, useRef } from "react";
import { useLocation } from "wouter";
import { settings } from "./settings";

const GOES: Record<string, string> = { o: "/", t: "/traces", m: "/map", p: "/policies", s: "/system" };
// What a key clicks, where the page has it.
const CLICKS: Record<string, string> = { v: ".tabs a", h: '.tabs a[href$="/history"]', c: 'main a[href*="/compare"]', "[": "[data-earlier]", "]": "[data-later]" };
const LIST: [string, string][] = [
  ["g o", "Overview"], ["g t", "Traces"], ["g m", "Map"], ["g p", "Policies"], ["g s", "System"], ["/", "Filter"],
  ["j k", "Next, previous row"], ["[ ]", "Earlier, later run"], ["v", "Verdict tab"], ["h", "History tab"], ["c", "Compare"], [".", "Actions"], ["?", "This list"],
];

function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  if (!rows.length) return;
  const here = rows.findIndex((row) => row === document.activeElement);
  rows[Math.min(rows.length - 1, Math.max(0, here + by))]?.focus();
}

export function Keyboard() {
  const [, go] = useLocation();
  const help = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => { // before the first paint: who sees the page may press a key
    let before = "";
    const pressed = (event: KeyboardEvent) => {
      const on = event.target as HTMLElement;
      if (!settings().keys || event.ctrlKey || event.metaKey || event.altKey) return;
      if (on.closest("input, textarea, select, dialog[open]")) return;
      const key = event.key;
      const place = before === "g" ? GOES[key] : undefined;
      before = key;
      if (place) go(place);
      else if (key === "?") help.current?.showModal();
      else if (key === "/") document.querySelector<HTMLElement>("[data-filter]")?.focus();
      else if (key === "j") step(1);
      else if (key === "k") step(-1);
      else if (key in CLICKS) document.querySelector<HTMLElement>(CLICKS[key]!)?.click();
      else if (key === ".") document.querySelector<HTMLElement>(".actions button")?.focus();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [go]);
  return (
    <dialog ref={help} aria-labelledby="keys">
      <form method="dialog">
        <h2 id="keys">Keys</h2>
        <dl className="facts">
          {LIST.map(([key, what]) => [<dt key={key}>{key.split(" ").map((one) => <kbd key={one}>{one}</kbd>)}</dt>, <dd key={what}>{what}</dd>])}
        </dl>
        <p className="dim">Single keys can be switched off in Settings.</p>
        <button className="main">Close</button>
      </form>
    </dialog>
  );
}
