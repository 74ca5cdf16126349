import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Refusal } from "../api/client";
import { Trouble } from "./parts";
import { role } from "./role";

const missing = { verb: "promote", resource: "canaryreleases.serinus.dev", namespace: "shop" };

test("the right that is missing becomes a Role of its namespace, reading included", () => {
  const text = role(missing);
  expect(text).toContain("kind: Role\n");
  expect(text).toContain("  namespace: shop\n");
  expect(text).toContain("apiGroups: [serinus.dev]");
  expect(text).toContain("verbs: [get, list, watch, promote]");
});

test("for all namespaces it is a ClusterRole, and a reader gets no more than reading", () => {
  const text = role({ ...missing, verb: "list", namespace: "" });
  expect(text).toContain("kind: ClusterRole\n");
  expect(text).not.toContain("namespace:");
  expect(text).toContain("verbs: [get, list, watch]\n");
});

test("who lacks a right reads why, and finds what to ask for", () => {
  const problem = { title: "Not allowed", status: 403, reason: "Refused", detail: "ana may not list …", field: "", missing };
  const page = renderToStaticMarkup(<Trouble error={new Refusal(problem)} />);
  expect(page).toContain("ana may not list …");
  expect(page).toContain("kind: Role");
  expect(renderToStaticMarkup(<Trouble error={new Refusal({ ...problem, missing: null })} />)).not.toContain("<pre>");
});
