// What is in the tarball, and whether the tools that judge packages find anything to say about it.
import { readFile, stat, symlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root, run } from './support/run.js';
import { makeFolder, packTarball, removeFolder, type Tarball } from './support/tarball.js';

let folder: string;
let tarball: Tarball;

beforeAll(async () => {
  folder = await makeFolder();
  tarball = await packTarball(folder);
});
afterAll(() => removeFolder(folder));

it('holds the modules, their types, the module with its glue, the protocol and the stylesheet', () => {
  expect(tarball.files).toEqual(
    expect.arrayContaining([
      'package.json',
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'PROTOCOL.md',
      'dist/browser.js',
      'dist/call-centre.d.ts',
      'dist/tanstack-query/index.js',
      'dist/tanstack-query/index.d.ts',
      'dist/test/index.cjs',
      'dist/index.js',
      'dist/index.d.ts',
      'dist/react/index.js',
      'dist/react/index.d.ts',
      'dist/react/style.css',
      ...['de', 'en', 'es', 'fr', 'it', 'pt'].flatMap((language) => [
        `dist/react/labels/${language}.js`,
        `dist/react/labels/${language}.d.ts`,
      ]),
      'dist/wasm/keepline.js',
      'dist/wasm/keepline.wasm',
      'dist/wasm/keepline-strict.wasm',
    ]),
  );
});

it('holds whatever its documents lead to, at the place where they look for it', async () => {
  const documents = tarball.files.filter((path) => path.endsWith('.md'));
  expect(documents).toContain('README.md');
  for (const document of documents) {
    const text = await readFile(join(root, 'js-bindings', document), 'utf8');
    for (const [, link = ''] of text.matchAll(/\]\((?![a-z]+:|#)([^)#]+)/g)) {
      expect(tarball.files, `${document} leads to it`).toContain(
        posix.join(posix.dirname(document), link),
      );
    }
  }
});

it('says who may use it with what, and who made it', async () => {
  const text = await readFile(join(root, 'js-bindings', 'package.json'), 'utf8');
  const { author, keywords, peerDependencies, peerDependenciesMeta, sideEffects } =
    JSON.parse(text);
  expect([author, keywords]).toEqual([expect.any(String), expect.arrayContaining(['websocket'])]);
  // An open end would let a major release in that nobody has tried.
  expect(peerDependencies).toEqual({
    ...{ react: '^18 || ^19', 'react-dom': '^18 || ^19' },
    ...{ '@tanstack/query-core': '^5', jose: '^6', 'prom-client': '^15', redis: '^6.3' },
    ws: '^8.17',
  });
  expect(Object.keys(peerDependenciesMeta).sort()).toEqual(Object.keys(peerDependencies).sort());
  expect(sideEffects).toEqual(['**/*.css']);
});

it('holds no tests, sources, build scripts or hidden files', () => {
  const strays = tarball.files.filter(
    (path) =>
      !/^(package\.json|LICENSE|dist\/|docs\/deploy\/)|\.(md|png|svg)$/.test(path) ||
      /[/.-](test|spec)s?[/.-]|\.tsx?$|(^|\/)\./.test(
        // What applications test with is none of our tests.
        path.replace(/\.d\.c?ts$/, '').replace(/^(dist\/test|tests\/bench)\//, 'dist/'),
      ),
  );
  expect(strays).toEqual([]);
});

it('names no source map that it does not hold', async () => {
  for (const path of tarball.files.filter((name) => /\.(js|css|d\.ts)$/.test(name))) {
    const text = await readFile(join(root, 'js-bindings', path), 'utf8');
    expect(/sourceMappingURL=(?!data:)/.test(text), path).toBe(false);
  }
});

it('holds the command, which starts by itself and says what it needs', async () => {
  await run('tar', ['-xzf', tarball.path, '-C', folder], folder);
  const { bin } = JSON.parse(await readFile(join(folder, 'package', 'package.json'), 'utf8'));
  expect(Object.keys(bin)).toEqual(['keepline']);
  const command = join(folder, 'package', bin.keepline);
  expect((await stat(command)).mode & 0o111).toBe(0o111);
  expect(await run(command, ['--help'], folder)).toContain('check');
  // Where it was unpacked nothing else is installed.
  const checking = run(command, ['check', 'ws://127.0.0.1:1/'], folder);
  await expect(checking).rejects.toThrow('this command needs the package ws: npm install ws');
  const settings = { ...process.env, OIDC_ISSUER: 'ftp://x', OIDC_AUDIENCE: 'x' };
  const serving = () => run(command, ['serve'], folder, settings);
  await expect(serving()).rejects.toThrow('npm install ws jose prom-client');
  // Whose address is wrong is found by what verifies tokens: all of it was loaded.
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await expect(serving()).rejects.toThrow('keepline: OIDC_ISSUER: its URL is ftp:');
});

it('satisfies publint', async () => {
  const bytes = await readFile(tarball.path);
  const archive = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages, pkg } = await publint({
    strict: true,
    pack: { tarball: archive as ArrayBuffer },
  });
  expect(messages.map((message) => formatMessage(message, pkg ?? {}))).toEqual([]);
});

it('has types that resolve as the modules do, in every way an ES module is resolved', async () => {
  const attw = join(root, 'node_modules', '.bin', 'attw');
  // A stylesheet and a binary have no types; what a test runner puts in the place of keepline/react has
  // those of that.
  const untyped = [
    '--exclude-entrypoints',
    './react/style.css',
    './wasm',
    './wasm/strict',
    './test/react',
  ];
  // It ends with an error where it finds a problem.
  await run(
    attw,
    [tarball.path, '--profile', 'esm-only', '--no-color', '--no-emoji', ...untyped],
    root,
  );
});
