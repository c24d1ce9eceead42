// What a token leaves behind in the module's memory: nothing, from the moment it is offered.
import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { instantiate } from '../../js-bindings/dist/instantiate.js';
import { optionRows } from '../../js-bindings/dist/option-rows.js';
import { FakeWebSocket } from './support/fake-web-socket.js';
import { page, wasmModule } from './support/world.js';

// embind's own conversions give memory back as it is; ours, which stand in for them where they can,
// do not.
const embind = readFileSync('build/wasm-release/embind.txt', 'utf8');

it.skipIf(embind !== 'embind_own')(
  'a token leaves nothing in the memory of the module once it is offered',
  async () => {
    vi.stubGlobal('WebSocket', FakeWebSocket);
    let asked = 0;
    const note = {
      requestToken: (request: number) => {
        asked = request;
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
    const token = 'a-secret-that-is-long-enough-to-be-found';
    native.token(asked, token, `keepline.v1\nbearer.${token}`);
    expect(FakeWebSocket.last.protocols).toEqual(['keepline.v1', `bearer.${token}`]);
    expect(Buffer.from(module.exports.heap()).indexOf('secret-that')).toBe(-1);
    native.delete();
    vi.unstubAllGlobals();
  },
);
