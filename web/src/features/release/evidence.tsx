// How the evidence moved: the difference with its interval over time, the limit, the steps. In: a run's record. Out: a
// chart; where there are too few points, why.
import type { Point, RunView, StepRecord, Verdict } from "../../api/types";
import { Chart } from "../../shared/chart";
import { clock, ends, pointMarks, points as pp } from "../../shared/format";
import { Time } from "../../shared/parts";
import { clamp, linear, ticks } from "../../shared/scale";
import { useSettings } from "../../shared/settings";

const HIGH = 220, LEFT = 58, RIGHT = 8, BOTTOM = 24;

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
          {(wide, at) => (
            <>
              <Picture points={points} steps={steps} utc={utc} wide={wide} at={at} />
              <p className="legend"><span className="v2">━ estimate, its interval around it</span><span className="fail">╍ limit</span></p>
            </>
          )}
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

function Picture({ points, steps, utc, wide, at: chosen }: { points: Point[]; steps: StepRecord[]; utc: boolean; wide: number; at: number }) {
  const first = points[0]!, last = points.at(-1)!;
  const [low, high] = window(points);
  const marks = ticks(low, high, 4), words = pointMarks(marks), [begin, end] = ends(first.at, last.at, utc);
  const here = points[chosen];
  const x = linear([first.at, last.at], [LEFT, wide - RIGHT]), y = linear([low, high], [HIGH - BOTTOM, 8]);
  const at = (value: number) => clamp(y(value), 4, HIGH - BOTTOM + 4);
  const path = (get: (point: Point) => number) => points.map((one, index) => `${index ? "L" : "M"}${x(one.at).toFixed(1)} ${at(get(one)).toFixed(1)}`).join("");
  const band = `${path((one) => one.high)}${[...points].reverse().map((one) => `L${x(one.at).toFixed(1)} ${at(one.low).toFixed(1)}`).join("")}Z`;
  return (
    <svg width={wide} height={HIGH} viewBox={`0 0 ${wide} ${HIGH}`} role="img" aria-label="Difference in faults with its interval over time">
      {marks.map((tick, index) => (
        <g key={tick}><line className="axis" x1={LEFT} x2={wide - RIGHT} y1={y(tick)} y2={y(tick)} /><text x={LEFT - 6} y={y(tick) + 4} textAnchor="end">{words[index]}</text></g>
      ))}
      <path className="band" d={band} />
      <path d={path((one) => one.estimate)} fill="none" stroke="var(--v2)" strokeWidth="2.5" />
      <path className="limit" fill="none" d={path((one) => one.limit)} />
      <line stroke="var(--ink)" strokeWidth="1.2" x1={LEFT} x2={wide - RIGHT} y1={y(0)} y2={y(0)} />
      {steps.filter((step) => step.entered > first.at && step.entered < last.at).map((step) => (
        <g key={step.weight}><line className="axis" strokeDasharray="2 4" x1={x(step.entered)} x2={x(step.entered)} y1="8" y2={HIGH - BOTTOM} /><text x={x(step.entered) + 4} y="16">{step.weight} %</text></g>
      ))}
      {here && <g><line stroke="var(--ink)" x1={x(here.at)} x2={x(here.at)} y1="8" y2={HIGH - BOTTOM} /><circle cx={x(here.at)} cy={at(here.estimate)} r="4.5" fill="var(--v2)" /></g>}
      <text x={LEFT} y={HIGH - 6}>{begin}</text>
      <text x={wide - RIGHT} y={HIGH - 6} textAnchor="end">{end}</text>
    </svg>
  );
}
