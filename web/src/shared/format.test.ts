import { expect, test } from "vitest";
import { count, counted, ends, duration, evidence, lasted, path, percent, points } from "./format";

test("shares read as on the command line", () => {
  expect([percent(0), percent(0.0512), percent(0.00052)]).toEqual(["0.0 %", "5.1 %", "0.052 %"]);
  expect([points(0.051), points(0.0005), points(-0.223)]).toEqual(["+5.1", "+0.05", "−22.3"]);
});

test("durations fit their size", () => {
  expect([duration(0.00042), duration(0.0077), duration(0.147), duration(5.204)]).toEqual(["0.42 ms", "7.7 ms", "147 ms", "5.20 s"]);
  expect([lasted(-3), lasted(250), lasted(7500), lasted(200_000)]).toEqual(["0 s", "4 min 10 s", "2 h 5 min", "2 d"]);
});

test("a time axis within seconds goes to the millisecond", () => {
  expect(ends(0, 60, true)).toEqual(["00:00:00", "00:01:00"]);
  expect(ends(0.25, 0.75, true)).toEqual(["00:00:00.250", "00:00:00.750"]);
});

test("counts, evidence and addresses are short", () => {
  expect([count(1234567), evidence(298.3), evidence(1.4527), evidence(1e300)]).toEqual(["1,234,567", "298", "1.5", "over a million"]);
  expect([counted(1, "span"), counted(5000, "span")]).toEqual(["1 span", "5,000 spans"]);
  expect([path("https://shop.example:8443/a?b=1"), path("/a")]).toEqual(["/a?b=1", "/a"]);
});
