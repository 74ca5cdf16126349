// How durations are spread; a bar narrows the filter to itself. In: rows, the filter. Out: a chart of buttons.
import type { TraceRow } from "../../api/types";
import { duration } from "../../shared/format";
import { Chart } from "../../shared/parts";
import { bins, linear } from "../../shared/scale";
import { narrowed } from "./narrowed";

export function Histogram({ rows, filter, narrow }: { rows: TraceRow[]; filter: string; narrow: (filter: string) => void }) {
  const found = bins(rows.map((row) => row.duration));
  const most = Math.max(1, ...found.map(([, , count]) => count));
  const y = linear([0, most], [170, 12]), width = 500 / Math.max(1, found.length);
  return (
    <Chart name="Durations" sentence="Choose a bar to look at these only" columns={["From", "To", "Traces"]} rows={found.map(([low, high, count]) => [duration(low), duration(high), count])}>
      <svg width="560" height="200" viewBox="0 0 560 200" role="group" aria-label="Durations">
        <line className="axis" x1="46" x2="550" y1="170" y2="170" />
        <text x="40" y="18" textAnchor="end">{most}</text><text x="40" y="174" textAnchor="end">0</text>
        {found.map(([low, high, count], index) => {
          const next = narrowed(filter, low, high);
          return count > 0 && (
            <g key={low} className="bar" role="button" tabIndex={0} aria-label={`${duration(low)} to ${duration(high)}: ${count} traces`} onClick={() => narrow(next)} onKeyDown={(event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); narrow(next); } }}>
              <rect x={48 + index * width} width={Math.max(2, width - 2)} y={y(count)} height={170 - y(count)} />
              <rect x={48 + index * width} width={width} y="0" height="170" style={{ opacity: 0 }} />
            </g>
          );
        })}
        <text x="48" y="188">{duration(found[0]?.[0] ?? 0)}</text><text x="548" y="188" textAnchor="end">{duration(found.at(-1)?.[1] ?? 0)}</text>
      </svg>
    </Chart>
  );
}
