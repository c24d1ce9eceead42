/** Links of a server that keeps a log, and what they are told of it. */
import type { Principal, Realtime, RealtimeOptions } from 'keepline/server';
import { memoryLog } from 'keepline/server';
import { dial, FakeLink, settle, startRealtime } from '../support/link.js';

export const startStream = (options: Partial<RealtimeOptions> = {}): Realtime =>
  startRealtime({ log: memoryLog(), ...options });

/** What waits for a turn of the loop, and what that leads to. */
export async function turn(): Promise<void> {
  for (let round = 0; round < 5; round += 1) await settle();
}

export interface Told {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly seq: number;
  readonly id?: string;
}

export const told = (link: FakeLink): Told[] => link.heard() as unknown as Told[];
export const types = (link: FakeLink): string[] => told(link).map(({ type }) => type);
/** Payloads of events, in order. */
export const heard = (link: FakeLink): unknown[] =>
  told(link).flatMap(({ seq, data }) => (seq === undefined ? [] : [data]));

/** Where the stream was when this link was greeted. */
export const greetedAt = (link: FakeLink): string => {
  const { data } = link.sent.find(({ type }) => type === 'connected') ?? {};
  return (data as { position: string }).position;
};

/** Dials, and asks from there. */
export async function resume(
  realtime: Realtime,
  who: Partial<Principal>,
  from: unknown,
  link = new FakeLink(),
): Promise<FakeLink> {
  await dial(realtime, who, link);
  link.say({ type: 'resume', data: { from } });
  await turn();
  return link;
}

/** So many events for the whole tenant, their data counted from `first`. */
export async function publish(realtime: Realtime, count: number, first = 1): Promise<string> {
  let position = '';
  for (let n = first; n < first + count; n += 1) {
    const event = { tenant: 'harbour', to: 'tenant', type: 'n', data: n } as const;
    position = (await realtime.publish(event)).position ?? '';
  }
  return position;
}
