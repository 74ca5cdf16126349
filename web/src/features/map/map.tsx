// The service map: who calls whom, how healthy, and what the canary does differently. In: the address's range. Out: the
// drawing, the difference, the same as a table.
import { useMemo, useState } from "react";
import { Link } from "wouter";
import { useMap, useNewest, useProof } from "../../api/queries";
import type { Graph, Node, ReleaseView, RunView } from "../../api/types";
import { Chart } from "../../shared/chart";
import { count, duration, percent, points, share } from "../../shared/format";
import { useQueryState, useTitle } from "../../shared/hooks";
import { Empty, Shown, Side, Time } from "../../shared/parts";
import { type Between, type Choice, choices, Range, useBetween } from "../../shared/range";
import { BEGINS, beginning, harmedByFaults, suspects } from "./blame";
import { few } from "./boxes";
import { type Difference, differences, SURPRISING } from "./differences";
import { Drawing, type How } from "./drawing";
import { near } from "./near";

const LARGE = 40, CALLS = 2; // a larger map opens on what is at most so many calls away from the two versions

export default function Page() {
  useTitle("Map");
  return <><h1>Service map</h1><ServiceMap own={choices(useNewest())} /></>;
}

type Frame = { own?: Choice[]; usual?: Between };

export function MapOfRun({ view, run, ...frame }: Frame & { view: ReleaseView; run: RunView }) {
  return harmedByFaults(run) ? <Blaming view={view} run={run} {...frame} /> : <ServiceMap {...frame} />;
}

function Blaming({ view, run, ...frame }: Frame & { view: ReleaseView; run: RunView }) {
  const { data, isPending } = useProof(view.row.namespace, view.row.name, run.number, `${run.verdict?.examples.join()}|${run.kept.length}`);
  return <ServiceMap blamed={isPending ? [] : suspects(run, view.canary.service, data?.causes ?? [])} {...frame} />;
}

// `usual`: the time that is looked at until another one is chosen. `blamed`: names of where the faults begin, the likeliest first.
function ServiceMap({ own = choices(), usual, blamed = [] }: Frame & { blamed?: string[] }) {
  const [query, change] = useQueryState();
  const between = useBetween(query, usual);
  const asked = useMap(between.start, between.end);
  return (
    <>
      <section className="card"><Range between={between} own={own} query={query} change={change} /></section>
      <Shown asked={asked}>{(graph) => <Whole graph={graph} begins={beginning(graph, blamed)} query={query} change={change} />}</Shown>
    </>
  );
}

type Whole = { graph: Graph; begins: Node | undefined; query: URLSearchParams; change: (change: Record<string, string>) => void };

