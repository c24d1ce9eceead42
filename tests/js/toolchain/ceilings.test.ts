// A module that another release linked, or that was linked without the diet, has its own ceiling.
import { expect, it } from 'vitest';
import { ceilingOf, ceilings } from '../../../toolchain/lib/ceilings.mjs';

const [first, second, third] = ceilings;

it('is the number of the release that linked, or of the last one measured before it', () => {
  const of = (emscripten: string) => ceilingOf({ emscripten, diet: true, embind: 'own' });
  expect(of('3.1.6')).toBe(first.diet);
  expect(of('3.1.9')).toBe(first.diet);
  expect(of('3.1.69')).toBe(second?.diet);
  expect(of('6.0.12')).toBe(third?.diet);
});

it('is a larger one without the diet', () => {
  for (const { from, diet, without } of ceilings) {
    const linked = { emscripten: from, embind: 'emscripten' } as const;
    expect(ceilingOf({ ...linked, diet: true })).toBe(diet);
    expect(ceilingOf({ ...linked, diet: false })).toBe(without);
    expect(without).toBeGreaterThan(diet);
  }
});
