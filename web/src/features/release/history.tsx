// All runs of a release. In: the run that is shown. Out: outcome, time to it, weight reached; each opens.
import { Link } from "wouter";
import { useRuns } from "../../api/queries";
import { lasted } from "../../shared/format";
import { Badge, Shown, Time, Versions } from "../../shared/parts";
import { ended } from "../../shared/tone";
import type { Shownrun } from "./release";

export default function History({ view }: Shownrun) {
  const { row } = view;
  const asked = useRuns(row.namespace, row.name, row.run);
  return (
    <Shown asked={asked}>
      {({ items }) => (
        <section className="card">
          <h2>Runs ({items.length})</h2>
          <div className="scroll" tabIndex={0} role="region" aria-label="Runs">
            <table className="stack">
              <thead><tr><th scope="col">Run</th><th scope="col">Outcome</th><th scope="col">Versions</th><th scope="col">Began</th><th scope="col">Took</th><th scope="col">Weight reached</th><th scope="col">Report</th></tr></thead>
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
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </Shown>
  );
}
