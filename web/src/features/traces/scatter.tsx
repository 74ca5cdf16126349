// Duration over time, one mark a trace: stable filled, canary ringed, faults crossed. In: rows. Out: a chart.
import { useLocation } from "wouter";
import type { TraceRow } from "../../api/types";
import { Chart } from "../../shared/chart";
import { clock, counted, duration, durationMarks, ends } from "../../shared/format";
import { linear, log, logTicks } from "../../shared/scale";
import { useSettings } from "../../shared/settings";

const LEFT = 62, RIGHT = 10, HIGH = 216, MOST_ROWS = 200, SHORTEST = 1e-5;

export function Scatter({ rows }: { rows: TraceRow[] }) {
  const { utc } = useSettings();
  const faults = rows.filter((row) => row.flag === "F").length;
  const lengths = rows.map((row) => row.duration);
  return (
    <Chart name="Duration over time" sentence={`${counted(rows.length, "trace")}, ${faults} faulted, ${duration(Math.min(...lengths))} to ${duration(Math.max(...lengths))}`} columns={["Started", "Duration", "Version", "Flag", "Trace"]} rows={rows.slice(0, MOST_ROWS).map((row) => [clock(row.at, utc), duration(row.duration), row.side || "—", row.flag || "ok", row.id])}>
      {(wide, at) => (
        <>
          <Picture rows={rows} chosen={rows[at]} utc={utc} wide={wide} />
          <p className="legend"><span className="v1">● stable</span><span className="v2">○ canary</span><span>● neither version</span><span className="fail">✕ fault</span></p>
        </>
      )}
    </Chart>
  );
}

function Picture({ rows, chosen, utc, wide }: { rows: TraceRow[]; chosen: TraceRow | undefined; utc: boolean; wide: number }) {
  const [, go] = useLocation();
  const times = rows.map((row) => row.at), lengths = rows.map((row) => Math.max(row.duration, SHORTEST));
  const [first, last] = [Math.min(...times), Math.max(...times)], [short, long] = [Math.min(...lengths) / 1.05, Math.max(...lengths) * 1.05];
  const x = linear([first, last], [LEFT + 4, wide - RIGHT]), y = log([short, long], [186, 10]);
  const marks = logTicks(short, long), words = durationMarks(marks), [begin, end] = ends(first, last, utc);
  return (
    <svg width={wide} height={HIGH} viewBox={`0 0 ${wide} ${HIGH}`} role="img" aria-label="Duration over time; the table below has every trace">
      {marks.map((mark, index) => <g key={mark}><line className="axis" x1={LEFT} x2={wide - RIGHT} y1={y(mark)} y2={y(mark)} /><text x={LEFT - 6} y={y(mark) + 4} textAnchor="end">{words[index]}</text></g>)}
      {rows.map((row) => (
        <g key={row.id} onClick={() => go(`/traces/${row.id}`)} style={{ cursor: "pointer" }}>
          <title>{`${row.side || "neither version"}, ${duration(row.duration)}, ${row.method} ${row.status || ""}`}</title>
          <circle cx={x(row.at)} cy={y(row.duration)} r="3.6" className={row.side === "canary" ? "dot-v2" : row.side === "stable" ? "dot-v1" : "dot-none"} />
          {row.flag === "F" && <path className="dot-F" d={`M${x(row.at) - 5} ${y(row.duration) - 5}l10 10m0 -10l-10 10`} />}
        </g>
      ))}
      {chosen && <circle cx={x(chosen.at)} cy={y(chosen.duration)} r="9" fill="none" stroke="var(--ink)" strokeWidth="2" />}
      <text x={LEFT} y="206">{begin}</text>{end !== begin && <text x={wide - RIGHT} y="206" textAnchor="end">{end}</text>}
    </svg>
  );
}
