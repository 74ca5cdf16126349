// What happened, and who did what and why. In: a run. Out: its entries, newest first; what was said before is not said again.
import { Empty, Time } from "../../shared/parts";
import { phased } from "../../shared/tone";
import type { Shownrun } from "./release";

export default function Timeline({ run }: Shownrun) {
  if (!run.timeline.length) return <Empty title="Nothing happened yet"><p>Entries appear with the run's first step.</p></Empty>;
  return (
    <section className="card">
      <h2>Timeline</h2>
      <ol className="timeline">
        {run.timeline.map((entry, index) => (
          <li key={index}>
            <Time at={entry.at} />
            <span><strong>{phased(entry.phase)}</strong> <span className="dim">{entry.reason}</span> {entry.by !== "serinus" && <span className="v2">by {entry.by}{entry.asked && <>, {entry.asked}</>}</span>}{entry.message !== run.timeline[index - 1]?.message && <><br /><span className="dim">{entry.message}</span></>}</span>
          </li>
        )).reverse()}
      </ol>
    </section>
  );
}
