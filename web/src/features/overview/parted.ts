// Which releases a person should see first. In: rows, a filter. Out: three lists.
import type { ReleaseRow } from "../../api/types";

export type Parted = { needs: ReleaseRow[]; running: ReleaseRow[]; recent: ReleaseRow[] };

// Every word must occur; a leading ! excludes.
export function fits(row: ReleaseRow, filter: string): boolean {
  const text = [row.namespace, row.name, row.standing, row.outcome, row.verdict, row.stable_version, row.canary_version, row.needs].join(" ").toLowerCase();
  return filter.toLowerCase().split(/\s+/).filter(Boolean)
    .every((word) => (word.startsWith("!") ? !text.includes(word.slice(1)) : text.includes(word)));
}

export function parted(rows: readonly ReleaseRow[], filter: string): Parted {
  const shown = rows.filter((row) => fits(row, filter));
  const newest = (a: ReleaseRow, b: ReleaseRow) => b.since - a.since;
  return {
    needs: shown.filter((row) => row.needs).sort((a, b) => a.since - b.since),
    running: shown.filter((row) => !row.needs && row.running).sort(newest),
    recent: shown.filter((row) => !row.needs && !row.running).sort(newest),
  };
}
