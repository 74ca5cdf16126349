// How a release is, in one word, one sign, one tone; the command line uses the same signs. In: rows. Out: words.
import type { ReleaseRow, VerdictOutcome } from "../api/types";

export type Tone = "pass" | "fail" | "undecided" | "nodata" | "plain";
export type Said = { sign: string; word: string; tone: Tone };

export const VERDICTS: Record<VerdictOutcome, Said> = {
  pass: { sign: "✔", word: "pass", tone: "pass" },
  fail: { sign: "✖", word: "fail", tone: "fail" },
  insufficient: { sign: "◔", word: "undecided", tone: "undecided" },
  error: { sign: "⊘", word: "no data", tone: "nodata" },
};

// What one check says. A check without a gate can condemn and need not pass; nor need any once the step has passed. Where harm was found nothing is said of the others.
export function judged({ outcome, gate }: { outcome: VerdictOutcome; gate: number }, whole: VerdictOutcome): Said {
  if (outcome === "insufficient" && whole !== "fail" && (gate === 1 || whole === "pass")) return { sign: "○", word: "no harm shown", tone: "plain" };
  return VERDICTS[outcome];
}

const PHASES: Record<string, Said> = {
  Idle: { sign: "○", word: "Nothing to release", tone: "plain" },
  Scaling: { sign: "◔", word: "Starting pods", tone: "undecided" },
  Routing: { sign: "◔", word: "Moving traffic", tone: "undecided" },
  AwaitingApproval: { sign: "◔", word: "Waits for your approval", tone: "undecided" },
  Baking: { sign: "✔", word: "All traffic on the canary", tone: "pass" },
  Retiring: { sign: "✔", word: "Retiring stable", tone: "pass" },
  Promoted: { sign: "✔", word: "Promoted", tone: "pass" },
  Restoring: { sign: "✖", word: "Rolling back", tone: "fail" },
  RollingBack: { sign: "✖", word: "Rolling back", tone: "fail" },
  Draining: { sign: "✖", word: "Rolling back", tone: "fail" },
  RolledBack: { sign: "✖", word: "Rolled back", tone: "fail" },
};

// What was done in a phase, told one after the other.
const DONE: Record<string, string> = { Restoring: "Bringing stable back to strength", RollingBack: "Moving traffic back to stable", Draining: "Draining the canary", AwaitingApproval: "Waiting for approval" };

export function phased(phase: string): string {
  return DONE[phase] ?? PHASES[phase]?.word ?? phase;
}

const JUDGED: Record<VerdictOutcome, Said> = {
  pass: { sign: "✔", word: "Canary OK so far", tone: "pass" },
  fail: { sign: "✖", word: "Harm found", tone: "fail" },
  insufficient: { sign: "◔", word: "Undecided", tone: "undecided" },
  error: { sign: "⊘", word: "No evidence", tone: "nodata" },
};

export function said(row: ReleaseRow): Said {
  if (row.standing.startsWith("Paused")) return { sign: "‖", word: "Paused", tone: "undecided" };
  const both = row.reason === "SharedHarm" && "both versions miss the objective";
  if (row.standing.startsWith("Held")) return { sign: "◔", word: `Held, ${both || "undecided"}`, tone: "undecided" };
  if (row.phase === "RolledBack" && row.outcome === "aborted") return { sign: "✖", word: "Aborted", tone: "nodata" };
  if (row.phase === "Analysing" && both) return { sign: "◔", word: "Both versions miss the objective", tone: "undecided" };
  if (row.phase === "Analysing") return JUDGED[row.verdict as VerdictOutcome] ?? { sign: "◔", word: "Watching", tone: "undecided" };
  return PHASES[row.phase] ?? { sign: "○", word: row.phase, tone: "plain" };
}

export function ended(outcome: string): Said {
  if (outcome === "promoted") return { sign: "✔", word: "Promoted", tone: "pass" };
  if (outcome === "rolled back") return { sign: "✖", word: "Rolled back", tone: "fail" };
  return outcome ? { sign: "✖", word: outcome, tone: "nodata" } : { sign: "◔", word: "running", tone: "undecided" };
}

export const FLAGS: Record<string, string> = { F: "fault (5xx)", E: "error (4xx)", T: "throttle (429)", "": "ok" };
