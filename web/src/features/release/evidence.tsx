// How the evidence moved: the difference with its interval over time, the limit, the steps. In: a run's record. Out: a
// chart; where there are too few points, why.
import type { Point, RunView, StepRecord, Verdict } from "../../api/types";
import { clock, points as pp } from "../../shared/format";
import { Chart, Time } from "../../shared/parts";
import { clamp, linear, ticks } from "../../shared/scale";
import { useSettings } from "../../shared/settings";

const WIDE = 560, HIGH = 220, LEFT = 46, BOTTOM = 24;

export function Evidence({ run, verdict }: { run: RunView; verdict: Verdict }) {
  const { points, steps } = run;
  const { utc } = useSettings();
  const last = points.at(-1);
  if (run.ended !== null && points.length < 3) return null;
  return (
    <section className="card">
      <h2>Evidence over time</h2>
      {points.length < 3 || !last ? (
        <p className="dim">The picture begins with the third look at the traces; {verdict.complete_to > 0 ? <>so far the judge has seen them up to <Time at={verdict.complete_to} />.</> : "so far the judge has seen none."}</p>
      ) : (
        <Chart
          name="Evidence over time"
          sentence={`Difference in faults, ${pp(last.estimate)} pp at the end, interval ${pp(last.low)} … ${pp(last.high)}, limit ${pp(last.limit)}`}
          columns={["Until", "Weight", "Canary requests", "Difference", "Low", "High", "Limit"]}
          rows={points.map((one) => [clock(one.at, utc), `${one.weight} %`, one.requests, pp(one.estimate), pp(one.low), pp(one.high), pp(one.limit)])}
        >
          <Picture points={points} steps={steps} utc={utc} />
        </Chart>
      )}
    </section>
  );
}

// The first intervals span everything; the picture is about the later ones.
export function window(points: readonly Point[]): [number, number] {
  const settled = points.slice(Math.floor(points.length / 4));
  const high = Math.max(0.002, ...settled.map((one) => Math.max(one.estimate * 1.5, Math.min(one.high, Math.abs(one.estimate) * 3 + one.limit * 4 + 0.02))));
  const low = Math.min(-0.002, ...settled.map((one) => Math.max(one.low, -high / 2)));
  return [low, high];
}

function Picture({ points, steps, utc }: { points: Point[]; steps: StepRecord[]; utc: boolean }) {
  const first = points[0]!, last = points.at(-1)!;
  const [low, high] = window(points);
  const x = linear([first.at, last.at], [LEFT, WIDE - 8]), y = linear([low, high], [HIGH - BOTTOM, 8]);
  const at = (value: number) => clamp(y(value), 4, HIGH - BOTTOM + 4);
  const path = (get: (point: Point) => number) => points.map((one, index) => `${index ? "L" : "M"}${x(one.at).toFixed(1)} ${at(get(one)).toFixed(1)}`).join("");
  const band = `${path((one) => one.high)}${[...points].reverse().map((one) => `L${x(one.at).toFixed(1)} ${at(one.low).toFixed(1)}`).join("")}Z`;
  return (
    <svg width={WIDE} height={HIGH} viewBox={`0 0 ${WIDE} ${HIGH}`} role="img" aria-label="Difference in faults with its interval over time">
      {ticks(low, high, 4).map((tick) => (
        <g key={tick}><line className="axis" x1={LEFT} x2={WIDE - 8} y1={y(tick)} y2={y(tick)} /><text x={LEFT - 6} y={y(tick) + 4} textAnchor="end">{pp(tick)}</text></g>
      ))}
      <path className="band" d={band} />
      <path d={path((one) => one.estimate)} fill="none" stroke="var(--v2)" strokeWidth="2.5" />
      <path className="limit" fill="none" d={path((one) => one.limit)} />
      <line stroke="var(--ink)" strokeWidth="1.2" x1={LEFT} x2={WIDE - 8} y1={y(0)} y2={y(0)} />
      {steps.filter((step) => step.entered > first.at && step.entered < last.at).map((step) => (
        <g key={step.weight}><line className="axis" strokeDasharray="2 4" x1={x(step.entered)} x2={x(step.entered)} y1="8" y2={HIGH - BOTTOM} /><text x={x(step.entered) + 4} y="16">{step.weight} %</text></g>
      ))}
      <text x={LEFT} y={HIGH - 6}>{clock(first.at, utc)}</text>
      <text x={WIDE - 8} y={HIGH - 6} textAnchor="end">{clock(last.at, utc)}</text>
    </svg>
  );
}
