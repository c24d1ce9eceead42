// The module's memory: what it is given out as, and what a token leaves behind in it: nothing, from the
// moment it is offered.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { optionRows } from '../../js-bindings/dist/client/option-rows.js';
import type { Fact } from '../../js-bindings/dist/engine/engine.js';
import { instantiate } from '../../js-bindings/dist/engine/instantiate.js';
import { FakeWebSocket } from './support/fake-web-socket.js';
import { page, wasmModule } from './support/world.js';

// embind's own conversions give memory back as it is; ours, which stand in for them where they can,
// do not.
const { embind } = JSON.parse(readFileSync('build/wasm-release/linked.json', 'utf8'));

const token = 'a-secret-that-is-long-enough-to-be-found';

it.skipIf(embind !== 'own').each([
  ['after another subprotocol', ['keepline.v1', `bearer.${token}`]],
  ['before others', [`bearer.${token}`, 'keepline.v1', 'n'.repeat(500), 'n'.repeat(2000)]],
])(
  'a token that is offered %s leaves nothing in the memory of the module',
  async (_where, protocols) => {
    let asked = 0;
    const note = {
      WebSocket: FakeWebSocket,
      tell: (...[name, request]: Fact) => {
        if (name === 'requestToken') asked = request;
      },
    };
    const host = new Proxy(note, {
      get: (target, name) => Reflect.get(target, name) ?? (() => undefined),
    });
    const module = await instantiate(wasmModule, host as never);
    const native = new module.NativeConnection();
    for (const [row, value] of optionRows({ getToken: async () => null, page })) {
      if (typeof value === 'string') native.optionText(row, value);
      else native.option(row, value);
    }
    native.open('', 1);
    native.connect();
    native.token(asked, token, protocols.join('\n'), '');
    expect(FakeWebSocket.last.protocols).toEqual(protocols);
    expect(Buffer.from(module.exports.heap()).indexOf('secret-that')).toBe(-1);
    native.delete();
  },
);

describe('the memory of the module', () => {
  const open = async () => {
    const host = new Proxy({}, { get: () => () => undefined });
    const module = await instantiate(wasmModule, host as never);
    const native = new module.NativeConnection();
    native.open('', 1);
    return { ...module.exports, end: () => native.delete() };
  };
  const sizes = Array.from({ length: 300 }, (_, n) => (n * 7919) % 5000);

  it('is given out in pieces that lie apart, each aligned for every type', async () => {
    const { malloc, free, heap, end } = await open();
    const blocks = sizes.map((size) => ({ at: malloc(size), size }));
    for (const [n, { at, size }] of blocks.entries()) {
      expect(at % 8).toBe(0);
      heap().fill(n % 256, at, at + size);
    }
    for (const [n, { at, size }] of blocks.entries()) {
      expect(
        heap()
          .subarray(at, at + size)
          .every((byte) => byte === n % 256),
      ).toBe(true);
    }
    for (const { at } of blocks) free(at);
    end();
  });

  it('does not grow by what was given back', async () => {
    const { malloc, free, heap, end } = await open();
    const turn = () => {
      const blocks = sizes.map(malloc);
      for (const at of blocks) free(at);
    };
    turn();
    const { length } = heap();
    for (let n = 0; n < 200; n += 1) turn();
    expect(heap()).toHaveLength(length);
    end();
  });

  it('grows for what does not fit, keeps what it holds, and says no to what cannot be', async () => {
    const { malloc, free, heap, end } = await open();
    const small = malloc(100);
    heap().fill(7, small, small + 100);
    const large = malloc(8 * 2 ** 20);
    expect(large).toBeGreaterThan(0);
    heap().fill(9, large, large + 8 * 2 ** 20);
    expect(
      heap()
        .subarray(small, small + 100)
        .every((byte) => byte === 7),
    ).toBe(true);
    expect(malloc(2 ** 31)).toBe(0);
    free(small);
    free(large);
    free(0);
    end();
  });
});
