import { expect, test } from "vitest";
import type { Span, TraceRow } from "../../api/types";
import { compared } from "./compared";
import { narrowed } from "./narrowed";
import { parts, quantile, spread } from "./summary";
import { fits } from "./waterfall";

const span = (id: string, parent: string, name: string, change: Partial<Span> = {}) =>
  ({ id, parent, depth: parent ? 1 : 0, name, detail: "", service: name, side: "", flag: "", status: 200, start: 0, duration: 1, pending: false, segment: true, critical: false, exceptions: [], ...change }) as Span;

test("a bar narrows the filter, another bar replaces it", () => {
  const first = narrowed('service("a")', 0.001, 0.002);
  expect(first).toBe('service("a") AND duration >= 0.001 AND duration < 0.002');
  expect(narrowed(first, 0.5, 1)).toBe('service("a") AND duration >= 0.5 AND duration < 1');
  expect(narrowed(narrowed("", 0.1, 0.2), 0.3, 0.4)).toBe("duration >= 0.3 AND duration < 0.4");
});

test("the two versions stand in the same place, repeated calls are summed", () => {
  const a = [span("1", "", "caller"), span("2", "1", "V1-shop", { side: "stable" })];
  const b = [span("1", "", "caller"), span("2", "1", "V2-shop", { side: "canary", flag: "F", duration: 2 }), span("3", "1", "V2-shop", { side: "canary" }), span("4", "1", "bank")];
  const pairs = compared(a, b);
  expect(pairs.map((pair) => pair.name)).toEqual(["caller", "bank", "the service under release"]);
  expect(pairs[2]).toMatchObject({ a: { count: 1 }, b: { count: 2, duration: 3, flag: "F" } });
  expect(pairs[1]?.a).toBeNull();
});

test("spans are found by name, detail and exception", () => {
  const one = span("1", "", "bank", { detail: "POST /charge", exceptions: ["TimeoutError: 5 s"] });
  expect(["BANK", "charge", "timeout", ""].every((text) => fits(one, text))).toBe(true);
  expect(fits(one, "shop")).toBe(false);
});

const row = (duration: number, change: Partial<TraceRow> = {}) => ({ id: "1", at: 0, duration, method: "GET", url: "http://shop/a", status: 200, flag: "", side: "", services: ["caller"], ...change }) as TraceRow;

test("of two sets the parts that differ most come first", () => {
  const a = [row(0.01), row(0.02), row(0.03, { services: ["caller", "cache"] })];
  const b = [row(0.02, { services: ["caller", "bank"], flag: "F" }), row(0.04, { services: ["caller", "bank", "bank"] })];
  const found = parts(a, b, (one) => one.services);
  expect(found.map((one) => [one.name, one.a?.share ?? null, one.b?.share ?? null])).toEqual([["bank", null, 1], ["cache", 1 / 3, null], ["caller", 1, 1]]);
  expect(found[0]?.b).toEqual({ traces: 2, share: 1, faults: 0.5, median: 0.04 });
});

test("both sets share their bins, each trace lies in one", () => {
  const found = spread([row(0.01), row(0.02)], [row(0.02), row(1), row(1)]);
  expect(found.reduce((sum, [, , a]) => sum + a, 0)).toBeCloseTo(1);
  expect(found.reduce((sum, [, , , b]) => sum + b, 0)).toBeCloseTo(1);
  expect(spread([], [])).toEqual([]);
  expect([quantile([3, 1, 2], 0.5), quantile([], 0.5), quantile([1, 2], 0.99)]).toEqual([2, 0, 2]);
});
