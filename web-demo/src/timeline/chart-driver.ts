/**
 * Keeps the chart in step with the history, and only while somebody can see it: out of sight, in a
 * hidden tab and before it is first scrolled to nothing is drawn and no timer runs. Knows no React.
 */
import type { ChartOptions, TimelineChart } from './chart.js';
import type { ConnectionHistory } from './connection-history.js';

/** Time moves on while nothing happens. */
const REDRAW_MS = 1000;

export interface ChartDriverOptions extends ChartOptions {
  readonly history: ConnectionHistory;
}

export class ChartDriver {
  readonly #options: ChartDriverOptions;
  readonly #observer: IntersectionObserver;
  readonly #ended = new AbortController();
  #chart: Promise<TimelineChart> | null = null;
  #drawn: TimelineChart | null = null;
  #inView = false;
  #stopDrawing: (() => void) | null = null;

  constructor(options: ChartDriverOptions) {
    this.#options = options;
    this.#observer = new IntersectionObserver((entries) => {
      this.#inView = entries.at(-1)?.isIntersecting ?? false;
      this.#follow();
    });
    this.#observer.observe(options.host);
    const { signal } = this.#ended;
    document.addEventListener('visibilitychange', () => this.#follow(), { signal });
  }

  /** Puts the cursor on that time, once there is a chart; null takes it away. */
  point(atMs: number | null): void {
    this.#drawn?.point(atMs);
  }

  dispose(): void {
    this.#ended.abort();
    this.#observer.disconnect();
    this.#follow();
    this.#drawn?.dispose();
    this.#drawn = null;
  }

  get #wanted(): boolean {
    return this.#inView && !document.hidden && !this.#ended.signal.aborted;
  }

  #follow(): void {
    if (!this.#wanted) {
      this.#stopDrawing?.();
      this.#stopDrawing = null;
    } else if (this.#drawn === null) {
      void this.#make();
    } else {
      this.#stopDrawing ??= this.#startDrawing(this.#drawn);
    }
  }

  async #make(): Promise<void> {
    if (this.#chart) return;
    this.#chart = import('./chart.js').then(
      ({ TimelineChart }) => new TimelineChart(this.#options),
    );
    const chart = await this.#chart;
    if (this.#ended.signal.aborted) {
      chart.dispose();
      return;
    }
    this.#drawn = chart;
    this.#follow();
  }

  #startDrawing(chart: TimelineChart): () => void {
    const { history } = this.#options;
    const draw = () => {
      const data = { moments: history.moments(), roundTrips: history.roundTrips() };
      chart.draw(data, Date.now());
    };
    draw();
    const unsubscribe = history.subscribe(draw);
    const timer = setInterval(draw, REDRAW_MS);
    // The page's colours turn over by an attribute; a second in the old ones would be seen.
    const turned = new MutationObserver(draw);
    turned.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      unsubscribe();
      clearInterval(timer);
      turned.disconnect();
    };
  }
}
