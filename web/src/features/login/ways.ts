// Three ways in. In: the console's word for its own, what was pasted. Out: sentences, and the token without its wrapping.
import type { Way } from "../../api/types";

export const WORDS: Record<Way, { how: string; field: string }> = {
  link: {
    how: "Open the address that serinus ui or serinus demo has printed. It opens one session and is spent then; nobody else on this machine can read it.",
    field: "Or paste it here",
  },
  token: {
    how: "Paste a token of this cluster. The cluster says whose it is and what that person may do; the console keeps the session, not the token.",
    field: "Token",
  },
  sso: { how: "The load balancer in front of this console says who you are.", field: "" },
};

// A link carries its token behind #; a terminal breaks a long token into lines; a header has a word before it.
export function unwrapped(way: Way, pasted: string): string {
  const bare = way === "link" ? pasted.replace(/^.*token=/, "") : pasted.replace(/^\s*(authorization:\s*)?(bearer\s)?/i, "");
  return bare.replace(/\s+/g, "");
}
