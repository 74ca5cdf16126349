// The only place that fetches. In: paths, bodies. Out: documents, or a Refusal that says why.
import type { Me, Problem } from "./types";

export class Refusal extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
  }
}

const PATIENCE_MS = 30_000;
let csrf = "";

const unreachable: Problem = {
  title: "The console does not answer",
  status: 0,
  reason: "Unreachable",
  detail: "Its process has ended, or the line is cut. What you see may be old.",
  field: "",
  missing: null,
};

export async function ask<T>(path: string, options: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v1/${path}`, { credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE_MS), ...options });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Refusal(unreachable);
  }
  if (!response.ok) throw new Refusal(await problemOf(response));
  return (await response.json()) as T;
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    return (await response.json()) as Problem;
  } catch {
    return { ...unreachable, title: response.statusText, status: response.status };
  }
}

export async function tell<T>(path: string, method: "POST" | "DELETE", body?: unknown, patienceMs = PATIENCE_MS): Promise<T> {
  const headers: Record<string, string> = { "X-Serinus-CSRF": csrf };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return ask<T>(path, { method, headers, signal: AbortSignal.timeout(patienceMs), ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

export function remember(me: Me): Me {
  csrf = me.csrf;
  return me;
}

export function part(text: string): string {
  return encodeURIComponent(text);
}
