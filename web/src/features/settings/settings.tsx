// What this browser remembers. In: choices. Out: the same page, as wished.
import { useCloseSession, useMe } from "../../api/queries";
import { useTitle } from "../../shared/hooks";
import { Time } from "../../shared/parts";
import { choose, type Settings, useSettings } from "../../shared/settings";

export default function SettingsPage() {
  useTitle("Settings");
  const chosen = useSettings();
  const me = useMe().data;
  const leave = useCloseSession();
  return (
    <>
      <h1>Settings</h1>
      <section className="card">
        <label style={{ maxWidth: "16rem" }}>Theme
          <select value={chosen.theme} onChange={(event) => choose({ theme: event.target.value as Settings["theme"] })}>
            <option value="system">as the system</option><option value="light">light</option><option value="dark">dark</option>
          </select>
        </label>
        <label className="inline"><input type="checkbox" checked={chosen.utc} onChange={(event) => choose({ utc: event.target.checked })} /> Times in UTC</label>
        <label className="inline"><input type="checkbox" checked={chosen.keys} onChange={(event) => choose({ keys: event.target.checked })} /> Single-key shortcuts (press ? for the list)</label>
      </section>
      {me && (
        <section className="card">
          <h2>Session</h2>
          <p>Signed in as <strong>{me.name}</strong> until <Time at={me.expires} day />.</p>
          <p><button onClick={() => leave.mutate()}>Sign out</button> <span className="dim">To come back, run <code>serinus ui</code> again.</span></p>
        </section>
      )}
    </>
  );
}
