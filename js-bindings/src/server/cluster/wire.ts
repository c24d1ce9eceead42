// What nodes tell each other, as JSON. A message is read whole or not at all: what another version has written may
// mean anything, and a filter of which one member was missed would send too many away.

import { isSendable } from '../close-codes.js';
import { isRecord, ownMember } from '../frames.js';
import type { ConnectionFilter } from '../hub.js';
import type { UserKey } from '../user-map.js';

/**
 * `reachable`: by a page on that node. `deferred`: no longer, and nobody was told, because another node was believed
 * to reach the user. `lost`: no longer, and whoever had to be told was told; or never.
 */
export type Standing = 'lost' | 'reachable' | 'deferred';

/** A user on one node. */
export interface UserState extends UserKey {
  readonly links: number;
  readonly standing: Standing;
}

/** Whom to send away, and how. */
export interface Kick {
  readonly filter: ConnectionFilter;
  readonly code: number;
  readonly reason: string;
}

/**
 * `n` counts a node's changes and kicks: who hears a number too high has missed something, and asks. An answer to
 * that is the kicks of late (`isAgain`), and a snapshot in parts, of which the last is empty.
 */
export type NodeMessage =
  | { readonly kind: 'hello' | 'beat' | 'bye'; readonly n: number }
  | { readonly kind: 'ask' }
  | { readonly kind: 'change'; readonly n: number; readonly users: readonly UserState[] }
  | {
      readonly kind: 'snapshot';
      readonly n: number;
      readonly part: number;
      readonly isLast: boolean;
      readonly users: readonly UserState[];
    }
  | {
      readonly kind: 'kick';
      readonly n: number;
      readonly isAgain: boolean;
      /** How long ago it was said, ms. */
      readonly ageMs: number;
      readonly kick: Kick;
    }
  /** The end of this node was told to whoever had to be told. */
  | { readonly kind: 'settled'; readonly node: string };

export const version = 1;
/** Of the users in one message. */
const usersBytesMax = 60 * 1024;
/** Of a message: users, and one whose name fills it by itself. */
const charactersMax = 256 * 1024;
const standings: readonly Standing[] = ['lost', 'reachable', 'deferred'];

export const encodeNodeMessage = (
  message: Exclude<NodeMessage, { readonly kind: 'change' | 'snapshot' }>,
): string => JSON.stringify({ v: version, ...message });

/** A `change` or a `snapshot` with as many users as fit; the rest is left to the next. */
export function encodeUsers(
  head:
    | { readonly kind: 'change'; readonly n: number }
    | { kind: 'snapshot'; n: number; part: number; isLast: boolean },
  users: Iterator<UserState>,
): string {
  const rows: string[] = [];
  for (let bytes = 0; bytes < usersBytesMax; ) {
    const { done, value } = users.next();
    if (done) break;
    const { tenant, user, links, standing } = value;
    const row = JSON.stringify([tenant, user, links, standings.indexOf(standing)]);
    bytes += Buffer.byteLength(row) + 1;
    rows.push(row);
  }
  return `${JSON.stringify({ v: version, ...head }).slice(0, -1)},"users":[${rows.join(',')}]}`;
}

/** `foreign`: of another version. Null for what is no message at all. */
export function decodeNodeMessage(text: string): NodeMessage | 'foreign' | null {
  if (text.length > charactersMax) return null;
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(message)) return null;
  const read = (name: string): unknown => ownMember(message, name);
  const spoken = read('v');
  if (spoken !== version) return typeof spoken === 'number' ? 'foreign' : null;
  const n = read('n');
  const kind = read('kind');
  switch (kind) {
    case 'ask':
      return { kind };
    case 'settled': {
      const node = read('node');
      return typeof node === 'string' ? { kind, node } : null;
    }
    case 'hello':
    case 'beat':
    case 'bye':
      return isCount(n) ? { kind, n } : null;
    case 'change': {
      const users = readUsers(read('users'));
      return isCount(n) && users ? { kind, n, users } : null;
    }
    case 'snapshot': {
      const [part, isLast, users] = [read('part'), read('isLast'), readUsers(read('users'))];
      if (!isCount(n) || !isCount(part) || typeof isLast !== 'boolean' || !users) return null;
      return { kind, n, part, isLast, users };
    }
    case 'kick': {
      const [isAgain, ageMs, kick] = [read('isAgain'), read('ageMs'), readKick(read('kick'))];
      if (!isCount(n) || typeof isAgain !== 'boolean' || !isCount(ageMs) || !kick) return null;
      return { kind, n, isAgain, ageMs, kick };
    }
    default:
      return null;
  }
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

function readUsers(rows: unknown): UserState[] | null {
  if (!Array.isArray(rows)) return null;
  const users: UserState[] = [];
  for (const row of rows) {
    const [tenant, user, links, index] = Array.isArray(row) ? row : [];
    const standing = isCount(index) ? standings[index] : undefined;
    if (typeof tenant !== 'string' || typeof user !== 'string' || !isCount(links) || !standing)
      return null;
    users.push({ tenant, user, links, standing });
  }
  return users;
}

const filterNames = ['tenant', 'user', 'connectionId'];

function readKick(value: unknown): Kick | null {
  if (!isRecord(value)) return null;
  const [filter, code, reason] = ['filter', 'code', 'reason'].map((name) => ownMember(value, name));
  if (!isRecord(filter) || typeof reason !== 'string') return null;
  const isKnown = Object.entries(filter).every(
    ([name, wanted]) => filterNames.includes(name) && typeof wanted === 'string',
  );
  if (!isKnown || typeof code !== 'number' || !isSendable(code)) return null;
  return { filter, code, reason };
}
