// The table of functions is read from the module's own sections: a small module, written out by hand.
import { expect, it } from 'vitest';
import {
  groupByOrigin,
  listFunctions,
  originOf,
  shortenName,
} from '../../../toolchain/lib/wasm-functions.mjs';

const text = (value: string) => [value.length, ...new TextEncoder().encode(value)];
const section = (kind: number, ...bytes: number[]) => [kind, bytes.length, ...bytes];

const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const types = section(1, 1, 0x60, 0, 0);
const imports = section(
  2,
  ...[3, ...text('a'), ...text('m'), 2, 1, 1, 1],
  ...[...text('a'), ...text('f'), 0, 0],
  ...[...text('a'), ...text('t'), 1, 0x70, 0, 1],
);
const functions = section(3, 2, 0, 0);
const code = section(10, 2, ...[2, 0, 0x0b], ...[4, 0, 0x01, 0x01, 0x0b]);
const names = section(
  0,
  ...text('name'),
  ...[0, 2, ...text('m')],
  ...[1, 1 + 3 + 3 + 3, 3, 0, ...text('i'), 1, ...text('s'), 2, ...text('l')],
);

it('finds each function with its name and its size, the largest first', () => {
  const module = Uint8Array.from([header, types, imports, functions, code, names].flat());
  expect(WebAssembly.validate(module)).toBe(true);
  expect(listFunctions(module)).toEqual([
    { name: 'l', bytes: 5 },
    { name: 's', bytes: 3 },
  ]);
});

it('gives a function without a name its number, imported ones counted', () => {
  const module = Uint8Array.from([header, types, imports, functions, code].flat());
  expect(listFunctions(module).map(({ name }) => name)).toEqual(['function 2', 'function 1']);
});

it('refuses a file that is cut', () => {
  const module = Uint8Array.from([...header, 10, 5, 2, 2]);
  expect(() => listFunctions(module)).toThrow('ends inside');
});

it.each([
  ['malloc', 'malloc', 'C'],
  ['function 12', 'function 12', 'C'],
  [
    'keepline::(anonymous namespace)::EnvelopeWalk::run()',
    'keepline::EnvelopeWalk::run',
    'keepline::EnvelopeWalk',
  ],
  ['keepline::safe_text(std::string_view<char>)', 'keepline::safe_text', 'keepline'],
  [
    'std::__2::vector<std::pair<int, int>, A<B> >::push_back(int)',
    'std::__2::vector::push_back',
    'std',
  ],
  ['std::string std::__2::operator+<char>(char const*, A<B>&&)', 'std::__2::operator+', 'std'],
  ['bool std::__2::operator==<char>(A<B> const&)', 'std::__2::operator==', 'std'],
  ['A<B>::operator->() const', 'A::operator', 'A'],
  ['decltype(auto) std::__2::visit<F&&, A<B>&>(F&&, A<B>&)', 'std::__2::visit', 'std'],
])('%s is %s of %s', (name, short, origin) => {
  expect(shortenName(name)).toBe(short);
  expect(originOf(short)).toBe(origin);
});

it('sums the bytes of what comes from the same place', () => {
  const groups = groupByOrigin([
    { name: 'keepline::Driver::drain()', bytes: 3 },
    { name: 'malloc', bytes: 4 },
    { name: 'keepline::Driver::arm()', bytes: 2 },
  ]);
  expect(groups).toEqual([
    { name: 'keepline::Driver', bytes: 5 },
    { name: 'C', bytes: 4 },
  ]);
});
