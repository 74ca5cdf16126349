// The map as SVG. In: the graph, placed in a worker. Out: nodes that can be focused and chosen, edges with their counts.
import { useEffect, useMemo, useRef, useState } from "react";
import type { Graph, Node } from "../../api/types";
import { count, duration, percent, share } from "../../shared/format";
import { BEGINS } from "./blame";
import { type Box, boxed, type Line, type Told, told } from "./boxes";
import { differences } from "./differences";
import type { Placed, Wanted } from "./layout";
import LayoutWorker from "./layout.worker?worker";

const HIGH = 58, MARK = 17, GAP = 3, NARROW = 640, READABLE = 0.72, LINE = 14;
const width = (box: Box) => Math.max(...box.parts.map(({ name }) => Math.max(150, Math.min(300, name.length * 7.6 + 28))));
const high = (node: Node, begins: string) => HIGH + (node.id === begins ? MARK : 0);
const height = (parts: Node[], begins: string) => parts.reduce((all, node) => all + high(node, begins) + GAP, -GAP);

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

// `together`: both versions of a release in one box. `differing`: what does not differ between them steps back.
export type How = { together: boolean; differing: boolean };
// `begins`: the id of the node in which the faults begin, "" where there is none.
type Shown = { graph: Graph; begins: string; how: How; chosen: string; wanted: string; choose: (name: string) => void; wide: number };

export function Drawing({ graph, begins, how, chosen, wanted, choose, wide }: Shown) {
  const { boxes, lines } = useMemo(() => boxed(graph, differences(graph), how.together), [graph, how.together]);
  const upright = wide < NARROW;
  const asked = useMemo<Wanted>(() => ({
    nodes: boxes.map((box) => ({ id: box.id, width: width(box), height: height(box.parts, begins) })).sort((a, b) => Number.parseInt(a.id) - Number.parseInt(b.id)),
    edges: lines.map((line) => ({ from: line.from, to: line.to, ...room(told(line)) })),
    upright,
  }), [boxes, lines, upright, begins]);
  const placed = usePlaced(asked);
  const [whole, setWhole] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const scale = placed ? fitting(placed.width, wide, whole) : 1;
  const aim = boxes.find((box) => box.parts.some((node) => (wanted ? fits(node, wanted) : chosen ? node.name === chosen : node.side === "canary")));
  const at = placed && aim ? placed.nodes[aim.id] : undefined;
  const [x, y] = at ?? [0, 0];
  useEffect(() => {
    const around = box.current; // a large map opens, and a search leads, to what it is about
    if (around && at) around.scrollTo(x * scale - around.clientWidth / 2, y * scale - around.clientHeight / 2);
  }, [at !== undefined, x, y, scale]);
  if (!placed) return <div className="skeleton" role="status"><span className="out">Placing services…</span></div>;
  const calm = (line: Line) => how.differing && (!line.difference || line.difference.word === "same");
  const loud = new Set(lines.filter((line) => !calm(line)).flatMap((line) => [line.from, line.to]));
  return (
    <>
      {fitting(placed.width, wide, false) * placed.width > wide && <p className="row noprint"><button aria-pressed={whole} onClick={() => setWhole(!whole)}>Whole map</button>{!whole && <span className="dim">It is wider than this page: scroll it.</span>}</p>}
      <div className="map" ref={box} tabIndex={0} role="region" aria-label="Map">
        <svg width={placed.width * scale} height={placed.height * scale} viewBox={`0 0 ${placed.width} ${placed.height}`} style={{ maxWidth: "none", margin: "0 auto" }} role="group" aria-label="Services">
          <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" fill="context-stroke" /></marker></defs>
          {lines.map((line) => <Call key={line.id} line={line} placed={placed.edges[line.id]} dimmed={calm(line)} />)}
          {boxes.map((box) => <Service key={box.id} box={box} at={placed.nodes[box.id]} chosen={chosen} dimmed={(node) => !fits(node, wanted) || (how.differing && !loud.has(box.id) && node.id !== begins)} begins={begins} choose={choose} />)}
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

const room = (lines: Told[]) => ({ width: Math.max(...lines.map((line) => line.text.length), 1) * 6 + 8, height: lines.length * LINE });

function Call({ line, placed, dimmed }: { line: Line; placed: Placed["edges"][string] | undefined; dimmed: boolean }) {
  if (!placed) return null;
  const said = told(line), [x, y] = placed.label, { width, height } = room(said), top = y - height / 2 + LINE - 3;
  const side = line.stable && line.canary ? "" : line.canary ? "canary" : line.stable ? "stable" : "";
  return (
    <g opacity={dimmed ? 0.25 : 1}>
      <path className={`edge ${side} ${said.some((one) => one.tone === "fail") ? "faulty" : ""}`} d={placed.bends.map(([x, y], index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("")} markerEnd="url(#tip)" />
      <rect className="told" x={x - width / 2} y={y - height / 2} width={width} height={height} />
      {said.map(({ text, tone }, index) => <text key={index} x={x} y={top + index * LINE} textAnchor="middle" className={tone}>{text}{" "}</text>)}
    </g>
  );
}

type Placing = { box: Box; at: [number, number] | undefined; chosen: string; dimmed: (node: Node) => boolean; begins: string; choose: (name: string) => void };

function Service({ box, at, chosen, dimmed, begins, choose }: Placing) {
  if (!at) return null;
  const wide = width(box);
  return (
    <g transform={`translate(${at[0] - wide / 2} ${at[1] - height(box.parts, begins) / 2})`}>
      {box.parts.map((node, index) => <Part key={node.id} node={node} top={index ? height(box.parts.slice(0, index), begins) + GAP : 0} begins={begins} wide={wide} chosen={node.name === chosen} dimmed={dimmed(node)} choose={choose} />)}
    </g>
  );
}

type Single = { node: Node; top: number; wide: number; begins: string; chosen: boolean; dimmed: boolean; choose: (name: string) => void };

function Part({ node, top, wide, begins, chosen, dimmed, choose }: Single) {
  const faults = share(node.faults, node.requests);
  const caller = node.type === "client";
  const health = caller ? "" : node.requests ? `${node.faults ? `F ${percent(faults)}` : "✔ no faults"} · ${duration(node.mean)}` : "seen by callers only";
  const shown = node.name.length > 36 ? `${node.name.slice(0, 35)}…` : node.name;
  const second = caller ? "whoever calls" : `${node.requests ? `${count(node.requests)} requests` : node.type}${node.side ? ` · ${node.side}` : ""}`;
  const toggle = () => choose(chosen ? "" : node.name);
  return (
    <g className={`node side-${node.side} ${chosen ? "chosen" : ""} ${node.faults ? "faulty" : ""}`} transform={`translate(0 ${top})`} opacity={dimmed ? 0.25 : 1} role="button" tabIndex={0} aria-pressed={chosen} onClick={toggle} onKeyDown={(event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); toggle(); } }}>
      <rect width={wide} height={high(node, begins)} rx="8" />
      <text className="ink" x={wide / 2} y="19" textAnchor="middle" fontWeight="600" style={{ fontSize: 12 }}>{shown}{" "}</text>
      <text x={wide / 2} y="35" textAnchor="middle">{second}{" "}</text>
      <text className="health" x={wide / 2} y="50" textAnchor="middle">{health}{" "}</text>
      {node.id === begins && <text className="begins" x={wide / 2} y={HIGH + MARK - 10} textAnchor="middle">{BEGINS}</text>}
    </g>
  );
}
