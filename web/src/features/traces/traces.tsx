// Traces: which, when, how long, through which version. In: the address's range and filter. Out: scatter, histogram, table.
import { useState } from "react";
import { Link } from "wouter";
import { useNewest, useTraces } from "../../api/queries";
import type { ReleaseView, TraceList, TraceRow } from "../../api/types";
import { count, duration, path } from "../../shared/format";
import { useQueryState, useTitle } from "../../shared/hooks";
import { Copy, Empty, Flag, Shown, Side, Time } from "../../shared/parts";
import { type Between, type Choice, choices, Range, useBetween } from "../../shared/range";
import { Histogram } from "./histogram";
import { Scatter } from "./scatter";

export default function Page() {
  useTitle("Traces");
  const view = useNewest();
  return <><h1>Traces</h1><Traces view={view} own={choices(view)} /></>;
}

// `view`: the release whose versions can be chosen; `usual`: the time that is looked at until another one is chosen.
export function Traces({ view, own = choices(), usual }: { view?: ReleaseView | undefined; own?: Choice[]; usual?: Between }) {
  const [query, change] = useQueryState();
  const filter = query.get("filter") ?? "", between = useBetween(query, usual);
  const asked = useTraces(between.start, between.end, filter, between.end ? false : 10_000);
  return (
    <>
      <section className="card">
        <Presets view={view} filter={filter} choose={(next) => change({ filter: next })} />
        <Filter key={filter} filter={filter} apply={(next) => change({ filter: next })} />
        <Range between={between} own={own} query={query} change={change} />
      </section>
      <Shown asked={asked}>{(list) => <Found list={list} filter={filter} narrow={(next) => change({ filter: next })} />}</Shown>
    </>
  );
}

function Presets({ view, filter, choose }: { view: ReleaseView | undefined; filter: string; choose: (filter: string) => void }) {
  const canary = view?.canary.service, stable = view?.stable.service;
  const presets: [string, string][] = [["All", ""], ["Faults", "fault"]];
  if (canary && stable) presets.push(["Canary", `service("${canary}")`], ["Canary faults", `service("${canary}") { fault }`], ["Stable", `service("${stable}")`]);
  return <div className="row" role="group" aria-label="Presets">{presets.map(([title, value]) => <button key={title} aria-pressed={filter === value} onClick={() => choose(value)}>{title}</button>)}</div>;
}

function Filter({ filter, apply }: { filter: string; apply: (filter: string) => void }) {
  const [text, setText] = useState(filter);
  return (
    <form className="row" onSubmit={(event) => { event.preventDefault(); apply(text); }}>
      <input className="wide mono" data-filter aria-label="X-Ray filter expression" placeholder={'X-Ray filter expression, such as service("…") { fault } AND duration > 0.1'} value={text} onChange={(event) => setText(event.target.value)} spellCheck={false} />
      <button className="main">Filter</button>
      {filter && <Copy text={filter} what="filter" />}
      <Link href={`/compare?sets=1&fa=&fb=${encodeURIComponent(filter)}`}>Compare with another set</Link>
    </form>
  );
}

function Found({ list, filter, narrow }: { list: TraceList; filter: string; narrow: (filter: string) => void }) {
  if (!list.items.length) {
    return (
      <Empty title="No traces here">
        <p>Nothing between <Time at={list.start} day /> and <Time at={list.end} day />{filter ? " fits the filter" : ""}.</p>
        <p className="dim">If there should be: <code>serinus doctor</code>, or the <Link href="/system">System</Link> page, checks access, destination, indexing and clocks.</p>
      </Empty>
    );
  }
  return (
    <>
      <div className="two">
        <section className="card"><h2>When and how long</h2><Scatter rows={list.items} /></section>
        <section className="card"><h2>How long</h2><Histogram rows={list.items} filter={filter} narrow={narrow} /></section>
      </div>
      <section className="card">
        <h2>The newest {count(list.items.length)} <span className="dim">of {count(list.total)} since <Time at={list.start} /></span></h2>
        <Table rows={list.items} />
      </section>
    </>
  );
}

function Table({ rows }: { rows: TraceRow[] }) {
  const [most, setMost] = useState(50);
  const [marked, setMarked] = useState<string>("");
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="Traces">
      <table className="stack">
        <thead><tr><th scope="col">Trace</th><th scope="col">Version</th><th scope="col">Status</th><th scope="col" className="num">Duration</th><th scope="col">Request</th><th scope="col">Started</th><th scope="col">Compare</th></tr></thead>
        <tbody>
          {rows.slice(0, most).map((row) => (
            <tr key={row.id}>
              <th scope="row"><Link data-row className="mono" href={`/traces/${row.id}`}>{row.id}</Link></th>
              <td><Side side={row.side} /></td>
              <td className="nowrap">{row.status || "—"} <Flag flag={row.flag} /></td>
              <td className="num nowrap">{duration(row.duration)}</td>
              <td>{row.method} {path(row.url)}</td>
              <td><Time at={row.at} /></td>
              <td>{marked && marked !== row.id ? <Link href={`/compare?a=${marked}&b=${row.id}`}>with A</Link> : <button className="quiet" aria-pressed={marked === row.id} onClick={() => setMarked(marked ? "" : row.id)}>{marked ? "A ✕" : "mark A"}</button>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > most && <p><button onClick={() => setMost(most + 100)}>Show more</button></p>}
    </div>
  );
}
