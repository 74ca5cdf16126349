// The steps: passed, here, to come. In: a release. Out: a list that reads well without colour.
import type { ReleaseView } from "../../api/types";

type Mark = { sign: string; kind: string; word: string };

export function mark(index: number, row: { run: number; step: number; weight: number; phase: string; running: boolean }): Mark {
  const here = row.step - 1;
  if (!row.run || index > here) return { sign: "○", kind: "", word: "to come" };
  if (index < here || row.phase === "Promoted") return { sign: "✔", kind: "done", word: "passed" };
  if (row.weight === 0) return { sign: "✖", kind: "stopped", word: "ended here" };
  return { sign: "◉", kind: "here", word: "now" };
}

export function Steps({ view }: { view: ReleaseView }) {
  return (
    <ol className="steps" aria-label="Steps">
      {view.release.spec.steps.map((step, index) => {
        const { sign, kind, word } = mark(index, view.row);
        return (
          <li key={step.weight} className={kind} aria-current={kind === "here" ? "step" : undefined}>
            <span aria-hidden="true">{sign}</span>{step.weight} %{step.approval ? <span title="waits for approval"> ✋</span> : null}<span className="out">{word}</span>
          </li>
        );
      })}
    </ol>
  );
}
