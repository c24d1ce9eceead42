// An application's own component test, run by a test runner of its own: green, with nothing that nobody caught.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const config = fileURLToPath(new URL('component-test/vitest.config.ts', import.meta.url));
const vitest = join(
  dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
  'vitest.mjs',
);

/** Another runner's own variables would make this one take itself for its worker. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')),
);

function runIn(window: string): Promise<{ readonly failed: boolean; readonly output: string }> {
  const args = [vitest, 'run', '--config', config, '--environment', window];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env: environment }, (error, stdout, stderr) =>
      resolve({ failed: error !== null, output: stdout + stderr }),
    );
  });
}

it.each(['jsdom', 'happy-dom'])('is green in %s', { timeout: 60_000 }, async (window) => {
  const { failed, output } = await runIn(window);
  expect(output).not.toMatch(/unhandled/i);
  expect(output).toMatch(/Tests.*1 passed/);
  expect(failed).toBe(false);
});
