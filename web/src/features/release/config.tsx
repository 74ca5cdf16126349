// The release as its owner wrote it, and what that means. In: a release. Out: the policy in words, the resource to copy.
import { Copy } from "../../shared/parts";
import { duration, percent, points } from "../../shared/format";
import type { Margin, ReleaseView, Step } from "../../api/types";

const margin = ({ ratio, difference }: Margin) => `${ratio} × ${points(difference)} pp`;
const latencies = (held: Record<string, number>) => Object.entries(held).map(([name, seconds]) => `${name} ${duration(seconds)}`);

function stepped({ weight, minTime, approval }: Step): string {
  const more = [minTime !== "0s" && `at least ${minTime}`, approval && "approval"].filter(Boolean);
  return `${weight} %${more.length ? ` (${more.join(", ")})` : ""}`;
}

export default function Config({ view }: { view: ReleaseView }) {
  const { spec } = view.release;
  const text = JSON.stringify(view.release, null, 2);
  const { analysis, traffic } = spec;
  const facts: [string, string][] = [
    ["Stable", spec.stable.deployment],
    ["Canary", spec.canary.deployment],
    ["Traffic", traffic.gateway ? `by request, HTTPRoute ${traffic.gateway.httpRoute}` : `by replica counts behind Service ${traffic.replicas?.service}, ${traffic.replicas?.total} in all`],
    ["Steps", spec.steps.map(stepped).join(", ")],
    ["Rolls back", `when one of the canary's is shown to exceed stable's: faults ${margin(analysis.faults)}, errors ${margin(analysis.errors)}, throttles ${margin(analysis.throttles)}, latencies ${analysis.slower.ratio} × + ${duration(analysis.slower.difference)}; wrong in at most ${percent(analysis.falseAlarm)} of harmless releases`],
    ["Objective", `of either version at most ${[`${percent(analysis.objective.faults)} faults`, ...latencies(analysis.objective.latency)].join(", ")}${Object.keys(analysis.objective.entry).length ? `, and where requests begin ${latencies(analysis.objective.entry).join(", ")}` : ""}; what both miss holds the weight and condemns neither`],
    ["Passes", analysis.gates.map((gate) => `up to ${gate.weight} %: within ${margin(gate)}`).join("; ")],
    ["Undecided", `at most ${analysis.maxTime} a step, then ${analysis.onTimeout === "hold" ? "hold and tell a person" : "roll back"}`],
    ["Bake", spec.bake],
    ["Traces complete", `${spec.traces.delay} after a request`],
  ];
  return (
    <>
      <section className="card">
        <h2>In words</h2>
        <dl className="facts">{facts.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name} value`}>{value}</dd>])}</dl>
      </section>
      <section className="card">
        <div className="row spread"><h2>The resource</h2><Copy text={text} what="JSON" /></div>
        <pre tabIndex={0} role="region" aria-label="Resource">{text}</pre>
      </section>
    </>
  );
}
