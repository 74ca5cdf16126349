// How to see a first release here. In: how one came in, which tells a laptop from a cluster. Out: words and a command.
import type { Way } from "../../api/types";

export function start(way: Way): { how: string; command: string } {
  if (way === "link") return { how: "To see one on this machine:", command: "serinus demo" };
  return { how: "Write one, by the example of deploy/releases, and apply it:", command: "kubectl apply -f deploy/releases/notification.yaml" };
}
