import { expect, test } from "vitest";
import { merged } from "./live";
import type { ReleaseRow } from "./types";

const row = (name: string, weight: number) => ({ namespace: "shop", name, weight }) as ReleaseRow;

test("news replace their row or join the list", () => {
  const list = { items: [row("a", 5), row("b", 5)], more: "" };
  expect(merged(list, row("b", 25)).items.map((one) => one.weight)).toEqual([5, 25]);
  expect(merged(list, row("c", 10)).items).toHaveLength(3);
});
