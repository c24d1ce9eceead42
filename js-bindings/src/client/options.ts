// Checks what the application passes, at once and in full, against the core's own table.
//
// A wrong option is thrown with its name and range before anything happens. The few options that are
// no numbers or texts (functions, bytes) are checked here by hand.

import { distinct, type OptionRow, optionTable, orZero, rooted } from '../generated/options.js';
import { ConnectionError } from './errors.js';
import type { ConnectionOptions } from './types.js';
import { utf8Length } from './utf8.js';

type Problem = string | null;
type Check = (value: unknown) => Problem;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mustBe = (what: string, is: (value: unknown) => boolean) => (value: unknown) =>
  is(value) ? null : `must be ${what}`;
const isFunction = (value: unknown) => typeof value === 'function';
const isString = (value: unknown) => typeof value === 'string';
/** By its own word, because another realm's, a frame's for one, is no instance of a class of this one. */
const isA = (name: string, value: unknown) =>
  Object.prototype.toString.call(value) === `[object ${name}]`;
const mustBeFlag = mustBe('true or false', (value) => typeof value === 'boolean');

/** The options that stand in no table, and what each may be. */
const others: Readonly<Record<string, Check>> = {
  getToken: mustBe('a function', isFunction),
  WebSocket: mustBe('a constructor', isFunction),
  identity: mustBe('a string or null', (value) => value === null || isString(value)),
  subprotocols: mustBe(
    "'keepline', 'token-only', 'none' or a function",
    (value) => isFunction(value) || ['keepline', 'token-only', 'none'].includes(value as string),
  ),
  autoConnect: mustBeFlag,
  log: mustBe('a function', isFunction),
  workerUrl: mustBe('a string or a URL', (value) => isString(value) || isA('URL', value)),
  wasmUrl: mustBe('a string or a URL', (value) => isString(value) || isA('URL', value)),
  wasmBinary: mustBe(
    'an ArrayBuffer, a view of one, or a WebAssembly.Module',
    (value) =>
      isA('ArrayBuffer', value) || ArrayBuffer.isView(value) || isA('WebAssembly.Module', value),
  ),
  page: mustBe('a string', isString),
  host: mustBe("'page' or 'worker'", (value) => value === 'page' || value === 'worker'),
};

function checkRow(row: OptionRow, value: unknown): Problem {
  switch (row[1]) {
    case 'boolean':
      return mustBeFlag(value);
    case 'choice':
      return row[3].includes(value as string) ? null : `must be one of '${row[3].join("', '")}'`;
    case 'string': {
      const [, , , min, max, beside] = row;
      const size = isString(value) ? utf8Length(value as string) : -1;
      if (size < min || size > max) return `must be a string of ${min} to ${max} bytes`;
      return beside === rooted && !/^\/(?!\/)/.test(value as string)
        ? 'must begin with one /'
        : null;
    }
    case 'integer':
    case 'number': {
      const [, type, , min, max, beside] = row;
      const whole = type === 'integer';
      const fits =
        typeof value === 'number' &&
        ((value >= min && value <= max) || (beside === orZero && value === 0)) &&
        (!whole || Number.isInteger(value));
      const range = `${min} to ${max}${beside === orZero ? ', or 0' : ''}`;
      return fits ? null : `must be ${whole ? 'an integer' : 'a number'} from ${range}`;
    }
  }
}

/** Names the option that has the most pairs of letters with the unknown one; of equals the shorter. */
function unknownOption(name: string): Problem {
  const pairs = Array.from(name, (_, at) => name.slice(at, at + 2));
  const likeness = (option: string) =>
    pairs.filter((pair) => option.includes(pair)).length - option.length / 100;
  const known = [...optionTable.map(([option]) => option), ...Object.keys(others)];
  const [nearest] = known.sort((a, b) => likeness(b) - likeness(a));
  return `is no option; did you mean ${nearest}?`;
}

function fail(name: string, problem: Problem): void {
  if (problem) throw new ConnectionError('option_invalid', { detail: `${name} ${problem}` });
}

/** Names and values, with "backoff.jitter" for what is nested; what is undefined is absent. */
export function flatten(options: object, group = ''): Map<string, unknown> {
  return new Map(
    Object.entries(options).flatMap(([member, value]): [string, unknown][] => {
      const name = group + member;
      if (value === undefined) return [];
      if (!optionTable.some(([option]) => option.startsWith(`${name}.`))) return [[name, value]];
      if (!isRecord(value)) fail(name, 'must be an object');
      return [...flatten(value, `${name}.`)];
    }),
  );
}

/** Every option of the table as it counts: given, or by default. */
function withDefaults(flat: ReadonlyMap<string, unknown>): Map<string, unknown> {
  return new Map(optionTable.map(([name, , byDefault]) => [name, flat.get(name) ?? byDefault]));
}

function checkTogether(effective: ReadonlyMap<string, unknown>, row: OptionRow): void {
  const [option, , , , , beside] = row;
  const value = effective.get(option);
  if (typeof beside === 'string') {
    const most = effective.get(beside) as number;
    if ((value as number) > most) fail(option, `must be at most ${beside}, which is ${most}`);
  }
  if (beside === distinct) {
    const group = option.replace(/[^.]+$/, '');
    for (const [name, other] of effective) {
      if (name !== option && name.startsWith(group) && other === value) {
        fail(option, `must differ from ${name}`);
      }
    }
  }
}

/** Throws `option_invalid` for the first option that is wrong; else every option of the table as it counts. */
export function checkOptions(options: ConnectionOptions): ReadonlyMap<string, unknown> {
  if (!isRecord(options)) fail('createConnection:', 'takes an object of options');
  const flat = flatten(options);
  for (const [name, value] of flat) {
    if (name === 'url' && isFunction(value)) continue;
    const row = optionTable.find(([option]) => option === name);
    const check = Object.hasOwn(others, name) ? others[name] : () => unknownOption(name);
    fail(name, row ? checkRow(row, value) : (check?.(value) ?? null));
  }
  const effective = withDefaults(flat);
  for (const row of optionTable) checkTogether(effective, row);
  return effective;
}
