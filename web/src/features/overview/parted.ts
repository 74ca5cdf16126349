// Which releases a person should see first. In: rows, what is asked for. Out: three lists, favourites first in each.
import type { ReleaseRow } from "../../api/types";

// `namespace`: "" for all. `stars`: favourites, as namespace/name; `only`: nothing else.
export type Asked = { filter: string; namespace: string; stars: readonly string[]; only: boolean };
export type Parted = { needs: ReleaseRow[]; running: ReleaseRow[]; recent: ReleaseRow[] };

// Every word must occur; a leading ! excludes.
export function fits(row: ReleaseRow, filter: string): boolean {
  const text = [row.namespace, row.name, row.standing, row.outcome, row.verdict, row.stable_version, row.canary_version, row.needs].join(" ").toLowerCase();
  return filter.toLowerCase().split(/\s+/).filter(Boolean)
    .every((word) => (word.startsWith("!") ? !text.includes(word.slice(1)) : text.includes(word)));
}

export const key = (row: ReleaseRow) => `${row.namespace}/${row.name}`;

export function parted(rows: readonly ReleaseRow[], { filter, namespace, stars, only }: Asked): Parted {
  const starred = new Set(stars), star = (row: ReleaseRow) => Number(starred.has(key(row)));
  const shown = rows.filter((row) => (!namespace || row.namespace === namespace) && (!only || star(row)) && fits(row, filter));
  const newest = (a: ReleaseRow, b: ReleaseRow) => star(b) - star(a) || b.since - a.since;
  return {
    needs: shown.filter((row) => row.needs).sort((a, b) => star(b) - star(a) || a.since - b.since),
    running: shown.filter((row) => !row.needs && row.running).sort(newest),
    recent: shown.filter((row) => !row.needs && !row.running).sort(newest),
  };
}
