import { expect, test } from "vitest";
import type { Replay } from "../../api/types";
import { alarm, changed, told, valueOf } from "./words";

const replay = (change: Partial<Replay>) =>
  ({ looks: 9, until: 100, outcome: "insufficient", sentence: "", condemned: null, was_condemned: null, steps: [], alarms: null, notes: [], ...change }) as Replay;

test("what another policy would have done stands beside what was done", () => {
  expect(told(replay({}))).toMatchObject({ tone: "undecided", beside: "The run's own policy did not roll back either." });
  expect(told(replay({ outcome: "pass", was_condemned: 90 }))).toMatchObject({ tone: "pass", beside: "The run's own policy did roll back." });
  expect(told(replay({ outcome: "fail", condemned: 40, was_condemned: 90 })).beside).toBe("50 s sooner than the run's own policy.");
  expect(told(replay({ outcome: "fail", condemned: 90, was_condemned: 90 })).beside).toBe("At the same look as the run's own policy.");
  expect(told(replay({ outcome: "fail", condemned: 90 })).beside).toBe("The run's own policy did not roll back.");
});

test("one number of a policy changes, the rest stays", () => {
  const text = JSON.stringify({ falseAlarm: 0.01, faults: { ratio: 1.1, difference: 0.0005 } });
  const next = changed(text, ["faults", "difference"], 0.02);
  expect(JSON.parse(next)).toEqual({ falseAlarm: 0.01, faults: { ratio: 1.1, difference: 0.02 } });
  expect(valueOf(next, ["faults", "difference"])).toBe(0.02);
  expect(changed("{", ["falseAlarm"], 0.1)).toBe("{");
  expect(changed(text, ["falseAlarm"], Number.NaN)).toBe(text);
  expect([valueOf("[1]", ["0"]), valueOf(text, ["gates"])]).toEqual([null, null]);
});

test("the rate of false alarms is told with its interval and the promise", () => {
  expect(alarm({ deals: 100, found: 2, low: 0.002, high: 0.07, promised: 0.01 })).toBe("Stable against itself: harm found in 2 of 100 deals, 2.0 % (0.2 % … 7.0 %); promised: at most 1.0 %.");
});
