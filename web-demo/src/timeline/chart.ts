/**
 * The drawing: states as bands, round trips as a line, dials as marks, over the last few minutes. A
 * thin layer on uPlot, loaded when the chart is first seen. Knows no React; asked to draw, it draws
 * once.
 */
import type { State } from 'keepline';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { clockTime } from '../desk/times.js';
import { type Band, bandsOf, type Moment, type RoundTrip } from './connection-history.js';
import { type BandStyle, hatch } from './hatch.js';

export interface ChartData {
  readonly moments: readonly Moment[];
  readonly roundTrips: readonly RoundTrip[];
}

export interface ChartStyle {
  readonly bands: Readonly<Record<State, BandStyle>>;
  readonly line: string;
  readonly text: string;
  readonly grid: string;
  readonly font: string;
}

export interface ChartOptions {
  readonly host: HTMLElement;
  readonly windowMs: number;
  /** Asked before every drawing: the page's colours may have turned over. */
  readonly readStyle: () => ChartStyle;
  /** Where the pointer is, or null where it has left. */
  readonly onPoint: (atMs: number | null) => void;
}

const HEIGHT_PX = 168;
/** The strip along the bottom that bands have in full colour; above it they are a tint. */
const STRIP_PX = 10;
/** Narrower than this a second looks like an age. */
const SPAN_MS_MIN = 10_000;
/** Where uPlot puts a cursor that is not there. */
const AWAY = -10;
/** A flat line of two milliseconds is no mountain. */
const SCALE_MS_MIN = 40;

export class TimelineChart {
  readonly #options: ChartOptions;
  readonly #plot: uPlot;
  readonly #resize: ResizeObserver;
  /** Where the keyboard put the cursor, until a pointer takes it. */
  #pinnedMs: number | null = null;
  #style: ChartStyle;
  #data: ChartData = { moments: [], roundTrips: [] };

