/** docs/serve.md: its table is the code's, and its commands do what it says. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readSettings } from '../../../js-bindings/src/server/cli/serve/settings.js';
import { variables } from '../../../js-bindings/src/server/cli/serve/variables.js';
import { keepline } from '../check/support/command.js';
import { ada, goodFor, KEY, startNode } from './support/node.js';

const run = promisify(execFile);
const page = readFileSync(new URL('../../../docs/serve.md', import.meta.url), 'utf8');
const HOST = 'https://push.example';

/** Blocks of one language, each with the JSON that follows it, if that is shown. */
function blocksOf(language: string): (readonly [string, unknown])[] {
  const blocks = new RegExp(`\`\`\`${language}\n(.*?)\`\`\`\n(?:\n\`\`\`json\n(.*?)\`\`\`)?`, 'gs');
  return [...page.matchAll(blocks)].map(([, source = '', json]) => [
    source,
    json === undefined ? undefined : JSON.parse(json),
  ]);
}

describe('the table of variables', () => {
  test('is what the command prints', async () => {
    const { code, output } = await keepline(['serve', '--variables']);
    expect(code).toBe(0);
    expect(page).toContain(`\n${output}\n`);
  });

  test('names what is read, and nothing else', () => {
    const asked = new Set<string>();
    const environment = new Proxy(goodFor('https://id.example.com/'), {
      get: (values, name) => {
        asked.add(String(name));
        return values[String(name)];
      },
    });
    readSettings(environment);
    expect([...asked].sort()).toEqual(Object.keys(variables).sort());
  });

  test('has the defaults that are used', () => {
    const { OIDC_ISSUER = '', OIDC_AUDIENCE = '' } = goodFor('https://id.example.com/');
    const unset = readSettings({ OIDC_ISSUER, OIDC_AUDIENCE });
    const named = Object.entries(variables).flatMap(([name, variable]) =>
      'fallback' in variable ? [[name, String(variable.fallback)]] : [],
    );
    expect(readSettings({ OIDC_ISSUER, OIDC_AUDIENCE, ...Object.fromEntries(named) })).toEqual(
      unset,
    );
  });
});

describe('the examples', { timeout: 60_000 }, () => {
  test('for curl are answered as shown', async () => {
    const { url, dial } = await startNode();
    const { client } = await dial();
    const examples = blocksOf('sh').filter(([source]) => source.startsWith('curl'));
    expect(examples).toHaveLength(4);
    const environment = { PATH: process.env['PATH'] ?? '', PUBLISH_KEY: KEY };
    for (const [source, shown] of examples) {
      const command = source.replace(HOST, url);
      const { stdout } = await run('sh', ['-c', command], { env: environment });
      const answer = JSON.parse(stdout);
      if (!/connections|publish/.test(source)) expect(answer).toEqual(shown);
      else expect(shapeOf(answer)).toEqual(shapeOf(shown));
    }
    expect(await client.next()).toMatchObject({ type: 'new_call', data: { callId: 'c1' } });
    const { code, reason } = await client.closed;
    expect([code, reason]).toEqual([4403, 'signed out by an administrator']);
  });

  test('for Python publish', async () => {
    const { url, dial } = await startNode();
    const { client } = await dial({ ...ada, sub: 'bo' });
    const [[source = ''] = []] = blocksOf('python');
    const python = process.env['KEEPLINE_PYTHON'] ?? '/usr/bin/python3';
    const environment = { PATH: process.env['PATH'] ?? '', PUBLISH_KEY: KEY };
    const program = source.replace(HOST, url);
    const { stdout } = await run(python, ['-c', program], { env: environment });
    expect(stdout).toMatch(
      /^\{'id': 'shift-7', 'duplicate': False, 'position': '[\w-]+\.\d+'\}\n$/,
    );
    expect(await client.next()).toMatchObject({ type: 'shift_over' });
  });
});

/** Names and types, without the values that are other ones each time. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shapeOf(each)]));
}
