// A layered layout, callers on the left, room for what is written on each edge. In: node ids with sizes, edges with the
// sizes of their labels. Out: centres of nodes, the bends of edges and the centres of their labels.
import { Graph, layout } from "@dagrejs/dagre";

export type Wanted = { nodes: { id: string; width: number; height: number }[]; edges: { from: string; to: string; width: number; height: number }[]; upright: boolean };
export type Placed = { width: number; height: number; nodes: Record<string, [number, number]>; edges: Record<string, { bends: [number, number][]; label: [number, number] }> };

export function place(wanted: Wanted): Placed {
  const graph = new Graph();
  graph.setGraph({ rankdir: wanted.upright ? "TB" : "LR", nodesep: 22, ranksep: wanted.upright ? 36 : 44, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of wanted.nodes) graph.setNode(node.id, { width: node.width, height: node.height });
  for (const { from, to, width, height } of wanted.edges) graph.setEdge(from, to, { width, height, labelpos: "c" });
  layout(graph);
  const nodes: Placed["nodes"] = {};
  for (const id of graph.nodes()) {
    const node = graph.node(id) as { x: number; y: number };
    nodes[id] = [node.x, node.y];
  }
  const edges: Placed["edges"] = {};
  for (const edge of graph.edges()) {
    const bent = graph.edge(edge) as { points: { x: number; y: number }[]; x: number; y: number };
    edges[`${edge.v}>${edge.w}`] = { bends: bent.points.map(({ x, y }) => [x, y]), label: [bent.x, bent.y] };
  }
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return { width, height, nodes, edges };
}
