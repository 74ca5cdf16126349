// Two sets of traces side by side: how long, how many fail, which requests and services. In: two filter expressions and
// a range in the address. Out: both distributions in one picture, and tables of what differs.
import { type FormEvent, useState } from "react";
import { useNewest, useTraces } from "../../api/queries";
import type { TraceList, TraceRow } from "../../api/types";
import { count, duration, path, percent, points } from "../../shared/format";
import { Chart } from "../../shared/chart";
import { Empty, Shown, Time } from "../../shared/parts";
import { linear } from "../../shared/scale";
import { apart, type Counted, flagged, type Part, parts, quantile, spread } from "./summary";

const MOST = 1000, ROWS = 30;
type Change = (change: Record<string, string>) => void;

export function Sets({ query, change }: { query: URLSearchParams; change: Change }) {
  const a = query.get("fa") ?? "", b = query.get("fb") ?? "";
  const start = Number(query.get("start") ?? 0), end = Number(query.get("end") ?? 0);
  const first = useTraces(start, end, a, false, MOST), second = useTraces(start, end, b, false, MOST);
  return (
    <>
      <h1>Compare two sets of traces</h1>
      <Filters key={`${a}|${b}`} a={a} b={b} change={change} />
      <Shown asked={first}>{(left) => <Shown asked={second}>{(right) => <Both a={left} b={right} />}</Shown>}</Shown>
    </>
  );
}

function Filters({ a, b, change }: { a: string; b: string; change: Change }) {
  const [first, setFirst] = useState(a);
  const [second, setSecond] = useState(b);
  const apply = (event: FormEvent) => { event.preventDefault(); change({ fa: first, fb: second, sets: "1" }); };
  const field = (name: string, value: string, set: (value: string) => void) => (
    <label>{name}<input className="mono" style={{ width: "100%" }} aria-label={`Filter expression of ${name}`} placeholder="all traces" value={value} onChange={(event) => set(event.target.value)} spellCheck={false} /></label>
  );
  return (
    <form className="card" onSubmit={apply}>
      <div className="two">{field("A", first, setFirst)}{field("B", second, setSecond)}</div>
      <div className="row"><button className="main">Compare</button><button type="button" onClick={() => change({ fa: b, fb: a, sets: "1" })}>Swap A and B</button><Versions change={change} /></div>
    </form>
  );
}

function Versions({ change }: { change: Change }) {
  const view = useNewest();
  const stable = view?.stable.service, canary = view?.canary.service;
  if (!stable || !canary) return null;
  return <button type="button" className="quiet" onClick={() => change({ fa: `service("${stable}")`, fb: `service("${canary}")`, sets: "1" })}>Stable with canary</button>;
}

function Both({ a, b }: { a: TraceList; b: TraceList }) {
  const empty = !a.items.length ? "A" : !b.items.length ? "B" : "";
  return (
    <>
      <div className="two"><Head name="A" list={a} /><Head name="B" list={b} /></div>
      {empty ? <Empty title={`No traces in ${empty}`}><p>Nothing between <Time at={a.start} day /> and <Time at={a.end} day /> fits its filter.</p></Empty> : <Differences a={a.items} b={b.items} />}
    </>
  );
}

function Head({ name, list }: { name: string; list: TraceList }) {
  return (
    <div className="card">
      <h2><span className={name === "A" ? "v1" : "v2"}>{name}</span> <code>{list.expression || "all traces"}</code></h2>
      <p className="dim">the newest {count(list.items.length)} of {count(list.total)} since <Time at={list.start} day /></p>
    </div>
  );
}

function Differences({ a, b }: { a: TraceRow[]; b: TraceRow[] }) {
  const times = (rows: TraceRow[]) => rows.map((row) => row.duration);
  const lasting = [0.5, 0.9, 0.99].map((wanted) => [`p${wanted * 100}`, quantile(times(a), wanted), quantile(times(b), wanted)] as const);
  const flags = [["Faults (5xx)", "F"], ["Errors (4xx)", "E"], ["Throttles (429)", "T"]].map(([name, flag]) => [name!, flagged(a, flag!), flagged(b, flag!)] as const);
  return (
    <>
      <section className="card"><h2>How long</h2><Durations a={a} b={b} /></section>
      <section className="card">
        <h2>In numbers</h2>
        <div className="scroll" tabIndex={0} role="region" aria-label="In numbers">
          <table className="stack">
            <thead><tr><th scope="col">What</th><th scope="col" className="num"><span className="v1">A</span></th><th scope="col" className="num"><span className="v2">B</span></th><th scope="col" className="num">Difference</th></tr></thead>
            <tbody>
              {lasting.map(([name, left, right]) => <tr key={name}><th scope="row">{name}</th><td data-label="A" className="num nowrap">{duration(left)}</td><td data-label="B" className="num nowrap">{duration(right)}</td><td data-label="Difference" className="num nowrap">{right >= left ? "+" : "−"}{duration(Math.abs(right - left))}</td></tr>)}
              {flags.map(([name, left, right]) => <tr key={name}><th scope="row">{name}</th><td data-label="A" className="num nowrap">{percent(left)}</td><td data-label="B" className="num nowrap">{percent(right)}</td><td data-label="Difference" className="num nowrap">{points(right - left)} pp</td></tr>)}
            </tbody>
          </table>
        </div>
      </section>
      <Parts title="Requests" found={parts(a, b, (row) => [`${row.method} ${path(row.url).split("?")[0]}`.trim() || "unknown"])} />
      <Parts title="Services" found={parts(a, b, (row) => row.services)} />
      <p className="dim">Shares of each set, without intervals: what to look at, not what decides. The verdict decides.</p>
    </>
  );
}

