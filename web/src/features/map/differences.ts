// What the canary calls differently than stable. In: the map. Out: one line a callee, the worst first.
import type { Edge, Graph } from "../../api/types";
import { count, duration, percent, points, share } from "../../shared/format";

export type Difference = { callee: string; stable: Edge | null; canary: Edge | null; faults: number; mean: number; word: "new" | "lost" | "faultier" | "slower" | "same" };

const FAULTIER = 0.01, SLOWER = 1.5, ENOUGH = 20;

export function differences(graph: Graph): Difference[] {
  const named = new Map(graph.nodes.map((node) => [node.id, node]));
  const of = (side: string) => summed(graph.edges.filter((edge) => named.get(edge.source)?.side === side), (edge) => named.get(edge.target)?.name ?? "");
  const into = (side: string) => summed(graph.edges.filter((edge) => named.get(edge.target)?.side === side), () => side).get(side) ?? null;
  const stable = of("stable"), canary = of("canary");
  const found = [...new Set([...stable.keys(), ...canary.keys()])].map((callee) => difference(callee, stable.get(callee) ?? null, canary.get(callee) ?? null));
  if (into("stable") || into("canary")) found.push(difference(UNDER_RELEASE, into("stable"), into("canary")));
  const order = ["new", "faultier", "slower", "lost", "same"];
  return found.sort((a, b) => order.indexOf(a.word) - order.indexOf(b.word) || b.faults - a.faults);
}

const UNDER_RELEASE = "the service under release";

// What is written on a call: how often, how many faults; on the canary's, and on what it no longer does, what differs.
export function words(edge: Edge, graph: Graph): string[] {
  const side = (id: string) => graph.nodes.find((node) => node.id === id)?.side ?? "";
  const callee = side(edge.target) ? UNDER_RELEASE : graph.nodes.find((node) => node.id === edge.target)?.name;
  const about = [side(edge.source), side(edge.target)];
  const found = about.some(Boolean) ? differences(graph).find((one) => one.callee === callee) : undefined;
  const first = `${count(edge.requests)}${edge.faults ? ` · F ${percent(share(edge.faults, edge.requests))}` : ""}`;
  if (found?.word === "lost") return [first, "✕ lost"];
  return found && about.includes("canary") && found.word !== "same" ? [first, differs(found)] : [first];
}

function differs({ word, faults, mean }: Difference): string {
  if (word === "new") return "✚ new";
  return word === "faultier" ? `F ${points(faults)} pp` : `▲ +${duration(mean)}`;
}

// Several callers of one callee count together, the mean by their requests.
function summed(edges: Edge[], key: (edge: Edge) => string): Map<string, Edge> {
  const found = new Map<string, Edge>();
  for (const edge of edges) {
    const had = found.get(key(edge));
    const requests = edge.requests + (had?.requests ?? 0);
    found.set(key(edge), !had ? edge : {
      ...had, requests, faults: had.faults + edge.faults, errors: had.errors + edge.errors, throttles: had.throttles + edge.throttles,
      mean: requests ? (had.mean * had.requests + edge.mean * edge.requests) / requests : 0,
    });
  }
  return found;
}

function difference(callee: string, stable: Edge | null, canary: Edge | null): Difference {
  const faults = canary && stable ? share(canary.faults, canary.requests) - share(stable.faults, stable.requests) : 0;
  const mean = canary && stable ? canary.mean - stable.mean : 0;
  const enough = Math.min(stable?.requests ?? 0, canary?.requests ?? 0) >= ENOUGH;
  const word = !stable ? "new" : !canary ? "lost" : faults > FAULTIER ? "faultier" : enough && canary.mean > stable.mean * SLOWER ? "slower" : "same";
  return { callee, stable, canary, faults, mean, word };
}
