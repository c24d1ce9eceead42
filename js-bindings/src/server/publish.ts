// What an application publishes, checked before anybody is told of it.
import type { LogEvent } from './event-log/event-log.js';
import { isName } from './frames.js';

export interface Publication extends Omit<LogEvent, 'json'> {
  /** Any JSON; may be left out. */
  readonly data?: unknown;
  /**
   * The publisher's own id, at most 64 bytes: the same one again within ten minutes is delivered to
   * nobody, so that a request that was answered by nothing may be repeated.
   */
  readonly id?: string | undefined;
  /** Of events with one key only the newest matters: readers that catch up are sent no other. */
  readonly coalesce?: string | undefined;
}

/** What became of an event. */
export interface Published {
  /** Where it stands in its tenant's log; null without one. */
  readonly position: string | null;
  /** Its id was published before, within ten minutes: nobody was told again. */
  readonly repeat: boolean;
}

/** What the log is given. Throws a TypeError that names what is wrong. */
export function readPublication(given: Publication): LogEvent {
  const wrong = problemOf(given);
  if (wrong) throw new TypeError(`publish: ${wrong}`);
  const { tenant, to, type, data, id, coalesce, trace } = given;
  return { tenant, to, type, json: writeData(data), id, coalesce, trace };
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
