// The part of a large map that a release is about. In: the map, how many calls away. Out: the map around both versions.
import type { Graph } from "../../api/types";

export function near(graph: Graph, calls: number): Graph {
  const kept = new Set(graph.nodes.filter((node) => node.side).map((node) => node.id));
  if (!kept.size) return graph;
  for (let call = 0; call < calls; call += 1) {
    const reached = graph.edges.filter((edge) => kept.has(edge.source) !== kept.has(edge.target));
    for (const edge of reached) kept.add(edge.source).add(edge.target);
  }
  return {
    ...graph,
    nodes: graph.nodes.filter((node) => kept.has(node.id)),
    edges: graph.edges.filter((edge) => kept.has(edge.source) && kept.has(edge.target)),
  };
}
