/**
 * The command: `npm start` builds the page if needed and serves it, `npm run dev` serves it through
 * Vite. Reads the environment, prints the address, and stops gracefully.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from 'keepline/server/standalone';
import { readOptions } from './config.js';
import { createServer } from './create-server.js';
import { NODES, startFleet } from './fleet/fleet.js';
import { flushLog } from './log.js';
import type { PageOptions } from './options.js';
import { buildPageIfStale } from './page-build.js';

/** A stop takes at most this long, whatever a peer does, beside the time that balancers are given. */
const STOP_MS_MAX = 4500;

async function main(): Promise<void> {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const page = choosePage(root, process.argv);
  const options = readOptions(process.env, page);
  if (page.kind === 'built') await buildPage(root, page.directory);
  const nodes = readNodes(process.argv);
  const server =
    nodes === null
      ? await createServer(options)
      : await startFleet({
          nodes,
          redisUrl: process.env['REDIS_URL'] || undefined,
          server: options,
        });
  const shown = options.host === '127.0.0.1' ? `http://localhost:${server.port}` : server.url;
  options.log.info({ url: shown, identity: options.identity.kind }, 'server ready');
  process.stdout.write(`\n  Keepline demo: ${shown}\n\n`);

  const stop = (signal: string) => {
    options.log.info({ signal }, 'stopping');
    const leave = (how: string) => {
      options.log.info(how);
      void flushLog().then(() => process.exit(0));
    };
    setTimeout(
      () => leave('stopped before everybody had left'),
      options.readyMs + STOP_MS_MAX,
    ).unref();
    void server.close().then(() => leave('stopped'));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** `--dev`: through Vite. `--no-page`: the server alone, for a page that is served elsewhere. */
function choosePage(root: string, words: readonly string[]): PageOptions {
  if (words.includes('--no-page')) return { kind: 'none' };
  if (words.includes('--dev')) return { kind: 'vite', root };
  return { kind: 'built', directory: join(root, 'dist') };
}

/** `--nodes 3`: sockets on so many processes, over Redis. Null for everything in this one. */
function readNodes(words: readonly string[]): number | null {
  const at = words.indexOf('--nodes');
  if (at < 0) return null;
  const count = Number(words[at + 1]);
  if (Number.isInteger(count) && count >= NODES.least && count <= NODES.most) return count;
  throw new ConfigurationError(`Write --nodes and a number from ${NODES.least} to ${NODES.most}.`);
}

async function buildPage(root: string, output: string): Promise<void> {
  if (!existsSync(join(root, '../js-bindings/dist'))) {
    throw new ConfigurationError(
      'The page needs the package, which is not built yet. Run toolchain/build first, or toolchain/demo, which does both.',
    );
  }
  const sources = ['src', 'index.html', 'vite.config.ts', 'package.json', '../js-bindings/dist'];
  const built = await buildPageIfStale({
    root,
    output,
    sources: sources.map((source) => join(root, source)),
  });
  if (built) process.stdout.write('Built the page.\n');
}

main().catch((error: unknown) => {
  const known = error instanceof ConfigurationError || isAddressInUse(error);
  process.stderr.write(`${known ? explain(error) : String((error as Error)?.stack ?? error)}\n`);
  process.exitCode = 1;
  process.exit();
});

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

function explain(error: unknown): string {
  if (isAddressInUse(error))
    return 'The port is in use. Stop what uses it, or set PORT to another.';
  return (error as Error).message;
}
