// What the sign-in page shows. In: the way in, a command to print a token, what went wrong. Out: a form that sends it.
import { useState } from "react";
import type { Way } from "../../api/types";
import { Copy } from "../../shared/parts";
import { unwrapped, WORDS } from "./ways";

export function Form({ way, command, problem, busy, enter }: {
  way: Way; command: string; problem: string; busy: boolean; enter: (token: string) => void;
}) {
  const [token, setToken] = useState("");
  const { how, field } = WORDS[way];
  return (
    <>
      <p id="how">{how}</p>
      {command && <><pre>{command}</pre><p><Copy text={command} what="command" /></p></>}
      <form className="row" onSubmit={(event) => { event.preventDefault(); enter(unwrapped(way, token)); }}>
        {field && (
          <label style={{ flex: "1 1 14rem" }}>
            {field}
            <input type={way === "token" ? "password" : "text"} value={token} onChange={(event) => setToken(event.target.value)} autoComplete="off" spellCheck={false} aria-describedby="how" required />
          </label>
        )}
        <button className="main" style={{ alignSelf: "end" }} aria-disabled={busy}>{way === "sso" ? "Go on" : "Sign in"}</button>
      </form>
      <div role="alert">{problem && <p className="fail">✖ {problem}</p>}</div>
    </>
  );
}
