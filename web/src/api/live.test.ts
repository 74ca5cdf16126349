import { expect, test, vi } from "vitest";
import { gathered, merged } from "./live";
import type { ReleaseRow } from "./types";

const row = (name: string, weight: number) => ({ namespace: "shop", name, weight }) as ReleaseRow;

test("news replace their row or join the list, the newest of a release counts", () => {
  const list = { items: [row("a", 5), row("b", 5)], more: "" };
  expect(merged(list, [row("b", 25), row("b", 50)]).items.map((one) => one.weight)).toEqual([5, 50]);
  expect(merged(list, [row("c", 10)]).items).toHaveLength(3);
});

test("however much is heard, it is told at most twice a second, the first at once", () => {
  vi.useFakeTimers();
  const told: number[][] = [];
  const news = gathered<number>((all) => told.push(all));
  for (let number = 0; number < 1000; number += 1) news.add(number);
  expect(told).toEqual([[0]]);
  vi.advanceTimersByTime(500);
  expect(told.map((all) => all.length)).toEqual([1, 999]);
  vi.advanceTimersByTime(5000);
  news.add(7);
  expect(told.at(-1)).toEqual([7]);
  news.add(8);
  news.forget();
  vi.advanceTimersByTime(5000);
  expect(told).toHaveLength(3);
  vi.useRealTimers();
});
