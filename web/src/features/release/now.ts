// Who answers the users at this moment, and what a person does next. In: a row. Out: sentences, "" where none is due.
import type { ReleaseRow } from "../../api/types";

const COMING = ["Scaling", "Routing"];
const GOING_BACK = ["Restoring", "RollingBack", "Draining"];

export function answering(row: ReleaseRow): string {
  const stable = `stable${row.stable_version ? ` (${row.stable_version})` : ""}`;
  const canary = `the canary${row.canary_version ? ` (${row.canary_version})` : ""}`;
  if (row.phase === "RolledBack") return `All requests go to ${stable} again.`;
  if (GOING_BACK.includes(row.phase)) return `Requests are on their way back to ${stable}.`;
  if (!row.running) return "";
  if (COMING.includes(row.phase) && row.weight > 0) return `${row.weight} % of requests are about to go to ${canary}.`;
  if (row.weight >= 100) return `All requests go to ${canary}.`;
  return row.weight > 0 ? `${row.weight} % of requests go to ${canary}, the others to ${stable}.` : `${canary[0]!.toUpperCase()}${canary.slice(1)} gets no requests yet.`;
}

export function next(row: ReleaseRow): string {
  if (row.phase === "RolledBack") return "This version does not come back by itself: deploy another one, or retry it.";
  if (row.standing.startsWith("Paused")) return "Resume to let the step go on, or abort.";
  if (row.standing.startsWith("Held")) return "Retry to give the step its time again, promote to go on without the evidence, or abort.";
  if (row.phase === "AwaitingApproval") return "Promote to go on, or abort.";
  return row.phase === "Analysing" ? "Nothing to do: it goes on, holds or rolls back by itself." : "";
}
