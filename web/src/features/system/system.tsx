// Is the instrument itself fit? In: the console's own state. Out: the checks with their remedies, addresses, versions.
import { Link } from "wouter";
import { useLine } from "../../api/live";
import { useReleases, useSystem } from "../../api/queries";
import type { ReleaseRow, System as Asked } from "../../api/types";
import { ago, count, counted, lasted } from "../../shared/format";
import { useNow, useTitle } from "../../shared/hooks";
import { Shown, Time } from "../../shared/parts";

const MOST = 20;

// Evidence comes after the requests; how long after is what a verdict waits for.
function Behind() {
  const now = useNow();
  const found = judged(useReleases().data?.items ?? []);
  return (
    <section className="card">
      <h2>How far behind the evidence is</h2>
      {!found.length && <p className="dim">No release is being judged.</p>}
      <ul className="plain">
        {found.slice(0, MOST).map((row) => <li key={`${row.namespace}/${row.name}`}><Link href={`/r/${row.namespace}/${row.name}`}>{row.namespace}/{row.name}</Link>: traces judged up to <Time at={row.complete_to} />, {ago(row.complete_to, now)}</li>)}
      </ul>
      {found.length > MOST && <p className="dim">The {MOST} furthest behind, of {count(found.length)}.</p>}
    </section>
  );
}

// X-Ray names no limit for reading: it says so by throttling.
function Calls({ system: { calls, since, now } }: { system: Asked }) {
  const total = calls.reduce((all, one) => all + one.count, 0), throttled = calls.filter((one) => one.outcome === "throttled").reduce((all, one) => all + one.count, 0);
  const minutes = Math.max(1 / 60, (now - since) / 60);
  return (
    <section className="card">
      <h2>What this console asks of X-Ray</h2>
      <p><strong>{counted(total, "call")}</strong> in {lasted(now - since)}, {(total / minutes).toFixed(1)} a minute; <span className={throttled ? "fail" : ""}>{throttled ? `✖ ${counted(throttled, "call")} throttled` : "✔ none throttled"}</span>.</p>
      {calls.length > 0 && (
        <div className="scroll" tabIndex={0} role="region" aria-label="Calls">
          <table className="stack">
            <thead><tr><th scope="col">Call</th><th scope="col">Outcome</th><th scope="col" className="num">Count</th></tr></thead>
            <tbody>{calls.map((one) => <tr key={`${one.operation} ${one.outcome}`}><th scope="row" className="mono">{one.operation}</th><td data-label="Outcome" className={one.outcome === "answered" ? "" : "fail"}>{one.outcome}</td><td data-label="Count" className="num">{count(one.count)}</td></tr>)}</tbody>
          </table>
        </div>
      )}
      <p className="dim">AWS publishes no quota for these calls: one that is throttled is asked again after a pause, and counts here once its patience has ended. The operator's own are its metric <code>serinus_xray_api_requests_total</code>.</p>
    </section>
  );
}

export function judged(rows: readonly ReleaseRow[]): ReleaseRow[] {
  return rows.filter((row) => row.running && row.complete_to > 0).sort((a, b) => a.complete_to - b.complete_to);
}

export default function System() {
  useTitle("System");
  const asked = useSystem();
  const line = useLine();
  return (
    <>
      <h1>System</h1>
      <Shown asked={asked}>
        {(system) => (
          <>
            <section className="card">
              <h2>X-Ray</h2>
              <ul className="plain">
                {system.findings.map((one) => <li key={one.check}><span className={`badge ${one.ok ? "pass" : "fail"}`}><span aria-hidden="true">{one.ok ? "✔" : "✖"}</span> {one.check}</span> {one.message}</li>)}
              </ul>
              <p className="dim">The same as <code>serinus doctor</code>, asked every 15 s.</p>
            </section>
            <Behind />
            <Calls system={system} />
            <section className="card">
              <h2>This console</h2>
              <dl className="facts">
                <dt>Version</dt><dd>{system.version}</dd>
                <dt>Releases from</dt><dd className="mono">{system.source}</dd>
                <dt>Traces from</dt><dd className="mono">{system.xray}</dd>
                <dt>Releases</dt><dd>{count(system.releases)}</dd>
                <dt>Open pages</dt><dd>{count(system.listeners)}</dd>
                <dt>This page's line</dt><dd>{line.state}</dd>
                <dt>Its clock</dt><dd><Time at={system.now} day /></dd>
              </dl>
            </section>
          </>
        )}
      </Shown>
    </>
  );
}
