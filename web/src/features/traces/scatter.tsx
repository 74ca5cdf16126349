// Duration over time, one mark a trace: stable filled, canary ringed, faults crossed. In: rows. Out: a chart.
import { useLocation } from "wouter";
import type { TraceRow } from "../../api/types";
import { clock, duration } from "../../shared/format";
import { Chart } from "../../shared/parts";
import { linear, log } from "../../shared/scale";
import { useSettings } from "../../shared/settings";

export function Scatter({ rows }: { rows: TraceRow[] }) {
  const [, go] = useLocation();
  const { utc } = useSettings();
  const times = rows.map((row) => row.at), lengths = rows.map((row) => Math.max(row.duration, 1e-5));
  const [first, last] = [Math.min(...times), Math.max(...times)], [short, long] = [Math.min(...lengths), Math.max(...lengths) * 1.05];
  const x = linear([first, last], [56, 548]), y = log([short, long], [186, 10]);
  const faults = rows.filter((row) => row.flag === "F").length;
  const marks = [short, Math.sqrt(short * long), long];
  return (
    <Chart name="Duration over time" sentence={`${rows.length} traces, ${faults} faulted, ${duration(short)} to ${duration(long)}`} columns={["Started", "Duration", "Version", "Flag", "Trace"]} rows={rows.slice(0, 200).map((row) => [clock(row.at, utc), duration(row.duration), row.side || "—", row.flag || "ok", row.id])}>
      <svg width="560" height="216" viewBox="0 0 560 216" role="img" aria-label="Duration over time; the table below has every trace">
        {marks.map((mark) => <g key={mark}><line className="axis" x1="56" x2="548" y1={y(mark)} y2={y(mark)} /><text x="50" y={y(mark) + 4} textAnchor="end">{duration(mark)}</text></g>)}
        {rows.map((row) => (
          <g key={row.id} onClick={() => go(`/traces/${row.id}`)} style={{ cursor: "pointer" }}>
            <circle cx={x(row.at)} cy={y(row.duration)} r="3.6" className={row.side === "canary" ? "dot-v2" : row.side === "stable" ? "dot-v1" : "dot-none"} />
            {row.flag === "F" && <path className="dot-F" d={`M${x(row.at) - 5} ${y(row.duration) - 5}l10 10m0 -10l-10 10`} />}
          </g>
        ))}
        <text x="56" y="206">{clock(first, utc)}</text><text x="548" y="206" textAnchor="end">{clock(last, utc)}</text>
      </svg>
      <p className="legend"><span className="v1">● stable</span><span className="v2">○ canary</span><span>● neither version</span><span className="fail">✕ fault</span></p>
    </Chart>
  );
}
