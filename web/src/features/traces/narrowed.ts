// A duration range as part of an X-Ray filter expression. In: a filter, seconds. Out: the filter with this range only.
const RANGE = /\s*(AND\s+)?duration >= [\d.e-]+ AND duration < [\d.e-]+/;

export function narrowed(filter: string, low: number, high: number): string {
  const rest = filter.replace(RANGE, "").trim();
  const range = `duration >= ${decimal(low)} AND duration < ${decimal(high)}`;
  return rest ? `${rest} AND ${range}` : range;
}

function decimal(value: number): string {
  return value.toFixed(6).replace(/0+$/, "").replace(/\.$/, "");
}
