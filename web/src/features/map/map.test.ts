import { expect, test } from "vitest";
import type { Cause, Edge, Graph, Node, RunView } from "../../api/types";
import { beginning, harmedByFaults, suspects } from "./blame";
import { boxed, told } from "./boxes";
import { differences } from "./differences";
import { fitting } from "./drawing";
import { place } from "./layout";
import { near } from "./near";

const node = (id: string, name: string, side = "", requests = 100) => ({ id, name, side, release: side && "shop/bank", requests }) as Node;
const edge = (source: string, target: string, requests: number, faults = 0, mean = 0.01) => ({ source, target, requests, faults, errors: 0, throttles: 0, mean }) as Edge;
const graph = (edges: Edge[], canary = 100): Graph => ({ nodes: [node("0", "caller"), node("1", "V1", "stable"), node("2", "V2", "canary", canary), node("3", "bank"), node("4", "mail")], edges, start: 0, end: 1 });
const said = (whole: Graph, together = true) => boxed(whole, differences(whole), together).lines.map((line) => told(line).map((one) => one.text));

test("new, lost, faultier and slower calls are told apart, the worst first", () => {
  const found = differences(graph([edge("1", "3", 100), edge("2", "3", 100, 10), edge("2", "4", 50), edge("0", "1", 100), edge("0", "2", 100, 0, 0.05)]));
  expect(found.map((one) => [one.callee, one.word])).toEqual([["mail", "new"], ["bank", "faultier"], ["the service under release", "slower"]]);
  expect(differences(graph([edge("1", "3", 10)]))[0]?.word).toBe("lost");
});

test("a call is lost only where its absence would be surprising", () => {
  const lost = (canary: number) => differences(graph([edge("1", "3", 10)], canary))[0]!;
  expect([lost(92).word, lost(93).word]).toEqual(["unseen", "lost"]); // 10 of stable's 100: 9.2 and 9.3 of the canary's
  expect(lost(20).expected).toBeCloseTo(2);
  expect(differences(graph([edge("2", "4", 1)]))[0]?.word).toBe("unseen");
});

test("the versions of one release stand in one box, and on each call what either does", () => {
  const whole = graph([edge("0", "1", 100), edge("0", "2", 1200, 120), edge("1", "3", 100), edge("2", "4", 50)]);
  expect(boxed(whole, [], true).boxes.map((box) => box.parts.map((one) => one.name))).toEqual([["caller"], ["V1", "V2"], ["bank"], ["mail"]]);
  expect(said(whole)).toEqual([["━ 100", "╍ 1,200 · F 10.0 %", "F +10.0 pp"], ["100", "✕ lost"], ["50", "✚ new"]]);
});

test("apart, the canary's calls say what differs, and a call that it no longer makes that it is lost", () => {
  const whole = graph([edge("0", "1", 100), edge("0", "2", 1200, 120), edge("1", "3", 100), edge("2", "4", 50)]);
  expect(said(whole, false)).toEqual([["100"], ["1,200 · F 10.0 %", "F +10.0 pp"], ["100", "✕ lost"], ["50", "✚ new"]]);
});

test("a map is made smaller while it stays readable, else it is scrolled, or shown whole on demand", () => {
  expect([fitting(500, 900, false), fitting(1000, 902, false), fitting(1000, 402, false), fitting(1000, 402, true)]).toEqual([1, 0.9, 1, 0.4]);
});

test("all callers of the service under release count together", () => {
  const whole = { ...graph([edge("0", "1", 30, 3, 0.1), edge("5", "1", 10, 0, 0.3), edge("0", "2", 40)]) };
  whole.nodes.push(node("5", "another caller"));
  const stable = differences(whole)[0]!.stable!;
  expect([stable.requests, stable.faults]).toEqual([40, 3]);
  expect(stable.mean).toBeCloseTo(0.15);
});

test("a few calls do not make the canary slower", () => {
  expect(differences(graph([edge("1", "3", 5), edge("2", "3", 5, 0, 9)]))[0]?.word).toBe("same");
});

test("callers stand left of what they call, also in a circle", () => {
  const nodes = ["a", "b"].map((id) => ({ id, width: 100, height: 50 }));
  const placed = place({ nodes, edges: [["a", "b"], ["b", "a"]].map(([from, to]) => ({ from: from!, to: to!, width: 40, height: 14 })), upright: false });
  expect(placed.nodes["a"]![0]).toBeLessThan(placed.nodes["b"]![0]);
  expect(Object.keys(placed.edges)).toHaveLength(2);
});

test("two hundred services are placed in time", () => {
  const nodes = Array.from({ length: 200 }, (_, index) => ({ id: String(index), width: 150, height: 58 }));
  const edges = nodes.slice(1).map((one, index) => ({ from: String(Math.floor(index / 3)), to: one.id, width: 40, height: 14 }));
  expect(Object.keys(place({ nodes, edges, upright: false }).nodes)).toHaveLength(200);
}, 60_000);

test("a large map opens on what is near the two versions, in both directions", () => {
  const whole = graph([edge("5", "6", 1), edge("6", "0", 1), edge("0", "1", 1), edge("0", "2", 1), edge("2", "3", 1), edge("3", "4", 1)]);
  whole.nodes.push(node("5", "far"), node("6", "edge"));
  const shown = near(whole, 1);
  expect(shown.nodes.map((one) => one.id)).toEqual(["0", "1", "2", "3"]);
  expect(shown.edges).toHaveLength(3);
  expect(near(whole, 2).nodes.map((one) => one.id)).toEqual(["0", "1", "2", "3", "4", "6"]);
  const without = { ...whole, nodes: whole.nodes.map((one) => ({ ...one, side: "" })) };
  expect(near(without, 1)).toBe(without);
});

test("faults begin in the service that the traces show deepest, not in its callers", () => {
  const whole = graph([]);
  const run = (dependency: string, change = {}) => ({ verdict: { reason: "HarmFound", checks: [{ name: "faults", outcome: "fail" }], sources: [{ dependency, kind: "fault" }], ...change } }) as RunView;
  const name = (dependency: string, ...causes: Partial<Cause>[]) => beginning(whole, suspects(run(dependency), "V2", causes as Cause[]))?.name;
  expect([name(""), name("bank"), name("elsewhere")]).toEqual(["V2", "bank", undefined]);
  expect(name("bank", { service: "mail", part: "/send" })).toBe("mail");
  expect(name("bank", { service: "V2", part: "bank" })).toBe("bank");
  const twice = { ...whole, nodes: [...whole.nodes, { ...node("9", "bank"), faults: 3 }].map((one) => ({ ...one, faults: one.faults ?? 0 })) };
  expect(beginning(twice, ["bank"])?.id).toBe("9");
  const slow = { checks: [{ name: "latency", outcome: "fail" }, { name: "faults", outcome: "pass" }] };
  expect([run("bank"), run("", { sources: [] }), run("", slow), run("", { reason: "Undecided" }), undefined].map(harmedByFaults)).toEqual([true, false, false, false, false]);
});
