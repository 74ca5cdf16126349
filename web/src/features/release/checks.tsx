// Each check: both versions, the difference with its interval against the limit, and how near it is to a decision.
// In: a verdict. Out: a table; all intervals share one scale.
import type { Breach, Check, Verdict, VerdictOutcome } from "../../api/types";
import { count, duration, evidence, percent, points, share } from "../../shared/format";
import { Badge } from "../../shared/parts";
import { clamp, linear } from "../../shared/scale";
import { judged } from "../../shared/tone";

export function Checks({ verdict }: { verdict: Verdict }) {
  if (!verdict.checks.length) return null;
  const reach = extent(verdict.checks);
  return (
    <section className="card">
      <div className="row spread"><h2>Checks</h2><Legend /></div>
      <div className="scroll" tabIndex={0} role="region" aria-label="Checks">
        <table className="stack">
          <thead>
            <tr>
              <th scope="col">Verdict</th><th scope="col">Check</th><th scope="col"><span className="v1">Stable</span></th><th scope="col"><span className="v2">Canary</span></th>
              <th scope="col">Difference in percentage points</th><th scope="col">Evidence of harm</th>
            </tr>
          </thead>
          <tbody>{verdict.missed && <Missed breach={verdict.missed} />}{verdict.checks.map((check) => <Row key={check.name + check.stratum + (check.quantiles?.name ?? "")} check={check} verdict={verdict.outcome} reach={reach} />)}</tbody>
        </table>
      </div>
      <details className="noprint">
        <summary>How to read this</summary>
        <p>Each row compares the canary with stable over the same time. ● is the difference that was seen; the bar around it holds the true one, however often one looks. Evidence of harm starts at 1 and multiplies: where it reaches its mark, harm is found and the release rolls back. All rows together do so to a harmless canary in at most {percent(verdict.false_alarm)} of runs. Undecided is no accusation: there are too few requests yet to say. No harm shown: the row has no gate to pass, or its step has passed without it.</p>
      </details>
    </section>
  );
}

function Legend() {
  return <p className="legend"><span className="v2">├─●─┤ estimate and interval</span><span className="fail">┊ limit</span><span>│ no difference</span></p>;
}

// Symmetric, wide enough for the first check's interval and every limit that can be passed; wider ones are cut with an arrow.
export function extent(checks: readonly Check[]): number {
  const first = checks[0];
  const wanted = checks.filter(bounded).map((check) => Math.abs(check.limit - share(check.stable.events, check.stable.requests)) * 1.3);
  if (first) wanted.push(Math.abs(first.difference.low), Math.abs(first.difference.high));
  return clamp(Math.max(0, ...wanted), 0.001, 1) * 1.08;
}

// A limit of everything is none.
const bounded = (check: Check) => check.limit < 1;

function Row({ check, verdict, reach }: { check: Check; verdict: VerdictOutcome; reach: number }) {
  const stable = share(check.stable.events, check.stable.requests), canary = share(check.canary.events, check.canary.requests);
  const compared = check.stable.requests + check.canary.requests > 0;
  return (
    <tr>
      <td><Badge said={judged(check, verdict)} /></td>
      <th scope="row">{check.name} {check.quantiles?.name} <span className="dim">{check.stratum || "all endpoints"}</span></th>
      {compared ? (
        <>
          <td data-label="Stable" className="nowrap"><strong>{percent(stable)}</strong> <span className="dim">of {count(check.stable.requests)}</span>{check.quantiles ? <span className="dim"><br />{duration(check.quantiles.stable)}</span> : null}</td>
          <td data-label="Canary" className="nowrap"><strong>{percent(canary)}</strong> <span className="dim">of {count(check.canary.requests)}</span>{check.quantiles ? <span className="dim"><br />{duration(check.quantiles.canary)}</span> : null}</td>
          <td>
            <Bar check={check} reach={reach} stable={stable} />
            <span className="nowrap"><strong>{points(check.difference.estimate)}</strong> <span className="dim">({points(check.difference.low)} … {points(check.difference.high)}){bounded(check) ? `, limit ${points(check.limit - stable)}` : ", no limit"}</span></span>
          </td>
          <td><Odds check={check} /></td>
        </>
      ) : (
        <td colSpan={4} className="dim">no requests compared yet{check.needed ? `; ≈ ${count(check.needed)} of the canary's are needed to pass` : ""}</td>
      )}
    </tr>
  );
}

// What both versions miss is nobody's harm: it holds the release, and is a row of its own.
function Missed({ breach: { metric, limit, stable, canary, entry, dependency } }: { breach: Breach }) {
  const said = metric === "faults" ? percent : duration;
  return (
    <tr>
      <td><Badge said={{ sign: "✖", word: "missed by both", tone: "undecided" }} /></td>
      <th scope="row">objective: {metric} <span className="dim">{entry ? `${entry}, where the requests begin` : "all endpoints"}</span></th>
      <td data-label="Stable" className="nowrap"><strong>{said(stable)}</strong></td>
      <td data-label="Canary" className="nowrap"><strong>{said(canary)}</strong></td>
      <td>at most <strong>{said(limit)}</strong> wanted of either version</td>
      <td className="dim">the cause is shared: it holds the weight and condemns neither{dependency && <>; they wait for {dependency} most</>}</td>
    </tr>
  );
}

function Bar({ check, reach, stable }: { check: Check; reach: number; stable: number }) {
  const x = linear([-reach, reach], [6, 254]);
  const at = (value: number) => clamp(x(value), 2, 258);
  const { low, estimate, high } = check.difference;
  return (
    <svg width="260" height="22" viewBox="0 0 260 22" aria-hidden="true">
      <line className="axis" x1={x(0)} x2={x(0)} y1="1" y2="21" strokeWidth="1.5" />
      {bounded(check) && <line className="limit" x1={at(check.limit - stable)} x2={at(check.limit - stable)} y1="0" y2="22" />}
      <line className="interval" x1={at(low)} x2={at(high)} y1="11" y2="11" />
      {low >= -reach ? <line className="interval" x1={at(low)} x2={at(low)} y1="6" y2="16" /> : <path className="interval" fill="none" d="M8 6 L2 11 L8 16" />}
      {high <= reach ? <line className="interval" x1={at(high)} x2={at(high)} y1="6" y2="16" /> : <path className="interval" fill="none" d="M252 6 L258 11 L252 16" />}
      <circle cx={at(estimate)} cy="11" r="4.5" fill="var(--v2)" />
    </svg>
  );
}

// On a logarithmic meter: evidence multiplies.
function Odds({ check }: { check: Check }) {
  const { e_fail: value, decisive } = check;
  const part = clamp(Math.log(Math.max(value, 1)) / Math.log(decisive), 0, 1);
  const full = value >= decisive;
  return (
    <span>
      <span className={`meter ${full ? "full fail" : ""}`} aria-hidden="true"><i style={{ width: `${part * 100}%` }} /></span>
      <span className="dim"> {evidence(value)}, decides at {count(Math.round(decisive))}</span>
      {check.needed ? <span className="dim nowrap"><br />≈ {count(check.needed)} more canary requests to pass</span> : null}
    </span>
  );
}
