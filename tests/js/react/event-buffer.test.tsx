// @vitest-environment jsdom
// The last events as a list, at the pace of frames.
import { act, cleanup, render, renderHook } from '@testing-library/react';
import { type ReactNode, StrictMode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RealtimeEvent } from '../../../js-bindings/src/client/types.js';
import {
  type EventBufferOptions,
  RealtimeProvider,
  useEventBuffer,
} from '../../../js-bindings/src/react/index.js';
import { createFakeConnection, type FakeConnection, liveStatus } from './fake-connection.js';

let connection: FakeConnection;
let renders = 0;

const wrapper = ({ children }: { children: ReactNode }) => (
  <RealtimeProvider connection={connection}>{children}</RealtimeProvider>
);

function renderBuffer(options?: EventBufferOptions<RealtimeEvent>) {
  renders = 0;
  return renderHook(
    () => {
      renders += 1;
      return useEventBuffer('tick', options).map(({ data }) => data);
    },
    { wrapper },
  );
}

const frame = () => act(() => vi.advanceTimersToNextFrame());
const emit = (...data: readonly unknown[]) =>
  act(() => {
    for (const each of data) connection.emit('tick', each);
  });

beforeEach(() => {
  vi.useFakeTimers();
  connection = createFakeConnection({}, liveStatus);
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it('is empty first, then holds what came, the newest at the end, and renders once a frame', () => {
  const { result } = renderBuffer();
  expect(result.current).toEqual([]);
  emit(1, 2, 3);
  expect(renders).toBe(1);
  frame();
  expect(result.current).toEqual([1, 2, 3]);
  emit(4);
  frame();
  expect(result.current).toEqual([1, 2, 3, 4]);
  expect(renders).toBe(3);
});

it('keeps as many as its limit, also of a burst between two frames', () => {
  const { result } = renderBuffer({ limit: 3 });
  emit(...Array.from({ length: 1000 }, (_, n) => n));
  frame();
  expect(result.current).toEqual([997, 998, 999]);
  emit(1000);
  frame();
  expect(result.current).toEqual([998, 999, 1000]);
});

it('keeps of each key the newest, at its own place', () => {
  const { result } = renderBuffer({ coalesceBy: 'id' });
  emit({ id: 'a', n: 1 }, { id: 'b', n: 2 }, 'no object', { id: 'a', n: 3 });
  frame();
  expect(result.current).toEqual([{ id: 'b', n: 2 }, 'no object', { id: 'a', n: 3 }]);
  emit({ id: 'b', n: 4 });
  frame();
  expect(result.current).toEqual(['no object', { id: 'a', n: 3 }, { id: 'b', n: 4 }]);
});

it('takes a function for a key, the newest of which counts', () => {
  const { result, rerender } = renderHook(
    ({ odd }) =>
      useEventBuffer('tick', { coalesceBy: ({ data }) => Number(data) % 2 === odd }).map(
        ({ data }) => data,
      ),
    { wrapper, initialProps: { odd: 1 } },
  );
  emit(1, 2, 3, 4);
  frame();
  expect(result.current).toEqual([3, 4]);
  rerender({ odd: 0 });
  emit(6);
  frame();
  expect(result.current).toEqual([3, 6]);
});

it('does not render while the page is hidden, and shows all of it afterwards', () => {
  const { result } = renderBuffer();
  const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  emit(1, 2);
  frame();
  frame();
  expect(renders).toBe(1);
  visibility.mockReturnValue('visible');
  act(() => document.dispatchEvent(new Event('visibilitychange')));
  frame();
  expect(result.current).toEqual([1, 2]);
});

it('is empty again when another user signed in', () => {
  const { result } = renderBuffer();
  emit(1);
  frame();
  emit(2);
  act(() => connection.changeIdentity());
  expect(result.current).toEqual([]);
  frame();
  expect(result.current).toEqual([]);
});

it('loses nothing in StrictMode, and leaves no listener', () => {
  const { result, unmount } = renderHook(() => useEventBuffer('tick'), {
    wrapper: ({ children }) => <StrictMode>{wrapper({ children })}</StrictMode>,
  });
  emit(1);
  frame();
  expect(result.current.map(({ data }) => data)).toEqual([1]);
  unmount();
  expect(connection.listeners()).toBe(0);
});

it('gives the same array while nothing came', () => {
  const { result, rerender } = renderHook(() => useEventBuffer('tick'), { wrapper });
  emit(1);
  frame();
  const shown = result.current;
  rerender();
  expect(result.current).toBe(shown);
});

it('keeps what there is when another limit is asked for', () => {
  const { result, rerender } = renderHook(
    ({ limit }) => useEventBuffer('tick', { limit }).map(({ data }) => data),
    { wrapper, initialProps: { limit: 3 } },
  );
  emit(1, 2, 3, 4);
  frame();
  expect(result.current).toEqual([2, 3, 4]);
  rerender({ limit: 5 });
  expect(result.current).toEqual([2, 3, 4]);
  emit(5, 6, 7);
  frame();
  expect(result.current).toEqual([3, 4, 5, 6, 7]);
  rerender({ limit: 2 });
  expect(result.current).toEqual([6, 7]);
  emit(8);
  frame();
  rerender({ limit: 5 });
  expect(result.current).toEqual([7, 8]);
});

it('keeps of each key the newest of a burst that is longer than the limit', () => {
  const { result } = renderBuffer({ coalesceBy: 'id', limit: 2 });
  emit({ id: 'rare', n: 0 });
  emit(...Array.from({ length: 1000 }, (_, n) => ({ id: 'often', n })));
  frame();
  expect(result.current).toEqual([
    { id: 'rare', n: 0 },
    { id: 'often', n: 999 },
  ]);
});

describe('kept under a name', () => {
  interface ShownProps {
    readonly name?: string | undefined;
    readonly limit?: number;
    readonly coalesceBy?: string;
  }
  function Shown({ name, limit = 5, coalesceBy }: ShownProps): ReactNode {
    const list = useEventBuffer('tick', { keepAs: name, limit, coalesceBy });
    return <i>{list.map(({ data }) => JSON.stringify(data)).join()}</i>;
  }
  const page = (...routes: ReactNode[]) => wrapper({ children: routes });
  const here = (props: ShownProps = {}) => <Shown key="here" name="audit" {...props} />;

  it('is still there when a route is found again, and went on filling up to its limit', () => {
    const { container, rerender } = render(page(here()));
    emit(1, 2);
    frame();
    rerender(page());
    emit(3);
    frame();
    rerender(page(here()));
    expect(container.textContent).toBe('1,2,3');
    rerender(page());
    emit(...Array.from({ length: 1000 }, (_, n) => n));
    rerender(page(here()));
    expect(container.textContent).toBe('995,996,997,998,999');
    emit(7);
    frame();
    expect(container.textContent).toBe('996,997,998,999,7');
  });

  it('keeps of each key the newest while nobody looks', () => {
    const { container, rerender } = render(page(here({ coalesceBy: 'id' })));
    rerender(page());
    emit({ id: 'a' }, ...Array.from({ length: 1000 }, (_, n) => ({ id: 'b', n })));
    rerender(page(here({ coalesceBy: 'id' })));
    expect(container.textContent).toBe('{"id":"a"},{"id":"b","n":999}');
  });

  it('is another list for another name or type, and forgotten without one', () => {
    const { container, rerender } = render(page(here({ name: undefined })));
    emit(1);
    frame();
    rerender(page());
    rerender(page(here({ name: undefined })));
    expect(container.textContent).toBe('');
    rerender(page(here({ name: 'one' })));
    emit(2);
    frame();
    rerender(page(here({ name: 'two' })));
    expect(container.textContent).toBe('');
    rerender(page(here({ name: 'one' })));
    expect(container.textContent).toBe('2');
  });

  it('is one list for two that look at it, each with its own limit', () => {
    const { container, rerender } = render(
      page(here({ limit: 3 }), <Shown key="b" name="audit" limit={1} />),
    );
    emit(1, 2, 3, 4);
    frame();
    expect(container.textContent).toBe('2,3,44');
    rerender(page());
    emit(5);
    rerender(page(here({ limit: 3 })));
    expect(container.textContent).toBe('3,4,5');
  });

  it('is dropped when another user signs in, also while nobody looks', () => {
    const { container, rerender } = render(page(here()));
    emit(1);
    frame();
    rerender(page());
    emit(2);
    act(() => connection.changeIdentity());
    emit(3);
    rerender(page(here()));
    expect(container.textContent).toBe('3');
  });

  it('is dropped with the connection it came over', () => {
    const { container, rerender } = render(page(here()));
    emit(1);
    frame();
    connection = createFakeConnection({}, liveStatus);
    rerender(page(here()));
    expect(container.textContent).toBe('');
    emit(2);
    frame();
    expect(container.textContent).toBe('2');
  });

  it('ends with the provider and leaves no listener, in StrictMode too', () => {
    const strict = (...routes: ReactNode[]) => <StrictMode>{page(...routes)}</StrictMode>;
    const { container, rerender, unmount } = render(strict(here()));
    emit(1);
    frame();
    rerender(strict());
    expect(connection.listeners()).toBeGreaterThan(0);
    rerender(strict(here()));
    expect(container.textContent).toBe('1');
    unmount();
    expect(connection.listeners()).toBe(0);
  });

  it('is given up where many others were asked for since', () => {
    const { container, rerender } = render(page(here()));
    emit(1);
    frame();
    const listening = connection.listeners();
    for (let name = 0; name < 100; name += 1) rerender(page(here({ name: `other ${name}` })));
    expect(connection.listeners()).toBeLessThan(listening + 100);
    rerender(page(here()));
    expect(container.textContent).toBe('');
  });
});
