// What another policy would have done, in words. In: its replay. Out: a sentence with its tone, and lines of steps.
import type { Alarms, Replay } from "../../api/types";
import { lasted, percent } from "../../shared/format";

export type Told = { tone: "pass" | "fail" | "undecided"; sign: string; title: string; beside: string };

export function told(replay: Replay): Told {
  const { condemned, was_condemned: was } = replay;
  if (condemned === null) {
    const title = replay.outcome === "pass" ? "Would have let the step pass" : "Would not have rolled back";
    const beside = was === null ? "The run's own policy did not roll back either." : "The run's own policy did roll back.";
    return replay.outcome === "pass" ? { tone: "pass", sign: "✔", title, beside } : { tone: "undecided", sign: "◔", title, beside };
  }
  return { tone: "fail", sign: "✖", title: "Would have rolled back", beside: was === null ? "The run's own policy did not roll back." : apart(condemned, was) };
}

export function apart(at: number, was: number | null): string {
  if (was === null) return "";
  if (at === was) return "At the same look as the run's own policy.";
  return `${lasted(Math.abs(at - was))} ${at < was ? "sooner" : "later"} than the run's own policy.`;
}

export function alarm(seen: Alarms): string {
  return `Stable against itself: harm found in ${seen.found} of ${seen.deals} deals, ${percent(seen.found / seen.deals)} (${percent(seen.low)} … ${percent(seen.high)}); promised: at most ${percent(seen.promised)}.`;
}

// A number of the policy changed, the rest as it was; text that is no JSON object stays as it is.
export function changed(text: string, path: readonly string[], value: number): string {
  const whole = parsed(text);
  if (!whole || Number.isNaN(value)) return text;
  let place = whole;
  for (const key of path.slice(0, -1)) place = (place[key] ??= {}) as Record<string, unknown>;
  place[path.at(-1)!] = value;
  return JSON.stringify(whole, null, 2);
}

export function valueOf(text: string, path: readonly string[]): number | null {
  let place: unknown = parsed(text);
  for (const key of path) place = place && typeof place === "object" ? (place as Record<string, unknown>)[key] : undefined;
  return typeof place === "number" ? place : null;
}

export function parsed(text: string): Record<string, unknown> | null {
  try {
    const found: unknown = JSON.parse(text);
    return found && typeof found === "object" && !Array.isArray(found) ? (found as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
