// What a release's canary calls differently than its stable version. In: the map. Out: one line a callee, the worst first.
import type { Edge, Graph, Node } from "../../api/types";
import { share } from "../../shared/format";

export type Word = "new" | "lost" | "unseen" | "faultier" | "slower" | "same";
// `expected`: calls that the version without any would have made, had it called as often a request as the other.
export type Difference = { release: string; callee: string; stable: Edge | null; canary: Edge | null; faults: number; mean: number; expected: number; word: Word };

const FAULTIER = 0.01, SLOWER = 1.5, ENOUGH = 20;
// Where so many calls are expected, none at all is seen in at most one of a hundred maps, even where they come in pairs:
// exp(−expected / 2) ≤ 1 %.
export const SURPRISING = 2 * Math.log(100);
const ORDER: Word[] = ["new", "faultier", "slower", "lost", "unseen", "same"];
export const UNDER_RELEASE = "the service under release";

export const callee = (node: Node, release: string) => (release && node.release === release ? UNDER_RELEASE : node.name);

export function differences(graph: Graph): Difference[] {
  const releases = [...new Set(graph.nodes.filter((node) => node.side).map((node) => node.release))];
  const found = releases.flatMap((release) => ofRelease(graph, release));
  return found.sort((a, b) => ORDER.indexOf(a.word) - ORDER.indexOf(b.word) || b.faults - a.faults);
}

function ofRelease(graph: Graph, release: string): Difference[] {
  const named = new Map(graph.nodes.map((node) => [node.id, node]));
  const own = (id: string, side: string) => named.get(id)?.release === release && named.get(id)?.side === side;
  const made = (side: string) => summed(graph.edges.filter((edge) => own(edge.source, side) || own(edge.target, side)), (edge) => {
    const target = named.get(edge.target);
    return target ? callee(target, release) : "";
  });
  const answered = (side: string) => graph.nodes.filter((node) => own(node.id, side)).reduce((all, node) => all + node.requests, 0);
  const stable = made("stable"), canary = made("canary"), requests = { stable: answered("stable"), canary: answered("canary") };
  return [...new Set([...stable.keys(), ...canary.keys()])].map((name) => difference(release, name, stable.get(name) ?? null, canary.get(name) ?? null, requests));
}

// Several callers of one callee count together, the mean by their requests.
function summed(edges: Edge[], key: (edge: Edge) => string): Map<string, Edge> {
  const found = new Map<string, Edge>();
  for (const edge of edges) found.set(key(edge), sum(found.get(key(edge)) ?? null, edge));
  return found;
}

export function sum(one: Edge | null, other: Edge): Edge {
  if (!one) return other;
  const requests = one.requests + other.requests, mean = requests ? (one.mean * one.requests + other.mean * other.requests) / requests : 0;
  return { ...one, requests, mean, faults: one.faults + other.faults, errors: one.errors + other.errors, throttles: one.throttles + other.throttles };
}

function difference(release: string, name: string, stable: Edge | null, canary: Edge | null, requests: { stable: number; canary: number }): Difference {
  const faults = canary && stable ? share(canary.faults, canary.requests) - share(stable.faults, stable.requests) : 0;
  const mean = canary && stable ? canary.mean - stable.mean : 0;
  const expected = stable ? share(stable.requests, requests.stable) * requests.canary : share(canary?.requests ?? 0, requests.canary) * requests.stable;
  return { release, callee: name, stable, canary, faults, mean, expected, word: word(stable, canary, faults, expected) };
}

function word(stable: Edge | null, canary: Edge | null, faults: number, expected: number): Word {
  if (!stable || !canary) return expected < SURPRISING ? "unseen" : stable ? "lost" : "new";
  const enough = Math.min(stable.requests, canary.requests) >= ENOUGH;
  return faults > FAULTIER ? "faultier" : enough && canary.mean > stable.mean * SLOWER ? "slower" : "same";
}
