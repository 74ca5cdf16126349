import { expect, test } from "vitest";
import type { ReleaseRow } from "../../api/types";
import { answering, next } from "./now";

const row = (change: Partial<ReleaseRow>) => ({ phase: "Analysing", standing: "Analysing", running: true, weight: 25, stable_version: "V1", canary_version: "V2", ...change }) as ReleaseRow;

test("who answers the users now stands in one sentence", () => {
  expect(answering(row({}))).toBe("25 % of requests go to the canary (V2), the others to stable (V1).");
  expect(answering(row({ phase: "Scaling", weight: 0, canary_version: "" }))).toBe("The canary gets no requests yet.");
  for (const phase of ["Scaling", "Routing"]) expect(answering(row({ phase }))).toBe("25 % of requests are about to go to the canary (V2).");
  expect(answering(row({ phase: "Baking", weight: 100 }))).toBe("All requests go to the canary (V2).");
  expect(answering(row({ phase: "Draining", weight: 0 }))).toBe("Requests are on their way back to stable (V1).");
  expect(answering(row({ phase: "RolledBack", running: false, weight: 0 }))).toBe("All requests go to stable (V1) again.");
  expect(answering(row({ phase: "Promoted", running: false }))).toBe("");
  expect(answering(row({ phase: "Idle", running: false, weight: 0 }))).toBe("");
});

test("it says what a person may do, and when there is nothing to do", () => {
  expect(next(row({ phase: "RolledBack", running: false }))).toContain("deploy another one, or retry it");
  expect(next(row({}))).toContain("by itself");
  expect(next(row({ standing: "Paused (Analysing)" }))).toContain("Resume");
  expect(next(row({ standing: "Held (Analysing)" }))).toContain("promote to go on without the evidence");
  expect(next(row({ phase: "AwaitingApproval" }))).toContain("Promote");
  expect(next(row({ phase: "Scaling" }))).toBe("");
});