function Parts({ title, found }: { title: string; found: Part[] }) {
  return (
    <section className="card">
      <h2>{title}</h2>
      <div className="scroll" tabIndex={0} role="region" aria-label={title}>
        <table className="stack">
          <thead><tr><th scope="col">{title}</th><th scope="col"><span className="v1">A</span></th><th scope="col"><span className="v2">B</span></th><th scope="col">What differs</th></tr></thead>
          <tbody>
            {found.slice(0, ROWS).map((part) => (
              <tr key={part.name}>
                <th scope="row">{part.name}</th>
                <td data-label="A"><Share of={part.a} /></td>
                <td data-label="B"><Share of={part.b} /></td>
                <td>{differs(part)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {found.length > ROWS && <p className="dim">The {ROWS} that differ most, of {count(found.length)}.</p>}
    </section>
  );
}

const NOTABLE_SHARE = 0.05, NOTABLE_FAULTS = 0.01;

function differs(part: Part): string {
  const { a, b } = part;
  if (!a || !b) return a ? "✕ only in A" : "✚ only in B";
  const faults = b.faults - a.faults;
  const words = [
    Math.abs(faults) >= NOTABLE_FAULTS ? `F ${points(faults)} pp` : "",
    apart(part) >= NOTABLE_SHARE ? `${points(b.share - a.share)} pp of the traces` : "",
  ];
  return words.filter(Boolean).join(", ");
}

function Share({ of }: { of: Counted | null }) {
  if (!of) return <span className="dim">—</span>;
  return <span><strong>{percent(of.share)}</strong> <span className="dim">{duration(of.median)}</span>{of.faults > 0 && <span className="fail"> F {percent(of.faults)}</span>}</span>;
}

const LEFT = 52, RIGHT = 8, HIGH = 200, FLOOR = 170;
type Bins = ReturnType<typeof spread>;

function Durations({ a, b }: { a: TraceRow[]; b: TraceRow[] }) {
  const found = spread(a, b);
  return (
    <Chart name="Durations of both sets" sentence="Shares of each set by duration" columns={["From", "To", "A", "B"]} rows={found.map(([low, high, left, right]) => [duration(low), duration(high), percent(left), percent(right)])}>
      {(wide, at) => (
        <>
          <Picture found={found} chosen={at} wide={wide} />
          <p className="legend"><span className="v1">■ A</span><span className="v2">━ B</span></p>
        </>
      )}
    </Chart>
  );
}

function Picture({ found, chosen, wide }: { found: Bins; chosen: number; wide: number }) {
  const most = Math.max(0.01, ...found.flatMap(([, , left, right]) => [left, right]));
  const y = linear([0, most], [FLOOR, 12]), x = linear([0, Math.max(1, found.length)], [LEFT, wide - RIGHT]);
  const outline = found.map(([, , , right], index) => `${index ? "L" : "M"}${x(index).toFixed(1)} ${y(right).toFixed(1)}H${x(index + 1).toFixed(1)}`).join("");
  return (
    <svg width={wide} height={HIGH} viewBox={`0 0 ${wide} ${HIGH}`} role="img" aria-label="Durations of both sets; the table has the numbers">
      <line className="axis" x1={LEFT} x2={wide - RIGHT} y1={FLOOR} y2={FLOOR} />
      <text x={LEFT - 6} y="18" textAnchor="end">{percent(most)}</text><text x={LEFT - 6} y={FLOOR + 4} textAnchor="end">0</text>
      {chosen >= 0 && <rect fill="var(--nodata)" opacity="0.25" x={x(chosen)} width={x(chosen + 1) - x(chosen)} y="6" height={FLOOR - 6} />}
      {found.map(([low, , left], index) => <rect key={low} fill="var(--v1)" opacity="0.45" x={x(index)} width={Math.max(1, x(index + 1) - x(index) - 1)} y={y(left)} height={FLOOR - y(left)} />)}
      <path d={outline} fill="none" stroke="var(--v2)" strokeWidth="2.5" />
      <text x={LEFT} y="188">{duration(found[0]?.[0] ?? 0)}</text><text x={wide - RIGHT} y="188" textAnchor="end">{duration(found.at(-1)?.[1] ?? 0)}</text>
    </svg>
  );
}
