// How long clients take to come back from troubles of a network: in real time, with their defaults, through
// the proxy of the fault matrix. All pages run side by side, since all they do is wait.
import { FaultProxy } from '../browser/faults/fault-proxy.js';
import type { Page } from './chromium.js';
import type { ClientRow } from './clients.js';
import { addressOf, named, type World } from './measure.js';
import type { Trouble } from './troubles.js';
import { within } from './within.js';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export interface Recovery {
  readonly client: string;
  readonly repetition: number;
  /** Until its next dial, where it dialled again at all. */
  readonly noticedSec: number | null;
  /** Until it was greeted again; null: not within the time. */
  readonly backSec: number | null;
  /** Dials that came to nothing meanwhile. */
  readonly failedDials: number;
}

/** Whom the server tells to ping every eight seconds, as the reference server does. */
const toldTo = '?heartbeatMs=8000';
export const told = 'keepline, told to ping every 8 s';

/** Links are that old when the trouble comes, and that much older from one repetition to the next. */
const quietMs = 5000;
/** Pings come every 25 to 60 s: a trouble meets them anywhere in between. */
const spreadMs = 30_000;
const readyMsMax = 60_000;
const lookMs = 50;

export async function measureRecovery(
  world: World,
  trouble: Trouble,
  rows: readonly ClientRow[],
): Promise<readonly Recovery[]> {
  const keepline = rows.find(({ name }) => name === 'keepline');
  const all: Row[] = keepline ? [...rows, { ...keepline, query: toldTo }] : [...rows];
  const repetitions = world.scale.recoveries;
  world.progress(`${trouble.name}: ${all.length * repetitions} pages, side by side`);
  const ready: Opened[] = [];
  try {
    // One after the other, so that no start delays another's, and troubles only when all of it is quiet.
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      for (const row of all) ready.push(await named(row, () => open(world, row, repetition)));
    }
    return await Promise.all(
      ready.map((each) => named(each.row, () => recover(world, trouble, each))),
    );
  } finally {
    for (const { page, proxy } of ready) {
      await page.close();
      await proxy.close();
    }
  }
}

type Row = ClientRow & { readonly query?: string };

interface Opened {
  readonly row: Row;
  readonly repetition: number;
  readonly page: Page;
  readonly proxy: FaultProxy;
}

/** A page that was greeted, through a network of its own. */
async function open(world: World, row: Row, repetition: number): Promise<Opened> {
  const target = new URL(world.server.socketUrl(row.format));
  const proxy = await FaultProxy.start(Number(target.port));
  const page = await world.chromium.openPage();
  target.port = new URL(proxy.url).port;
  const plan = { url: `${target}${row.query ?? ''}`, types: [], expected: 0, lastSeq: 0 };
  await page.navigate(addressOf(world, row, 'recovery', plan));
  await within(readyMsMax, 'the first greeting', heard(page, 1));
  return { row, repetition, page, proxy };
}

async function recover(
  { scale }: World,
  trouble: Trouble,
  { row, repetition, page, proxy }: Opened,
): Promise<Recovery> {
  await pause(quietMs + (spreadMs * repetition) / scale.recoveries);
  const lost = await page.read<number>('heardAt.length');
  const dialsBefore = proxy.dials.length;
  const beganAt = Date.now();
  let noticedAt: number | null = null;
  const looking = setInterval(() => {
    if (proxy.dials.length > dialsBefore) noticedAt ??= Date.now();
  }, lookMs);
  const couldBeAt = await trouble.happen(proxy);
  const backAt = await heard(page, lost + 1, trouble.capSec * 1000);
  clearInterval(looking);
  // It may have been greeted before anybody looked again.
  noticedAt ??= backAt;
  const failed = proxy.dials.length - dialsBefore - (backAt === null ? 0 : 1);
  return {
    client: row.query ? told : row.name,
    repetition,
    noticedSec: noticedAt === null ? null : (noticedAt - beganAt) / 1000,
    backSec: backAt === null ? null : (backAt - couldBeAt) / 1000,
    failedDials: Math.max(0, failed),
  };
}

/** When the page was greeted for the `count`th time; null where it was not within the time. */
async function heard(page: Page, count: number, withinMs = readyMsMax): Promise<number | null> {
  const until = Date.now() + withinMs;
  while (Date.now() < until) {
    const at = await page.read<number | null>(`heardAt[${count - 1}] ?? null`);
    if (at !== null) return at;
    await pause(4 * lookMs);
  }
  return null;
}
