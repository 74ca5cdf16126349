// What the pages ask for, cached and shared. In: names. Out: TanStack queries and the actions.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ask, part, remember, tell } from "./client";
import { usePollMs } from "./live";
import type {
  Accepted, Entrance, Graph, Me, PolicyList, Proof, ReleaseList, ReleaseRow, ReleaseView, Replay, Report, RunList, RunView, System, TraceList, TraceView, Wish,
} from "./types";

export const keys = {
  me: ["me"] as const,
  releases: ["releases"] as const,
  release: (ns: string, name: string) => ["release", ns, name] as const,
};

const of = (ns: string, name: string) => `releases/${part(ns)}/${part(name)}`;

export function useMe() {
  return useQuery({ queryKey: keys.me, queryFn: async () => remember(await ask<Me>("me")), staleTime: Infinity, retry: false });
}

export function useEntrance() {
  return useQuery({ queryKey: ["entrance"], queryFn: () => ask<Entrance>("session"), staleTime: Infinity });
}

export function useReleases() {
  const refetchInterval = usePollMs();
  return useQuery({ queryKey: keys.releases, queryFn: allReleases, refetchInterval });
}

// Page after page: a release that needs somebody must not hide behind the first thousand.
async function allReleases(): Promise<ReleaseList> {
  const items: ReleaseRow[] = [];
  let more = "";
  do {
    const page = await ask<ReleaseList>(`releases?limit=1000${more && `&after=${part(more)}`}`);
    items.push(...page.items);
    more = page.more;
  } while (more);
  return { items, more };
}

export function usePolicies() {
  return useQuery({ queryKey: ["policies"], queryFn: () => ask<PolicyList>("policies") });
}

export function useRelease(ns: string, name: string) {
  const refetchInterval = usePollMs();
  return useQuery({ queryKey: keys.release(ns, name), queryFn: () => ask<ReleaseView>(of(ns, name)), refetchInterval, enabled: name !== "" });
}

// The release that somebody most likely means where none is named: what happened last.
export function useNewest(): ReleaseView | undefined {
  const newest = useReleases().data?.items.reduce((one, other) => (other.since > one.since ? other : one), { namespace: "", name: "", since: -1 });
  return useRelease(newest?.namespace ?? "", newest?.name ?? "").data;
}

export function useRuns(ns: string, name: string, latest: number) {
  return useQuery({ queryKey: ["runs", ns, name, latest], queryFn: () => ask<RunList>(`${of(ns, name)}/runs`) });
}

export function useRun(ns: string, name: string, run: number | null) {
  return useQuery({
    queryKey: ["run", ns, name, run],
    queryFn: () => ask<RunView>(`${of(ns, name)}/runs/${run}`),
    enabled: run !== null,
  });
}

// `moment` changes when the examples do, so that a proof is asked for once.
export function useProof(ns: string, name: string, run: number, moment: string) {
  return useQuery({
    queryKey: ["proof", ns, name, run, moment],
    queryFn: () => ask<Proof>(`${of(ns, name)}/runs/${run}/proof`),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

export function useReport(ns: string, name: string, run: number) {
  return useQuery({ queryKey: ["report", ns, name, run], queryFn: () => ask<Report>(`${of(ns, name)}/runs/${run}/report`) });
}

export function reportLink(ns: string, name: string, run: number, kind: "" | ".md" | ".html"): string {
  return `/api/v1/${of(ns, name)}/runs/${run}/report${kind}`;
}

export function useTraces(start: number, end: number, filter: string, refetchInterval: number | false, limit = 300) {
  const query = new URLSearchParams({ limit: String(limit), ...(filter ? { filter } : {}) });
  if (start) query.set("start", String(start));
  if (end) query.set("end", String(end));
  return useQuery({
    queryKey: ["traces", query.toString()],
    queryFn: ({ signal }) => ask<TraceList>(`traces?${query}`, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval,
    retry: false,
  });
}

export function useTrace(id: string) {
  return useQuery({
    queryKey: ["trace", id],
    queryFn: () => ask<TraceView>(`traces/${part(id)}`),
    enabled: id !== "",
    staleTime: 60_000,
    retry: false,
  });
}

export function useMap(start: number, end: number) {
  const query = new URLSearchParams();
  if (start) query.set("start", String(start));
  if (end) query.set("end", String(end));
  return useQuery({
    queryKey: ["map", query.toString()],
    queryFn: () => ask<Graph>(`map?${query}`),
    placeholderData: keepPreviousData,
    refetchInterval: end ? false : 15_000,
    retry: false,
  });
}

export function useSystem() {
  return useQuery({ queryKey: ["system"], queryFn: () => ask<System>("system"), refetchInterval: 15_000 });
}

export function useAct(ns: string, name: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wish: Wish) => tell<Accepted>(`${of(ns, name)}/actions`, "POST", wish),
    onSettled: () => client.invalidateQueries({ queryKey: keys.release(ns, name) }),
  });
}

const REPLAY_MS = 120_000;

export function useReplay(ns: string, name: string, run: number) {
  return useMutation({
    mutationFn: ({ policy, deals }: { policy: Record<string, unknown>; deals: number }) =>
      tell<Replay>(`${of(ns, name)}/runs/${run}/replay?deals=${deals}`, "POST", policy, REPLAY_MS),
  });
}

export function useOpenSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (token: string) => {
      await client.cancelQueries({ queryKey: keys.me }); // its late refusal would undo the session
      return remember(await tell<Me>("session", "POST", { token }));
    },
    onSuccess: (me) => {
      client.removeQueries({ predicate: (query) => !["me", "entrance"].includes(String(query.queryKey[0])) }); // another person's
      client.setQueryData(keys.me, me);
    },
  });
}

export function useCloseSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => tell<unknown>("session", "DELETE"),
    onSuccess: () => client.resetQueries({ queryKey: keys.me }),
  });
}
