// The README's block for production: a page under its policy is live, in the page and in a worker, and the
// proxy's times are longer than the silences of a link that is well.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Pages, pageWith, servePages, showing } from './support/pages.js';
import { root } from './support/run.js';
import { installInto, makeFolder, packTarball, removeFolder } from './support/tarball.js';

const readme = await readFile(join(root, 'README.md'), 'utf8');
const block = /^```nginx\n([\s\S]*?)^```$/m.exec(readme)?.[1] ?? '';
/** The one value that a pattern finds in the block. */
function find(pattern: RegExp): string {
  const [, found] = pattern.exec(block) ?? [];
  if (found === undefined) throw new Error(`README: nothing like ${pattern} in the block of nginx`);
  return found;
}

describe('a page under the policy', () => {
  let folder: string;
  let pages: Pages;

  beforeAll(async () => {
    folder = await makeFolder();
    await installInto(folder, await packTarball(folder), []);
    await mkdir(join(folder, 'app'));
    // Nothing may stand in the page itself.
    const application = `import { createConnection } from '/assets/keepline/browser.js';${showing}`;
    await writeFile(join(folder, 'app', 'main.js'), application);
    const policy = find(/add_header Content-Security-Policy "([^"]+)";/);
    const endpoint = `wss://${find(/server_name (\S+);/)}`;
    // Chromium counts it as 'self', older browsers do not.
    expect(policy).toMatch(new RegExp(`connect-src [^;]* ${endpoint}[ ;]`));
    pages = await servePages(
      {
        '/assets/keepline/': join(folder, 'node_modules', 'keepline', 'dist'),
        '/app/': join(folder, 'app'),
      },
      { '/': pageWith({ scripts: '<script type="module" src="/app/main.js"></script>' }) },
      // Its own host is called otherwise here.
      (host) => ({
        'content-security-policy': policy.replace(endpoint, `ws://${host}`),
      }),
    );
  });
  afterAll(async () => {
    await pages?.close();
    await removeFolder(folder);
  });

  it.each(['page', 'worker'])(
    'is live, its connection in the %s, without a complaint',
    async (host) => {
      const { asked, complaints } = await pages.visit('/', host);
      expect(complaints).toEqual([]);
      expect(asked).toContain('/assets/keepline/wasm/keepline.wasm');
    },
  );
});

it('gives the proxy more patience than a hidden page needs for its heartbeat', () => {
  const heartbeat = (name: string) =>
    Number(new RegExp(`\\| \`heartbeat\\.${name}\` \\| \`(\\d+)\``).exec(readme)?.[1]);
  // Timers of a page that has been hidden for long run once a minute.
  const silence = Math.max(heartbeat('intervalMs'), 60_000) + heartbeat('timeoutMs');
  for (const name of ['proxy_read_timeout', 'proxy_send_timeout']) {
    expect(Number(find(new RegExp(`${name} (\\d+)s;`))) * 1000).toBeGreaterThan(silence);
  }
});
