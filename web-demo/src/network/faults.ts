/**
 * What can be broken on purpose, in words and as requests: the panel draws this table. The server
 * does the breaking, for this user alone, but for the restart.
 */
export interface Step {
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

interface FaultText {
  readonly name: string;
  readonly label: string;
  /** What will be seen. */
  readonly hint: string;
}

/** Happens once. */
export interface Deed extends FaultText {
  readonly kind: 'deed';
  readonly steps: readonly Step[];
  /** In the past tense: it is read a moment later, when much has changed already. */
  readonly said: string;
}

/** Stays until it is switched off, mended, or its time is over. */
export interface Toggle extends FaultText {
  readonly kind: 'toggle';
  readonly on: readonly Step[];
  readonly off: readonly Step[];
  /** Ends by itself. */
  readonly lastsMs?: number;
  readonly saidOn: string;
  readonly saidOff: string;
}

export interface FaultGroup {
  readonly title: string;
  readonly faults: readonly (Deed | Toggle)[];
}

const DROP = '/dev/network/drop';
export const BURST_EVENTS = 10_000;
/** A lift, a tunnel, a router's restart, and long enough for the attempts to be used up. */
export const REFUSALS_SECONDS = [5, 10, 30, 120] as const;
/** What a local server, a far one, a phone on a train and a satellite feel like. */
export const LATENCIES_MS = [0, 150, 600, 2000] as const;

/** Asked anew where the time of a refusal was chosen anew. */
export function faultGroups(refuseSeconds: number): readonly FaultGroup[] {
  return [linkFaults(refuseSeconds), serverFaults, sentFaults];
}

function refusal(seconds: number): Toggle {
  return {
    kind: 'toggle',
    name: 'refuse',
    label: `Refuse for ${seconds} s`,
    hint: 'Dials are turned away: the waits grow, Retry asks at once.',
    on: [{ path: '/dev/network/refuse', body: { seconds } }, { path: DROP }],
    off: [{ path: '/dev/network/refuse', body: { seconds: 0 } }],
    lastsMs: seconds * 1000,
    saidOn: `Dials are turned away for ${seconds} s.`,
    saidOff: 'Dials are answered again.',
  };
}

function linkFaults(refuseSeconds: number): FaultGroup {
  return {
    title: 'The link',
    faults: [
      {
        kind: 'deed',
        name: 'drop',
        label: 'Drop the link',
        hint: 'Cut without a word: a wait of a second, then Live again.',
        steps: [{ path: DROP }],
        said: 'The link was cut. It comes back by itself.',
      },
      refusal(refuseSeconds),
      {
        kind: 'toggle',
        name: 'hang',
        label: 'Hang dials',
        hint: 'Dials get no answer: each is given up after its timeout.',
        on: [{ path: '/dev/network/hang', body: { on: true } }, { path: DROP }],
        off: [{ path: '/dev/network/hang', body: { on: false } }],
        saidOn: 'Dials hang. Each is given up in 5 to 15 s; Retry replaces it at once.',
        saidOff: 'Dials are answered again.',
      },
      {
        kind: 'toggle',
        name: 'stall',
        label: 'Stall the link',
        hint: 'Open, and nothing passes: the next heartbeat finds out.',
        on: [{ path: '/dev/network/stall', body: { on: true } }],
        off: [{ path: '/dev/network/stall', body: { on: false } }],
        saidOn:
          'What this link carries is held. Its next heartbeat notices, within 18 s, and another is dialled.',
        saidOff: 'The link passes frames again; what was held comes late.',
      },
    ],
  };
}

const serverFaults: FaultGroup = {
  title: 'Server and token',
  faults: [
    {
      kind: 'deed',
      name: 'restart',
      label: 'Restart the server',
      hint: 'Everybody is sent away for 3 s and told to spread the return.',
      steps: [
        {
          path: '/dev/network/restart',
          body: { seconds: 3, retryAfterMs: 3000, spreadMs: 3000 },
        },
      ],
      said: 'The server was told to restart. Every page returns at its own moment, 3 to 6 s later.',
    },
    {
      kind: 'deed',
      name: 'expire',
      label: 'Expire my token',
      hint: 'Closed with 4401, renewed, and back within a second.',
      steps: [{ path: '/dev/network/expire' }],
      said: 'The token expired. A new one was asked for.',
    },
    {
      kind: 'toggle',
      name: 'revoke',
      label: 'Revoke me',
      hint: 'No token is good: one renewal, then Disconnected for good.',
      on: [{ path: '/dev/network/revoke', body: { on: true } }],
      off: [{ path: '/dev/network/revoke', body: { on: false } }],
      saidOn: 'Access is revoked. Allow it again, then Retry.',
      saidOff: 'Access is allowed again. Retry now.',
    },
    {
      kind: 'deed',
      name: 'rotate-keys',
      label: 'Rotate signing keys',
      hint: 'Tokens of the old key are void: renewed once, and back.',
      steps: [{ path: '/dev/issuer/rotate-keys' }],
      said: 'The issuer signs with a new key. Links stay; drop yours and it returns all the same.',
    },
  ],
};

const sentFaults: FaultGroup = {
  title: 'What is sent',
  faults: [
    {
      kind: 'deed',
      name: 'lose',
      label: 'Lose some events',
      hint: 'Cut, and what happens meanwhile is forgotten: a gap, told and repaired.',
      steps: [{ path: '/dev/network/lose' }],
      said: 'The link was cut, and what happened meanwhile was forgotten. The page is told, and asks how its desk stands.',
    },
    {
      kind: 'deed',
      name: 'malformed',
      label: 'Malformed frames',
      hint: 'Counted and dropped: nothing breaks, nothing is shown.',
      steps: [{ path: '/dev/network/malformed' }],
      said: 'Malformed frames were sent, and an event nested too deeply. The link stays; frames are counted.',
    },
    {
      kind: 'deed',
      name: 'burst',
      label: 'Burst of 10,000',
      hint: 'Ten thousand events at once, drawn once a frame.',
      steps: [{ path: '/dev/network/burst', body: { count: BURST_EVENTS } }],
      said: 'Ten thousand events were sent.',
    },
  ],
};
