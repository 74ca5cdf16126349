// The map as SVG. In: the graph, placed in a worker. Out: nodes that can be focused and chosen, edges with their counts.
import { useEffect, useMemo, useRef, useState } from "react";
import type { Edge, Graph, Node } from "../../api/types";
import { count, duration, percent, share } from "../../shared/format";
import { words } from "./differences";
import type { Placed, Wanted } from "./layout";
import LayoutWorker from "./layout.worker?worker";

const HIGH = 58, NARROW = 640, READABLE = 0.72, LINE = 14;
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

type Shown = { graph: Graph; chosen: string; wanted: string; choose: (name: string) => void; wide: number };

export function Drawing({ graph, chosen, wanted, choose, wide }: Shown) {
  const told = useMemo(() => new Map(graph.edges.map((edge) => [keyOf(edge), words(edge, graph)])), [graph]);
  const upright = wide < NARROW;
  const asked = useMemo<Wanted>(() => ({
    nodes: graph.nodes.map((node) => ({ id: node.id, width: width(node.name), height: HIGH })).sort((a, b) => Number(a.id) - Number(b.id)),
    edges: graph.edges.map((edge) => ({ from: edge.source, to: edge.target, ...room(told.get(keyOf(edge)) ?? []) })),
    upright,
  }), [graph, told, upright]);
  const placed = usePlaced(asked);
  const [whole, setWhole] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const scale = placed ? fitting(placed.width, wide, whole) : 1;
  const aim = graph.nodes.find((node) => (wanted ? fits(node, wanted) : chosen ? node.name === chosen : node.side === "canary"));
  const at = placed && aim ? placed.nodes[aim.id] : undefined;
  const [x, y] = at ?? [0, 0];
  useEffect(() => {
    const around = box.current; // a large map opens, and a search leads, to what it is about
    if (around && at) around.scrollTo(x * scale - around.clientWidth / 2, y * scale - around.clientHeight / 2);
  }, [at !== undefined, x, y, scale]);
  if (!placed) return <div className="skeleton" role="status"><span className="out">Placing services…</span></div>;
  const sides = new Map(graph.nodes.map((node) => [node.id, node.side]));
  return (
    <>
      {fitting(placed.width, wide, false) * placed.width > wide && <p className="row noprint"><button aria-pressed={whole} onClick={() => setWhole(!whole)}>Whole map</button>{!whole && <span className="dim">It is wider than this page: scroll it.</span>}</p>}
      <div className="map" ref={box} tabIndex={0} role="region" aria-label="Map">
        <svg width={placed.width * scale} height={placed.height * scale} viewBox={`0 0 ${placed.width} ${placed.height}`} style={{ maxWidth: "none", margin: "0 auto" }} role="group" aria-label="Services">
          <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" fill="context-stroke" /></marker></defs>
          {graph.edges.map((edge) => <Line key={keyOf(edge)} edge={edge} placed={placed.edges[keyOf(edge)]} side={sides.get(edge.source) || sides.get(edge.target) || ""} told={told.get(keyOf(edge)) ?? []} />)}
          {graph.nodes.map((node) => <Box key={node.id} node={node} at={placed.nodes[node.id]} chosen={node.name === chosen} dimmed={!fits(node, wanted)} choose={choose} />)}
        </svg>
      </div>
    </>
  );
}

// As it is where there is room; smaller while it stays readable, or where the whole is asked for; else it is scrolled.
export function fitting(width: number, wide: number, whole: boolean): number {
  const scale = Math.min(1, (wide - 2) / width);
  return whole || scale >= READABLE ? scale : 1;
}

const keyOf = (edge: Edge) => `${edge.source}>${edge.target}`;
const room = (lines: string[]) => ({ width: Math.max(...lines.map((line) => line.length), 1) * 6 + 8, height: lines.length * LINE });

function Line({ edge, placed, side, told }: { edge: Edge; placed: Placed["edges"][string] | undefined; side: string; told: string[] }) {
  if (!placed) return null;
  const [x, y] = placed.label, { width, height } = room(told), top = y - height / 2 + LINE - 3;
  return (
    <g>
      <path className={`edge ${side} ${edge.faults ? "faulty" : ""}`} d={placed.bends.map(([x, y], index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("")} markerEnd="url(#tip)" />
      <rect className="told" x={x - width / 2} y={y - height / 2} width={width} height={height} />
      {told.map((line, index) => <text key={line} x={x} y={top + index * LINE} textAnchor="middle" className={edge.faults ? "fail" : ""}>{line}</text>)}
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
