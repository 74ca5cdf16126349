import { expect, test } from "vitest";
import type { ReleaseRow } from "../api/types";
import { ended, judged, said } from "./tone";

const row = (change: Partial<ReleaseRow>) => ({ phase: "Analysing", standing: "Analysing", verdict: "insufficient", outcome: "", ...change }) as ReleaseRow;

test("every phase has a word, and never colour alone", () => {
  const phases = ["Idle", "Scaling", "Routing", "Analysing", "AwaitingApproval", "Baking", "Retiring", "Promoted", "Restoring", "RollingBack", "Draining", "RolledBack"];
  for (const phase of phases) {
    const { sign, word, tone } = said(row({ phase, standing: phase }));
    expect([sign.length > 0, word.length > 3, tone]).toEqual([true, true, expect.any(String)]);
  }
});

test("a person's doing comes before the phase, harm before all", () => {
  expect(said(row({ standing: "Paused (Analysing)" })).word).toBe("Paused");
  expect(said(row({ standing: "Held (Analysing)" })).word).toBe("Held, undecided");
  expect(said(row({ standing: "Held (Analysing)", reason: "SharedHarm" })).word).toBe("Held, both versions miss the objective");
  expect(said(row({ reason: "SharedHarm" })).word).toBe("Both versions miss the objective");
  expect(said(row({ phase: "RolledBack", standing: "RolledBack", outcome: "aborted" })).word).toBe("Aborted");
  expect(said(row({ verdict: "fail" })).tone).toBe("fail");
  expect(said(row({ verdict: "error" })).tone).toBe("nodata");
});

test("no evidence is never drawn as health", () => {
  expect(said(row({ verdict: "" })).tone).not.toBe("pass");
  expect(ended("").tone).toBe("undecided");
});

test("a check that passed nothing because it need not is not called undecided", () => {
  const check = (outcome: "pass" | "fail" | "insufficient", gate: number) => ({ outcome, gate });
  expect(judged(check("insufficient", 1), "insufficient").word).toBe("no harm shown");
  expect(judged(check("insufficient", 0.01), "pass").word).toBe("no harm shown");
  expect(judged(check("insufficient", 0.01), "insufficient").word).toBe("undecided");
  expect(judged(check("insufficient", 1), "fail").word).toBe("undecided");
  expect(judged(check("fail", 1), "fail").word).toBe("fail");
});
