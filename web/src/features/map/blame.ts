// In which service a canary's faults begin. In: a run's verdict, the causes of its proof, the map. Out: a node of the map.
import type { Cause, Graph, Node, RunView } from "../../api/types";

export const BEGINS = "✖ faults begin here";

export function harmedByFaults(run: RunView | undefined): boolean {
  const { reason, checks, sources } = run?.verdict ?? { reason: "", checks: [], sources: [] };
  return reason === "HarmFound" && checks.some((one) => one.name === "faults" && one.outcome === "fail") && sources[0] !== undefined && sources[0].kind !== "error";
}

// Names to look for, the first that is on the map counts: the deepest that the traces show, then what the judge saw from
// the canary, whose own code it is where nothing below it failed.
export function suspects(run: RunView, canary: string, causes: readonly Cause[]): string[] {
  const deepest = causes[0] ? [causes[0].part, causes[0].service] : [];
  return [...deepest, run.verdict?.sources[0]?.dependency || canary].filter(Boolean);
}

// Of services of one name the one with the most faults.
export function beginning(graph: Graph, names: readonly string[]): Node | undefined {
  const called = (name: string) => graph.nodes.filter((one) => one.name === name && one.type !== "client").sort((a, b) => b.faults - a.faults)[0];
  return names.map(called).find((one) => one !== undefined);
}
