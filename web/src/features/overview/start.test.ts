import { expect, test } from "vitest";
import { start } from "./start";

test("a laptop is shown the demo, a cluster a resource to apply", () => {
  expect(start("link").command).toBe("serinus demo");
  for (const way of ["token", "sso"] as const) expect(start(way).command).toBe("kubectl apply -f deploy/releases/notification.yaml");
});
