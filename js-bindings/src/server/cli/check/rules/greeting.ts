/** `connected`, and a link on which nothing is said. */
import { describeEnding, isObject } from '../link.js';
import { fail, pass, type Rule, type Verdict } from '../rule.js';
import type { Target } from '../target.js';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

type Form = readonly [what: string, isIt: (value: unknown) => boolean];
const name: Form = [
  'a string that is not empty',
  (value) => typeof value === 'string' && value !== '',
];
const count = (least: number): Form => [
  `a whole number from ${least} on`,
  (value) => Number.isSafeInteger(value) && Number(value) >= least,
];

/** As the catalogue of events has it. */
const required: Readonly<Record<string, Form>> = {
  connectionId: name,
  userId: name,
  tenantId: name,
  serverTime: ['a time as 2026-01-31T12:00:00Z', (value) => TIME.test(String(value))],
};
const optional: Readonly<Record<string, Form>> = {
  heartbeatMs: count(1),
  tokenExpiresInMs: count(0),
  features: [
    'a list of strings',
    (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
  ],
};

function judgeMembers({ facts }: Target): Verdict {
  const connected = facts.connected ?? {};
  const faults = [
    ...Object.entries(required).filter(([member, [, isIt]]) => !isIt(connected[member])),
    ...Object.entries(optional).filter(
      ([member, [, isIt]]) => connected[member] !== undefined && !isIt(connected[member]),
    ),
  ];
  if (faults.length === 0) return pass(Object.keys(connected).join(', '));
  return fail(faults.map(([member, [what]]) => `${member} is not ${what}`).join('; '));
}

/** Clocks differ, and the token took its way: no promise is judged to the second. */
const EXPIRY_SLACK_MS = 60_000;

function judgeExpiry(target: Target): Verdict {
  const promised = target.facts.connected?.['tokenExpiresInMs'];
  const exp = expiryOf(target.options.token ?? '');
  if (typeof promised !== 'number') return { result: 'skipped', seen: 'none is told' };
  if (exp === undefined) return { result: 'skipped', seen: 'the token does not show when it ends' };
  const left = exp * 1000 - Date.now();
  return promised <= left + EXPIRY_SLACK_MS
    ? pass(`${promised} ms, and the token has ${Math.round(left)} ms`)
    : fail(`${promised} ms are promised, and the token has ${Math.round(left)} ms`);
}

/** The `exp` of a JWT, in seconds. */
function expiryOf(token: string): number | undefined {
  try {
    const payload: unknown = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(),
    );
    const exp = isObject(payload) ? payload['exp'] : undefined;
    return typeof exp === 'number' ? exp : undefined;
  } catch {
    return undefined;
  }
}

/** Where no heartbeat is asked for: longer than any page leaves a link that it has just opened. */
const IDLE_MS_NORMALLY = 5000;
/** A report is not waited for longer than this, whatever heartbeat is asked for; --idle may say more. */
const IDLE_MS_MAX = 120_000;

async function judgeIdle(target: Target): Promise<Verdict> {
  const link = await target.serve();
  const asked = target.facts.connected?.['heartbeatMs'];
  const heartbeatMs = typeof asked === 'number' && asked > 0 ? asked : undefined;
  const watched = target.options.idleMs ?? Math.min(heartbeatMs ?? IDLE_MS_NORMALLY, IDLE_MS_MAX);
  const begun = performance.now();
  await link.until(() => link.ending, watched);
  const lasted = Math.round(performance.now() - begun);
  if (link.ending) {
    const seen = `${describeEnding(link.ending)} after ${lasted} ms of silence`;
    if (heartbeatMs === undefined) {
      return pass(`${seen}; no heartbeatMs is told, so the client's own has to be shorter`);
    }
    return lasted < heartbeatMs
      ? fail(`${seen}, and heartbeatMs is ${heartbeatMs}`)
      : pass(`${seen}, with a heartbeatMs of ${heartbeatMs}`);
  }
  const pings = link.pingsHeard === 0 ? 'no pings' : `${link.pingsHeard} pings`;
  return pass(
    `open after ${watched} ms of silence with ${pings} of the server's; heartbeatMs ${heartbeatMs ?? 'is not told'}`,
  );
}

export const greeting: readonly Rule[] = [
  {
    id: 'connected.first',
    sentence: '`connected` is the first frame.',
    section: 'Control messages',
    level: 'must',
    needs: ['link', 'connected'],
    judge: async ({ facts }) => {
      const at = facts.greeting.findIndex(({ message }) => message?.['type'] === 'connected');
      return at === 0 ? pass('it is') : fail(`${at} came before it`);
    },
  },
  {
    id: 'connected.members',
    sentence: '`connected` says who is connected, when, and what the server can do.',
    section: 'Control messages',
    level: 'must',
    needs: ['link', 'connected'],
    judge: async (target) => judgeMembers(target),
  },
  {
    id: 'connected.token-expiry',
    sentence: '`tokenExpiresInMs` promises no more than the token has.',
    section: 'Control messages',
    level: 'should',
    needs: ['link', 'connected', 'token'],
    judge: async (target) => judgeExpiry(target),
  },
  {
    id: 'keepalive.idle',
    sentence: 'A silent client is not ended within the heartbeat that it was asked for.',
    section: 'Control messages',
    level: 'must',
    needs: ['link'],
    judge: judgeIdle,
  },
];
