// What an application publishes, checked before anybody is told of it.
import { isName } from './frames.js';
import type { HubEvent } from './hub.js';

export interface Publication extends Omit<HubEvent, 'json'> {
  /** Any JSON; may be left out. */
  readonly data?: unknown;
  /**
   * The publisher's own id, at most 64 bytes: the same one again within ten minutes is delivered to
   * nobody, so that a request that was answered by nothing may be repeated.
   */
  readonly id?: string | undefined;
  /** Of events with one key only the newest matters. Kept for readers that fall behind. */
  readonly coalesce?: string | undefined;
}

/** Where an event stands in its tenant's log; null without one. */
export type Position = string | null;

const rememberedMs = 10 * 60_000;
/** Of all tenants together; the oldest go first. */
const rememberedMax = 100_000;

/** What the hub is given. Throws a TypeError that names what is wrong. */
export function readPublication(given: Publication): HubEvent {
  const wrong = problemOf(given);
  if (wrong) throw new TypeError(`publish: ${wrong}`);
  const { tenant, to, type, data, trace } = given;
  return { tenant, to, type, json: writeData(data), trace };
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isAbsentOr = (value: unknown, is: (value: unknown) => boolean): boolean =>
  value === undefined || is(value);

function problemOf({ tenant, to, type, id, coalesce, trace }: Publication): string | null {
  const users = to === 'tenant' ? [] : (to as { users?: unknown } | null | undefined)?.users;
  if (!isText(tenant)) return 'tenant must be a string';
  if (!Array.isArray(users) || !users.every(isText)) {
    return "to must be 'tenant' or { users: [id] }";
  }
  if (!isName(type)) return 'type must be a string of 1 to 64 bytes';
  if (!isAbsentOr(id, isName)) return 'id must be a string of 1 to 64 bytes';
  if (!isAbsentOr(coalesce, isText)) return 'coalesce must be a string';
  return isAbsentOr(trace, isText) ? null : 'trace must be a string';
}

function writeData(data: unknown): string {
  if (data === undefined) return '';
  let json: string | undefined;
  try {
    json = JSON.stringify(data);
  } catch (reason) {
    throw new TypeError(`publish: data is no JSON: ${(reason as Error).message}`);
  }
  if (json === undefined)
    throw new TypeError(`publish: data is a ${typeof data}, which is no JSON`);
  return json;
}

const keyOf = (tenant: string, id: string): string => JSON.stringify([tenant, id]);

/** Ids of what was published lately. */
export class PublishedIds {
  /** In the order in which they came: the oldest is the first. */
  readonly #until = new Map<string, number>();

  /** True the first time within ten minutes. */
  isNew(tenant: string, id: string, now: number): boolean {
    for (const [known, until] of this.#until) {
      if (until > now && this.#until.size < rememberedMax) break;
      this.#until.delete(known);
    }
    if (this.has(tenant, id, now)) return false;
    this.#until.set(keyOf(tenant, id), now + rememberedMs);
    return true;
  }

  has(tenant: string, id: string, now: number): boolean {
    return (this.#until.get(keyOf(tenant, id)) ?? 0) > now;
  }
}
