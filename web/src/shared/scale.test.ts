import { expect, test } from "vitest";
import { durationMarks, pointMarks } from "./format";
import { bins, linear, log, logTicks, ticks } from "./scale";

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

test("marks of a logarithmic axis are few and round; within a narrow range they are still told apart", () => {
  expect(logTicks(0.002, 1.4)).toEqual([0.01, 0.1, 1].map((tick) => expect.closeTo(tick)));
  expect(logTicks(0.01, 0.3)).toEqual([0.01, 0.02, 0.05, 0.1, 0.2].map((tick) => expect.closeTo(tick)));
  for (const [low, high] of [[0.0101, 0.0102], [1.2345, 1.2346], [0.00001, 0.0000105]] as const) {
    const marks = logTicks(low, high), words = durationMarks(marks);
    expect(marks.length).toBeGreaterThan(1);
    expect(new Set(words).size).toBe(marks.length);
  }
});

test("an axis says no more digits than tell its marks apart", () => {
  expect(pointMarks([-0.1, 0, 0.1])).toEqual(["−10 pp", "0", "+10 pp"]);
  expect(pointMarks([0, 0.005])).toEqual(["0", "+0.5 pp"]);
  expect(pointMarks([0.001, 0.0015])).toEqual(["+0.10 pp", "+0.15 pp"]);
  expect(durationMarks([0.01, 0.0102])).toEqual(["10 ms", "10.2 ms"]);
  expect(durationMarks([0.095, 0.1, 0.105])).toEqual(["95 ms", "100 ms", "105 ms"]);
  expect(durationMarks([0.01, 0.1, 1])).toEqual(["10 ms", "100 ms", "1 s"]);
  expect(durationMarks([1, 1])).toEqual(["1 s", "1 s"]);
});

test("every duration falls into one bin", () => {
  const values = Array.from({ length: 500 }, (_, index) => 0.001 * 1.013 ** index);
  const found = bins(values);
  expect(found.reduce((sum, [, , number]) => sum + number, 0)).toBe(500);
  expect(found.every(([low, high]) => low < high)).toBe(true);
  expect(bins([])).toEqual([]);
  expect(bins([0.5, 0.5]).reduce((sum, [, , number]) => sum + number, 0)).toBe(2);
});
