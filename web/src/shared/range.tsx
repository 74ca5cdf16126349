// Which time a page looks at: a release's run, its last step, what came after; or so many minutes back; or two moments.
// In: the address, a release. Out: the choice, kept in the address; a link with the times fixed.
import { useMemo } from "react";
import type { ReleaseView, RunView } from "../api/types";
import { Copy } from "./parts";

export type Between = { start: number; end: number };
export type Choice = [word: string, text: string, range: Between | number];
const BACK: Choice[] = [["300", "last 5 minutes", 300], ["", "last half hour", 0], ["10800", "last 3 hours", 10_800], ["86400", "last 24 hours", 86_400]];

// The release's own times come first: they are what somebody who asks why wants to see.
export function choices(view?: ReleaseView, run: RunView | null = view?.run ?? null): Choice[] {
  if (!view || !run) return BACK;
  const last = run.steps.at(-1), start = Math.floor(run.started), end = run.ended ? Math.ceil(run.ended) : 0;
  const own: Choice[] = [[`run ${run.number}`, `run ${run.number} of ${view.row.namespace}/${view.row.name}`, { start, end }]];
  if (last) own.push(["step", `its last step, ${last.weight} %`, { start: Math.floor(last.entered), end: last.left ? Math.ceil(last.left) : end }]);
  if (end) own.push(["after", "since it ended", { start: end, end: 0 }]);
  return [...own, ...BACK];
}

// What the address says; seconds since the epoch, 0 where the server decides: half an hour back, and now.
export function useBetween(query: URLSearchParams, usual: Between = { start: 0, end: 0 }): Between {
  const last = Number(query.get("last") ?? 0), start = Number(query.get("start") ?? 0), end = Number(query.get("end") ?? 0);
  return useMemo(() => {
    if (last) return { start: Math.floor(Date.now() / 1000) - last, end: 0 };
    return start || end ? { start, end } : usual;
  }, [last, start, end, usual.start, usual.end]);
}

export function fixed(between: Between, now: number, href: string): string {
  const url = new URL(href), end = between.end || Math.ceil(now);
  url.searchParams.delete("last");
  url.searchParams.set("start", String(between.start || end - 1800));
  url.searchParams.set("end", String(end));
  return url.href;
}

type Asked = { between: Between; own: Choice[]; query: URLSearchParams; change: (change: Record<string, string>) => void };

export function Range({ between, own, query, change }: Asked) {
  const chosen = query.get("last") || own.find(([, , range]) => typeof range === "object" && range.start === between.start && range.end === between.end)?.[0] || (between.start || between.end ? "custom" : "");
  const choose = (word: string) => {
    const range = own.find(([one]) => one === word)?.[2];
    if (typeof range === "object") change({ last: "", start: String(range.start), end: range.end ? String(range.end) : "" });
    else if (word === "custom") change({ last: "", start: String(between.start || Math.floor(Date.now() / 1000) - 1800), end: String(between.end || Math.ceil(Date.now() / 1000)) });
    else change({ last: word, start: "", end: "" });
  };
  return (
    <div className="row">
      <label className="inline">When
        <select value={chosen} onChange={(event) => choose(event.target.value)}>
          {own.map(([word, text]) => <option key={word} value={word}>{text}</option>)}
          <option value="custom">from … to …</option>
        </select>
      </label>
      {chosen === "custom" && <Moment name="From" at={between.start} set={(at) => change({ start: at })} />}
      {chosen === "custom" && <Moment name="To" at={between.end} set={(at) => change({ end: at })} />}
      <Copy text={() => fixed(between, Date.now() / 1000, location.href)} what="link, times fixed" />
    </div>
  );
}

function Moment({ name, at, set }: { name: string; at: number; set: (at: string) => void }) {
  const local = at ? new Date(at * 1000 - new Date(at * 1000).getTimezoneOffset() * 60_000).toISOString().slice(0, 19) : "";
  return <label className="inline">{name}<input type="datetime-local" step="1" value={local} onChange={(event) => { const found = Date.parse(event.target.value); if (!Number.isNaN(found)) set(String(found / 1000)); }} /></label>;
}
