// Is the traffic split as asked? Desired by the step, applied by the router, measured from traces with its interval.
// In: a run. Out: a card for its last step.
import type { RunView } from "../../api/types";
import { count, percent, share } from "../../shared/format";
import { Chart } from "../../shared/chart";
import { Badge } from "../../shared/parts";
import { linear } from "../../shared/scale";
import type { Said } from "../../shared/tone";

export function agreement(agrees: boolean | null): Said {
  if (agrees === true) return { sign: "✔", word: "as asked", tone: "pass" };
  if (agrees === false) return { sign: "✖", word: "not as asked", tone: "fail" };
  return { sign: "◔", word: "too few to say", tone: "undecided" };
}

export function SplitCard({ run }: { run: RunView }) {
  const step = run.steps.at(-1);
  if (!step) return null;
  const seen = step.measured;
  const routed = step.routed ? share(step.routed.canary, step.routed.canary + step.routed.stable) : null;
  const rows: [string, string][] = [
    ["Desired", `${step.weight} %`],
    ["Applied by the router", step.applied === null ? "not yet" : `${step.applied} %`],
    ["Measured from traces", seen ? `${percent(seen.share)} (${percent(seen.low)} … ${percent(seen.high)}) of ${count(seen.requests)}` : "not yet"],
    ["Counted by the router", step.routed && routed !== null ? `${percent(routed)} of ${count(step.routed.canary + step.routed.stable)}` : "no counters"],
  ];
  return (
    <section className="card">
      <div className="row spread"><h2>Split at {step.weight} %</h2>{seen && <Badge said={agreement(seen.agrees)} />}</div>
      <Chart name="Split" sentence="The canary's share of the requests in this step" columns={["", "Canary's share"]} rows={rows}>
        {(wide) => (
          <>
            <Picture desired={step.weight / 100} low={seen?.low} high={seen?.high} measured={seen?.share} routed={routed} wide={wide} />
            <p className="legend"><span>│ desired</span><span className="v2">● measured, with its interval</span>{routed !== null && <span>▾ counted by the router</span>}</p>
            <dl className="facts">{rows.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name} value`}>{value}</dd>])}</dl>
          </>
        )}
      </Chart>
    </section>
  );
}

type Shares = { wide: number; desired: number; low?: number | undefined; high?: number | undefined; measured?: number | undefined; routed: number | null };

function Picture({ wide, desired, low, high, measured, routed }: Shares) {
  const x = linear([0, 1], [8, wide - 8]);
  const near = 85 / wide; // of the desired share no other mark stands
  return (
    <svg width={wide} height="58" viewBox={`0 0 ${wide} 58`} role="img" aria-label={`Desired ${percent(desired)}${measured === undefined ? "" : `, measured ${percent(measured)}`}`}>
      <rect x="8" y="20" width={wide - 16} height="12" rx="3" fill="var(--sunken)" stroke="var(--line)" />
      <line x1={x(desired)} x2={x(desired)} y1="8" y2="38" stroke="var(--ink)" strokeWidth="2" />
      <text className="ink" x={x(desired)} y="52" textAnchor={desired > 1 - near / 2 ? "end" : desired < near / 2 ? "start" : "middle"}>desired {percent(desired)}</text>
      {low !== undefined && high !== undefined && <rect className="band" x={x(low)} y="14" width={Math.max(1, x(high) - x(low))} height="24" />}
      {measured !== undefined && <circle cx={x(measured)} cy="26" r="6" fill="var(--v2)" />}
      {routed !== null && <path d={`M${x(routed) - 5} 6 h10 l-5 8z`} fill="var(--dim)"><title>router {percent(routed)}</title></path>}
      {[0, 0.25, 0.5, 0.75, 1].filter((tick) => Math.abs(tick - desired) > near).map((tick) => <text key={tick} x={x(tick)} y="52" textAnchor={tick === 0 ? "start" : tick === 1 ? "end" : "middle"}>{tick * 100} %</text>)}
    </svg>
  );
}
