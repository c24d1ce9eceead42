// Groups of JavaScript tests; toolchain/test names the groups it wants. A file that needs a document
// asks for jsdom by itself.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const atRoot = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** The glue and the copies are made by the build: sources that are tested as they are find them there. */
const builtFiles = {
  find: /^(?:\.\.\/)+wasm\/((?:keepline|inline[a-z-]*)\.js)$/,
  replacement: atRoot('js-bindings/dist/wasm/$1'),
};
const react18 = 'tests/js/react-18';

export default defineConfig({
  test: {
    // Vitest leaves one processor of two idle.
    maxWorkers: '100%',
    projects: [
      {
        resolve: { alias: [builtFiles] },
        test: {
          name: 'js',
          include: ['tests/js/**/*.test.{ts,tsx}'],
          provide: { reactIsPinnedBy: 'package.json' },
        },
      },
      {
        // The same tests of the React layer on the other major version that it supports. What
        // imports React has to pass through Vite for the aliases to reach it.
        resolve: {
          alias: [
            builtFiles,
            {
              find: /^(react|react-dom)(?=$|\/)/,
              replacement: atRoot(`${react18}/node_modules/$1`),
            },
            {
              find: /^@testing-library\/react$/,
              replacement: atRoot(
                'node_modules/@testing-library/react/dist/@testing-library/react.esm.js',
              ),
            },
          ],
        },
        test: {
          name: 'js-react-18',
          include: ['tests/js/react/**/*.test.{ts,tsx}'],
          provide: { reactIsPinnedBy: `${react18}/package.json` },
          server: { deps: { inline: [/@testing-library\/react\//, /@floating-ui\//] } },
        },
      },
      {
        test: {
          name: 'bench',
          include: ['tests/bench/*.test.ts'],
        },
      },
      {
        test: {
          name: 'server',
          include: ['tests/server/**/*.test.ts', 'tests/checker/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'package',
          include: ['tests/package/**/*.test.ts'],
          // Installs, builds and browsers: slow where the machine is, and no failure for that.
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
