// Numbers as a person reads them. In: shares 0…1, seconds, epoch seconds. Out: text.
import { labels } from "./scale";

export function percent(value: number): string {
  return value === 0 || value >= 0.001 ? `${(value * 100).toFixed(1)} %` : `${Number((value * 100).toPrecision(2))} %`;
}

export function points(value: number): string {
  const size = Math.abs(value);
  const digits = size > 0 && size < 0.001 ? 2 : 1;
  return `${value < 0 ? "−" : "+"}${(size * 100).toFixed(digits)}`;
}

// The marks of an axis, each with its unit.
export function pointMarks(marks: readonly number[]): string[] {
  return labels(marks, () => 100, (value, digits) => (value === 0 ? "0" : `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)} pp`));
}

export function durationMarks(marks: readonly number[]): string[] {
  const long = (mark: number) => mark >= 1;
  return labels(marks, (mark) => (long(mark) ? 1 : 1000), (value, digits, mark) => `${Number(value.toFixed(digits))} ${long(mark) ? "s" : "ms"}`);
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

// The ends of a time axis; where they lie within a few seconds, to the millisecond.
export function ends(first: number, last: number, utc: boolean): [string, string] {
  const fine = last - first < 5;
  const text = (at: number) => fine ? `${clock(at, utc)}.${String(Math.floor((at % 1) * 1000)).padStart(3, "0")}` : clock(at, utc);
  return [text(first), text(last)];
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
