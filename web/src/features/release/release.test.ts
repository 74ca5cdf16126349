import { expect, test } from "vitest";
import type { Check, Point, RunView, StepRecord } from "../../api/types";
import { extent } from "./checks";
import { window } from "./evidence";
import { facts } from "./history";
import { agreement } from "./split";
import { mark } from "./steps";
import { inForce } from "./traffic";
import { hit } from "./verdict";

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

test("a measured share is drawn where its weight was in force, not while pods were started", () => {
  const step = (weight: number, entered: number, left: number | null) => ({ weight, entered, left }) as StepRecord;
  const run = { started: 0, ended: 60, verdict: null, steps: [step(25, 0, 60)], weights: [{ at: 0, weight: 0, confirmed_at: 0 }, { at: 20, weight: 0.25, confirmed_at: 22 }, { at: 50, weight: 0, confirmed_at: 51 }] } as unknown as RunView;
  expect(inForce(run, run.steps[0]!)).toEqual([22, 50]);
  expect(inForce({ ...run, weights: run.weights.slice(0, 2) }, run.steps[0]!)).toEqual([22, 60]);
});

test("who was hit is counted, beside what all of the traffic would have come to", () => {
  const check = { name: "faults", stratum: "", stable: { events: 1, requests: 372 }, canary: { events: 6, requests: 128 } } as Check;
  const run = (checks: Check[]) => ({ verdict: { checks } }) as unknown as RunView;
  expect(hit(run([check]))).toBe("6 requests of 128 failed at the canary; with all traffic on it, about 23 would have in the same time.");
  expect(hit(run([{ ...check, canary: { events: 0, requests: 9 } } as Check]))).toBe("");
});

test("two runs are compared by what both can say, and what was never seen is a dash", () => {
  const step = { weight: 50, measured: null } as StepRecord;
  const run = { number: 1, outcome: "aborted", stable_version: "V1", canary_version: "V2", started: 10, ended: 75, found_at: null, steps: [step], verdict: null, timeline: [{ by: "ana", asked: "abort: wrong build" }] } as unknown as RunView;
  const said = Object.fromEntries(facts(run));
  expect([said["Took"], said["Weight reached"], said["Faults of the canary"], said["Asked by people"]]).toEqual(["1 min 5 s", "50 %", "—", "ana, abort: wrong build"]);
  expect(facts({ ...run, timeline: [] }).at(-1)?.[1]).toBe("nothing");
});
