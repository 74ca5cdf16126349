import { expect, test } from "vitest";
import type { Check, Point } from "../../api/types";
import { extent } from "./checks";
import { window } from "./evidence";
import { agreement } from "./split";
import { mark } from "./steps";

const check = (low: number, high: number) => ({ difference: { low, estimate: (low + high) / 2, high }, limit: 0.01, stable: { events: 0, requests: 10 } }) as Check;

test("all intervals share a scale that holds the first one and the limits", () => {
  expect(extent([check(-0.02, 0.05), check(-0.9, 0.9)])).toBeGreaterThan(0.05);
  expect(extent([check(-0.02, 0.05), check(-0.9, 0.9)])).toBeLessThan(0.1);
});

test("the first wide intervals do not flatten the picture", () => {
  const points = Array.from({ length: 40 }, (_, index) => ({ at: index, estimate: 0.02, low: -1 / (index + 1), high: 1 / (index + 1), limit: 0.001 }) as Point);
  const [low, high] = window(points);
  expect([low > -0.2, high < 0.2, high > 0.02]).toEqual([true, true, true]);
});

test("steps are passed, here, or to come", () => {
  const row = { run: 1, step: 2, weight: 50, phase: "Analysing", running: true };
  expect([0, 1, 2].map((index) => mark(index, row).word)).toEqual(["passed", "now", "to come"]);
  expect(mark(1, { ...row, weight: 0, phase: "RolledBack" }).word).toBe("ended here");
  expect(mark(1, { ...row, phase: "Promoted" }).word).toBe("passed");
});

test("too few requests agree with nothing", () => {
  expect([true, false, null].map((one) => agreement(one).tone)).toEqual(["pass", "fail", "undecided"]);
});
