// Who is judged by which policy. In: the console's list. Out: a table, a row for each policy.
import { Link } from "wouter";
import { usePolicies } from "../../api/queries";
import type { PolicyUse } from "../../api/types";
import { counted, percent } from "../../shared/format";
import { Shown } from "../../shared/parts";

const MOST = 20;

export function Uses() {
  return <Shown asked={usePolicies()}>{({ items }) => (items.length ? <Table items={items} /> : null)}</Shown>;
}

function Table({ items }: { items: PolicyUse[] }) {
  return (
    <section className="card">
      <h2>Who is judged by which policy</h2>
      <div className="scroll" tabIndex={0} role="region" aria-label="Policies in use">
        <table className="stack">
          <thead><tr><th scope="col">Policy</th><th scope="col">False alarms, at most</th><th scope="col">Releases</th></tr></thead>
          <tbody>
            {items.map((one) => (
              <tr key={one.releases[0]}>
                <th scope="row">{one.changed.length ? <>The default, but <code>{one.changed.join(", ")}</code></> : "The default"}</th>
                <td data-label="False alarms, at most">{percent(one.analysis.falseAlarm)}</td>
                <td data-label="Releases"><Names names={one.releases} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Names({ names }: { names: string[] }) {
  return (
    <>
      {names.slice(0, MOST).map((name, index) => <span key={name}>{index ? ", " : ""}<Link href={`/r/${name}/config`}>{name}</Link></span>)}
      {names.length > MOST && ` and ${counted(names.length - MOST, "other")}`}
    </>
  );
}
