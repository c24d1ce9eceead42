// Puts the functions of a .wasm into an order in which each follows the one that it is most like: a
// compressor finds more repetitions, the nearer they are. The module does what it did. Knows the format
// of the file and no module of ours.
import { countImported, functionKind, headerBytes, Reader, section } from './wasm-reader.mjs';

/**
 * Bytes, and behind them the function where the instruction names one.
 * @typedef {{ bytes: Uint8Array, callee?: number }} Instruction
 */
/** @typedef {{ kind: number, content: Uint8Array }} Section */

/** How many chains are tried: where one begins decides by chance about a third of a percent. */
const chainsTried = 24;

// Up to which opcode instructions have which operands: `n` is a number, `4` and `8` are so many bytes, `f`
// is a function, `t` is a table of branches, `p` is an opcode more. Vectors, threads, references and
// exceptions are not here, because no module of ours is compiled with them.
const operands = /** @type {const} */ ([
  [0x01, ''], // unreachable, nop
  [0x04, 'n'], // block, loop, if: their type
  [0x05, ''], // else
  [0x0a, undefined],
  [0x0b, ''], // end
  [0x0d, 'n'], // br, br_if
  [0x0e, 'tn'], // br_table
  [0x0f, ''], // return
  [0x10, 'f'], // call
  [0x11, 'nn'], // call_indirect
  [0x19, undefined],
  [0x1b, ''], // drop, select
  [0x1f, undefined],
  [0x24, 'n'], // locals and globals
  [0x27, undefined],
  [0x3e, 'nn'], // loads and stores
  [0x42, 'n'], // the memory's size, constants
  [0x43, '4'],
  [0x44, '8'],
  [0xc4, ''], // arithmetic
  [0xfb, undefined],
  [0xfc, 'p'],
]);
const prefixedOperands = ['', '', '', '', '', '', '', '', 'nn', 'n', 'nn', 'n'];

/** @param {Reader} reader @param {string | undefined} wanted */
function skipOperands(reader, wanted) {
  if (wanted === undefined) {
    throw new Error(
      'The .wasm has an instruction that toolchain/lib/wasm-order.mjs lacks: add it.',
    );
  }
  for (const each of wanted) {
    if (each === 'n') reader.number();
    else if (each === 't') reader.list(() => reader.number());
    else if (each === 'p') skipOperands(reader, prefixedOperands[reader.number()]);
    else reader.take(Number(each));
  }
}

/** @param {Uint8Array} body @returns {Instruction[]} the local variables first, as if they were one */
function instructionsOf(body) {
  const reader = new Reader(body);
  reader.list(() => [reader.number(), reader.byte()]);
  /** @type {Instruction[]} */
  const out = [{ bytes: body.subarray(0, reader.at) }];
  while (reader.at < body.length) {
    const from = reader.at;
    const opcode = reader.byte();
    const wanted = operands.find(([last]) => opcode <= last)?.[1];
    if (wanted === 'f') {
      out.push({ bytes: body.subarray(from, reader.at), callee: reader.number() });
    } else {
      skipOperands(reader, wanted);
      out.push({ bytes: body.subarray(from, reader.at) });
    }
  }
  return out;
}

/** Instructions two by two, whatever they call. @param {Instruction[]} body */
function pairsOf(body) {
  const texts = body.slice(1).map(({ bytes }) => bytes.join());
  return new Set(texts.slice(1).map((text, index) => `${texts[index]} ${text}`));
}

/** @param {readonly Set<string>[]} pairs by function @returns {number[][]} how alike any two are */
function likenesses(pairs) {
  return pairs.map((one) =>
    pairs.map((other) => {
      let common = 0;
      for (const pair of one) if (other.has(pair)) common += 1;
      return common / (one.size + other.size + 1);
    }),
  );
}

/**
 * From one function on, always the one that the present one is most like of those that are left.
 * @param {readonly number[][]} alike
 * @param {number} first
 */
function chain(alike, first) {
  const left = new Set(alike.keys());
  const order = [];
  for (let at = first; left.delete(at); ) {
    order.push(at);
    let most = -1;
    const present = alike[at] ?? [];
    for (const other of left) {
      const likeness = present[other] ?? 0;
      if (likeness <= most) continue;
      most = likeness;
      at = other;
    }
  }
  return order;
}

