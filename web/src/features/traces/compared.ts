// Spans of two traces matched by where they stand: the same names on the way down; versions count as the same service.
// In: two waterfalls. Out: pairs in the order of the longer story.
import type { Span } from "../../api/types";

export type Part = { duration: number; count: number; flag: string; exceptions: string[] };
export type Pair = { key: string; name: string; detail: string; depth: number; segment: boolean; a: Part | null; b: Part | null };

// The two versions under release stand in the same place.
export function plain(span: Pick<Span, "name" | "segment" | "side">): string {
  return span.segment && span.side ? "the service under release" : span.name;
}

type Place = { key: string; span: Span; part: Part };

function places(spans: readonly Span[]): Map<string, Place> {
  const paths = new Map<string, string>();
  const found = new Map<string, Place>();
  for (const span of spans) {
    const verb = span.detail.split(" ")[0] ?? "";
    const key = `${paths.get(span.parent) ?? ""}/${plain(span)} ${span.segment ? "" : verb}`;
    paths.set(span.id, key);
    const known = found.get(key);
    if (known) {
      known.part.duration += span.duration;
      known.part.count += 1;
      known.part.flag ||= span.flag;
      known.part.exceptions.push(...span.exceptions);
    } else {
      found.set(key, { key, span, part: { duration: span.duration, count: 1, flag: span.flag, exceptions: [...span.exceptions] } });
    }
  }
  return found;
}

export function compared(a: readonly Span[], b: readonly Span[]): Pair[] {
  const first = places(a), second = places(b);
  const keys = [...first.keys()];
  for (const [key] of second) {
    if (first.has(key)) continue;
    const above = keys.findLastIndex((known) => key.startsWith(`${known.replace(/ [^/]*$/, "")}`) && known.length < key.length);
    keys.splice(above + 1, 0, key);
  }
  return keys.map((key) => {
    const left = first.get(key), right = second.get(key);
    const span = (right ?? left)!.span;
    return { key, name: plain(span), detail: span.detail, depth: span.depth, segment: span.segment, a: left?.part ?? null, b: right?.part ?? null };
  });
}
