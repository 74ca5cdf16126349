// Two sets of traces as numbers that can be compared. In: rows. Out: durations, flags, and which requests and services
// occur how often. Plain sums without intervals: what to look at, not what decides.
import type { TraceRow } from "../../api/types";
import { share } from "../../shared/format";
import { bins } from "../../shared/scale";

export type Part = { name: string; a: Counted | null; b: Counted | null };
export type Counted = { traces: number; share: number; faults: number; median: number };

export function quantile(durations: readonly number[], wanted: number): number {
  const sorted = [...durations].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * wanted))] ?? 0;
}

export function flagged(rows: readonly TraceRow[], flag: string): number {
  return share(rows.filter((row) => row.flag === flag).length, rows.length);
}

// Parts of both sets, those first whose share differs most.
export function parts(a: readonly TraceRow[], b: readonly TraceRow[], names: (row: TraceRow) => readonly string[]): Part[] {
  const first = counted(a, names), second = counted(b, names);
  const found = [...new Set([...first.keys(), ...second.keys()])].map((name) => ({ name, a: first.get(name) ?? null, b: second.get(name) ?? null }));
  return found.sort((one, other) => apart(other) - apart(one) || one.name.localeCompare(other.name));
}

export function apart({ a, b }: Part): number {
  return Math.abs((a?.share ?? 0) - (b?.share ?? 0));
}

function counted(rows: readonly TraceRow[], names: (row: TraceRow) => readonly string[]): Map<string, Counted> {
  const grouped = new Map<string, TraceRow[]>();
  for (const row of rows) for (const name of new Set(names(row))) grouped.set(name, [...(grouped.get(name) ?? []), row]);
  return new Map([...grouped].map(([name, some]) => [name, {
    traces: some.length, share: share(some.length, rows.length), faults: flagged(some, "F"), median: quantile(some.map((row) => row.duration), 0.5),
  }]));
}

// The same bins for both, as shares of each set: [from, to, A, B].
export function spread(a: readonly TraceRow[], b: readonly TraceRow[]): [number, number, number, number][] {
  const within = (rows: readonly TraceRow[], low: number, high: number, last: boolean) =>
    share(rows.filter(({ duration }) => duration >= low && (duration < high || last)).length, rows.length);
  const edges = bins([...a, ...b].map((row) => row.duration));
  return edges.map(([low, high], index) => {
    const last = index === edges.length - 1;
    return [low, high, within(a, low, high, last), within(b, low, high, last)];
  });
}
