import { expect, test } from "vitest";
import type { ReleaseView, RunView } from "../api/types";
import { choices, fixed } from "./range";

const run = (change: Partial<RunView>) => ({ number: 4, started: 100.4, ended: null, steps: [{ weight: 25, entered: 120.7, left: null }], ...change }) as RunView;
const view = { row: { namespace: "shop", name: "cart" }, run: null } as ReleaseView;

test("a release's own times come first, what came after only once it has ended", () => {
  expect(choices(view, run({})).map(([word]) => word)).toEqual(["run 4", "step", "300", "", "10800", "86400"]);
  expect(choices(view, run({ ended: 200.2 }))[2]).toEqual(["after", "since it ended", { start: 201, end: 0 }]);
  expect(choices()[0]?.[0]).toBe("300");
});

test("a copied link says the same tomorrow", () => {
  expect(fixed({ start: 0, end: 0 }, 5000, "http://x/traces?last=300&filter=fault")).toBe("http://x/traces?filter=fault&start=3200&end=5000");
  expect(fixed({ start: 10, end: 20 }, 5000, "http://x/map")).toBe("http://x/map?start=10&end=20");
});
