/** Where a log goes: a pipe whose reader has stopped, and goes on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const LINES = 40_000;

/** Writes without a pause, says so, and goes on with one line more once it is told to. */
const writer = `
  import { boundedOutput } from 'keepline/server';
  const output = boundedOutput();
  for (let n = 0; n < ${LINES}; n += 1) output.write(JSON.stringify({ n, pad: 'x'.repeat(90) }) + '\\n');
  process.once('message', async () => {
    await output.flush(60_000);
    output.write('{"n":"last"}\\n');
    await output.flush(60_000);
    process.exit(0);
  });
  process.send('written');
`;

test('what nobody reads is kept up to a bound, dropped beyond it, and told of when it is read again', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', writer], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  if (!child.stdout) throw new Error('a child with a pipe has one');
  const exited = once(child, 'exit');
  await once(child, 'message');
  child.send('go on');
  const lines = (await text(child.stdout))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(await exited).toEqual([0, null]);
  const told = lines.findIndex(({ msg }) => msg === 'log lines dropped');
  const kept = lines.slice(0, told);
  expect(kept.map(({ n }) => n)).toEqual(kept.map((_, at) => at));
  expect(lines[told].dropped).toBe(LINES - kept.length);
  expect(kept.length * 100).toBeLessThan(1.5 * 1024 * 1024);
  expect(lines.at(-1)).toEqual({ n: 'last' });
});
