// Why: the split, the checks with their limits, where faults begin, the traces that prove it. In: a run. Out: the evidence.
import { Link } from "wouter";
import { useProof } from "../../api/queries";
import type { Cause, Proof, RunView, TraceRow } from "../../api/types";
import { count, counted, duration, path, percent, share } from "../../shared/format";
import { Copy, Empty, Flag, Outside, Shown, Side, Time } from "../../shared/parts";
import { Checks } from "./checks";
import { Evidence } from "./evidence";
import { SplitCard } from "./split";
import type { Shownrun } from "./release";

export function Verdict(shown: Shownrun) {
  const { run, view } = shown;
  if (!run.verdict) return <Empty title="Nothing judged yet"><p>The canary has no traffic yet. The first check appears with its first traces.</p></Empty>;
  return (
    <>
      {!shown.latest && <section className="sentence nodata"><p>{run.verdict.sentence}</p></section>}
      <Checks verdict={run.verdict} />
      {run.verdict.examples.length > 0 ? <ProofCards {...shown} /> : <Healthy {...shown} />}
      <div className="two">
        <SplitCard run={run} />
        <Evidence run={run} verdict={run.verdict} />
      </div>
      {run.ended !== null && <p className="noprint"><Link href={`/policies?release=${view.row.namespace}/${view.row.name}&run=${run.number}`}>Would another policy have decided otherwise?</Link></p>}
    </>
  );
}

function Healthy({ view, run }: Shownrun) {
  const query = new URLSearchParams({ start: String(Math.floor(run.started)), ...(run.ended ? { end: String(Math.ceil(run.ended)) } : {}) });
  const seen = run.verdict?.checks[0]?.canary.requests ?? 0;
  return (
    <section className="card">
      <h2>{seen ? `No fault in ${counted(seen, "canary request")}` : "No canary request seen yet"}</h2>
      <p>{!seen ? "Nothing is known of it: silence is no health." : run.ended === null ? "No trace speaks against the canary so far." : "No trace speaks against the canary."} <Link href={`/traces?${query}&filter=${encodeURIComponent(`service("${view.canary.service}")`)}`}>Look at its traces</Link> · <Link href={`/map?${query}`}>Map</Link></p>
    </section>
  );
}

function ProofCards(shown: Shownrun) {
  const { view, run } = shown;
  const asked = useProof(view.row.namespace, view.row.name, run.number, `${run.verdict?.examples.join()}|${run.kept.length}`);
  return (
    <Shown asked={asked}>
      {(proof) => (
        <>
          {proof.note && <p className="banner">{proof.note}</p>}
          <Where causes={proof.causes} hit={run.verdict?.missed ? "" : hit(run)} />
          <Traces proof={proof} versions={versionsOf(shown)} filter={`service("${view.canary.service}") { fault }`} title={run.verdict?.outcome === "fail" ? "Proof: traces that made the decision" : "The canary's faulted traces"} />
        </>
      )}
    </Shown>
  );
}

// How many requests the canary failed, and how many more it would have with all of the traffic, as long as it had a part.
export function hit(run: RunView): string {
  const check = run.verdict?.checks.find((one) => one.name === "faults" && !one.stratum);
  if (!check?.canary.events) return "";
  const { stable, canary } = check;
  const all = Math.round(share(canary.events, canary.requests) * (stable.requests + canary.requests));
  return `${counted(canary.events, "request")} of ${count(canary.requests)} failed at the canary; with all traffic on it, about ${count(all)} would have in the same time.`;
}

function Where({ causes, hit }: { causes: Cause[]; hit: string }) {
  if (!causes.length) return null;
  return (
    <section className="card">
      <h2>Where the faults begin</h2>
      {hit && <p>{hit}</p>}
      <div className="scroll" tabIndex={0} role="region" aria-label="Causes">
        <table className="stack">
          <thead><tr><th scope="col">Of the examples</th><th scope="col">Endpoint</th><th scope="col">Service</th><th scope="col">What</th><th scope="col">Traces</th></tr></thead>
          <tbody>
            {causes.map((cause) => (
              <tr key={cause.stratum + cause.service + cause.part + cause.exception}>
                <td className="nowrap"><strong>{cause.count} of {cause.of}</strong> ({percent(cause.count / cause.of)})</td>
                <td data-label="Endpoint">{cause.stratum || "—"}</td>
                <td data-label="Service">{cause.service}</td>
                <td><strong className="fail">{cause.exception}</strong> {cause.message}</td>
                <td>{cause.traces.map((id, index) => <span key={id} className="nowrap">{index ? " · " : ""}<Link href={`/traces/${id}`}>…{id.slice(-6)}</Link></span>)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

// Of this run, as two sets.
function versionsOf({ view, run }: Shownrun): string {
  const range = { start: String(Math.floor(run.started)), ...(run.ended ? { end: String(Math.ceil(run.ended)) } : {}) };
  return `/compare?${new URLSearchParams({ sets: "1", fa: `service("${view.stable.service}")`, fb: `service("${view.canary.service}")`, ...range })}`;
}

function Traces({ proof, versions, filter, title }: { proof: Proof; versions: string; filter: string; title: string }) {
  if (!proof.worst) return null;
  return (
    <section className="card">
      <div className="row spread">
        <h2>{title}</h2>
        <span className="row">
          <Copy text={filter} what="filter of all canary faults" />
          <Link href={versions}>All traces of both versions</Link>
          {proof.twin && <Link className="button" href={`/compare?a=${proof.twin.id}&b=${proof.worst.id}`}>Compare with stable's answer</Link>}
        </span>
      </div>
      <div className="three">
        <One title="Worst" trace={proof.worst} />
        {proof.typical && proof.typical.id !== proof.worst.id && <One title="Typical" trace={proof.typical} />}
        {proof.twin && <One title="Stable, same request" trace={proof.twin} />}
      </div>
    </section>
  );
}

function One({ title, trace }: { title: string; trace: TraceRow }) {
  return (
    <div className="card">
      <h3>{title}</h3>
      <p><Link data-row href={`/traces/${trace.id}`} className="mono">{trace.id}</Link></p>
      <p className="row"><Side side={trace.side} /><Flag flag={trace.flag} /><span>{trace.status || ""}</span><strong>{duration(trace.duration)}</strong></p>
      <p className="dim">{trace.method} {path(trace.url)} · <Time at={trace.at} /></p>
      {trace.link && <p><Outside link={trace.link} /></p>}
    </div>
  );
}