/** As unsigned LEB128. @param {number} value @returns {number[]} */
const encode = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...encode(value >>> 7)]);

/** @param {readonly (readonly number[])[]} items */
const encodeList = (items) => [...encode(items.length), ...items.flat()];

/** @param {readonly number[]} content */
const encodeSized = (content) => [...encode(content.length), ...content];

/** @param {Reader} reader @param {(index: number) => number[]} renumbered */
function reorderExport(reader, renumbered) {
  const from = reader.at;
  reader.sized();
  const kind = reader.byte();
  const head = reader.bytes.subarray(from, reader.at);
  const index = reader.number();
  return [...head, ...(kind === functionKind ? renumbered(index) : encode(index))];
}

/** Of the one table, from a constant on. @param {Reader} reader @param {(index: number) => number[]} renumbered */
function reorderElements(reader, renumbered) {
  const from = reader.at;
  const [flags, constant] = [reader.number(), reader.byte()];
  reader.number();
  if (flags !== 0 || constant !== 0x41 || reader.byte() !== 0x0b) {
    throw new Error('The .wasm has elements that toolchain/lib/wasm-order.mjs does not know.');
  }
  const head = reader.bytes.subarray(from, reader.at);
  return [...head, ...encodeList(reader.list(() => renumbered(reader.number())))];
}

/** @param {Uint8Array} bytes @returns {Section[]} */
function sectionsOf(bytes) {
  const reader = new Reader(bytes, headerBytes);
  const sections = [];
  while (reader.at < bytes.length) sections.push({ kind: reader.byte(), content: reader.sized() });
  return sections;
}

/**
 * @param {Uint8Array} bytes of a module without names of functions
 * @param {(module: Uint8Array) => number} weigh
 * @returns {Uint8Array} of one that does the same, and weighs the least of those that were tried
 */
export function orderFunctions(bytes, weigh) {
  const sections = sectionsOf(bytes);
  const readerOf = (/** @type {number} */ kind) =>
    new Reader(sections.find((each) => each.kind === kind)?.content ?? Uint8Array.of(0));
  const imported = countImported(readerOf(section.imports));
  const types = readerOf(section.functions);
  const typeOf = types.list(() => types.number());
  const code = readerOf(section.code);
  const bodies = code.list(() => instructionsOf(code.sized()));

  /** @param {readonly number[]} order */
  const inOrder = (order) => {
    const place = new Map(order.map((before, after) => [before + imported, after + imported]));
    const renumbered = (/** @type {number} */ index) => encode(place.get(index) ?? index);
    const encodeBody = (/** @type {readonly Instruction[]} */ body) =>
      encodeSized(
        body.flatMap(({ bytes: own, callee }) =>
          callee === undefined ? [...own] : [...own, ...renumbered(callee)],
        ),
      );
    /** @type {Partial<Record<number, (reader: Reader) => number[]>>} */
    const changed = {
      [section.functions]: () => encodeList(order.map((index) => encode(typeOf[index] ?? 0))),
      [section.exports]: (reader) =>
        encodeList(reader.list(() => reorderExport(reader, renumbered))),
      [section.start]: (reader) => renumbered(reader.number()),
      [section.elements]: (reader) =>
        encodeList(reader.list(() => reorderElements(reader, renumbered))),
      [section.code]: () => encodeList(order.map((index) => encodeBody(bodies[index] ?? []))),
    };
    const out = sections.flatMap(({ kind, content }) => [
      kind,
      ...encodeSized(changed[kind]?.(new Reader(content)) ?? [...content]),
    ]);
    return Uint8Array.from([...bytes.subarray(0, headerBytes), ...out]);
  };

  const alike = likenesses(bodies.map(pairsOf));
  const step = Math.ceil(bodies.length / chainsTried);
  let lightest = bytes;
  let least = Infinity;
  for (let first = 0; first < bodies.length; first += step) {
    const ordered = inOrder(chain(alike, first));
    const weight = weigh(ordered);
    if (weight >= least) continue;
    lightest = ordered;
    least = weight;
  }
  return lightest;
}
