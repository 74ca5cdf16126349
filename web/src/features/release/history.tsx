// All runs of a release. In: the run that is shown. Out: outcome, time to it, weight reached; each opens, and two of them
// can be put side by side, by the address.
import { Link } from "wouter";
import { useRuns } from "../../api/queries";
import type { RunView } from "../../api/types";
import { count, lasted, percent, points, share } from "../../shared/format";
import { useQueryState } from "../../shared/hooks";
import { Badge, Shown, Time, Versions } from "../../shared/parts";
import { ended } from "../../shared/tone";
import type { Shownrun } from "./release";

export default function History({ view }: Shownrun) {
  const { row } = view;
  const asked = useRuns(row.namespace, row.name, row.run);
  const [query, change] = useQueryState();
  const a = query.get("a") ?? "", b = query.get("b") ?? "";
  return (
    <Shown asked={asked}>
      {({ items }) => (
        <>
          <Pair runs={items} a={a} b={b} />
          <section className="card">
            <h2>Runs ({items.length})</h2>
            <div className="scroll" tabIndex={0} role="region" aria-label="Runs">
              <table className="stack">
                <thead><tr><th scope="col">Run</th><th scope="col">Outcome</th><th scope="col">Versions</th><th scope="col">Began</th><th scope="col">Took</th><th scope="col">Weight reached</th><th scope="col">Report</th><th scope="col">Compare</th></tr></thead>
                <tbody>
                  {items.map((run) => (
                    <tr key={run.number}>
                      <th scope="row" className="nowrap"><Link data-row href={`/r/${row.namespace}/${row.name}/runs/${run.number}`}>run {run.number}</Link></th>
                      <td><Badge said={ended(run.outcome)} /><div className="dim">{run.timeline.at(-1)?.message}</div></td>
                      <td><Versions stable={run.stable_version} canary={run.canary_version} /></td>
                      <td data-label="Began"><Time at={run.started} day /></td>
                      <td data-label="Took">{run.ended ? lasted(run.ended - run.started) : "…"}</td>
                      <td data-label="Weight reached">{Math.max(0, ...run.steps.map((step) => step.weight))} %</td>
                      <td><Link href={`/r/${row.namespace}/${row.name}/runs/${run.number}/report`}>Report</Link></td>
                      <td><Mark run={String(run.number)} a={a} choose={change} /></td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </section>
        </>
      )}
    </Shown>
  );
}

function Mark({ run, a, choose }: { run: string; a: string; choose: (change: Record<string, string>) => void }) {
  if (a && a !== run) return <button className="quiet" onClick={() => choose({ b: run })}>with run {a}</button>;
  return <button className="quiet" aria-pressed={a === run} onClick={() => choose({ a: a ? "" : run, b: "" })}>{a ? "marked ✕" : "mark"}<span className="out"> run {run}</span></button>;
}

function Pair({ runs, a, b }: { runs: RunView[]; a: string; b: string }) {
  const pair = [a, b].map((number) => runs.find((run) => String(run.number) === number));
  const [first, second] = pair;
  if (!first || !second) return null;
  const left = facts(first), right = facts(second);
  return (
    <section className="card">
      <h2>Run {first.number} and run {second.number}</h2>
      <div className="scroll" tabIndex={0} role="region" aria-label="Two runs">
        <table className="stack">
          <thead><tr><th scope="col">What</th><th scope="col">Run {first.number}</th><th scope="col">Run {second.number}</th></tr></thead>
          <tbody>
            {left.map(([name, value], index) => (
              <tr key={name}><th scope="row">{name}</th><td data-label={`Run ${first.number}`}>{value}</td><td data-label={`Run ${second.number}`}>{right[index]?.[1]}</td></tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

// What two runs can be compared by; "—" for what was never seen.
export function facts(run: RunView): [string, string][] {
  const whole = run.verdict?.checks.find((check) => check.name === "faults" && !check.stratum), split = run.steps.at(-1)?.measured;
  const of = (one?: { events: number; requests: number }) => (one ? `${percent(share(one.events, one.requests))} of ${count(one.requests)}` : "—");
  const asked = run.timeline.filter((entry) => entry.asked).map((entry) => `${entry.by}, ${entry.asked}`);
  return [
    ["Outcome", ended(run.outcome).word],
    ["Versions", `${run.stable_version} → ${run.canary_version}`],
    ["Took", run.ended ? lasted(run.ended - run.started) : "still running"],
    ["Until harm was found", run.found_at ? lasted(run.found_at - run.started) : "—"],
    ["Weight reached", `${Math.max(0, ...run.steps.map((step) => step.weight))} %`],
    ["Canary's share, measured last", split ? `${percent(split.share)} (${percent(split.low)} … ${percent(split.high)})` : "—"],
    ["Faults of stable", of(whole?.stable)],
    ["Faults of the canary", of(whole?.canary)],
    ["Difference in percentage points", whole ? `${points(whole.difference.estimate)} (${points(whole.difference.low)} … ${points(whole.difference.high)})` : "—"],
    ["The judge's last word", run.verdict?.sentence ?? "—"],
    ["Asked by people", asked.join("; ") || "nothing"],
  ];
}
