// What is measured, and how much of it.
import { allTypes, markedCount, markedType } from './events.js';
import { fullServerScale, quickServerScale, type ServerScale } from './server-half/scale.js';
import { troubles } from './troubles.js';

export interface StreamCase {
  /** What `--only` takes. */
  readonly name: string;
  readonly title: string;
  readonly page: 'handlers' | 'react';
  readonly types: readonly string[];
  /** Events a second; null: as fast as the client takes them. */
  readonly perSecond: number | null;
  /** So many events come in one message to a client that takes several in one; to others, one. */
  readonly perMessage: number;
}

const everydayRate = 1000;

const kinds = [
  { name: 'all', title: 'Subscribed to all 13 types', page: 'handlers', types: allTypes },
  { name: 'one', title: 'Subscribed to one of 13 types', page: 'handlers', types: [markedType] },
  {
    name: 'react',
    title: 'A React component shows the newest event',
    page: 'react',
    types: allTypes,
  },
] as const;

const fast = 'as fast as the client takes them';
const paced = `${everydayRate.toLocaleString('en')} events a second`;
/** What a server gathers that waits this long, see PROTOCOL.md. */
const windowMs = 8;

/** All types, to clients that know `batch`. */
export const batchCases: readonly StreamCase[] = [
  { name: 'batch-4', title: `Four events a message, ${fast}`, perSecond: null, perMessage: 4 },
  {
    name: 'batch-32',
    title: `Thirty-two events a message, ${fast}`,
    perSecond: null,
    perMessage: 32,
  },
  {
    name: 'batch-paced',
    title: `${paced}, gathered for ${windowMs} ms`,
    perSecond: everydayRate,
    perMessage: (everydayRate * windowMs) / 1000,
  },
].map((each) => ({ ...each, page: 'handlers', types: allTypes }));
/** What `--only` takes for all of them. */
export const batchGroup = 'batch';

export const streamCases: readonly StreamCase[] = [
  ...kinds.map((kind) => ({
    ...kind,
    title: `${kind.title}, ${fast}`,
    perSecond: null,
    perMessage: 1,
  })),
  ...kinds.map((kind) => ({
    ...kind,
    name: `${kind.name}-paced`,
    title: `${kind.title}, ${paced}`,
    perSecond: everydayRate,
    perMessage: 1,
  })),
  ...batchCases,
];

export const otherCases = ['decode', 'size', 'start', 'tasks'] as const;
/** Those that need a page. */
export const pageCases: readonly string[] = [
  ...streamCases.map((each) => each.name),
  ...otherCases,
  ...troubles.map(({ name }) => name),
];
export const serverCase = 'server';
export const caseNames: readonly string[] = [...pageCases, batchGroup, serverCase];

export interface Scale {
  /** Events of a stream that goes as fast as it can. */
  readonly events: number;
  readonly pacedEvents: number;
  readonly repetitions: number;
  readonly decodeRounds: number;
  readonly starts: number;
  /** Traced: a trace of a whole stream would be hundreds of megabytes. */
  readonly taskEvents: number;
  readonly taskRuns: number;
  readonly recoveries: number;
  readonly server: ServerScale;
}

/** Figures to publish: seconds a run, so that starting and ending do not count. */
export const fullScale: Scale = {
  events: 200_000,
  pacedEvents: 5000,
  repetitions: 5,
  decodeRounds: 101,
  starts: 20,
  taskEvents: 40_000,
  taskRuns: 5,
  recoveries: 5,
  server: fullServerScale,
};

/** Shows that everything works; its figures are rough. */
export const quickScale: Scale = {
  events: 20_000,
  pacedEvents: 1000,
  repetitions: 2,
  decodeRounds: 31,
  starts: 3,
  taskEvents: 10_000,
  taskRuns: 1,
  recoveries: 2,
  server: quickServerScale,
};

export const eventsOf = ({ perSecond }: StreamCase, scale: Scale): number =>
  perSecond === null ? scale.events : scale.pacedEvents;

/** How many of a stream's events reach the handler. */
export const expectedOf = ({ types }: StreamCase, events: number): number =>
  types.length > 1 ? events : markedCount(events);
