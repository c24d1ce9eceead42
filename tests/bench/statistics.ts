// Medians, and ratios between clients that were measured side by side.

/** The value below which a share of all lies, 0 to 1; between two values where it falls there. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export interface Ratio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Each value against the baseline's of the same repetition: a slow minute of the machine slows both.
 * A ratio of medians would compare minutes with each other. `trimmed` is the share of ratios that is
 * left out at each end of the range: none where they are few.
 */
export function pairedRatio(
  values: readonly number[],
  baselines: readonly number[],
  trimmed = 0,
): Ratio {
  if (values.length === 0 || values.length !== baselines.length) {
    throw new RangeError('every value needs its baseline of the same repetition');
  }
  const ratios = values.map((value, index) => value / (baselines[index] ?? Number.NaN));
  return {
    median: median(ratios),
    low: quantile(ratios, trimmed),
    high: quantile(ratios, 1 - trimmed),
  };
}
