// News as it happens, and what to do when the line is cut. In: the server's events. Out: fresh query data and a line's
// state: live, polling (asking every 5 s instead), stale (nobody answers). Silence is never drawn as health.
import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { ask, Refusal } from "./client";
import type { ReleaseList, ReleaseRow } from "./types";

export type Line = { state: "connecting" | "live" | "polling" | "stale"; heard: number; trouble: string };

const SILENT_MS = 15_000;
export const POLL_MS = 5_000;
let line: Line = { state: "connecting", heard: 0, trouble: "" };
const listeners = new Set<() => void>();

function become(next: Partial<Line>): void {
  line = { ...line, ...next };
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function useLine(): Line {
  return useSyncExternalStore(subscribe, () => line);
}

export function usePollMs(): number | false {
  return useSyncExternalStore(subscribe, () => (line.state === "live" ? false : POLL_MS));
}

const nameOf = (row: ReleaseRow) => `${row.namespace}/${row.name}`;

export function merged(list: ReleaseList, rows: readonly ReleaseRow[]): ReleaseList {
  const news = new Map(rows.map((row) => [nameOf(row), row]));
  const items = list.items.map((one) => news.get(nameOf(one)) ?? one);
  for (const one of list.items) news.delete(nameOf(one));
  return { ...list, items: [...items, ...news.values()] };
}

// The first thing at once, what follows it together: at most two changes a second, however much is heard.
export function gathered<T>(tell: (all: T[]) => void, everyMs = 500) {
  let waiting: T[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const pass = () => {
    const all = waiting;
    waiting = [];
    timer = all.length ? setTimeout(pass, everyMs) : undefined;
    if (all.length) tell(all);
  };
  const add = (one: T) => {
    waiting.push(one);
    if (timer === undefined) pass();
  };
  return { add, forget: () => { waiting = []; } };
}

// Opens the stream; the function that comes back closes it.
export function listen(client: QueryClient): () => void {
  let source: EventSource | null = null;
  const heard = () => become({ state: "live", heard: Date.now() });
  const refresh = () => {
    rows.forget();
    void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "me" });
  };
  const rows = gathered<ReleaseRow>((all) => {
    client.setQueryData<ReleaseList>(["releases"], (list) => (list ? merged(list, all) : list));
    const named = new Set(all.map(nameOf));
    void client.invalidateQueries({ predicate: ({ queryKey: [kind, ns, name] }) => kind === "release" && named.has(`${ns}/${name}`) });
  });

  function open(): void {
    source?.close();
    source = new EventSource("/api/v1/stream");
    source.addEventListener("open", heard);
    source.addEventListener("beat", heard);
    source.addEventListener("reset", () => { heard(); refresh(); });
    source.addEventListener("gone", () => { heard(); refresh(); });
    source.addEventListener("trouble", (event) => { heard(); become({ trouble: textOf(event) }); });
    source.addEventListener("release", (event) => {
      heard();
      rows.add(JSON.parse((event as MessageEvent<string>).data) as ReleaseRow);
    });
    source.addEventListener("error", () => void fallen());
  }

  async function fallen(): Promise<void> {
    try {
      await ask("health", { signal: AbortSignal.timeout(4_000) });
      become({ state: "polling", heard: Date.now() });
      void client.invalidateQueries({ queryKey: ["me"] });
    } catch (error) {
      if (error instanceof Refusal) become({ state: "stale" });
    }
    if (source?.readyState === EventSource.CLOSED) again();
  }

  const timers: number[] = [];
  const again = () => timers.push(window.setTimeout(open, POLL_MS));
  const watch = window.setInterval(() => {
    if (line.state === "live" && Date.now() - line.heard > SILENT_MS) void fallen().then(open);
  }, 2_000);
  open();
  return () => {
    window.clearInterval(watch);
    timers.forEach((timer) => window.clearTimeout(timer));
    rows.forget();
    source?.close();
  };
}

function textOf(event: Event): string {
  return (JSON.parse((event as MessageEvent<string>).data) as { detail: string }).detail;
}
