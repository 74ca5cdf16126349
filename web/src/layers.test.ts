import { expect, test } from "vitest";

const files = import.meta.glob<string>("./**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true });
const imports = (text: string) => [...text.matchAll(/from "(\.[^"]+)"/g)].map((found) => found[1]!);
const of = (folder: string) => Object.entries(files).filter(([name]) => name.startsWith(`./${folder}/`));

test("features do not import each other", () => {
  const crossing = of("features").flatMap(([name, text]) => imports(text).filter((one) => one.startsWith("../") && !/^\.\.\/\.\.\/(api|shared)\//.test(one)).map((one) => `${name} imports ${one}`));
  expect(crossing).toEqual([]);
});

test("only api/ fetches", () => {
  const fetching = Object.entries(files).filter(([name, text]) => !name.startsWith("./api/") && !name.includes(".test.") && /\bfetch\(|new EventSource|XMLHttpRequest/.test(text)).map(([name]) => name);
  expect(fetching).toEqual([]);
});

test("api and shared know no feature", () => {
  const upward = [...of("api"), ...of("shared")].filter(([, text]) => imports(text).some((one) => one.includes("features"))).map(([name]) => name);
  expect(upward).toEqual([]);
});

test("the page asks no other server and loads nothing from one", () => {
  const outside = Object.entries(files).filter(([name, text]) => !name.includes(".test.") && /https?:\/\/(?!www\.w3\.org)/.test(text)).map(([name]) => name);
  expect(outside).toEqual([]);
});
