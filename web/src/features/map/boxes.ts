// What is drawn: both versions of a release as one box of two parts, or each alone. In: the map. Out: boxes, and lines
// on which what stable does and what the canary does stand side by side.
import type { Edge, Graph, Node } from "../../api/types";
import { count, duration, percent, points, share } from "../../shared/format";
import { callee, type Difference, sum, type Word } from "./differences";

export type Box = { id: string; parts: Node[] };
export type Line = { id: string; from: string; to: string; stable: Edge | null; canary: Edge | null; other: Edge | null; difference: Difference | undefined };
export type Told = { text: string; tone: "" | "v1" | "v2" | "fail" | "undecided" };

export function boxed(graph: Graph, found: readonly Difference[], together: boolean): { boxes: Box[]; lines: Line[] } {
  const boxes: Box[] = [], within = new Map<string, string>(), named = new Map(graph.nodes.map((node) => [node.id, node]));
  for (const node of graph.nodes) {
    const same = together && node.release ? graph.nodes.filter((one) => one.release === node.release) : [node];
    const parts = same.sort((a, b) => order(a) - order(b)), id = parts.map((one) => one.id).join("+");
    if (!within.has(node.id)) boxes.push({ id, parts });
    for (const one of parts) within.set(one.id, id);
  }
  const lines = new Map<string, Line>();
  for (const edge of graph.edges) {
    const source = named.get(edge.source), target = named.get(edge.target), from = within.get(edge.source), to = within.get(edge.target);
    if (!source || !target || !from || !to || (from === to && edge.source !== edge.target)) continue;
    const id = `${from}>${to}`, side = source.side || target.side, about = source.release || target.release;
    const line = lines.get(id) ?? { id, from, to, stable: null, canary: null, other: null, difference: found.find((one) => one.release === about && one.callee === callee(target, about)) };
    const key = side === "stable" || side === "canary" ? side : "other";
    lines.set(id, { ...line, [key]: sum(line[key], edge) });
  }
  return { boxes, lines: [...lines.values()] };
}

const order = (node: Node) => ["stable", "canary"].indexOf(node.side);

// What is written on a call: how often and how many faults, of each version; and what differs.
export function told({ stable, canary, other, difference }: Line): Told[] {
  const both = stable !== null && canary !== null;
  const counted = (edge: Edge) => `${count(edge.requests)}${edge.faults ? ` · F ${percent(share(edge.faults, edge.requests))}` : ""}`;
  const tone = (edge: Edge, usual: Told["tone"]): Told["tone"] => (edge.faults ? "fail" : usual);
  return [
    ...(stable ? [{ text: `${both ? "━ " : ""}${counted(stable)}`, tone: tone(stable, both ? "v1" : "") }] : []),
    ...(canary ? [{ text: `${both ? "╍ " : ""}${counted(canary)}`, tone: tone(canary, both ? "v2" : "") }] : []),
    ...(other ? [{ text: counted(other), tone: tone(other, "") }] : []),
    ...(difference && (canary || ["lost", "unseen"].includes(difference.word)) ? differing(difference) : []),
  ];
}

function differing({ word, faults, mean, expected }: Difference): Told[] {
  const words: Record<Word, Told[]> = {
    new: [{ text: "✚ new", tone: "fail" }],
    lost: [{ text: "✕ lost", tone: "fail" }],
    unseen: [{ text: `${few(expected)} expected`, tone: "" }],
    faultier: [{ text: `F ${points(faults)} pp`, tone: "fail" }],
    slower: [{ text: `▲ +${duration(mean)}`, tone: "undecided" }],
    same: [],
  };
  return words[word];
}

export const few = (expected: number) => `about ${expected < 1 ? "less than one" : Math.round(expected)}`.replace("about less", "less");
