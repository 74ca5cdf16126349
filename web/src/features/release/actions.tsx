// What a person can do, and why not. In: a release. Out: buttons; each asks for a reason that is kept in the record.
import { useRef, useState } from "react";
import { Refusal } from "../../api/client";
import { useAct } from "../../api/queries";
import type { Act, ReleaseView, Verb } from "../../api/types";
import { Lacking } from "../../shared/parts";

const WHAT: Record<Verb, [string, string]> = {
  pause: ["Pause", "Keeps the weight where it is. Harm still rolls back."],
  resume: ["Resume", "Goes on after a pause; the step gets its time again."],
  promote: ["Promote", "Lets this step pass on your word, without the evidence."],
  abort: ["Abort", "Takes all traffic off the canary and back to stable."],
  retry: ["Retry", "Releases the rejected version once more, or gives a held step its time again."],
};

export function Actions({ view }: { view: ReleaseView }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [verb, setVerb] = useState<Verb>("pause");
  const open = (act: Act) => {
    if (!act.allowed) return;
    setVerb(act.verb);
    dialog.current?.showModal();
  };
  const shown = view.acts.filter((act) => act.fits || (view.row.running && !["resume", "retry"].includes(act.verb)));
  const refused = shown.find((act) => !act.allowed);
  return (
    <div className="actions row">
      {shown.map((act) => (
        <button key={act.verb} className={act.verb === "abort" && act.allowed ? "danger" : ""} aria-disabled={!act.allowed} title={act.why || WHAT[act.verb][1]} aria-describedby={act.allowed ? undefined : "why-not"} onClick={() => open(act)}>
          {WHAT[act.verb][0]}…
        </button>
      ))}
      {refused && <span id="why-not" className="dim">{refused.why}</span>}
      <Ask view={view} verb={verb} dialog={dialog} />
    </div>
  );
}

function Ask({ view, verb, dialog }: { view: ReleaseView; verb: Verb; dialog: React.RefObject<HTMLDialogElement | null> }) {
  const act = useAct(view.row.namespace, view.row.name);
  const [reason, setReason] = useState("");
  const [full, setFull] = useState(false);
  const close = () => dialog.current?.close();
  const clear = () => { setReason(""); setFull(false); act.reset(); };
  const [title, meaning] = WHAT[verb];
  return (
    <dialog ref={dialog} aria-labelledby="asking" onClose={clear}>
      <form onSubmit={(event) => { event.preventDefault(); act.mutate({ verb, reason, full }, { onSuccess: close }); }}>
        <h2 id="asking">{title} {view.row.namespace}/{view.row.name}?</h2>
        <p>{meaning}</p>
        {verb === "promote" && <label className="inline"><input type="checkbox" checked={full} onChange={(event) => setFull(event.target.checked)} /> Skip all steps left</label>}
        <label>Why? It is kept in the run's record.
          <textarea required minLength={3} maxLength={500} rows={2} value={reason} onChange={(event) => setReason(event.target.value)} />
        </label>
        <div role="alert">
          {act.error && <p className="fail">✖ {act.error instanceof Refusal ? act.error.message : String(act.error)}</p>}
          {act.error instanceof Refusal && act.error.problem.missing && <Lacking missing={act.error.problem.missing} />}
        </div>
        <div className="row">
          <button className={verb === "abort" ? "danger" : "main"} aria-disabled={act.isPending}>{title}</button>
          <button type="button" onClick={close}>Cancel</button>
        </div>
      </form>
    </dialog>
  );
}
