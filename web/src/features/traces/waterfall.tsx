// The waterfall: only what is in view is drawn, so thousands of spans scroll. In: a trace. Out: rows with bars.
import { useMemo, useState } from "react";
import type { Span, TraceView } from "../../api/types";
import { counted, duration } from "../../shared/format";
import { useQueryState } from "../../shared/hooks";
import { Flag } from "../../shared/parts";

// A row is as high as styles.css makes it: two lines on a narrow screen.
const ROW = globalThis.matchMedia?.("(max-width: 46rem)").matches ? 52 : 30;
const TALL = 640, MARGIN = 12, SMALL = 400, LARGE = 2000;

export function Waterfall({ trace, first }: { trace: TraceView; first: string }) {
  const [query, change] = useQueryState();
  const open = query.get("span") ?? first;
  const only = (query.get("only") ?? (trace.spans.length > LARGE ? "1" : "")) === "1";
  const [text, setText] = useState(query.get("q") ?? "");
  const typed = (wanted: string) => { setText(wanted); change({ q: wanted }); };
  const shown = useMemo(() => trace.spans.filter((span) => (!only || span.flag || span.critical) && fits(span, text)), [trace, only, text]);
  return (
    <section className="card">
      <div className="row spread">
        <h2>{counted(trace.spans.filter((span) => span.segment).length, "segment")}, {counted(trace.spans.length, "span")}</h2>
        <div className="row noprint">
          <input type="search" data-filter aria-label="Filter spans" placeholder="Filter spans" value={text} onChange={(event) => typed(event.target.value)} />
          <button aria-pressed={only} onClick={() => change({ only: only ? "0" : "1" })}>Critical path and faults only</button>
        </div>
      </div>
      <p className="legend"><span className="v1">■ stable</span><span className="v2">■ canary</span><span>■ others</span><span className="fail">▨ fault</span><span>outlined: the critical path</span></p>
      <Rows spans={shown} total={trace.duration} open={open} choose={(id) => change({ span: open === id ? "none" : id })} />
      {!shown.length && <p className="dim">No span fits.</p>}
    </section>
  );
}

export function fits(span: Span, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return !wanted || `${span.name} ${span.detail} ${span.service} ${span.exceptions.join(" ")}`.toLowerCase().includes(wanted);
}

type All = { spans: Span[]; total: number; open: string; choose: (id: string) => void };

function Rows({ spans, total, open, choose }: All) {
  const [top, setTop] = useState(0);
  if (spans.length <= SMALL) return <div className="waterfall">{spans.map((span) => <One key={span.id} span={span} total={total} open={open === span.id} choose={choose} />)}</div>;
  const from = Math.max(0, Math.floor(top / ROW) - MARGIN), until = Math.min(spans.length, Math.ceil((top + TALL) / ROW) + MARGIN);
  return (
    <div style={{ height: TALL, overflowY: "auto" }} tabIndex={0} role="region" aria-label="Spans" onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
      <div className="waterfall" style={{ paddingTop: from * ROW, paddingBottom: (spans.length - until) * ROW }}>
        {spans.slice(from, until).map((span) => <One key={span.id} span={span} total={total} open={open === span.id} choose={choose} />)}
      </div>
    </div>
  );
}

function One({ span, total, open, choose }: { span: Span; total: number; open: boolean; choose: (id: string) => void }) {
  const colour = span.flag === "F" ? "F" : span.side === "stable" ? "v1" : span.side === "canary" ? "v2" : span.segment ? "seg" : "";
  const left = total ? (span.start / total) * 100 : 0, wide = total ? (span.duration / total) * 100 : 100;
  return (
    <div>
      <button className="span" data-row aria-expanded={open} onClick={() => choose(span.id)}>
        <span className="what" style={{ paddingLeft: `${Math.min(span.depth, 20) * 0.9}rem` }}>{span.segment ? <strong>{span.name}</strong> : span.name} <span className="dim">{span.detail}</span></span>
        <span className="status nowrap">{span.status ?? ""} <Flag flag={span.flag} /></span>
        <span className="num">{span.pending ? "…" : duration(span.duration)}</span>
        <span className="track" aria-hidden="true"><i className={`${colour} ${span.critical ? "critical" : ""}`} style={{ left: `${Math.min(left, 99.5)}%`, width: `${Math.min(wide, 100 - Math.min(left, 99.5))}%` }} /></span>
      </button>
      {open && <Detail span={span} />}
    </div>
  );
}

function Detail({ span }: { span: Span }) {
  return (
    <div className="detail">
      {span.exceptions.map((text) => <p key={text} className="fail"><strong>✖ {text}</strong></p>)}
      <p>{span.detail || span.name}</p>
      <p className="dim">in {span.service} · starts after {duration(span.start)} · takes {duration(span.duration)}{span.status ? ` · status ${span.status}` : ""}{span.critical ? " · on the critical path" : ""} · id {span.id}</p>
    </div>
  );
}
