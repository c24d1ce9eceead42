// What is in a .wasm by function: its size in bytes and its name, as the linker's option
// --profiling-funcs leaves it. Knows the format of the file and of C++ names, and no module of ours.
import { countImported, headerBytes, Reader, section } from './wasm-reader.mjs';

/** @typedef {{ readonly name: string, readonly bytes: number }} FunctionSize */

const functionNames = 1; // the subsection of "name" that is about functions

/** @param {Reader} reader @returns {number[]} */
function readSizes(reader) {
  const sizes = [];
  for (let count = reader.number(); count > 0; count -= 1) {
    const before = reader.at;
    const size = reader.number();
    reader.at += size;
    sizes.push(reader.at - before);
  }
  return sizes;
}

/** @param {Reader} reader @param {number} end @param {Map<number, string>} names */
function readNames(reader, end, names) {
  if (reader.text() !== 'name') return;
  while (reader.at < end) {
    const kind = reader.byte();
    const next = reader.number() + reader.at;
    if (kind === functionNames) {
      for (let count = reader.number(); count > 0; count -= 1) {
        names.set(reader.number(), reader.text());
      }
    }
    reader.at = next;
  }
}

/**
 * Every function of a module, the largest first; one without a name goes by its number.
 * @param {Uint8Array} bytes
 * @returns {FunctionSize[]}
 */
export function listFunctions(bytes) {
  let imported = 0;
  /** @type {number[]} */
  let sizes = [];
  /** @type {Map<number, string>} */
  const names = new Map();
  const reader = new Reader(bytes, headerBytes);
  while (reader.at < bytes.length) {
    const kind = reader.byte();
    const size = reader.number();
    const end = reader.at + size;
    if (kind === section.imports) imported = countImported(reader);
    if (kind === section.code) sizes = readSizes(reader);
    if (kind === section.custom) readNames(reader, end, names);
    reader.at = end;
  }
  return sizes
    .map((size, index) => ({
      name: names.get(imported + index) ?? `function ${imported + index}`,
      bytes: size,
    }))
    .sort((a, b) => b.bytes - a.bytes);
}

/**
 * A C++ name without what makes it long: parameters, template arguments, the type it returns.
 * @param {string} name
 */
export function shortenName(name) {
  let short = '';
  let depth = 0;
  const plain = name
    .replaceAll('(anonymous namespace)::', '')
    .replace(/\boperator(<=>|<<|>>|<=|>=|->|<|>)/g, 'operator');
  for (const character of plain) {
    if (character === '<') depth += 1;
    if (depth === 0 && character === '(' && short !== 'decltype') break;
    if (depth === 0) short += character;
    if (character === '>') depth -= 1;
    if (character === ')' && short.startsWith('decltype')) short = '';
  }
  return short.trim().replace(/^(?!function \d).*\s(?=\S+::|operator)/, '') || name;
}

/**
 * Where a function comes from: a class of ours, another namespace, or C.
 * @param {string} short
 */
export function originOf(short) {
  const [space, part, ...more] = short.split('::');
  if (part === undefined) return 'C';
  return space === 'keepline' && more.length > 0 ? `keepline::${part}` : String(space);
}

/**
 * Bytes by origin, the most first.
 * @param {readonly FunctionSize[]} functions
 * @returns {FunctionSize[]}
 */
export function groupByOrigin(functions) {
  /** @type {Map<string, number>} */
  const groups = new Map();
  for (const { name, bytes } of functions) {
    const origin = originOf(shortenName(name));
    groups.set(origin, (groups.get(origin) ?? 0) + bytes);
  }
  return [...groups].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes);
}
