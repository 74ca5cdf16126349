// Is the instrument itself fit? In: the console's own state. Out: the checks with their remedies, addresses, versions.
import { useLine } from "../../api/live";
import { useSystem } from "../../api/queries";
import { count } from "../../shared/format";
import { useTitle } from "../../shared/hooks";
import { Shown, Time } from "../../shared/parts";

export default function System() {
  useTitle("System");
  const asked = useSystem();
  const line = useLine();
  return (
    <>
      <h1>System</h1>
      <Shown asked={asked}>
        {(system) => (
          <>
            <section className="card">
              <h2>X-Ray</h2>
              <ul style={{ listStyle: "none", padding: 0, display: "grid", gap: ".3rem" }}>
                {system.findings.map((one) => <li key={one.check}><span className={`badge ${one.ok ? "pass" : "fail"}`}><span aria-hidden="true">{one.ok ? "✔" : "✖"}</span> {one.check}</span> {one.message}</li>)}
              </ul>
              <p className="dim">The same as <code>serinus doctor</code>, asked every 15 s.</p>
            </section>
            <section className="card">
              <h2>This console</h2>
              <dl className="facts">
                <dt>Version</dt><dd>{system.version}</dd>
                <dt>Releases from</dt><dd className="mono">{system.source}</dd>
                <dt>Traces from</dt><dd className="mono">{system.xray}</dd>
                <dt>Releases</dt><dd>{count(system.releases)}</dd>
                <dt>Open pages</dt><dd>{count(system.listeners)}</dd>
                <dt>This page's line</dt><dd>{line.state}</dd>
                <dt>Its clock</dt><dd><Time at={system.now} day /></dd>
              </dl>
            </section>
          </>
        )}
      </Shown>
    </>
  );
}
