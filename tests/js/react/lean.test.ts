// `keepline/react/lean` is `keepline/react` but for what its provider makes a connection of.
import { expect, it } from 'vitest';
import * as usual from '../../../js-bindings/src/react/index.js';
import * as lean from '../../../js-bindings/src/react/lean.js';

it('the lean entry offers all that the usual one does, and only its provider is another', () => {
  const { RealtimeProvider, ...others } = usual;
  expect({ ...lean }).toEqual({ ...others, RealtimeProvider: lean.RealtimeProvider });
  expect(lean.RealtimeProvider).not.toBe(RealtimeProvider);
});
