// One trace. In: its id. Out: a waterfall; faults and the path that took the time are marked, each row tells more.
import { Link } from "wouter";
import { useTrace } from "../../api/queries";
import type { TraceView } from "../../api/types";
import { duration } from "../../shared/format";
import { useTitle } from "../../shared/hooks";
import { Copy, Flag, Outside, Shown, Side, Time } from "../../shared/parts";
import { Waterfall } from "./waterfall";

export default function Trace({ id }: { id: string }) {
  useTitle(`Trace ${id}`);
  const asked = useTrace(id);
  return (
    <>
      <div className="row spread"><h1>Trace <span className="mono">{id}</span></h1><span className="row"><Copy text={id} what="id" />{asked.data && <Outside link={asked.data.link} />}<Link href="/traces">All traces</Link></span></div>
      <Shown asked={asked}>{(trace) => <Whole trace={trace} />}</Shown>
    </>
  );
}

function Whole({ trace }: { trace: TraceView }) {
  const root = trace.spans[0];
  const fault = trace.spans.filter((span) => span.flag === "F").sort((a, b) => b.depth - a.depth)[0];
  return (
    <>
      {trace.kept && <p className="banner">From the run's record; X-Ray no longer has this trace or does not answer.</p>}
      <section className={`sentence ${trace.flag === "F" ? "fail" : trace.flag ? "undecided" : "pass"}`}>
        <div className="row"><Side side={trace.side} /><Flag flag={trace.flag} /><strong>{duration(trace.duration)}</strong><span className="dim"><Time at={trace.at} day /></span></div>
        <p>{root?.detail || root?.name}</p>
        {fault && <p className="fail"><strong>Fault begins in {fault.service}</strong>{fault.name !== fault.service && ` › ${fault.name}`}: {fault.exceptions[0] ?? (fault.status ? `answered ${fault.status}` : "its exception was not recorded")}</p>}
      </section>
      <Waterfall trace={trace} first={fault?.id ?? ""} />
    </>
  );
}
