import { expect, test } from "vitest";
import { bins, linear, log, ticks } from "./scale";

test("scales lead the ends of the domain to the ends of the range", () => {
  for (const scale of [linear([2, 8], [10, 40]), log([2, 8], [10, 40])]) expect([scale(2), scale(8)].map(Math.round)).toEqual([10, 40]);
  expect(linear([5, 5], [0, 1])(5)).toBe(0);
  expect(Math.round(log([1, 100], [0, 10])(10))).toBe(5);
});

test("ticks are round, inside, and hold zero exactly", () => {
  expect(ticks(-0.05, 0.2)).toEqual([0, 0.1, 0.2].map((tick) => expect.closeTo(tick)));
  expect(ticks(-2, 2)).toContain(0);
  expect(ticks(3, 3)).toEqual([3]);
});

test("every duration falls into one bin", () => {
  const values = Array.from({ length: 500 }, (_, index) => 0.001 * 1.013 ** index);
  const found = bins(values);
  expect(found.reduce((sum, [, , number]) => sum + number, 0)).toBe(500);
  expect(found.every(([low, high]) => low < high)).toBe(true);
  expect(bins([])).toEqual([]);
  expect(bins([0.5, 0.5]).reduce((sum, [, , number]) => sum + number, 0)).toBe(2);
});
