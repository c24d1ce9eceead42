/** The command line: what it takes, how it ends, and what it never says. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startServer } from '../support/server.js';
import { check, keepline } from './support/command.js';
import { EXPIRED, GOOD, goodParts, startPlanted } from './support/planted-server.js';

const manifest = new URL('../../../js-bindings/package.json', import.meta.url);
const NOWHERE = 'ws://127.0.0.1:1/ws';

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keepline-check-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

describe('keepline', { timeout: 60_000 }, () => {
  test('says what it can do, and which it is', async () => {
    const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
    expect(await keepline(['--version'])).toEqual({
      code: 0,
      output: `${version}\n`,
      complaint: '',
    });
    const { code, output } = await keepline(['--help']);
    expect([code, output]).toEqual([0, expect.stringContaining('check')]);
    expect((await keepline(['check', '--help'])).output).toContain('--token-file');
  });

  const slips: readonly (readonly [string, readonly string[], string])[] = [
    ['an unknown command', ['chekc'], 'there is no command "chekc"'],
    ['no address', ['check'], 'which server?'],
    ['two addresses', ['check', NOWHERE, NOWHERE], 'one address at a time'],
    ['an address of a page', ['check', 'https://crm.example'], 'ws:// or wss://'],
    ['an unknown option', ['check', NOWHERE, '--tokn', 'x'], "Unknown option '--tokn'"],
    ['an unknown rule', ['check', NOWHERE, '--only', 'ping.jsom'], 'no rule "ping.jsom"'],
    ['a number that is none', ['check', NOWHERE, '--timeout', '5s'], '--timeout is a whole number'],
    ['a flood of a million', ['check', NOWHERE, '--flood', '1000000'], '--flood is a whole number'],
    ['an empty token', ['check', NOWHERE, '--token', ''], 'empty'],
    ['a file that is not there', ['check', NOWHERE, '--token-file', '/nowhere/x'], 'ENOENT'],
    ['a server that is not there', ['check', NOWHERE], 'no connection: connect ECONNREFUSED'],
  ];
  test.each(slips)('ends with 2 and a sentence for %s', async (_what, args, sentence) => {
    const { code, output, complaint } = await keepline(args);
    expect([code, output]).toEqual([2, '']);
    expect(complaint).toContain(`keepline: `);
    expect(complaint).toContain(sentence);
    expect(complaint).not.toContain('unexpected');
    expect(complaint.trimEnd().split('\n')).toHaveLength(1);
  });

  test('ends with 2 where a server does not take the token, and says that it is the token', async () => {
    const { url } = await startPlanted();
    const { code, complaint } = await keepline(['check', url], { KEEPLINE_TOKEN: EXPIRED });
    expect(code).toBe(2);
    expect(complaint).toContain('did not take the token: closed with 4401 "token rejected"');
    const refusing = await startPlanted({ refuse: () => 404 });
    const { complaint: second } = await keepline(['check', refusing.url]);
    expect(second).toContain('HTTP 404: is this the address of the WebSocket?');
  });

  test('takes the token from a file, and from the command line before it', async () => {
    const { url } = await startPlanted();
    const folder = await makeFolder();
    const file = join(folder, 'token');
    await writeFile(file, `${GOOD}\n`);
    const fromFile = await check(url, EXPIRED, '--token-file', file, '--only', 'connected');
    expect([fromFile.code, fromFile.broken, fromFile.skipped]).toEqual([0, [], []]);
    await writeFile(file, EXPIRED);
    const more = ['--token', GOOD, '--token-file', file, '--only', 'connected'];
    expect((await check(url, undefined, ...more)).skipped).toEqual([]);
  });

  test('looks without a token at what strangers see, and says what it lacks for the rest', async () => {
    const server = await startServer();
    const { code, broken, seen, rules } = await check(
      `${server.url.replace('http', 'ws')}/ws`,
      undefined,
    );
    expect([code, broken]).toEqual([0, []]);
    expect(seen('token.missing')).toContain('4401');
    expect(seen('ping.json')).toContain('--token-file');
    expect(rules.filter(({ result }) => result === 'pass').length).toBeGreaterThan(3);
  });

  test('judges only the rules that are named, by their id or by what stands before its dot', async () => {
    const { url } = await startPlanted();
    const { rules } = await check(url, GOOD, '--only', 'ping,token.missing');
    expect(rules.map(({ id }) => id)).toEqual([
      'token.missing',
      'ping.json',
      'ping.text',
      'ping.protocol',
    ]);
  });

  test('finds no fault with a server that asks for a pause after a flood', async () => {
    let isResting = false;
    const { url } = await startPlanted({
      verify: (dial) => (isResting ? [4429, '{"retryAfterMs":1000}'] : goodParts.verify(dial)),
      intercept: (peer, bytes, binary) => {
        const isTooMuch = goodParts.intercept(peer, bytes, binary);
        isResting ||= isTooMuch;
        return isTooMuch;
      },
    });
    const { code, broken, seen } = await check(url, GOOD, '--idle', '0');
    expect([code, broken]).toEqual([0, []]);
    expect(seen('close.echo')).toContain('--pace');
  });

  test('checks over TLS as well, and only a server whose certificate is good', async () => {
    const folder = await makeFolder();
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const kind = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
    await promisify(execFile)('openssl', ['req', ...kind, ...name, '-keyout', key, '-out', cert]);
    const tls = { key: await readFile(key), cert: await readFile(cert) };
    const { url } = await startPlanted({}, tls);
    const args = ['check', url, '--idle', '0', '--json'];
    const environment = { KEEPLINE_TOKEN: GOOD };
    const trusted = await keepline(args, { ...environment, NODE_EXTRA_CA_CERTS: cert });
    expect([trusted.code, trusted.complaint]).toEqual([0, '']);
    expect(JSON.parse(trusted.output)).toMatchObject({ summary: { failed: 0, advised: 0 } });
    const untrusted = await keepline(args, environment);
    expect(untrusted.complaint).toContain('no connection: self-signed certificate');
  });

  test('prints a report for people, with what a broken rule says and where it stands', async () => {
    const { url } = await startPlanted({ textPing: () => {}, ping: () => {} });
    const args = ['check', `${url}?page=1`, '--only', 'ping', '--timeout', '300'];
    const { code, output } = await keepline(args, { KEEPLINE_TOKEN: GOOD });
    expect(code).toBe(1);
    expect(output).toContain(`${url}\n`);
    expect(output).toMatch(/^BROKEN +ping\.json +no answer in 300 ms$/m);
    expect(output).toMatch(/^advice +ping\.text/m);
    expect(output).toContain('(PROTOCOL, Control messages)');
    expect(output).toMatch(/^1 kept, 1 broken, 1 advised, 0 skipped$/m);
  });

  test('never prints a token, though the server repeats it wherever it can', async () => {
    const repeat = (token: unknown) => `you said ${String(token)}`.slice(0, 123);
    const { url } = await startPlanted({
      verify: ({ token }) => (token === GOOD ? undefined : [4401, repeat(token)]),
      greet: (peer) => {
        goodParts.greet(peer);
        peer.send([GOOD]);
      },
      unknown: (peer, { id }) => peer.send({ type: 'error', id, data: { code: GOOD } }),
      subscribe: (peer, { id }) => peer.send({ type: 'error', id, data: { code: GOOD } }),
    });
    const args = ['check', url, '--token', GOOD, '--expired', EXPIRED, '--idle', '0'];
    const reports = [await keepline(args), await keepline([...args, '--json'])];
    const refused = await keepline(['check', url, '--token', EXPIRED]);
    expect(reports.map(({ code }) => code)).toEqual([1, 1]);
    expect(refused.complaint).toContain('you said <token>');
    for (const { output, complaint } of [...reports, refused]) {
      for (const part of [GOOD, EXPIRED].flatMap((token) => token.split('.').slice(1))) {
        expect(output + complaint).not.toContain(part);
      }
    }
    expect(reports[0]?.output).toContain('BROKEN  token.unsaid');
  });

  test('lists its rules as a table, each with a sentence and the heading that it comes from', async () => {
    const { output } = await keepline(['check', '--rules']);
    const protocol = await readFile(new URL('../../../PROTOCOL.md', import.meta.url), 'utf8');
    const rows = output.trimEnd().split('\n').slice(2);
    expect(rows.length).toBeGreaterThan(40);
    for (const row of rows) {
      const [, section = ''] = /PROTOCOL, ([\w ]+\w)/.exec(row) ?? [];
      expect(protocol, row).toContain(`\n## ${section}\n`);
      expect(row).toMatch(/^\| `[a-z]+\.[a-z0-9-]+` \| (must|should) \| .+\. \| .+ \|$/);
    }
  });
});
