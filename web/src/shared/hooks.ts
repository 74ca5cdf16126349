// Small ways of living in a page: the time, the title, the room there is, the address's query. In: nothing. Out: state.
import { useCallback, useEffect, useState } from "react";
import { useLocation, useSearch } from "wouter";

export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now() / 1000), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return now;
}

// How wide an element is inside, in whole pixels; 0 until it is there.
export function useWide(): [(node: HTMLElement | null) => (() => void) | undefined, number] {
  const [wide, setWide] = useState(0);
  const ref = useCallback((node: HTMLElement | null) => {
    if (!node) return undefined;
    const measure = () => setWide(Math.floor(node.clientWidth));
    const observer = new ResizeObserver(measure);
    measure();
    observer.observe(node);
    return () => observer.disconnect();
  }, []);
  return [ref, wide];
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Serinus` : "Serinus";
  }, [title]);
}

// All state is in the address: whoever gets the link sees the same.
export function useQueryState(): [URLSearchParams, (change: Record<string, string>) => void] {
  const search = useSearch();
  const [location, go] = useLocation();
  const change = useCallback(
    (wanted: Record<string, string>) => {
      const next = new URLSearchParams(search);
      for (const [key, value] of Object.entries(wanted)) value ? next.set(key, value) : next.delete(key);
      const text = next.toString();
      go(text ? `${location}?${text}` : location, { replace: true });
    },
    [search, location, go],
  );
  return [new URLSearchParams(search), change];
}
