import { expect, test } from "vitest";
import { csv, moved } from "./chart";

test("arrow keys walk over a chart's numbers and stop at its ends", () => {
  expect([moved("ArrowRight", -1, 3), moved("ArrowRight", 2, 3), moved("ArrowLeft", -1, 3), moved("ArrowLeft", 0, 3)]).toEqual([0, 2, 2, 0]);
  expect([moved("Home", 2, 3), moved("End", 0, 3), moved("Escape", 1, 3), moved("x", 1, 3), moved("Home", -1, 0)]).toEqual([0, 2, -1, null, null]);
});

test("a table is copied as CSV, quoted where it must be", () => {
  expect(csv(["At", "What"], [["12:00", 'a "b", c'], ["12:01", 5]])).toBe('At,What\r\n12:00,"a ""b"", c"\r\n12:01,5');
});
