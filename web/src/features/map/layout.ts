// A layered layout, callers on the left. In: node ids with sizes, edges. Out: centres of nodes and the bends of edges.
import { Graph, layout } from "@dagrejs/dagre";

export type Wanted = { nodes: { id: string; width: number; height: number }[]; edges: [string, string][]; upright: boolean };
export type Placed = { width: number; height: number; nodes: Record<string, [number, number]>; edges: Record<string, [number, number][]> };

export function place(wanted: Wanted): Placed {
  const graph = new Graph();
  graph.setGraph({ rankdir: wanted.upright ? "TB" : "LR", nodesep: 22, ranksep: wanted.upright ? 44 : 110, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of wanted.nodes) graph.setNode(node.id, { width: node.width, height: node.height });
  for (const [from, to] of wanted.edges) graph.setEdge(from, to);
  layout(graph);
  const nodes: Placed["nodes"] = {};
  for (const id of graph.nodes()) {
    const node = graph.node(id) as { x: number; y: number };
    nodes[id] = [node.x, node.y];
  }
  const edges: Placed["edges"] = {};
  for (const edge of graph.edges()) {
    const bent = graph.edge(edge) as { points: { x: number; y: number }[] };
    edges[`${edge.v}>${edge.w}`] = bent.points.map(({ x, y }) => [x, y]);
  }
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return { width, height, nodes, edges };
}
