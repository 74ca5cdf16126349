// Traffic: the weight asked for over time, step by step what was applied and measured, and the pods. In: a run. Out: a page.
import { clock, count, ends, lasted, percent, share } from "../../shared/format";
import { Chart } from "../../shared/chart";
import { Badge, Time } from "../../shared/parts";
import { linear } from "../../shared/scale";
import { useSettings } from "../../shared/settings";
import type { RunView, StepRecord } from "../../api/types";
import type { Shownrun } from "./release";
import { agreement } from "./split";

export default function Traffic({ view, run }: Shownrun) {
  const { utc } = useSettings();
  return (
    <>
      <section className="card">
        <h2>The canary's weight over time</h2>
        <Chart name="Weight over time" sentence={`${run.steps.length} of ${view.release.spec.steps.length} steps were begun`} columns={["At", "Weight asked for", "In force after"]} rows={run.weights.map((one) => [clock(one.at, utc), percent(one.weight), one.confirmed_at ? lasted(one.confirmed_at - one.at) : "not yet"])}>
          {(wide, at) => (
            <>
              <Picture run={run} utc={utc} wide={wide} at={at} />
              <p className="legend"><span>━ asked for</span><span className="v2">╍ measured from traces, with its interval</span></p>
            </>
          )}
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
          <p className="row"><span className="version v1">{run.stable_version}</span><span><strong>{view.stable.ready} of {view.stable.desired}</strong> ready · {view.stable.service}</span> {view.stable.message && <span className="fail">{view.stable.message}</span>}</p>
          <p className="row"><span className="version v2">{run.canary_version}</span><span><strong>{view.canary.ready} of {view.canary.desired}</strong> ready · {view.canary.service}</span> {view.canary.message && <span className="fail">{view.canary.message}</span>}</p>
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

// When a step's requests were split as it asks: from its weight in force until another is asked for.
export function inForce(run: RunView, step: StepRecord): [number, number] {
  const asked = run.weights.find((one) => one.at >= step.entered && Math.abs(one.weight - step.weight / 100) < 1e-6);
  const from = asked?.confirmed_at ?? asked?.at ?? step.entered;
  const next = run.weights.find((one) => one.at > from && asked !== undefined && one.weight !== asked.weight);
  return [from, next?.at ?? step.left ?? end(run)];
}

const end = (run: RunView) => Math.max(run.ended ?? run.verdict?.complete_to ?? 0, run.started + 1, run.weights.at(-1)?.at ?? 0);
const LEFT = 46, RIGHT = 8, HIGH = 172;

function Picture({ run, utc, wide, at }: { run: RunView; utc: boolean; wide: number; at: number }) {
  const last = end(run), here = run.weights[at];
  const x = linear([run.started, last], [LEFT, wide - RIGHT]), y = linear([0, 1], [150, 12]);
  const line = run.weights.map((one, index) => (index ? `H${x(one.at).toFixed(1)}V${y(one.weight).toFixed(1)}` : `M${x(one.at).toFixed(1)} ${y(one.weight).toFixed(1)}`)).join("") + `H${x(last).toFixed(1)}`;
  const [begin, until] = ends(run.started, last, utc);
  return (
    <svg width={wide} height={HIGH} viewBox={`0 0 ${wide} ${HIGH}`} role="img" aria-label="Weight over time, with the measured share of each step">
      {[0, 0.25, 0.5, 0.75, 1].map((tick) => <g key={tick}><line className="axis" x1={LEFT} x2={wide - RIGHT} y1={y(tick)} y2={y(tick)} /><text x={LEFT - 6} y={y(tick) + 4} textAnchor="end">{tick * 100} %</text></g>)}
      {run.steps.map((step) => {
        const [from, to] = inForce(run, step).map(x) as [number, number];
        return step.measured && (
          <g key={step.entered}>
            <rect className="band" x={from} width={Math.max(2, to - from)} y={y(step.measured.high)} height={Math.max(2, y(step.measured.low) - y(step.measured.high))} />
            <line className="interval" x1={from} x2={to} y1={y(step.measured.share)} y2={y(step.measured.share)} strokeDasharray="6 4" />
          </g>
        );
      })}
      {run.weights.length > 0 && <path d={line} fill="none" stroke="var(--ink)" strokeWidth="2" />}
      {here && <circle cx={x(here.at)} cy={y(here.weight)} r="4.5" fill="var(--ink)" />}
      <text x={LEFT} y={HIGH - 4}>{begin}</text>
      <text x={wide - RIGHT} y={HIGH - 4} textAnchor="end">{until}</text>
    </svg>
  );
}
