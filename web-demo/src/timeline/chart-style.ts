/**
 * The chart's colours, read from the page each time: the bands' from the legend beside it, so that
 * the two can never differ, in either scheme.
 */
import type { State } from 'keepline';
import type { ChartStyle } from './chart.js';

export const states = [
  'connected',
  'connecting',
  'reconnecting',
  'disconnected',
] as const satisfies readonly State[];

export const stateNames: Readonly<Record<State, string>> = {
  connected: 'Live',
  connecting: 'Connecting',
  reconnecting: 'Reconnecting',
  disconnected: 'Disconnected',
};

/** What is neither live nor given up is in between, and looks it. */
export function isHatched(state: State): boolean {
  return state === 'connecting' || state === 'reconnecting';
}

export function readChartStyle(card: HTMLElement): ChartStyle {
  const band = (state: State) => {
    const swatch = card.querySelector<HTMLElement>(`[data-swatch="${state}"]`);
    const colour = swatch ? getComputedStyle(swatch).backgroundColor : 'gray';
    return { colour, hatched: isHatched(state) };
  };
  const line = card.querySelector<HTMLElement>('[data-swatch="round-trip"]');
  const { color, fontFamily, borderTopColor } = getComputedStyle(card);
  return {
    bands: {
      connected: band('connected'),
      connecting: band('connecting'),
      reconnecting: band('reconnecting'),
      disconnected: band('disconnected'),
    },
    line: line ? getComputedStyle(line).backgroundColor : color,
    text: color,
    grid: borderTopColor,
    font: `11px ${fontFamily}`,
  };
}
