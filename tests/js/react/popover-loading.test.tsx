// @vitest-environment jsdom
// When the popover is fetched, and what stands in its place while it is on a slow way.
import { act, cleanup, fireEvent } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { button, details, elsewhere, isOpen, pass, renderIndicator } from './indicator-page.js';

/** A fetch that begins and ends when the test says so. */
const fetches = vi.hoisted(() => {
  const moment = () => {
    let resolve = () => {};
    const promise = new Promise<void>((done) => {
      resolve = done;
    });
    return { promise, resolve };
  };
  return { count: 0, begun: moment(), done: moment() };
});

vi.mock('../../../js-bindings/src/index.js', () => ({ createConnection: vi.fn() }));
vi.mock('../../../js-bindings/src/react/indicator/popover.js', async (importOriginal) => {
  fetches.count += 1;
  const original = await importOriginal();
  fetches.begun.resolve();
  await fetches.done.promise;
  return original;
});

// What loads modules keeps real time.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const isPlain = () => details().hasAttribute('data-plain');

it('is fetched at the first opening and not before; late, it waits for the next one', async () => {
  renderIndicator();
  fireEvent.pointerEnter(button(), { pointerType: 'mouse' });
  pass(50);
  fireEvent.pointerLeave(button(), { pointerType: 'mouse' });
  pass(60_000);
  expect(fetches.count).toBe(0);

  fireEvent.click(button());
  await fetches.begun.promise;
  expect(isOpen()).toBe(false);
  expect(button().getAttribute('aria-expanded')).toBe('false');
  pass(1000);
  expect(isPlain()).toBe(true);
  expect(button().getAttribute('aria-controls')).toBe(details().id);

  // What is being read is not taken away for it.
  await act(async () => {
    fetches.done.resolve();
    await import('../../../js-bindings/src/react/indicator/popover.js');
  });
  expect(isPlain()).toBe(true);
  fireEvent.click(button());
  fireEvent.click(button());
  expect(isPlain()).toBe(false);
  fireEvent.pointerDown(elsewhere());
  expect(isOpen()).toBe(false);
  expect(fetches.count).toBe(1);
});
