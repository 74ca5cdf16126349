// The product in one look: how it stands, in one word and one sentence; whether the split is as asked, how fresh that is. In: a release. Out: a banner.
import type { ReleaseView } from "../../api/types";
import { ago, count, lasted, percent } from "../../shared/format";
import { useNow } from "../../shared/hooks";
import { Time } from "../../shared/parts";
import { said } from "../../shared/tone";
import { answering, next } from "./now";
import { agreement } from "./split";
import { Steps } from "./steps";

export function Sentence({ view }: { view: ReleaseView }) {
  const { row } = view;
  const how = said(row);
  return (
    <section className={`sentence ${how.tone}`} aria-label="Verdict" aria-live="polite">
      <div className="row spread">
        <span className={`word ${how.tone}`}><span aria-hidden="true">{how.sign}</span> {how.word}</span>
        <Steps view={view} />
      </div>
      <p>{row.message}</p>
      <Grounds view={view} />
      {answering(row) && <p><strong>{answering(row)}</strong> {next(row)}</p>}
      <Freshness view={view} />
    </section>
  );
}

// Who paused it and why, as long as it is; what it was promoted on, and where that was a person's word, whose.
function Grounds({ view: { row, run } }: { view: ReleaseView }) {
  const asked = run?.timeline.filter((entry) => entry.asked) ?? [], last = asked.at(-1);
  const promoted = row.phase === "Promoted", word = promoted ? asked.findLast((entry) => entry.asked.startsWith("promote")) : row.standing.startsWith("Paused") ? last : undefined;
  return (
    <>
      {promoted && run?.verdict && <p>{run.verdict.sentence}</p>}
      {word && <p>{promoted ? "Not by the evidence alone, but asked by" : "Asked by"} <strong>{word.by}</strong>, {word.asked}</p>}
    </>
  );
}

function Freshness({ view: { row, run, release } }: { view: ReleaseView }) {
  const now = useNow();
  if (!run) return null;
  const outcome = row.ended ? <>ended <Time at={row.ended} />, {lasted(row.ended - row.started)} after it began</> : `running for ${lasted(now - row.started)}`;
  const split = run.steps.at(-1)?.measured;
  const left = row.left_s ? ` · about ${lasted(row.left_s)} to go at today's traffic` : "";
  const needed = row.needed && row.running ? ` · ≈ ${count(row.needed)} more canary requests needed` : "";
  return (
    <p className="dim" aria-live="off">
      {row.complete_to ? <>traces judged up to <Time at={row.complete_to} />{row.running ? ` (${ago(row.complete_to, now)})` : ""} · </> : null}
      {split && <>split asked {run.steps.at(-1)?.weight} %, measured {percent(split.share)} ({percent(split.low)} … {percent(split.high)}), {agreement(split.agrees).sign} {agreement(split.agrees).word} · </>}
      {outcome}{needed}{left}{row.running && <> · false alarms ≤ {release.spec.analysis.falseAlarm * 100} %</>}
      {row.needs ? <strong> · needs you: {row.needs}</strong> : null}
    </p>
  );
}
