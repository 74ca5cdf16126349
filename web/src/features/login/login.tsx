// The way in. In: the one-time token behind # of the printed address, or pasted. Out: a session in an HttpOnly cookie.
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { Refusal } from "../../api/client";
import { useOpenSession } from "../../api/queries";
import { useTitle } from "../../shared/hooks";

export function Login({ known }: { known: boolean }) {
  useTitle("Sign in");
  const [, go] = useLocation();
  const open = useOpenSession();
  const [token, setToken] = useState("");
  const tried = useRef(false);
  const enter = open.mutate;
  useEffect(() => {
    const given = new URLSearchParams(window.location.hash.slice(1)).get("token");
    if (!given || tried.current) return;
    tried.current = true;
    history.replaceState(null, "", window.location.pathname);
    enter(given, { onSuccess: () => go("/", { replace: true }) });
  }, [enter, go]);
  return (
    <section className="card" style={{ maxWidth: "36rem", margin: "6vh auto", width: "100%" }}>
      <h1>{known ? "You are signed in" : "Sign in"}</h1>
      {known && <p><a href="/">All releases</a></p>}
      <p>Open the address that <code>serinus ui</code> or <code>serinus demo</code> has printed. It opens one session and is spent then; nobody else on this machine can read it.</p>
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          enter(token.replace(/^.*token=/, "").trim(), { onSuccess: () => window.location.pathname === "/login" && go("/", { replace: true }) });
        }}
      >
        <label style={{ flex: "1 1 14rem" }}>
          Or paste it here
          <input value={token} onChange={(event) => setToken(event.target.value)} autoComplete="off" spellCheck={false} required />
        </label>
        <button className="main" style={{ alignSelf: "end" }}>Sign in</button>
      </form>
      <div role="alert">
        {open.error && <p className="fail">✖ {open.error instanceof Refusal ? `${open.error.problem.title}: ${open.error.problem.detail}` : String(open.error)}</p>}
      </div>
    </section>
  );
}
