// One release: the sentence, the buttons, and the tabs behind it. In: the address. Out: the latest run, or the one asked for.
import { type ComponentType, lazy, Suspense } from "react";
import { Link } from "wouter";
import { useRelease, useRun } from "../../api/queries";
import type { ReleaseView, RunView } from "../../api/types";
import { useTitle } from "../../shared/hooks";
import { Empty, Shown, Versions } from "../../shared/parts";
import { type Between, type Choice, choices } from "../../shared/range";
import { said } from "../../shared/tone";
import { Actions } from "./actions";
import { Sentence } from "./sentence";
import { Verdict } from "./verdict";

const Traffic = lazy(() => import("./traffic"));
const Timeline = lazy(() => import("./timeline"));
const Config = lazy(() => import("./config"));
const Report = lazy(() => import("./report"));
const History = lazy(() => import("./history"));

export type Shownrun = { view: ReleaseView; run: RunView; latest: boolean };
// Pages of other features that are also about one run; whoever draws the frame puts them in.
export type OfRun = ComponentType<{ view: ReleaseView; run: RunView; own: Choice[]; usual: Between }>;
type At = { ns: string; name: string; run?: string | undefined; tab?: string | undefined; pages: Record<string, OfRun> };
const TABS: [string, string][] = [["verdict", "Verdict"], ["traffic", "Traffic"], ["map", "Map"], ["traces", "Traces"], ["timeline", "Timeline"], ["config", "Config"], ["history", "History"], ["report", "Report"]];

export function Release({ ns, name, run, tab, pages }: At) {
  const asked = useRelease(ns, name);
  const sign = asked.data ? said(asked.data.row) : null;
  useTitle(`${sign ? `${sign.sign} ` : ""}${ns}/${name}`);
  return <Shown asked={asked}>{(view) => <Whole view={view} wanted={run ? Number(run) : null} tab={tab ?? "verdict"} pages={pages} />}</Shown>;
}

function Whole({ view, wanted, tab, pages }: { view: ReleaseView; wanted: number | null; tab: string } & Pick<At, "pages">) {
  const { row } = view;
  const past = wanted !== null && wanted !== row.run ? wanted : null;
  const asked = useRun(row.namespace, row.name, past);
  const base = `/r/${row.namespace}/${row.name}${past === null ? "" : `/runs/${past}`}`;
  return (
    <>
      <div className="row spread">
        <div className="row">
          <h1>{row.namespace}/{row.name}</h1>
          <Versions stable={row.stable_version} canary={row.canary_version} />
          <Runs at={`/r/${row.namespace}/${row.name}`} shown={past ?? row.run} latest={row.run} tab={tab} />
        </div>
        {past === null && <Actions view={view} />}
      </div>
      {past === null ? <Sentence view={view} /> : <p className="banner">Run {past} is over. <Link href={`/r/${row.namespace}/${row.name}`}>To the latest run, {row.run}</Link></p>}
      <nav className="tabs" aria-label="Release">
        {TABS.map(([place, title]) => <Link key={place} href={`${base}/${place}`} aria-current={tab === place ? "page" : undefined}>{title}</Link>)}
      </nav>
      {past === null ? <Tab tab={tab} view={view} run={view.run} latest pages={pages} /> : <Shown asked={asked}>{(run) => <Tab tab={tab} view={view} run={run} latest={false} pages={pages} />}</Shown>}
    </>
  );
}

function Runs({ at, shown, latest, tab }: { at: string; shown: number; latest: number; tab: string }) {
  if (!latest) return <span className="dim">no run yet</span>;
  return (
    <span className="dim">
      {shown > 1 && <Link data-earlier href={`${at}/runs/${shown - 1}/${tab}`} aria-label={`Earlier, run ${shown - 1}`}>‹</Link>} run {shown} {shown < latest && <Link data-later href={`${at}/runs/${shown + 1}/${tab}`} aria-label={`Later, run ${shown + 1}`}>›</Link>}
    </span>
  );
}

function Tab({ tab, view, run, latest, pages }: { tab: string; view: ReleaseView; run: RunView | null; latest: boolean } & Pick<At, "pages">) {
  if (tab === "config") return <Suspense><Config view={view} /></Suspense>;
  if (!run) return <Empty title="No run yet"><p>The release waits for a new version of <code>{view.release.spec.canary.deployment}</code>. The judge begins with its first step.</p></Empty>;
  const shown: Shownrun = { view, run, latest };
  const Page = pages[tab];
  const usual = { start: Math.floor(run.started), end: run.ended ? Math.ceil(run.ended) : 0 };
  return (
    <Suspense fallback={<div className="skeleton" />}>
      {Page ? <Page view={view} run={run} own={choices(view, run)} usual={usual} /> : tab === "traffic" ? <Traffic {...shown} /> : tab === "timeline" ? <Timeline {...shown} /> : tab === "report" ? <Report {...shown} /> : tab === "history" ? <History {...shown} /> : <Verdict {...shown} />}
    </Suspense>
  );
}
