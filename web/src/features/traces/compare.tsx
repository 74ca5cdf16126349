// Two traces side by side: what took longer, what was called more often, what failed. In: ids in the address. Out: a table;
// two sets of traces, where the address asks for them, are another page.
import { useState } from "react";
import { Link } from "wouter";
import { useTrace } from "../../api/queries";
import type { TraceView } from "../../api/types";
import { duration } from "../../shared/format";
import { useQueryState, useTitle } from "../../shared/hooks";
import { Flag, Shown, Side } from "../../shared/parts";
import { compared, type Pair } from "./compared";
import { Sets } from "./sets";

const ID = /^1-[0-9a-f]{8}-[0-9a-f]{24}$/;

export default function Compare() {
  useTitle("Compare");
  const [query, change] = useQueryState();
  const a = query.get("a") ?? "", b = query.get("b") ?? "";
  if (query.get("sets") === "1") return <Sets query={query} change={change} />;
  if (!ID.test(a) || !ID.test(b)) return <Choose a={a} b={b} apply={change} />;
  return <Both a={a} b={b} swap={() => change({ a: b, b: a })} />;
}

function Choose({ a, b, apply }: { a: string; b: string; apply: (change: Record<string, string>) => void }) {
  const [first, setFirst] = useState(a);
  const [second, setSecond] = useState(b);
  return (
    <section className="card">
      <h1>Compare two traces</h1>
      <form className="choose" onSubmit={(event) => { event.preventDefault(); apply({ a: first.trim(), b: second.trim() }); }}>
        <label>A<input className="mono" size={36} style={{ minWidth: 0 }} pattern="1-[0-9a-f]{8}-[0-9a-f]{24}" required value={first} onChange={(event) => setFirst(event.target.value)} /></label>
        <label>B<input className="mono" size={36} style={{ minWidth: 0 }} pattern="1-[0-9a-f]{8}-[0-9a-f]{24}" required value={second} onChange={(event) => setSecond(event.target.value)} /></label>
        <button className="main">Compare</button>
      </form>
      <p className="dim">Or mark one in <Link href="/traces">Traces</Link> and choose another, or <Link href="/compare?sets=1">compare two sets of traces</Link>.</p>
    </section>
  );
}

function Both({ a, b, swap }: { a: string; b: string; swap: () => void }) {
  const first = useTrace(a), second = useTrace(b);
  return <Shown asked={first}>{(left) => <Shown asked={second}>{(right) => <Table a={left} b={right} swap={swap} />}</Shown>}</Shown>;
}

function Head({ name, trace }: { name: string; trace: TraceView }) {
  return (
    <div className="card">
      <h2>{name} <Link className="mono" href={`/traces/${trace.id}`}>{trace.id}</Link></h2>
      <p className="row"><Side side={trace.side} /><Flag flag={trace.flag} /><strong>{duration(trace.duration)}</strong></p>
    </div>
  );
}

function Table({ a, b, swap }: { a: TraceView; b: TraceView; swap: () => void }) {
  const delta = b.duration - a.duration;
  return (
    <>
      <div className="row spread"><h1>B takes {duration(Math.abs(delta))} {delta >= 0 ? "longer" : "less"}{b.flag && !a.flag ? " and fails" : ""}</h1><button onClick={swap}>Swap A and B</button></div>
      <div className="two"><Head name="A" trace={a} /><Head name="B" trace={b} /></div>
      <section className="card">
        <div className="scroll" tabIndex={0} role="region" aria-label="Comparison">
          <table className="stack">
            <thead><tr><th scope="col">Part</th><th scope="col" className="num">A</th><th scope="col" className="num">B</th><th scope="col" className="num">Difference</th><th scope="col">What changed</th></tr></thead>
            <tbody>{compared(a.spans, b.spans).map((pair) => <Row key={pair.key} pair={pair} />)}</tbody>
          </table>
        </div>
      </section>
    </>
  );
}

function Row({ pair }: { pair: Pair }) {
  const { a, b } = pair;
  const news = !a ? "✚ only in B" : !b ? "✕ only in A" : a.count !== b.count ? `${a.count} → ${b.count} times` : "";
  return (
    <tr>
      <th scope="row" style={{ paddingLeft: `${Math.min(pair.depth, 12) * 0.9}rem`, fontWeight: pair.segment ? 600 : 400 }}>{pair.name} <span className="dim">{pair.detail}</span></th>
      <td data-label="A" className="num nowrap">{a ? duration(a.duration) : "—"} <Flag flag={a?.flag ?? ""} /></td>
      <td data-label="B" className="num nowrap">{b ? duration(b.duration) : "—"} <Flag flag={b?.flag ?? ""} /></td>
      <td data-label="Difference" className="num nowrap">{a && b ? `${b.duration >= a.duration ? "+" : "−"}${duration(Math.abs(b.duration - a.duration))}` : ""}</td>
      <td>{news}{b?.exceptions.map((text) => <span key={text} className="fail"> ✖ {text}</span>)}</td>
    </tr>
  );
}