function Whole({ graph, begins, query, change }: Whole) {
  const chosen = query.get("node") ?? "", all = query.get("all") === "1";
  const how: How = { together: query.get("apart") !== "1", differing: query.get("diff") === "1" };
  const [text, setText] = useState(query.get("q") ?? "");
  const typed = (wanted: string) => { setText(wanted); change({ q: wanted }); };
  const part = useMemo(() => (graph.nodes.length > LARGE ? near(graph, CALLS) : graph), [graph]);
  const drawn = all ? graph : part;
  const node = graph.nodes.find((one) => one.name === chosen);
  if (!graph.nodes.length) return <Empty title="No services"><p>No trace between <Time at={graph.start} day /> and <Time at={graph.end} day />. The <Link href="/system">System</Link> page checks X-Ray.</p></Empty>;
  return (
    <>
      <section className="card">
        <div className="row spread">
          <p className="dim"><Time at={graph.start} day /> to <Time at={graph.end} day /></p>
          <div className="row">
            {graph.nodes.some((one) => one.release) && <button aria-pressed={!how.together} onClick={() => change({ apart: how.together ? "1" : "" })}>Versions apart</button>}
            {graph.nodes.some((one) => one.release) && <button aria-pressed={how.differing} onClick={() => change({ diff: how.differing ? "" : "1" })}>Differences only</button>}
            {part.nodes.length < graph.nodes.length && <button aria-pressed={all} onClick={() => change({ all: all ? "" : "1" })}>All {count(graph.nodes.length)} services</button>}
            {drawn.nodes.length > 12 && <input type="search" data-filter aria-label="Find a service" placeholder="Find a service" value={text} onChange={(event) => typed(event.target.value)} />}
          </div>
        </div>
        <Chart name="Services" sentence={`${drawn.nodes.length < graph.nodes.length ? `At most ${CALLS} calls away from the two versions: ` : ""}${drawn.nodes.length} services, ${drawn.edges.length} connection${drawn.edges.length === 1 ? "" : "s"}; choose one for more${begins ? `; the canary's faults begin in ${begins.name}` : ""}`} columns={["Service", "Type", "Requests", "Faults", "Errors", "Throttles", "Mean", "p50", "p99", ...(begins ? ["Cause"] : [])]} rows={drawn.nodes.filter((one) => one.requests || one === begins).map((one) => [one.name, one.type, one.requests, percent(share(one.faults, one.requests)), one.errors, one.throttles, duration(one.mean), duration(one.p50), duration(one.p99), ...(begins ? [one === begins ? BEGINS : ""] : [])])}>
          {(wide) => (
            <>
              <Drawing graph={drawn} begins={begins?.id ?? ""} how={how} chosen={chosen} wanted={text} choose={(node) => change({ node })} wide={wide} />
              <p className="legend"><span className="v1">━ stable</span><span className="v2">╍ canary</span><span className="fail">━ F faults</span><span>✚ new</span><span>✕ lost</span><span>▲ slower</span>{begins && <span className="fail">{BEGINS}</span>}</p>
            </>
          )}
        </Chart>
      </section>
      {node && <One node={node} />}
      <Diff graph={graph} />
    </>
  );
}

function One({ node }: { node: Node }) {
  const filter = `service("${node.name}")`;
  return (
    <section className="card" aria-live="polite">
      <div className="row spread"><h2>{node.name} <span className="dim">{node.type}</span></h2><Side side={node.side} /></div>
      <dl className="facts">
        <dt>Requests</dt><dd>{count(node.requests)}</dd>
        <dt>Faults, errors, throttles</dt><dd>{count(node.faults)} ({percent(share(node.faults, node.requests))}), {count(node.errors)}, {count(node.throttles)}</dd>
        <dt>Mean, p50, p99</dt><dd>{duration(node.mean)}, {duration(node.p50)}, {duration(node.p99)}</dd>
      </dl>
      {node.type !== "client" && <p className="row"><Link href={`/traces?filter=${encodeURIComponent(filter)}`}>Its traces</Link>{node.faults > 0 && <Link href={`/traces?filter=${encodeURIComponent(`${filter} { fault }`)}`}>Its faults</Link>}</p>}
    </section>
  );
}

const WORDS = {
  new: ["✚", "new: only the canary calls it", "fail"], lost: ["✕", "lost: only stable calls it", "fail"], unseen: ["◔", "", "nodata"],
  faultier: ["F", "more faults", "fail"], slower: ["▲", "slower", "undecided"], same: ["=", "no notable difference", "pass"],
} as const;

const said = ({ word, stable, expected }: Difference) => (word === "unseen" ? `not seen from ${stable ? "the canary" : "stable"} yet, ${few(expected)} expected` : WORDS[word][1]);

function Diff({ graph }: { graph: Graph }) {
  const found = differences(graph);
  if (!found.length) return null;
  const several = new Set(found.map((one) => one.release)).size > 1;
  return (
    <section className="card">
      <h2>Canary against stable</h2>
      <div className="scroll" tabIndex={0} role="region" aria-label="Canary against stable">
        <table className="stack">
          <thead><tr>{several && <th scope="col">Release</th>}<th scope="col">Call to</th><th scope="col">Difference</th><th scope="col"><span className="v1">Stable</span></th><th scope="col"><span className="v2">Canary</span></th><th scope="col">Faults</th><th scope="col">Mean</th></tr></thead>
          <tbody>
            {found.map((one) => {
              const { release, callee, stable, canary, faults, mean, word } = one;
              return (
                <tr key={`${release} ${callee}`}>
                  {several && <td data-label="Release">{release}</td>}
                  <th scope="row">{callee}</th>
                  <td className={`badge ${WORDS[word][2]}`}><span aria-hidden="true">{WORDS[word][0]}</span> {said(one)}</td>
                  <td data-label="Stable">{stable ? `${count(stable.requests)} calls, ${duration(stable.mean)}` : "—"}</td>
                  <td data-label="Canary">{canary ? `${count(canary.requests)} calls, ${duration(canary.mean)}` : "—"}</td>
                  <td data-label="Faults" className="nowrap">{stable && canary ? `${points(faults)} pp` : ""}</td>
                  <td data-label="Mean" className="nowrap">{stable && canary ? `${mean >= 0 ? "+" : "−"}${duration(Math.abs(mean))}` : ""}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p className="dim">Sums over this time range, without intervals: what to look at, not what decides. The verdict decides. A call is new or lost only where the version without it should have made {SURPRISING.toFixed(1)} or more, at the other's share of its own requests: even of calls that come in pairs, none of so many would be seen by chance in one map of a hundred.</p>
    </section>
  );
}
