// Numbers as a person reads them. In: shares 0…1, seconds, epoch seconds. Out: text.
export function percent(value: number): string {
  return value === 0 || value >= 0.001 ? `${(value * 100).toFixed(1)} %` : `${Number((value * 100).toPrecision(2))} %`;
}

export function points(value: number): string {
  const size = Math.abs(value);
  const digits = size > 0 && size < 0.001 ? 2 : 1;
  return `${value < 0 ? "−" : "+"}${(size * 100).toFixed(digits)}`;
}

export function count(value: number): string {
  return value.toLocaleString("en-US");
}

export function counted(value: number, word: string): string {
  return `${count(value)} ${word}${value === 1 ? "" : "s"}`;
}

export function duration(seconds: number): string {
  if (seconds >= 100) return lasted(seconds);
  if (seconds >= 1) return `${seconds.toFixed(2)} s`;
  const ms = seconds * 1000;
  return `${ms >= 10 ? ms.toFixed(0) : Number(ms.toPrecision(3))} ms`;
}

export function lasted(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 172_800) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 86_400)} d`;
}

export function ago(at: number, now: number): string {
  return `${lasted(now - at)} ago`;
}

export function clock(at: number, utc: boolean): string {
  return new Date(at * 1000).toLocaleTimeString("en-GB", utc ? { timeZone: "UTC" } : {});
}

export function moment(at: number, utc: boolean): string {
  const day = new Date(at * 1000).toLocaleDateString("sv-SE", utc ? { timeZone: "UTC" } : {});
  return `${day} ${clock(at, utc)}${utc ? " UTC" : ""}`;
}

export function share(events: number, requests: number): number {
  return requests ? events / requests : 0;
}

export function path(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/]+/, "") || url;
}

export function evidence(value: number): string {
  if (value >= 1e6) return "over a million";
  return value >= 10 ? count(Math.round(value)) : String(Number(value.toPrecision(2)));
}
