// All releases, those first that need a person. In: rows. Out: three lists; the filter is part of the address.
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { useEntrance, useReleases } from "../../api/queries";
import type { ReleaseRow } from "../../api/types";
import { ago, count, lasted, percent } from "../../shared/format";
import { useNow, useQueryState, useTitle } from "../../shared/hooks";
import { Badge, Copy, Empty, Shown, Versions } from "../../shared/parts";
import { choose, useSettings } from "../../shared/settings";
import { said } from "../../shared/tone";
import { type Asked, key, parted } from "./parted";
import { start } from "./start";

const FIRST = 50, MORE = 100; // what a table draws at once: thousands of rows would make every second's news slow

export function Overview() {
  useTitle("Overview");
  const asked = useReleases();
  const [query, change] = useQueryState();
  const [filter, setFilter] = useState(query.get("q") ?? ""); // what is typed is here at once; the address follows
  const typed = (text: string) => { setFilter(text); change({ q: text }); };
  useEffect(() => setFilter(query.get("q") ?? ""), [query.get("q")]);
  return (
    <>
      <div className="row spread">
        <h1>Releases</h1>
        <div className="row">
          <Chosen rows={asked.data?.items ?? []} query={query} change={change} />
          <input type="search" data-filter aria-label="Filter releases" placeholder="Filter" value={filter} onChange={(event) => typed(event.target.value)} />
        </div>
      </div>
      <Shown asked={asked}>{({ items }) => (items.length ? <Lists rows={items} filter={filter} namespace={query.get("ns") ?? ""} only={query.get("stars") === "1"} /> : <None />)}</Shown>
    </>
  );
}

// Which part of the list is looked at, where there is more than one.
function Chosen({ rows, query, change }: { rows: ReleaseRow[]; query: URLSearchParams; change: (change: Record<string, string>) => void }) {
  const { stars } = useSettings();
  const namespace = query.get("ns") ?? "", only = query.get("stars") === "1";
  const namespaces = [...new Set([...rows.map((row) => row.namespace), ...(namespace ? [namespace] : [])])].sort();
  return (
    <>
      {(stars.length > 0 || only) && <button aria-pressed={only} onClick={() => change({ stars: only ? "" : "1" })}><span aria-hidden="true">★</span> Favourites only</button>}
      {(namespaces.length > 1 || namespace) && (
        <label className="inline">Namespace
          <select value={namespace} onChange={(event) => change({ ns: event.target.value })}>
            <option value="">all</option>
            {namespaces.map((one) => <option key={one} value={one}>{one}</option>)}
          </select>
        </label>
      )}
    </>
  );
}

function Star({ of }: { of: string }) {
  const { stars } = useSettings();
  const on = stars.includes(of);
  return <button className="quiet star" aria-pressed={on} aria-label={`Favourite ${of}`} onClick={() => choose({ stars: on ? stars.filter((one) => one !== of) : [...stars, of] })}><span aria-hidden="true">{on ? "★" : "☆"}</span></button>;
}

function None() {
  return (
    <Empty title="No release yet">
      <p>A release is a <code>CanaryRelease</code>: two Deployments, the route that splits their traffic, and steps.</p>
      <Shown asked={useEntrance()}>{({ way }) => <Start {...start(way)} />}</Shown>
    </Empty>
  );
}

function Start({ how, command }: { how: string; command: string }) {
  return (
    <>
      <p>{how}</p>
      <pre>{command}</pre>
      <p><Copy text={command} what="command" /></p>
    </>
  );
}

function Lists({ rows, ...asked }: { rows: ReleaseRow[] } & Omit<Asked, "stars">) {
  const { stars } = useSettings();
  const { needs, running, recent } = parted(rows, { ...asked, stars });
  const { filter, namespace, only } = asked;
  if (!needs.length && !running.length && !recent.length) return <Empty title="Nothing fits"><p>No {only ? "favourite " : ""}release{namespace && ` in namespace ${namespace}`}{filter && ` matches “${filter}”`}. <Link href="/">All releases</Link></p></Empty>;
  return (
    <>
      {needs.length > 0 && <List title="Needs you" rows={needs} />}
      {running.length > 0 && <List title="Running" rows={running} />}
      {recent.length > 0 && <List title="Recent" rows={recent} />}
    </>
  );
}

function List({ title, rows }: { title: string; rows: ReleaseRow[] }) {
  const now = useNow();
  const [most, setMost] = useState(FIRST);
  return (
    <section className="card" aria-label={title}>
      <h2>{title} ({rows.length})</h2>
      <div className="scroll" tabIndex={0} role="region" aria-label={`${title}, table`}>
        <table className="stack">
          <thead><tr><th scope="col">Release</th><th scope="col">Versions</th><th scope="col">How it stands</th><th scope="col">Step</th><th scope="col">Desired / measured</th><th scope="col">{title === "Recent" ? "Ended" : "Left"}</th></tr></thead>
          <tbody>{rows.slice(0, most).map((row) => <Row key={`${row.namespace}/${row.name}`} row={row} now={now} />)}</tbody>
        </table>
      </div>
      {rows.length > most && (
        <p className="row"><button onClick={() => setMost(most + MORE)}>Show {count(Math.min(MORE, rows.length - most))} more</button><span className="dim">{count(most)} of {count(rows.length)} are shown; the filter looks through all.</span></p>
      )}
    </section>
  );
}

function Row({ row, now }: { row: ReleaseRow; now: number }) {
  const seen = row.ended ? null : row.measured; // of the last step: beside the weight of now it would look like a mismatch
  const left = row.left_s ? `≈ ${lasted(row.left_s)}` : row.needed ? `${count(row.needed)} requests` : "";
  return (
    <tr>
      <th scope="row"><span className="starred"><Star of={key(row)} /><Link data-row href={`/r/${row.namespace}/${row.name}`}>{row.namespace}/{row.name}</Link></span></th>
      <td><Versions stable={row.stable_version} canary={row.canary_version} /></td>
      <td>
        <Badge said={said(row)} />
        {row.needs && row.phase !== "AwaitingApproval" && <strong> · {row.needs}</strong>}
        <div className="dim">{row.message}</div>
      </td>
      <td data-label="Step" className="nowrap">{row.run ? `${row.step}/${row.steps}` : ""}</td>
      <td data-label="Desired / measured" className="nowrap">{row.run ? `${row.weight} %` : ""}{seen ? ` / ${percent(seen.share)} ±${((seen.high - seen.low) * 50).toFixed(1)}` : ""}</td>
      <td className="nowrap">{row.ended ? <>{ago(row.ended, now)} · <Link href={`/r/${row.namespace}/${row.name}/runs/${row.run}/report`}>Report<span className="out"> of {row.namespace}/{row.name}</span></Link></> : left}</td>
    </tr>
  );
}
