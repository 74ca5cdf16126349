// The frame and the addresses. In: who is asking. Out: the page for the address; without a session, the way in.
import type { QueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { Refusal } from "./api/client";
import { listen, useLine } from "./api/live";
import { useMe } from "./api/queries";
import { Login } from "./features/login/login";
import { Overview } from "./features/overview/overview";
import { type OfRun, Release } from "./features/release/release";
import { clock, lasted } from "./shared/format";
import { useNow } from "./shared/hooks";
import { Keyboard } from "./shared/keyboard";
import { Trouble } from "./shared/parts";
import { useSettings } from "./shared/settings";

const Traces = lazy(() => import("./features/traces/traces"));
const Trace = lazy(() => import("./features/traces/trace"));
const Compare = lazy(() => import("./features/traces/compare"));
const ServiceMap = lazy(() => import("./features/map/map"));
const Policies = lazy(() => import("./features/policies/policies"));
const System = lazy(() => import("./features/system/system"));
const SettingsPage = lazy(() => import("./features/settings/settings"));

const OF_RUN: Record<string, OfRun> = {
  map: lazy(async () => ({ default: (await import("./features/map/map")).MapOfRun })),
  traces: lazy(async () => ({ default: (await import("./features/traces/traces")).Traces })),
};
const PLACES: [string, string][] = [["/", "Overview"], ["/traces", "Traces"], ["/map", "Map"], ["/policies", "Policies"], ["/system", "System"], ["/settings", "Settings"]];

export function App({ client }: { client: QueryClient }) {
  const me = useMe();
  const known = me.data !== undefined;
  useEffect(() => (known ? listen(client) : undefined), [known, client]);
  const [location] = useLocation();
  if (location === "/login" || (me.error instanceof Refusal && me.error.problem.status === 401)) return <Frame><Login known={known} /></Frame>;
  if (me.error) return <Frame><Trouble error={me.error} again={() => void me.refetch()} /></Frame>;
  if (!known) return <Frame><div className="skeleton" role="status"><span className="out">Asking…</span></div></Frame>;
  return (
    <Frame person={me.data.name}>
      <Line />
      <Suspense fallback={<div className="skeleton" role="status"><span className="out">Loading…</span></div>}>
        <Switch>
          <Route path="/" component={Overview} />
          <Route path="/r/:ns/:name/runs/:run/:tab?">{(at) => <Release {...at} pages={OF_RUN} key={at.ns + at.name} />}</Route>
          <Route path="/r/:ns/:name/:tab?">{(at) => <Release {...at} pages={OF_RUN} key={at.ns + at.name} />}</Route>
          <Route path="/traces" component={Traces} />
          <Route path="/traces/:id">{({ id }) => <Trace id={id} />}</Route>
          <Route path="/compare" component={Compare} />
          <Route path="/map" component={ServiceMap} />
          <Route path="/policies" component={Policies} />
          <Route path="/system" component={System} />
          <Route path="/settings" component={SettingsPage} />
          <Route><h1>Nothing here</h1><p>This address leads nowhere. <Link href="/">All releases</Link></p></Route>
        </Switch>
      </Suspense>
      <Keyboard />
    </Frame>
  );
}

function Frame({ person, children }: { person?: string; children: React.ReactNode }) {
  const [location] = useLocation();
  const here = (place: string) => (place === "/" ? location === "/" || location.startsWith("/r/") : location.startsWith(place));
  return (
    <>
      <a className="skip" href="#content">Skip to content</a>
      <header className="top">
        <Link href="/" className="brand"><Bird />serinus</Link>
        {person !== undefined && (
          <nav aria-label="Main">
            {PLACES.map(([place, name]) => <Link key={place} href={place} aria-current={here(place) ? "page" : undefined}>{name}</Link>)}
          </nav>
        )}
        {person !== undefined && <LineBadge />}
        {person !== undefined && <span className="dim">{person}</span>}
      </header>
      <main id="content" tabIndex={-1}>{children}</main>
    </>
  );
}

function Bird() {
  return <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true"><circle cx="16" cy="16" r="13" fill="#f4c20d" /><circle cx="20" cy="12" r="2.4" fill="#222" /><path d="M27 15l5 2-5 2z" fill="#b45309" /></svg>;
}

function LineBadge() {
  const line = useLine();
  const now = useNow() * 1000;
  const { utc } = useSettings();
  if (line.state === "live") return <span className="line"><span className="pass" aria-hidden="true">●</span><b>live</b> {lasted((now - line.heard) / 1000)}</span>;
  if (line.state === "polling") return <span className="line"><span className="undecided" aria-hidden="true">◐</span><b>polling</b> every 5 s</span>;
  if (line.state === "stale") return <span className="line"><span className="fail" aria-hidden="true">⊘</span><b>stale</b> since {line.heard ? clock(line.heard / 1000, utc) : "the start"}</span>;
  return <span className="line">connecting</span>;
}

function Line() {
  const line = useLine();
  if (line.trouble) return <p className="banner" role="alert">The releases cannot be read: {line.trouble}</p>;
  if (line.state === "stale") return <p className="banner" role="alert">The console does not answer. What you see is old; it asks again by itself. The release itself goes on.</p>;
  return null;
}
