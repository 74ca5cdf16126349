// A chart: its name, its sentence, a drawing as wide as there is room, its numbers one by one by the arrow keys and all of
// them as a table. In: numbers as text, how to draw them. Out: a figure.
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { useWide } from "./hooks";
import { Copy } from "./parts";
import { clamp } from "./scale";

export type Cells = readonly (string | number)[];
type Table = { name: string; columns: readonly string[]; rows: readonly Cells[] };

// `children` draws in pixels, `wide` of them from edge to edge; `at`: the row that the arrow keys have chosen, or -1.
export function Chart({ name, sentence, columns, rows, children }: Table & { sentence: string; children: (wide: number, at: number) => ReactNode }) {
  const [asTable, setAsTable] = useState(false);
  const [at, setAt] = useState(-1);
  const [box, wide] = useWide();
  const chosen = at < rows.length ? at : -1;
  const pressed = (event: KeyboardEvent) => {
    const to = moved(event.key, chosen, rows.length);
    if (to === null || event.target !== event.currentTarget) return;
    event.preventDefault();
    setAt(to);
  };
  return (
    <figure className="chart">
      <figcaption>
        <span className="dim">{sentence}</span>
        <button className="quiet noprint" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          Show as table<span className="out">: {name}</span>
        </button>
      </figcaption>
      {asTable ? <Plain name={name} columns={columns} rows={rows} /> : (
        <div className="plot" ref={box} tabIndex={0} role="region" aria-label={name} onKeyDown={pressed}>{wide > 0 && children(wide, chosen)}</div>
      )}
      <p className="dim read" role="status">{!asTable && rows[chosen] ? read(columns, rows[chosen]) : ""}</p>
    </figure>
  );
}

// Where a key leads among `count` rows; null: it means nothing here.
export function moved(key: string, at: number, count: number): number | null {
  const to = { ArrowRight: at + 1, ArrowLeft: at < 0 ? count - 1 : at - 1, Home: 0, End: count - 1, Escape: -1 }[key];
  if (to === undefined || !count) return null;
  return to < 0 && key === "Escape" ? -1 : clamp(to, 0, count - 1);
}

function read(columns: readonly string[], row: Cells): string {
  return row.map((cell, place) => `${columns[place]} ${cell}`.trim()).join(" · ");
}

export function Plain({ name, columns, rows }: Table) {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={name}>
      <table className="stack">
        <thead><tr>{columns.map((column) => <th key={column} scope="col">{column}</th>)}</tr></thead>
        <tbody>{rows.map((cells, index) => <tr key={index}>{cells.map((cell, place) => <td key={place} data-label={columns[place]} className={typeof cell === "number" ? "num" : ""}>{cell}</td>)}</tr>)}</tbody>
      </table>
      {rows.length > 0 && <p><Copy text={csv(columns, rows)} what="CSV" /></p>}
    </div>
  );
}

export function csv(columns: readonly string[], rows: readonly Cells[]): string {
  const line = (cells: Cells) => cells.map((cell) => (/[",\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : cell)).join(",");
  return [columns, ...rows].map(line).join("\r\n");
}