  constructor(options: ChartOptions) {
    this.#options = options;
    this.#style = options.readStyle();
    this.#plot = new uPlot(this.#plotOptions(options.host.clientWidth), [[], []], options.host);
    this.#plot.over.addEventListener('pointermove', () => {
      this.#pinnedMs = null;
    });
    this.#resize = new ResizeObserver(() => {
      const width = options.host.clientWidth;
      if (width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height: HEIGHT_PX });
    });
    this.#resize.observe(options.host);
  }

  draw(data: ChartData, nowMs: number): void {
    this.#data = data;
    this.#style = this.#options.readStyle();
    const fromMs = this.#fromMs(nowMs);
    this.#plot.batch(() => {
      this.#plot.setData(seriesOf(data, fromMs), false);
      this.#plot.setScale('x', { min: fromMs / 1000, max: nowMs / 1000 });
    });
    if (this.#pinnedMs !== null) this.#placeCursor(this.#pinnedMs);
  }

  /** Keeps the cursor on a moment, for those who come by keyboard; null takes it away. */
  point(atMs: number | null): void {
    this.#pinnedMs = atMs;
    this.#placeCursor(atMs);
  }

  #placeCursor(atMs: number | null): void {
    const left = atMs === null ? AWAY : Math.max(0, this.#plot.valToPos(atMs / 1000, 'x'));
    this.#plot.setCursor({ left, top: left === AWAY ? AWAY : 0 }, false);
  }

  dispose(): void {
    this.#resize.disconnect();
    this.#plot.destroy();
  }

  /** A connection that has just begun does not fill minutes: the chart grows with it. */
  #fromMs(nowMs: number): number {
    const first = this.#data.moments[0]?.at ?? nowMs;
    const { windowMs } = this.#options;
    return Math.max(nowMs - windowMs, Math.min(first, nowMs - SPAN_MS_MIN));
  }

  #plotOptions(width: number): uPlot.Options {
    const stroke = () => this.#style.text;
    const grid = { stroke: () => this.#style.grid, width: 1 };
    const axis = { stroke, grid, ticks: { show: false }, font: this.#style.font };
    return {
      width,
      height: HEIGHT_PX,
      padding: [10, 26, 0, 0],
      legend: { show: false },
      cursor: { drag: { setScale: false, x: false, y: false }, y: false, points: { size: 7 } },
      scales: {
        x: { time: true, auto: false },
        y: { range: (_plot, _min, max) => [0, upTo(max)] },
      },
      axes: [
        { ...axis, size: 26, space: 64, values: (_plot, ticks) => ticks.map(timeOfTick) },
        { ...axis, size: 48, space: 36, values: (_plot, ticks) => ticks.map((ms) => `${ms} ms`) },
      ],
      series: [
        {},
        {
          label: 'Round trip',
          stroke: () => this.#style.line,
          width: 2,
          points: { show: true, size: 6, fill: () => this.#style.line },
        },
      ],
      hooks: {
        drawClear: [(plot) => this.#drawBands(plot)],
        draw: [(plot) => this.#drawDials(plot)],
        setCursor: [(plot) => this.#tellPointer(plot)],
      },
    };
  }

  #drawBands(plot: uPlot): void {
    for (const band of bandsOf(this.#data.moments)) {
      const style = this.#style.bands[band.state];
      const { left, width } = extentOf(plot, band);
      if (width <= 0) continue;
      const { top, height } = plot.bbox;
      const strip = STRIP_PX * devicePixelRatio;
      plot.ctx.save();
      plot.ctx.globalAlpha = 0.14;
      plot.ctx.fillStyle = style.colour;
      plot.ctx.fillRect(left, top, width, height - strip);
      plot.ctx.globalAlpha = 1;
      plot.ctx.fillRect(left, top + height - strip, width, strip);
      if (style.hatched) hatch(plot.ctx, { left, top: top + height - strip, width, height: strip });
      plot.ctx.restore();
    }
  }

  /** A dial that followed a wait: a short stroke above the strip. */
  #drawDials(plot: uPlot): void {
    const { top, height, left: first, width } = plot.bbox;
    const bottom = top + height - STRIP_PX * devicePixelRatio;
    plot.ctx.save();
    plot.ctx.fillStyle = this.#style.text;
    for (const { phase, attempt, at } of this.#data.moments) {
      if (phase !== 'dialling' || attempt === 0) continue;
      const x = Math.round(plot.valToPos(at / 1000, 'x', true));
      if (x < first || x > first + width) continue;
      const size = 4 * devicePixelRatio;
      plot.ctx.beginPath();
      plot.ctx.moveTo(x, bottom - 2 * devicePixelRatio);
      plot.ctx.lineTo(x - size, bottom - 2 * size);
      plot.ctx.lineTo(x + size, bottom - 2 * size);
      plot.ctx.fill();
    }
    plot.ctx.restore();
  }

  /** Every drawing tells it too: of a cursor that was put somewhere it would tell another time. */
  #tellPointer(plot: uPlot): void {
    if (this.#pinnedMs !== null) return;
    const { left } = plot.cursor;
    const inside = left !== undefined && left >= 0;
    this.#options.onPoint(inside ? plot.posToVal(left, 'x') * 1000 : null);
  }
}

/** Round trips of the window, broken wherever the link was: a line across an outage would lie. */
function seriesOf({ moments, roundTrips }: ChartData, fromMs: number): uPlot.AlignedData {
  const shown = roundTrips.filter(({ at }) => at >= fromMs);
  const breaks = bandsOf(moments)
    .filter(({ state, fromMs: at }) => state !== 'connected' && at >= fromMs)
    .map(({ fromMs: at }) => ({ at, ms: null }));
  const points = [...shown, ...breaks].sort((one, other) => one.at - other.at);
  return [points.map(({ at }) => at / 1000), points.map(({ ms }) => ms)];
}

function extentOf(plot: uPlot, band: Band): { readonly left: number; readonly width: number } {
  const { left: first, width } = plot.bbox;
  const last = first + width;
  const from = Math.max(first, plot.valToPos(band.fromMs / 1000, 'x', true));
  const until = Number.isFinite(band.untilMs)
    ? Math.min(last, plot.valToPos(band.untilMs / 1000, 'x', true))
    : last;
  // What was short is still seen.
  return { left: from, width: until < first ? 0 : Math.max(until - from, 2 * devicePixelRatio) };
}

function upTo(max: number | null): number {
  return Math.max(SCALE_MS_MIN, (max ?? 0) * 1.25);
}

function timeOfTick(seconds: number): string {
  return clockTime(seconds * 1000);
}
