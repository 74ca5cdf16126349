// The post-mortem: all from the record, which outlives the traces. In: a run. Out: a page to print, files to keep.
import { reportLink, useReport } from "../../api/queries";
import { Plain } from "../../shared/chart";
import { Shown } from "../../shared/parts";
import type { Shownrun } from "./release";

export default function Report({ view, run }: Shownrun) {
  const { namespace, name } = view.row;
  const asked = useReport(namespace, name, run.number);
  const file = `${namespace}-${name}-${run.number}`;
  return (
    <Shown asked={asked}>
      {(report) => (
        <>
          <section className="card">
            <div className="row spread">
              <h2>{report.title}</h2>
              <span className="row noprint">
                <a className="button" href={reportLink(namespace, name, run.number, ".html")} download={`${file}.html`}>HTML</a>
                <a className="button" href={reportLink(namespace, name, run.number, ".md")} download={`${file}.md`}>Markdown</a>
                <a className="button" href={reportLink(namespace, name, run.number, "")} download={`${file}.json`}>JSON</a>
                <button onClick={() => print()}>Print</button>
              </span>
            </div>
            <p><strong>{report.summary}</strong></p>
            <dl className="facts">{report.facts.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name} value`}>{value}</dd>])}</dl>
          </section>
          {report.tables.map(([title, columns, rows]) => (
            <section className="card" key={title}><h2>{title}</h2><Plain name={title} columns={columns} rows={rows} /></section>
          ))}
        </>
      )}
    </Shown>
  );
}
