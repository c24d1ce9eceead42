// Checks what the application passes, at once and in full, against the core's own table.
//
// A wrong option is thrown with its name and range before anything happens. The few options that are
// no numbers or texts (functions, bytes) are checked here by hand.

import { isA, isAddress } from '../engine/own-words.js';
import {
  distinct,
  type OptionGroup,
  type OptionRow,
  optionTable,
  orZero,
  rooted,
  type TableOptions,
  whole,
} from '../generated/options.js';
import { refuseOption } from './errors.js';
import type { ConnectionOptions } from './types.js';
import { utf8Length } from './utf8.js';

type Problem = string | null;
type Values = Readonly<Record<string, unknown>>;
/** What an option must be, and whether it is. */
type Rule = readonly [what: string, is: (value: unknown) => boolean];

type Effective<Options> = {
  readonly [Name in keyof Options]-?: NonNullable<Options[Name]> extends object
    ? Effective<NonNullable<Options[Name]>>
    : NonNullable<Options[Name]>;
};

/** Every option of the table as it counts: given, or by default. */
export type EffectiveOptions = Effective<TableOptions>;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isFunction = (value: unknown) => typeof value === 'function';
const isString = (value: unknown) => typeof value === 'string';
const isFlag = (value: unknown) => typeof value === 'boolean';

/** The options that stand in no table. */
const others: Readonly<Record<string, Rule>> = {
  getToken: ['a function', isFunction],
  WebSocket: ['a constructor', isFunction],
  identity: ['a string or null', (value) => value === null || isString(value)],
  subprotocols: [
    "'keepline', 'token-only', 'none' or a function",
    (value) => isFunction(value) || ['keepline', 'token-only', 'none'].includes(value as string),
  ],
  autoConnect: ['true or false', isFlag],
  resume: [
    "{ store: 'none', 'session' or { load, save } }",
    (value) => {
      const { store } = Object(value);
      const { load, save } = Object(store);
      return store === 'none' || store === 'session' || (isFunction(load) && isFunction(save));
    },
  ],
  log: ['a function', isFunction],
  workerUrl: ['a string or a URL', isAddress],
  wasmUrl: ['a string or a URL', isAddress],
  wasmBinary: [
    'an ArrayBuffer, a view of one, or a WebAssembly.Module',
    (value) =>
      isA('ArrayBuffer', value) || ArrayBuffer.isView(value) || isA('WebAssembly.Module', value),
  ],
  page: ['a string', isString],
  host: ["'page' or 'worker'", (value) => value === 'page' || value === 'worker'],
};

function ruleOf(row: OptionRow): Rule {
  if (row.length === 1) return ['true or false', isFlag];
  if (row.length === 2) {
    const [, choices] = row;
    return [`one of '${choices.join("', '")}'`, (value) => choices.includes(value as string)];
  }
  const [byDefault, min, max, beside] = row;
  const isWithin = (size: number) => size >= min && size <= max;
  const range = `${min} to ${max}`;
  if (typeof byDefault !== 'number') {
    const fits = (value: unknown) => isString(value) && isWithin(utf8Length(value as string));
    return [`a string of ${range} bytes`, fits];
  }
  const takesZero = beside === orZero;
  const is = beside === whole ? Number.isInteger : Number.isFinite;
  return [
    `${beside === whole ? 'an integer' : 'a number'} from ${range}${takesZero ? ', or 0' : ''}`,
    (value) => is(value) && (isWithin(value as number) || (takesZero && value === 0)),
  ];
}

const isRow = (entry: OptionRow | OptionGroup): entry is OptionRow => Array.isArray(entry);

/** The rows of the table in the core's order, by names such as "backoff.jitter". */
export const namedRows = (
  table: OptionGroup = optionTable,
  prefix = '',
): readonly (readonly [name: string, row: OptionRow])[] =>
  Object.entries(table).flatMap(([member, entry]) =>
    isRow(entry) ? [[prefix + member, entry]] : namedRows(entry, `${prefix}${member}.`),
  );

/** Names the option that has the most pairs of letters with the unknown one; of equals the shorter. */
function unknownOption(name: string): Problem {
  const pairs = Array.from(name, (_, at) => name.slice(at, at + 2));
  const likeness = (option: string) =>
    pairs.filter((pair) => option.includes(pair)).length - option.length / 100;
  const known = [...namedRows().map(([option]) => option), ...Object.keys(others)];
  const [nearest] = known.sort((a, b) => likeness(b) - likeness(a));
  return `is no option; did you mean ${nearest}?`;
}

function fail(name: string, problem: Problem): void {
  if (problem) refuseOption(name, problem);
}

const own = <Value>(from: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(from, name) ? from[name] : undefined;

function check(name: string, entry: OptionRow | OptionGroup | undefined, value: unknown): void {
  if (entry && !isRow(entry)) fail(name, isRecord(value) ? null : 'must be an object');
  else if (name !== 'url' || !isFunction(value)) {
    const rule = entry ? ruleOf(entry) : own(others, name);
    fail(name, rule ? (rule[1](value) ? null : `must be ${rule[0]}`) : unknownOption(name));
  }
}

/** What one option of a group may be beside the others, by its last word in the table. */
function checkBeside(prefix: string, member: string, group: Values, beside: unknown): void {
  const value = group[member];
  if (beside === rooted && !/^\/(?!\/)/.test(value as string)) {
    fail(prefix + member, 'must begin with one /');
  }
  for (const [other, its] of Object.entries(group)) {
    if (other === beside && (value as number) > (its as number)) {
      fail(prefix + member, `must be at most ${prefix}${other}, which is ${its}`);
    }
    if (beside === distinct && other !== member && its === value) {
      fail(prefix + member, `must differ from ${prefix}${other}`);
    }
  }
}

/** What counts of a group and the groups in it; what is undefined is absent. */
function effectiveOf(table: OptionGroup, given: Values, prefix: string): Values {
  for (const [member, value] of Object.entries(given)) {
    if (value !== undefined) check(prefix + member, own(table, member), value);
  }
  const entries = Object.entries(table);
  const group = Object.fromEntries(
    entries.map(([member, entry]) => [
      member,
      isRow(entry)
        ? (own(given, member) ?? entry[0])
        : effectiveOf(entry, (own(given, member) ?? {}) as Values, `${prefix}${member}.`),
    ]),
  );
  for (const [member, entry] of entries) {
    if (isRow(entry) && entry[3] !== undefined) checkBeside(prefix, member, group, entry[3]);
  }
  return group;
}

/** Throws `option_invalid` for the first option that is wrong. */
export function checkOptions(options: ConnectionOptions): EffectiveOptions {
  if (!isRecord(options)) fail('createConnection:', 'takes an object of options');
  return effectiveOf(optionTable, options as Values, '') as unknown as EffectiveOptions;
}
