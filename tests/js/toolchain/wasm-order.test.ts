// Functions are put into another order, and nobody who calls them may notice: a small module, written out
// by hand, in which everything that names a function is there.
import { expect, it } from 'vitest';
import { orderFunctions } from '../../../toolchain/lib/wasm-order.mjs';
import { weigh } from '../../../toolchain/lib/weigh.mjs';

const text = (value: string) => [value.length, ...new TextEncoder().encode(value)];
const section = (kind: number, ...bytes: number[]) => [kind, bytes.length, ...bytes];
const body = (...instructions: number[]) => [instructions.length + 2, 0, ...instructions, 0x0b];
const exported = (name: string, kind: number, index: number) => [...text(name), kind, index];

const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const types = section(1, 2, ...[0x60, 1, 0x7f, 1, 0x7f], ...[0x60, 0, 1, 0x7f]);
const imports = section(2, 1, ...text('a'), ...text('host'), 0, 1);
const functions = section(3, 4, 0, 1, 0, 0);
const table = section(4, 1, 0x70, 0, 1);
const exports = section(
  7,
  4,
  ...exported('twice', 0, 1),
  ...exported('called', 0, 2),
  ...exported('byTable', 0, 3),
  ...exported('table', 1, 0),
);
const elements = section(9, 1, ...[0, 0x41, 0, 0x0b], ...[1, 4]);
const twice = body(0x20, 0, 0x20, 0, 0x6a); // its own argument, added to itself
const called = body(0x10, 0, 0x10, 1); // what the host gives, twice
const byTable = body(0x20, 0, 0x41, 0, 0x11, 0, 0); // what the table's only function gives
const thrice = body(0x20, 0, 0x20, 0, 0x6a, 0x20, 0, 0x6a);
const code = section(10, 4, ...twice, ...called, ...byTable, ...thrice);
const whole = Uint8Array.from(
  [header, types, imports, functions, table, exports, elements, code].flat(),
);

interface Functions {
  twice(value: number): number;
  called(): number;
  byTable(value: number): number;
}

async function run(module: Uint8Array<ArrayBuffer>) {
  const { instance } = await WebAssembly.instantiate(module, { a: { host: () => 21 } });
  const { twice, called, byTable } = instance.exports as unknown as Functions;
  return [twice(4), called(), byTable(4)];
}

it('calls, exports and tables lead to the functions that they led to', async () => {
  expect(await run(whole)).toEqual([8, 42, 12]);
  const ordered = orderFunctions(whole, weigh);
  expect(ordered).not.toEqual(whole);
  expect(await run(Uint8Array.from(ordered))).toEqual([8, 42, 12]);
});

it('a function follows the one that it is most like', () => {
  const ordered = Buffer.from(orderFunctions(whole, weigh));
  const [first, second] = [Buffer.from(twice), Buffer.from(thrice)].map((each) =>
    ordered.indexOf(each),
  );
  expect(second).toBe(Number(first) + twice.length);
});

it('what is in order already stays byte for byte as it was', () => {
  const ordered = orderFunctions(whole, weigh);
  expect(orderFunctions(ordered, weigh)).toEqual(ordered);
});

it('an instruction whose length is not known is refused', () => {
  const vector = body(0xfd, 0x0c);
  const module = Uint8Array.from([...header, ...section(10, 1, ...vector)]);
  expect(() => orderFunctions(module, weigh)).toThrow(
    'instruction that toolchain/lib/wasm-order.mjs lacks',
  );
});
