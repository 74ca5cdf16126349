import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { Way } from "../../api/types";
import { Form } from "./form";
import { unwrapped } from "./ways";

const shown = (way: Way, command = "", problem = "") =>
  renderToStaticMarkup(<Form way={way} command={command} problem={problem} busy={false} enter={() => undefined} />);

test("a laptop asks for the printed link, in plain sight", () => {
  const page = shown("link");
  expect(page).toContain("serinus ui");
  expect(page).toMatch(/<label[^>]*>Or paste it here<input type="text"/);
});

test("a cluster asks for a token nobody can read over a shoulder, and says how to print one", () => {
  const page = shown("token", "kubectl create token me");
  expect(page).toMatch(/<label[^>]*>Token<input type="password"/);
  expect(page).toContain("<pre>kubectl create token me</pre>");
  expect(page).toContain("required");
});

test("behind a load balancer's sign-on nothing is to be typed", () => {
  const page = shown("sso");
  expect(page).not.toContain("<input");
  expect(page).toContain("load balancer");
});

test("every way is a form with one button, so that Enter sends it, and says aloud what went wrong", () => {
  for (const way of ["link", "token", "sso"] as Way[]) {
    const page = shown(way, "", "Not let in: expired");
    expect(page.match(/<form/g)).toHaveLength(1);
    expect(page).toMatch(/<form.*<button class="main".*<\/form>/);
    expect(page).toMatch(/role="alert"><p class="fail">✖ Not let in: expired/);
  }
});

test("what was pasted loses its wrapping, and nothing else", () => {
  expect(unwrapped("link", " http://127.0.0.1:1/login#token=abc ")).toBe("abc");
  expect(unwrapped("token", "eyJhbGci.eyJz\n  dWIi.c2ln\n")).toBe("eyJhbGci.eyJzdWIi.c2ln");
  expect(unwrapped("token", "Authorization: Bearer a.b.c")).toBe("a.b.c");
  expect(unwrapped("token", "a.token=b.c")).toBe("a.token=b.c");
});
