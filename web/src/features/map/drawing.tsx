// The map as SVG. In: the graph, placed in a worker. Out: nodes that can be focused and chosen, edges with their counts.
import { useEffect, useMemo, useRef, useState } from "react";
import type { Edge, Graph, Node } from "../../api/types";
import { count, duration, percent, share } from "../../shared/format";
import type { Placed, Wanted } from "./layout";
import LayoutWorker from "./layout.worker?worker";

const HIGH = 58, NARROW = 700;
const width = (name: string) => Math.max(150, Math.min(300, name.length * 7.6 + 28));

function usePlaced(wanted: Wanted): Placed | null {
  const [placed, setPlaced] = useState<Placed | null>(null);
  const worker = useRef<Worker | null>(null);
  const text = JSON.stringify(wanted);
  useEffect(() => {
    const started = new LayoutWorker();
    worker.current = started;
    started.onmessage = (event: MessageEvent<{ placed: Placed }>) => setPlaced(event.data.placed);
    return () => started.terminate();
  }, []);
  useEffect(() => worker.current?.postMessage({ id: 0, wanted: JSON.parse(text) as Wanted }), [text]);
  return placed;
}

const fits = (node: Node, wanted: string) => node.name.toLowerCase().includes(wanted.toLowerCase());

export function Drawing({ graph, chosen, wanted, choose }: { graph: Graph; chosen: string; wanted: string; choose: (name: string) => void }) {
  const asked = useMemo<Wanted>(() => ({
    nodes: graph.nodes.map((node) => ({ id: node.id, width: width(node.name), height: HIGH })).sort((a, b) => Number(a.id) - Number(b.id)),
    edges: graph.edges.map((edge) => [edge.source, edge.target] as [string, string]),
    upright: globalThis.innerWidth < NARROW,
  }), [graph]);
  const placed = usePlaced(asked);
  const box = useRef<HTMLDivElement>(null);
  const aim = graph.nodes.find((node) => (wanted ? fits(node, wanted) : chosen ? node.name === chosen : node.side === "canary"));
  const at = placed && aim ? placed.nodes[aim.id] : undefined;
  const [x, y] = at ?? [0, 0];
  useEffect(() => {
    const around = box.current; // a large map opens, and a search leads, to what it is about
    if (around && at) around.scrollTo(x - around.clientWidth / 2, y - around.clientHeight / 2);
  }, [at !== undefined, x, y]);
  if (!placed) return <div className="skeleton" role="status"><span className="out">Placing services…</span></div>;
  const sides = new Map(graph.nodes.map((node) => [node.id, node.side]));
  return (
    <div className="map" ref={box} tabIndex={0} role="region" aria-label="Map">
      <svg width={placed.width} height={placed.height} viewBox={`0 0 ${placed.width} ${placed.height}`} style={{ maxWidth: "none", margin: "0 auto" }} role="group" aria-label="Services">
        <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="context-stroke" /></marker></defs>
        {graph.edges.map((edge) => <Line key={`${edge.source}>${edge.target}`} edge={edge} bends={placed.edges[`${edge.source}>${edge.target}`]} side={sides.get(edge.source) || sides.get(edge.target) || ""} />)}
        {graph.nodes.map((node) => <Box key={node.id} node={node} at={placed.nodes[node.id]} chosen={node.name === chosen} dimmed={!fits(node, wanted)} choose={choose} />)}
      </svg>
    </div>
  );
}

function Line({ edge, bends, side }: { edge: Edge; bends: [number, number][] | undefined; side: string }) {
  if (!bends) return null;
  const middle = bends[Math.floor(bends.length / 2)];
  return (
    <g>
      <path className={`edge ${side} ${edge.faults ? "faulty" : ""}`} d={bends.map(([x, y], index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("")} markerEnd="url(#tip)" />
      {middle && <text x={middle[0]} y={middle[1] - 5} textAnchor="middle" className={edge.faults ? "fail" : ""}>{count(edge.requests)}{edge.faults ? ` · F ${percent(share(edge.faults, edge.requests))}` : ""}</text>}
    </g>
  );
}

function Box({ node, at, chosen, dimmed, choose }: { node: Node; at: [number, number] | undefined; chosen: boolean; dimmed: boolean; choose: (name: string) => void }) {
  if (!at) return null;
  const wide = width(node.name), faults = share(node.faults, node.requests);
  const caller = node.type === "client";
  const health = caller ? "" : node.requests ? `${node.faults ? `F ${percent(faults)}` : "✔ no faults"} · ${duration(node.mean)}` : "seen by callers only";
  const shown = node.name.length > 36 ? `${node.name.slice(0, 35)}…` : node.name;
  const second = caller ? "whoever calls" : `${node.requests ? `${count(node.requests)} requests` : node.type}${node.side ? ` · ${node.side}` : ""}`;
  return (
    <g className={`node side-${node.side} ${chosen ? "chosen" : ""} ${node.faults ? "faulty" : ""}`} transform={`translate(${at[0] - wide / 2} ${at[1] - HIGH / 2})`} opacity={dimmed ? 0.25 : 1} role="button" tabIndex={0} aria-pressed={chosen} onClick={() => choose(chosen ? "" : node.name)} onKeyDown={(event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(chosen ? "" : node.name); } }}>
      <rect width={wide} height={HIGH} rx="8" />
      <text className="ink" x={wide / 2} y="19" textAnchor="middle" fontWeight="600" style={{ fontSize: 12 }}>{shown}{" "}</text>
      <text x={wide / 2} y="35" textAnchor="middle">{second}{" "}</text>
      <text className="health" x={wide / 2} y="50" textAnchor="middle">{health}</text>
    </g>
  );
}
