// A page whose signals are heard, in each of the windows that test runners simulate.
import { expect, it } from 'vitest';
import { setupPageSignals } from '../../../js-bindings/dist/client/page-signals.js';
import {
  frozenSignal,
  offlineSignal,
  onlineSignal,
  visibleSignal,
} from '../../../js-bindings/dist/generated/status.js';

export function itHearsThePage(): void {
  it('tells of what the page goes through, until it is asked to stop', () => {
    const heard: number[] = [];
    const stop = setupPageSignals({ signal: (signal) => heard.push(signal), blocked: () => {} });
    const live = () => {
      window.dispatchEvent(new Event('offline'));
      window.dispatchEvent(new Event('online'));
      document.dispatchEvent(new Event('visibilitychange'));
      document.dispatchEvent(new Event('freeze'));
    };
    live();
    expect(heard).toEqual([offlineSignal, onlineSignal, visibleSignal, frozenSignal]);
    stop();
    live();
    expect(heard).toHaveLength(4);
  });
}
