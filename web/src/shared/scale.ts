// Scales for our own SVG. In: domains, ranges. Out: numbers.
export type Scale = (value: number) => number;

export function linear(from: readonly [number, number], to: readonly [number, number]): Scale {
  const span = from[1] - from[0] || 1;
  return (value) => to[0] + ((value - from[0]) / span) * (to[1] - to[0]);
}

export function log(from: readonly [number, number], to: readonly [number, number]): Scale {
  const inner = linear([Math.log(from[0]), Math.log(from[1])], to);
  return (value) => inner(Math.log(Math.max(value, from[0])));
}

// About `wanted` round numbers inside the domain.
export function ticks(low: number, high: number, wanted = 4): number[] {
  const rough = (high - low) / wanted;
  if (!(rough > 0) || !Number.isFinite(rough)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? rough;
  const found: number[] = [];
  for (let tick = Math.ceil(low / step - 1e-9) * step; tick <= high + step * 1e-9; tick += step) {
    found.push(Math.abs(tick) < step * 1e-9 ? 0 : tick);
  }
  return found;
}

// Marks of a logarithmic axis: 1, 2 and 5 of each power, only the powers where these are too many; within less than a
// decade, the marks of a linear one.
export function logTicks(low: number, high: number, most = 7): number[] {
  if (high / low < 10) return ticks(low, high);
  const powers = Array.from({ length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 }, (_, index) => 10 ** (Math.floor(Math.log10(low)) + index));
  const inside = (digits: number[]) => powers.flatMap((power) => digits.map((digit) => digit * power)).filter((tick) => tick >= low && tick <= high);
  const fine = inside([1, 2, 5]);
  return fine.length <= most ? fine : inside([1]);
}

// Each mark in as few decimals as tell it from its neighbours and where it really stands. `unit`: by what a mark is
// multiplied to be written, `text`: how.
export function labels(marks: readonly number[], unit: (mark: number) => number, text: (value: number, digits: number, mark: number) => string): string[] {
  const gaps = marks.slice(1).map((mark, index) => Math.abs(mark - marks[index]!)).filter(Boolean);
  const wrong = (gaps.length ? Math.min(...gaps) : Math.abs(marks[0] ?? 0)) / 20;
  let digits = 0;
  while (digits < 12 && marks.some((mark) => Math.abs(Number((mark * unit(mark)).toFixed(digits)) / unit(mark) - mark) > wrong)) digits += 1;
  return marks.map((mark) => text(mark * unit(mark), digits, mark));
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

// Logarithmic bins: [lower, upper, count].
export function bins(values: readonly number[], wanted = 24): [number, number, number][] {
  const known = values.filter((value) => value > 0);
  if (!known.length) return [];
  const low = Math.min(...known), high = Math.max(...known) * 1.0001;
  const ratio = Math.max((high / low) ** (1 / wanted), 1.02);
  const found: [number, number, number][] = [];
  for (let lower = low; lower < high; lower *= ratio) found.push([lower, lower * ratio, 0]);
  for (const value of known) {
    const bin = found[clamp(Math.floor(Math.log(value / low) / Math.log(ratio)), 0, found.length - 1)];
    if (bin) bin[2] += 1;
  }
  return found;
}
