// Pieces every feature uses. In: values. Out: badges, versions, states of a query, tables for charts.
import { type ReactNode, useState } from "react";
import { Refusal } from "../api/client";
import { FLAGS, type Said } from "./tone";
import type { Permission } from "../api/types";
import { clock, moment } from "./format";
import { role } from "./role";
import { useSettings } from "./settings";

export function Badge({ said }: { said: Said }) {
  return (
    <span className={`badge ${said.tone}`}>
      <span aria-hidden="true">{said.sign}</span> {said.word}
    </span>
  );
}

export function Versions({ stable, canary }: { stable: string; canary: string }) {
  return (
    <span className="versions">
      <span className="version v1">{stable || "…"}<span className="out"> stable</span></span>
      <span aria-hidden="true">→</span>
      <span className="version v2">{canary || "…"}<span className="out"> canary</span></span>
    </span>
  );
}

export function Flag({ flag }: { flag: string }) {
  if (!flag) return null;
  const tone = flag === "F" ? "fail" : flag === "T" ? "undecided" : "nodata";
  return <abbr className={`flag ${tone}`} title={FLAGS[flag]} style={{ textDecoration: "none" }}>{flag}<span className="out"> {FLAGS[flag]}</span></abbr>;
}

export function Side({ side }: { side: string }) {
  if (side === "stable") return <span className="version v1">stable</span>;
  if (side === "canary") return <span className="version v2">canary</span>;
  return <span className="dim">{side === "both" ? "both" : "—"}</span>;
}

export function Time({ at, day = false }: { at: number; day?: boolean }) {
  const { utc } = useSettings();
  if (!at) return <span>…</span>;
  return <time dateTime={new Date(at * 1000).toISOString()} title={moment(at, utc)}>{day ? moment(at, utc) : clock(at, utc)}</time>;
}

export function Trouble({ error, again }: { error: unknown; again?: () => void }) {
  const problem = error instanceof Refusal ? error.problem : null;
  return (
    <section className="card" role="alert">
      <h2><span className="nodata" aria-hidden="true">⊘ </span>{problem?.title ?? "Something is wrong"}</h2>
      <p>{problem?.detail ?? String(error)}</p>
      {problem?.reason.startsWith("Traces") && problem.reason !== "TracesRefused" && (
        <p className="dim">The release goes on: without evidence it holds its weight. <code>serinus doctor</code> checks the X-Ray side.</p>
      )}
      {problem?.missing && <Lacking missing={problem.missing} />}
      {again && <p><button onClick={again}>Ask again</button></p>}
    </section>
  );
}

export function Lacking({ missing }: { missing: Permission }) {
  return (
    <details open>
      <summary>What to ask for</summary>
      <p>Whoever looks after this cluster can bind you to <code>serinus-{["get", "list"].includes(missing.verb) ? "viewer" : "releaser"}</code>, or to a role that says no more than this:</p>
      <pre tabIndex={0}>{role(missing)}</pre>
      <p><Copy text={role(missing)} what="role" /></p>
    </details>
  );
}

type Asked<T> = { data: T | undefined; error: unknown; refetch: () => unknown };

// One of three designed states; old data stays in view, said to be old.
export function Shown<T>({ asked, children }: { asked: Asked<T>; children: (data: T) => ReactNode }) {
  if (asked.data !== undefined) {
    return (
      <>
        {asked.error ? <p className="banner" role="status">What you see may be old: {(asked.error as Error).message}</p> : null}
        {children(asked.data)}
      </>
    );
  }
  if (asked.error) return <Trouble error={asked.error} again={() => void asked.refetch()} />;
  return <div className="skeleton" role="status"><span className="out">Asking…</span></div>;
}

// A trace on X-Ray's own page; "" where there is none.
export function Outside({ link }: { link: string }) {
  if (!link) return null;
  return <a href={link} target="_blank" rel="noreferrer">X-Ray's own page <span aria-hidden="true">↗</span><span className="out"> (opens in another tab)</span></a>;
}

export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return <section className="card"><h2>{title}</h2>{children}</section>;
}

export function Copy({ text, what }: { text: string | (() => string); what: string }) {
  const [done, setDone] = useState(false);
  const copy = () => void navigator.clipboard?.writeText(typeof text === "string" ? text : text()).then(() => {
    setDone(true);
    window.setTimeout(() => setDone(false), 2000);
  });
  return <button className="quiet noprint" onClick={copy}>{done ? "Copied" : `Copy ${what}`}</button>;
}
