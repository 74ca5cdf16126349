// The way in. In: how this console is entered; a link's token behind #, or pasted. Out: a session in an HttpOnly cookie.
import { useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { Refusal } from "../../api/client";
import { useEntrance, useOpenSession } from "../../api/queries";
import { useTitle } from "../../shared/hooks";
import { Shown } from "../../shared/parts";
import { Form } from "./form";

export function Login({ known }: { known: boolean }) {
  useTitle("Sign in");
  const [, go] = useLocation();
  const asked = useEntrance();
  const open = useOpenSession();
  const tried = useRef(false);
  const enter = open.mutate;
  const way = asked.data?.way;
  useEffect(() => {
    const given = way === "link" ? new URLSearchParams(window.location.hash.slice(1)).get("token") : way === "sso" && !known ? "" : null;
    if (given === null || tried.current) return;
    tried.current = true;
    if (way === "link") history.replaceState(null, "", window.location.pathname);
    enter(given, { onSuccess: () => window.location.pathname === "/login" && go("/", { replace: true }) });
  }, [enter, go, way, known]);
  const error = open.error;
  const problem = error instanceof Refusal ? `${error.problem.title}: ${error.problem.detail}` : error ? String(error) : "";
  return (
    <section className="card" style={{ maxWidth: "36rem", margin: "6vh auto", width: "100%" }}>
      <h1>{known ? "You are signed in" : "Sign in"}</h1>
      {known && <p><a href="/">All releases</a></p>}
      <Shown asked={asked}>
        {({ way, command }) => (
          <Form way={way} command={command} problem={problem} busy={open.isPending} enter={(token) => {
            if (!open.isPending) enter(token, { onSuccess: () => window.location.pathname === "/login" && go("/", { replace: true }) });
          }} />
        )}
      </Shown>
    </section>
  );
}
