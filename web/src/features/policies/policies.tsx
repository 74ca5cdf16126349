// Would another policy have decided otherwise? In: a run, a policy. Out: the run's evidence judged again by it.
import { type FormEvent, useState } from "react";
import { Link } from "wouter";
import { Refusal } from "../../api/client";
import { useRelease, useReleases, useReplay } from "../../api/queries";
import type { ReleaseView } from "../../api/types";
import { useQueryState, useTitle } from "../../shared/hooks";
import { Empty, Shown, Trouble } from "../../shared/parts";
import { Result } from "./result";
import { Uses } from "./uses";
import { changed, parsed, valueOf } from "./words";

type Field = { label: string; path: string[]; step: string; min: number; max?: number; times: number };

const FIELDS: Field[] = [
  { label: "False alarms, at most (%)", path: ["falseAlarm"], step: "any", min: 0, max: 100, times: 100 },
  { label: "Faults: times stable's", path: ["faults", "ratio"], step: "any", min: 1, times: 1 },
  { label: "Faults: plus (percentage points)", path: ["faults", "difference"], step: "any", min: 0, max: 100, times: 100 },
  { label: "Canary requests, at least", path: ["minRequests"], step: "1", min: 1, times: 1 },
];
const DEALS = 100;

export default function Policies() {
  useTitle("Policies");
  const [query, change] = useQueryState();
  const asked = useReleases();
  const wanted = query.get("release") ?? "";
  return (
    <>
      <h1>Would another policy have decided otherwise?</h1>
      <Shown asked={asked}>
        {({ items }) => {
          const judged = items.filter((row) => row.run > 0);
          const row = judged.find((one) => `${one.namespace}/${one.name}` === wanted) ?? (wanted ? undefined : judged[0]);
          if (!judged.length) return <Empty title="No run yet"><p>A policy is tried on the recorded evidence of a run. <Link href="/">All releases</Link></p></Empty>;
          const run = Number(query.get("run")) || row?.run || 0;
          return (
            <>
              <section className="card">
                <div className="row">
                  <label>Release
                    <input list="judged" data-filter defaultValue={row ? `${row.namespace}/${row.name}` : wanted} key={wanted} onChange={(event) => judged.some((one) => `${one.namespace}/${one.name}` === event.target.value) && change({ release: event.target.value, run: "" })} />
                  </label>
                  <datalist id="judged">{judged.slice(0, 200).map((one) => <option key={`${one.namespace}/${one.name}`} value={`${one.namespace}/${one.name}`} />)}</datalist>
                  {row && <label>Run<input type="number" min={1} max={row.run} value={run} onChange={(event) => change({ run: event.target.value })} /></label>}
                </div>
                {!row && <p className="dim">No release of this name has had a run.</p>}
              </section>
              {row && <Of key={`${row.namespace}/${row.name}`} ns={row.namespace} name={row.name} run={run} />}
            </>
          );
        }}
      </Shown>
      {asked.data && <Uses />}
    </>
  );
}

function Of({ ns, name, run }: { ns: string; name: string; run: number }) {
  return <Shown asked={useRelease(ns, name)}>{(view) => <Try view={view} run={run} />}</Shown>;
}

function Try({ view, run }: { view: ReleaseView; run: number }) {
  const { namespace, name } = view.row;
  const own = JSON.stringify(view.release.spec.analysis, null, 2);
  const [text, setText] = useState(own);
  const [deals, setDeals] = useState(false);
  const replay = useReplay(namespace, name, run);
  const change = (next: string) => { // an answer to another question must not stay in view
    setText(next);
    replay.reset();
  };
  const ask = (event: FormEvent) => {
    event.preventDefault();
    const policy = parsed(text);
    if (policy) replay.mutate({ policy, deals: deals ? DEALS : 0 });
  };
  return (
    <>
      <form className="card" onSubmit={ask}>
        <p className="dim">The release's own policy as it stands. Change it, and the recorded evidence of run {run} is judged by it; nothing else happens.</p>
        <div className="row spread"><h2>The policy</h2>{text !== own && <button type="button" className="quiet" onClick={() => change(own)}>As the release has it</button>}</div>
        <div className="three">{FIELDS.map((field) => <One key={field.label} field={field} text={text} set={change} />)}</div>
        <details>
          <summary>All of it, as JSON</summary>
          <textarea className="mono" style={{ width: "100%" }} rows={16} aria-label="The policy as JSON" value={text} onChange={(event) => change(event.target.value)} spellCheck={false} />
        </details>
        <label className="inline"><input type="checkbox" checked={deals} onChange={(event) => setDeals(event.target.checked)} /> Also judge stable against itself, {DEALS} times: how often would this policy cry wolf? (takes longer)</label>
        <div role="alert">{!parsed(text) && <p className="fail">✖ The policy is not a JSON object.</p>}</div>
        <p className="row"><button className="main" aria-disabled={replay.isPending || !parsed(text)}>{replay.isPending ? "Judging…" : `Judge run ${run} by it`}</button></p>
      </form>
      {replay.error && <Failed error={replay.error} />}
      {replay.data && !replay.isPending && <Result replay={replay.data} base={`/r/${namespace}/${name}/runs/${run}`} log={`/api/v1/releases/${namespace}/${name}/runs/${run}/evidence`} />}
    </>
  );
}

function Failed({ error }: { error: unknown }) {
  if (!(error instanceof Refusal) || error.problem.status === 503) return <Trouble error={error} />;
  const { title, detail, field } = error.problem;
  return <section className="card" role="alert"><h2><span className="nodata" aria-hidden="true">⊘ </span>{title}</h2><p>{field && !detail.startsWith(field) ? `${field}: ` : ""}{detail}</p></section>;
}

function One({ field, text, set }: { field: Field; text: string; set: (text: string) => void }) {
  const value = valueOf(text, field.path);
  const shown = value === null ? "" : Number((value * field.times).toPrecision(12));
  return (
    <label>{field.label}
      <input type="number" step={field.step} min={field.min} max={field.max} value={shown} onChange={(event) => set(changed(text, field.path, event.target.value === "" ? Number.NaN : event.target.valueAsNumber / field.times))} />
    </label>
  );
}
