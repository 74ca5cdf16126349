// What another policy would have said. In: a replay. Out: the sentence, its steps beside those that were walked.
import { Link } from "wouter";
import type { Replay, ReplayStep } from "../../api/types";
import { count, lasted } from "../../shared/format";
import { Time } from "../../shared/parts";
import { alarm, told } from "./words";

export function Result({ replay, base, log }: { replay: Replay; base: string; log: string }) {
  const { tone, sign, title, beside } = told(replay);
  return (
    <>
      <section className={`sentence ${tone}`} aria-label="Result" role="region" aria-live="polite">
        <div className={`word ${tone}`}><span aria-hidden="true">{sign}</span> {title}</div>
        <p>{replay.sentence}</p>
        <p className="dim">{replay.condemned !== null && <>At <Time at={replay.condemned} />. </>}{beside} <Link href={base}>The run as it was</Link></p>
      </section>
      {replay.steps.length > 0 && (
        <section className="card">
          <h2>Steps</h2>
          <div className="scroll" tabIndex={0} role="region" aria-label="Steps">
            <table className="stack">
              <thead><tr><th scope="col">Weight</th><th scope="col">Judged since</th><th scope="col">Passed by the run's own policy</th><th scope="col">Passed by this one</th></tr></thead>
              <tbody>{replay.steps.map((step) => <Row key={step.since} step={step} />)}</tbody>
            </table>
          </div>
        </section>
      )}
      {replay.alarms && <section className="card"><h2>False alarms</h2><p>{alarm(replay.alarms)}</p></section>}
      <p className="dim">{count(replay.looks)} looks, the last at <Time at={replay.until} />. Steps and weights are those that were walked: what the canary would have done with other traffic, nobody can say. {replay.notes.join(". ")}</p>
      <p><a href={log} download>Save the log of evidence</a> <span className="dim">for <code>serinus replay --run</code> in a terminal</span></p>
    </>
  );
}

function Row({ step }: { step: ReplayStep }) {
  return (
    <tr>
      <th scope="row">{step.weight} %</th>
      <td data-label="Judged since"><Time at={step.since} /></td>
      <td data-label="The run's own policy"><Passed at={step.was_passed} since={step.since} /></td>
      <td data-label="This policy"><Passed at={step.passed} since={step.since} /></td>
    </tr>
  );
}

function Passed({ at, since }: { at: number | null; since: number }) {
  return at === null ? <span className="dim">not passed</span> : <span><span className="pass" aria-hidden="true">✔ </span>after {lasted(at - since)}</span>;
}
