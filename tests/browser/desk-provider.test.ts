// Signing in at an OpenID Provider that nobody here wrote: its pages, PKCE, a renewal that nobody sees, and
// the way out.
import type { Page } from '@playwright/test';
import { createServer, type RunningServer } from '../../web-demo/server/create-server.js';
import { createLog } from '../../web-demo/server/log.js';
import { PROVIDER_AUDIENCE, Provider } from '../server/support/provider.js';
import { demoDirectory } from './support/build-harness.js';
import { expect, test } from './support/fixtures.js';

let provider: Provider;
let server: RunningServer;
let logged = '';

test.beforeEach(async ({ page }) => {
  // The provider's pages ask for a font from elsewhere.
  await page.route(/^https:/, (route) => route.abort());
  provider = await Provider.start();
  logged = '';
});
test.afterEach(async () => {
  await server.close();
  await provider.stop();
});

async function startServer(clientId: string): Promise<void> {
  server = await createServer({
    port: 0,
    identity: { kind: 'oidc', issuer: provider.url, audience: PROVIDER_AUDIENCE, clientId },
    networkPanel: false,
    feed: { eventsPerSecond: 0, seed: 1 },
    page: { kind: 'built', directory: demoDirectory },
    log: createLog('debug', {
      write: (line: string) => {
        logged += line;
      },
    }),
  });
}

async function signIn(page: Page): Promise<void> {
  await page.goto(server.url);
  await page.getByTestId('sign-in-issuer').click();
  // From here on the pages are the provider's.
  await page.getByPlaceholder('Enter any login').fill('grace');
  await page.getByPlaceholder('and password').fill('none is asked for');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.locator('.keepline-indicator')).toHaveAttribute('data-state', 'connected');
}

test('a person signs in at a certified provider, is renewed without a word, and signs out', async ({
  page,
}) => {
  await startServer('desk-page');
  const requested: string[] = [];
  page.on('request', (request) => requested.push(request.url()));
  await signIn(page);
  await expect(page.getByTestId('signed-in-user')).toContainText('grace of the provider');
  expect(new URL(page.url()).search).toBe('');
  const asked = requested.find((url) => url.includes('code_challenge='));
  expect(new URL(asked ?? '').searchParams.get('code_challenge_method')).toBe('S256');

  server.publish({ tenant: 'harbour', user: 'grace' }, 'call_update', {
    callId: 'c1',
    status: 'busy',
  });
  await expect(page.getByTestId('event-count-call_update')).toHaveAttribute('data-count', '1');

  server.realtime.kick({}, 4401, 'token rejected');
  await expect(page.getByTestId('event-count-connected')).toHaveAttribute('data-count', '2');
  await expect(page.locator('.keepline-indicator')).toHaveAttribute('data-state', 'connected');

  await page.getByTestId('sign-out').click();
  await page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await expect(page.getByTestId('sign-in-issuer')).toBeVisible();
  await expect.poll(() => server.realtime.size).toBe(0);
  // Whoever sits down next is asked again.
  await page.getByTestId('sign-in-issuer').click();
  await expect(page.getByPlaceholder('Enter any login')).toBeVisible();

  const withoutHints = requested.filter((url) => !url.includes('id_token_hint='));
  expect(withoutHints.filter((url) => /ey[\w-]+\.ey/.test(url))).toEqual([]);
  expect(logged).not.toMatch(/ey[\w-]+\.ey/);
});

test('a provider that has to see the person again leads to the sign-in, and not to attempts without end', async ({
  page,
}) => {
  await startServer('desk-native');
  await signIn(page);
  server.realtime.kick({}, 4401, 'token rejected');
  await expect(page.getByTestId('sign-in-issuer')).toBeVisible();
  await expect.poll(() => server.realtime.size).toBe(0);
});

test('a provider that is away is said to be, and can be tried again', async ({ page }) => {
  await startServer('desk-page');
  await provider.tell('down');
  await page.goto(server.url);
  await page.getByTestId('sign-in-issuer').click();
  await expect(page.getByRole('alert')).toContainText('The issuer did not answer');
  await provider.tell('up');
  await page.getByTestId('sign-in-issuer').click();
  await expect(page.getByPlaceholder('Enter any login')).toBeVisible();
});
