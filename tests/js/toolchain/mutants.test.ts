// A planted fault proves something only where it says what must catch it.
import { expect, it } from 'vitest';
import { readText } from '../../../toolchain/lib/files.mjs';
import {
  invariantsIn,
  listMutants,
  mutantCompilation,
  mutantLinking,
  readMutant,
  sampleOf,
  triedTooLittle,
} from '../../../toolchain/lib/mutants.mjs';

const diff = '--- a/wasm/core/outbox.cpp\n+++ b/wasm/core/outbox.cpp\n@@ -1 +1 @@\n-a\n+b\n';
const head = 'Invariant: order is kept\nFault: Back to front.\n\n';

it('reads what a patch says of itself', () => {
  const mutant = readMutant('last-first', head + diff, ['order is kept']);
  expect(mutant.source).toBe('wasm/core/outbox.cpp');
  expect(mutant.fault).toBe('Back to front.');
});

it('refuses a patch of no known invariant, without a fault, or of two sources', () => {
  const known = ['order is kept'];
  expect(() => readMutant('a', head + diff, ['another'])).toThrow('no invariant "order is kept"');
  expect(() => readMutant('a', `Invariant: order is kept\n\n${diff}`, known)).toThrow('fault');
  expect(() => readMutant('a', head + diff + diff, known)).toThrow('one source');
});

it('names an invariant that only one fault tries', () => {
  const one = readMutant('a', head + diff, ['order is kept']);
  expect(triedTooLittle([one], ['order is kept'])).toEqual(['order is kept']);
  expect(triedTooLittle([one, one], ['order is kept'])).toEqual([]);
});

it('knows the invariants of the simulation and a spread sample of the committed mutants', () => {
  expect(invariantsIn('    "one",\n    "two"};\n')).toEqual(['one', 'two']);
  const all = listMutants();
  expect(sampleOf(all, 5)).toHaveLength(5);
  const named = invariantsIn(readText('tests/simulation/invariants.cpp'));
  expect(new Set(all.map(({ invariant }) => invariant))).toEqual(new Set(named));
});

it('compiles a mutant in place of its original and without assertions', () => {
  const original = 'c++ -Werror -Wall -o core/outbox.cpp.o -c /keepline/wasm/core/outbox.cpp';
  expect(mutantCompilation(original, 'mutant.o', 'copy/outbox.cpp')).toBe(
    'c++ -w -Wall -DNDEBUG -o mutant.o -c copy/outbox.cpp',
  );
});

it('links a mutant before its original, and a machine that asserts nothing before the one that does', () => {
  const original = 'c++ walk_main.o -o walk libkeepline_simulation.a wasm/core/libkeepline_core.a';
  expect(mutantLinking(original, 'mutant.o', 'mutant')).toBe(
    'c++ walk_main.o mutant.o -o mutant libkeepline_simulation.a ' +
      'tests/simulation/libkeepline_unasserted.a wasm/core/libkeepline_core.a',
  );
});
