// Jest as most applications run it: CommonJS, a simulated page, no transformation. There nothing that says
// `import.meta` can be loaded; `keepline/test` stands in for the package, and a component renders with it.
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root, run } from './support/run.js';
import { installInto, makeFolder, packTarball, removeFolder } from './support/tarball.js';

const companions = ['react', 'react-dom', '@testing-library/react', '@testing-library/dom'];
const resolve = createRequire(join(root, 'tests', 'package', 'jest', 'package.json')).resolve;

const component = `const { createElement } = require('react');
const { useEvent, useLatestEvent, useWebSocket, WebSocketStatusIndicator } = require('keepline/react');

exports.Notes = function Notes({ onNote }) {
  const { send } = useWebSocket();
  const text = useLatestEvent('note', (event) => event.data.text);
  useEvent('note', onNote);
  return createElement('main', null,
    createElement(WebSocketStatusIndicator),
    createElement('button', { onClick: () => send('read', { text }) }, 'Read'),
    createElement('output', null, text));
};
`;

const suite = `const { act, fireEvent, render, screen } = require('@testing-library/react');
const { createElement } = require('react');
const { ConnectionError, createConnection } = require('keepline');
const { RealtimeProvider } = require('keepline/react');
const { createFakeConnection } = require('keepline/test');
const { Notes } = require('./notes.js');

test('a component renders what came, and sends', async () => {
  const connection = createFakeConnection();
  const onNote = jest.fn();
  render(createElement(RealtimeProvider, { connection }, createElement(Notes, { onNote })));
  await act(async () => {
    connection.emit('note', { text: 'hello' });
    await new Promise(requestAnimationFrame);
  });
  await screen.findByText('hello');
  expect(onNote).toHaveBeenCalledTimes(1);
  fireEvent.click(screen.getByText('Read'));
  expect(connection.sent).toMatchObject([{ type: 'read', data: { text: 'hello' }, waits: false }]);
  screen.getByRole('button', { name: 'Connection: Live' });
  act(() => connection.setStatus('suspended'));
  screen.getByRole('button', { name: 'Connection: Disconnected' });
});

test('a provider that makes its connection itself makes a double', () => {
  render(createElement(RealtimeProvider, { options: { path: '/ws' } },
    createElement(Notes, { onNote: () => {} })));
  screen.getByRole('button', { name: 'Connection: Connecting' });
});

test('the names of the package itself are there', () => {
  expect(createConnection().status().state).toBe('connecting');
  expect(new ConnectionError('wasm_unavailable').remedy).toMatch(/wasm/);
});
`;

let folder: string;

beforeAll(async () => {
  folder = await makeFolder();
  await installInto(folder, await packTarball(folder), companions);
  const files = { 'notes.js': component, 'notes.test.js': suite };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'an-application' }));
  await writeFile(
    join(folder, 'jest.config.json'),
    JSON.stringify({
      testEnvironment: resolve('jest-environment-jsdom'),
      transform: {},
      moduleNameMapper: {
        '^keepline$': 'keepline/test',
        '^keepline/react$': 'keepline/test/react',
      },
    }),
  );
});
afterAll(() => removeFolder(folder));

it('renders a component with the double in Jest', async () => {
  const jest = join(resolve('jest/package.json'), '..', 'bin', 'jest.js');
  await expect(run(process.execPath, [jest, '--runInBand', '--ci'], folder)).resolves.toBeTypeOf(
    'string',
  );
});
