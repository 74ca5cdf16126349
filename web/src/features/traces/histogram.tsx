// How durations are spread; a bar narrows the filter to itself. In: rows, the filter. Out: a chart of buttons.
import type { TraceRow } from "../../api/types";
import { Chart } from "../../shared/chart";
import { counted, duration } from "../../shared/format";
import { bins, linear } from "../../shared/scale";
import { narrowed } from "./narrowed";

const LEFT = 46, RIGHT = 8, HIGH = 200, FLOOR = 170;

export function Histogram({ rows, filter, narrow }: { rows: TraceRow[]; filter: string; narrow: (filter: string) => void }) {
  const found = bins(rows.map((row) => row.duration));
  return (
    <Chart name="Durations" sentence="Choose a bar to look at these only" columns={["From", "To", "Traces"]} rows={found.map(([low, high, count]) => [duration(low), duration(high), count])}>
      {(wide, at) => <Picture found={found} chosen={at} filter={filter} narrow={narrow} wide={wide} />}
    </Chart>
  );
}

type Bars = { found: [number, number, number][]; chosen: number; filter: string; narrow: (filter: string) => void; wide: number };

function Picture({ found, chosen, filter, narrow, wide }: Bars) {
  const most = Math.max(1, ...found.map(([, , count]) => count));
  const y = linear([0, most], [FLOOR, 12]), x = linear([0, Math.max(1, found.length)], [LEFT, wide - RIGHT]);
  return (
    <svg width={wide} height={HIGH} viewBox={`0 0 ${wide} ${HIGH}`} role="group" aria-label="Durations">
      <line className="axis" x1={LEFT} x2={wide - RIGHT} y1={FLOOR} y2={FLOOR} />
      <text x={LEFT - 6} y="18" textAnchor="end">{most}</text><text x={LEFT - 6} y={FLOOR + 4} textAnchor="end">0</text>
      {found.map(([low, high, count], index) => {
        const next = narrowed(filter, low, high), from = x(index), width = x(index + 1) - from, name = `${duration(low)} to ${duration(high)}: ${counted(count, "trace")}`;
        return count > 0 && (
          <g key={low} className={`bar ${index === chosen ? "chosen" : ""}`} role="button" tabIndex={0} aria-label={name} onClick={() => narrow(next)} onKeyDown={(event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); narrow(next); } }}>
            <title>{name}</title>
            <rect x={from} width={Math.max(2, width - 2)} y={y(count)} height={FLOOR - y(count)} />
            <rect x={from} width={width} y="0" height={FLOOR} style={{ opacity: 0 }} />
          </g>
        );
      })}
      <text x={LEFT} y="188">{duration(found[0]?.[0] ?? 0)}</text><text x={wide - RIGHT} y="188" textAnchor="end">{duration(found.at(-1)?.[1] ?? 0)}</text>
    </svg>
  );
}
