// Traffic: the weight asked for over time, step by step what was applied and measured, and the pods. In: a run. Out: a page.
import { count, lasted, percent, share } from "../../shared/format";
import { Badge, Chart, Time } from "../../shared/parts";
import { linear } from "../../shared/scale";
import type { RunView, StepRecord } from "../../api/types";
import type { Shownrun } from "./release";
import { agreement } from "./split";

export default function Traffic({ view, run }: Shownrun) {
  return (
    <>
      <section className="card">
        <h2>The canary's weight over time</h2>
        <Chart name="Weight over time" sentence={`${run.steps.length} of ${view.release.spec.steps.length} steps were begun`} columns={["At", "Weight asked for", "In force after"]} rows={run.weights.map((one) => [new Date(one.at * 1000).toISOString().slice(11, 19), percent(one.weight), one.confirmed_at ? lasted(one.confirmed_at - one.at) : "not yet"])}>
          <Picture run={run} />
        </Chart>
      </section>
      <section className="card">
        <h2>Steps</h2>
        <div className="scroll" tabIndex={0} role="region" aria-label="Steps">
          <table className="stack">
            <thead><tr><th scope="col">Desired</th><th scope="col">Applied</th><th scope="col">Measured from traces</th><th scope="col">Counted by the router</th><th scope="col">Split</th><th scope="col">Entered</th><th scope="col">Took</th></tr></thead>
            <tbody>{run.steps.map((step) => <Row key={step.entered} step={step} />)}</tbody>
          </table>
        </div>
      </section>
      <section className="card">
        <h2>Pods</h2>
        <div className="two">
          <p><span className="version v1">{run.stable_version}</span> <strong>{view.stable.ready} of {view.stable.desired}</strong> ready · {view.stable.service} {view.stable.message && <span className="fail">{view.stable.message}</span>}</p>
          <p><span className="version v2">{run.canary_version}</span> <strong>{view.canary.ready} of {view.canary.desired}</strong> ready · {view.canary.service} {view.canary.message && <span className="fail">{view.canary.message}</span>}</p>
        </div>
      </section>
    </>
  );
}

function Row({ step }: { step: StepRecord }) {
  const seen = step.measured, routed = step.routed;
  return (
    <tr>
      <th scope="row">{step.weight} %</th>
      <td data-label="Applied">{step.applied === null ? "…" : `${step.applied} %`}</td>
      <td data-label="Measured">{seen ? `${percent(seen.share)} (${percent(seen.low)} … ${percent(seen.high)}) of ${count(seen.requests)}` : "—"}</td>
      <td data-label="Router">{routed ? `${percent(share(routed.canary, routed.canary + routed.stable))} of ${count(routed.canary + routed.stable)}` : "—"}</td>
      <td>{seen ? <Badge said={agreement(seen.agrees)} /> : "—"}</td>
      <td data-label="Entered"><Time at={step.entered} /></td>
      <td data-label="Took">{step.left ? lasted(step.left - step.entered) : "…"}</td>
    </tr>
  );
}

function Picture({ run }: { run: RunView }) {
  const end = run.ended ?? run.verdict?.complete_to ?? run.started + 1;
  const x = linear([run.started, Math.max(end, run.started + 1)], [40, 610]), y = linear([0, 1], [150, 12]);
  const line = run.weights.map((one, index) => (index ? `H${x(one.at).toFixed(1)}V${y(one.weight).toFixed(1)}` : `M${x(one.at).toFixed(1)} ${y(one.weight).toFixed(1)}`)).join("") + `H${x(end).toFixed(1)}`;
  return (
    <svg width="620" height="172" viewBox="0 0 620 172" role="img" aria-label="Weight over time, with the measured share of each step">
      {[0, 0.25, 0.5, 0.75, 1].map((tick) => <g key={tick}><line className="axis" x1="40" x2="610" y1={y(tick)} y2={y(tick)} /><text x="34" y={y(tick) + 4} textAnchor="end">{tick * 100} %</text></g>)}
      {run.steps.map((step) => step.measured && <rect key={step.entered} className="band" x={x(step.entered)} width={Math.max(2, x(step.left ?? end) - x(step.entered))} y={y(step.measured.high)} height={Math.max(2, y(step.measured.low) - y(step.measured.high))} />)}
      {run.steps.map((step) => step.measured && <line key={step.entered} className="interval" x1={x(step.entered)} x2={x(step.left ?? end)} y1={y(step.measured.share)} y2={y(step.measured.share)} strokeDasharray="6 4" />)}
      <path d={line} fill="none" stroke="var(--ink)" strokeWidth="2" />
      <text x="610" y="168" textAnchor="end">line: asked for · dashed with band: measured</text>
    </svg>
  );
}
