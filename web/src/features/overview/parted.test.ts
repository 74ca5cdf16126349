import { expect, test } from "vitest";
import type { ReleaseRow } from "../../api/types";
import { type Asked, fits, parted } from "./parted";

const row = (name: string, change: Partial<ReleaseRow> = {}) =>
  ({ namespace: "shop", name, standing: "Analysing", outcome: "", verdict: "", stable_version: "1", canary_version: "2", needs: "", running: true, since: 0, ...change }) as ReleaseRow;

const all: Asked = { filter: "", namespace: "", stars: [], only: false };

test("who needs a person comes first, the longest waiting on top", () => {
  const { needs, running, recent } = parted([row("a"), row("b", { needs: "waits", since: 9 }), row("c", { needs: "waits", since: 2 }), row("d", { running: false })], all);
  expect(needs.map((one) => one.name)).toEqual(["c", "b"]);
  expect([running.length, recent.length]).toEqual([1, 1]);
});

test("favourites come first in their list, or alone; one namespace can be looked at", () => {
  const rows = [row("a", { since: 3 }), row("b", { since: 2 }), row("c", { since: 1, namespace: "pay" })];
  const names = (asked: Partial<Asked>) => parted(rows, { ...all, ...asked }).running.map((one) => one.name);
  expect(names({ stars: ["pay/c"] })).toEqual(["c", "a", "b"]);
  expect(names({ stars: ["shop/b", "shop/gone"], only: true })).toEqual(["b"]);
  expect(names({ namespace: "pay" })).toEqual(["c"]);
});

test("every word of the filter must occur, and none that is excluded", () => {
  expect(fits(row("cart"), "shop CART")).toBe(true);
  expect(fits(row("cart"), "shop !cart")).toBe(false);
  expect(fits(row("cart"), "")).toBe(true);
});
