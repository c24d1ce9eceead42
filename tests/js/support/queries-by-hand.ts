// Live queries on the double, whose requests the test answers.
import { type FetchRequest, type LiveQueryOptions, liveQuery } from 'keepline';
import { createFakeConnection, type FakeConnection } from 'keepline/test';
import { afterEach, beforeEach, expect, vi } from 'vitest';

export interface Events {
  readonly added: number;
  readonly list_closed: undefined;
}

/** A request that the test answers. */
interface Asked extends FetchRequest {
  readonly answer: (data: readonly number[], position?: string | null) => Promise<void>;
  readonly fail: (error: unknown) => Promise<void>;
}

export let connection: FakeConnection<Events>;
export let asked: Asked[];
const ended: (() => void)[] = [];

export const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
export const newest = () => asked.at(-1) as Asked;
/** As a person says it, who gives each item once: what is applied twice is there twice. */
export const apply = (data: readonly number[], { data: item }: { data: number | undefined }) =>
  item === undefined ? [] : [...data, item];

function fetchByHand(request: FetchRequest) {
  return new Promise<{ data: readonly number[]; position?: string | null }>((resolve, reject) => {
    asked.push({
      ...request,
      answer: async (data, position) => {
        resolve({ data, ...(position !== undefined && { position }) });
        await pass();
      },
      fail: async (error) => {
        reject(error);
        await pass();
      },
    });
  });
}

export function query(
  change: Partial<LiveQueryOptions<readonly number[], 'added' | 'list_closed', Events>> = {},
) {
  const events = ['added', 'list_closed'] as const;
  const made = liveQuery(connection, { fetch: fetchByHand, apply, events, ...change });
  ended.push(made.dispose);
  return made;
}

export const emit = (item: number, seq = item) => connection.emit('added', item, { seq });

/** Live, with what it was answered. */
export async function live(data: readonly number[], position: string | null = 'e.100') {
  connection.setPosition(position);
  const made = query();
  await pass(100);
  await newest().answer(data, position);
  expect(made.get()).toMatchObject({ state: 'live', data });
  return made;
}

export function useQueries(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    asked = [];
    connection = createFakeConnection<Events>();
  });
  afterEach(() => {
    for (const end of ended.splice(0)) end();
    expect(connection.listeners()).toBe(0);
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });
}
