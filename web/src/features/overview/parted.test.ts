import { expect, test } from "vitest";
import type { ReleaseRow } from "../../api/types";
import { fits, parted } from "./parted";

const row = (name: string, change: Partial<ReleaseRow> = {}) =>
  ({ namespace: "shop", name, standing: "Analysing", outcome: "", verdict: "", stable_version: "1", canary_version: "2", needs: "", running: true, since: 0, ...change }) as ReleaseRow;

test("who needs a person comes first, the longest waiting on top", () => {
  const { needs, running, recent } = parted([row("a"), row("b", { needs: "waits", since: 9 }), row("c", { needs: "waits", since: 2 }), row("d", { running: false })], "");
  expect(needs.map((one) => one.name)).toEqual(["c", "b"]);
  expect([running.length, recent.length]).toEqual([1, 1]);
});

test("every word of the filter must occur, and none that is excluded", () => {
  expect(fits(row("cart"), "shop CART")).toBe(true);
  expect(fits(row("cart"), "shop !cart")).toBe(false);
  expect(fits(row("cart"), "")).toBe(true);
});
