// Medians, and ratios between clients that were measured side by side.

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export interface Ratio {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Each value against the baseline's of the same repetition: a slow minute of the machine slows both.
 * A ratio of medians would compare minutes with each other.
 */
export function pairedRatio(values: readonly number[], baselines: readonly number[]): Ratio {
  if (values.length === 0 || values.length !== baselines.length) {
    throw new RangeError('every value needs its baseline of the same repetition');
  }
  const ratios = values.map((value, index) => value / (baselines[index] ?? Number.NaN));
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}
