// What an application does not use is not in its bundle: parts of the package that stand beside the connection.
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { root } from '../../../toolchain/lib/process.mjs';

/** The files of the package that a program's own script has something of. */
async function filesOf(program: string): Promise<string[]> {
  const { metafile } = await build({
    stdin: { contents: program, resolveDir: root },
    alias: { keepline: `${root}/js-bindings/dist/index.js` },
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    outdir: 'out',
    logLevel: 'error',
  });
  const own = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint === '<stdin>');
  return Object.entries(own?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path.replace('js-bindings/dist/', ''));
}

const beside = /^(live-query|pending-sends)\/|(greeting|position-store)\.js$/;

it.each<[string, string, RegExp[]]>([
  ['the connection alone', "import { createConnection } from 'keepline'; createConnection();", []],
  [
    'a live query',
    "import { createConnection, liveQuery } from 'keepline'; liveQuery(createConnection(), {});",
    [/^live-query\/query\.js$/],
  ],
  [
    'messages that wait',
    "import { createConnection, pendingSends } from 'keepline'; pendingSends(createConnection());",
    [/^pending-sends\//],
  ],
])('a program has what it uses, and nothing beside it: %s', async (_, program, wanted) => {
  const files = await filesOf(program);
  expect(files).toContain('client/client.js');
  const found = files.filter((path) => beside.test(path));
  expect(found.length > 0).toBe(wanted.length > 0);
  for (const pattern of wanted) expect(found.some((path) => pattern.test(path))).toBe(true);
  const folders = new Set(found.map((path) => path.split('/')[0]));
  expect(folders.size).toBe(wanted.length);
});
