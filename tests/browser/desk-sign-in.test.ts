// Ways in: the development issuer's people, a guest, an OIDC issuer, and what is said where none works.
import { createServer } from '../../web-demo/server/create-server.js';
import { createLog } from '../../web-demo/server/log.js';
import { demoDirectory } from './support/build-harness.js';
import { signIn } from './support/desk.js';
import { expect, test } from './support/fixtures.js';
import { startIssuer, type TestIssuer } from './support/issuer.js';

test.use({ site: 'demo' });

test('people of two companies can be chosen, and a reload keeps who was', async ({
  page,
  world,
  consoleLines,
}) => {
  await page.goto(world.url);
  await expect(page.getByRole('region', { name: 'Harbour Insurance' })).toContainText('Ada');
  await expect(page.getByRole('region', { name: 'Alpine Travel' })).toContainText('Chen');
  await signIn(page, world, {}, 'dana');
  await expect(page.getByTestId('signed-in-user')).toContainText('Dana Moreau');
  await page.reload();
  await expect(page.getByTestId('signed-in-user')).toContainText('Dana Moreau');
  const stored = await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
  expect(stored).not.toMatch(/ey[\w-]+\.ey/);
  await consoleLines.expectOnlyFailedDials();
});

test('a guest may have any name that has a letter or a digit in it', async ({ page, world }) => {
  await page.goto(world.url);
  await page.getByTestId('guest-name').fill('Jörg Weiß');
  await expect(page.getByTestId('guest-id')).toHaveText('guest-jorg-weiss');
  await page.getByTestId('sign-in-guest').click();
  await expect(page.getByTestId('signed-in-user')).toHaveText('guest-jorg-weissHarbour Insurance');
});

test('a name of which nothing is left is not sent', async ({ page, world, consoleLines }) => {
  await page.goto(world.url);
  await page.getByTestId('guest-name').fill('!!!');
  await page.getByTestId('sign-in-guest').click();
  await expect(page.getByTestId('guest-name')).toHaveJSProperty('validity.valid', false);
  await expect(page.getByTestId('sign-in')).toBeVisible();
  await consoleLines.expectOnlyFailedDials();
});

test('the title says how the link is, who works here and for whom', async ({ page, world }) => {
  await page.goto(world.url);
  await expect(page).toHaveTitle('Sign in · Call desk');
  await signIn(page, world, { backoff: { initialMs: 60_000, maxMs: 60_000 } }, 'dana');
  await expect(page).toHaveTitle('Live · Dana Moreau · Alpine Travel · Call desk');
  world.panel.drop({ tenant: 'alpine', user: 'agent-2' });
  await expect(page).toHaveTitle('Reconnecting · Dana Moreau · Alpine Travel · Call desk');
  await page.getByTestId('sign-out').click();
  await expect(page).toHaveTitle('Sign in · Call desk');
});

test('on a small screen as well it is seen who works and for whom', async ({ page, world }) => {
  await page.setViewportSize({ width: 360, height: 800 });
  await signIn(page, world, {}, 'dana');
  await expect(page.getByText('Dana Moreau', { exact: true })).toBeInViewport();
  await expect(page.getByText('Alpine Travel', { exact: true })).toBeInViewport();
});

test('an option that the package refuses is named, and the page can be started again', async ({
  page,
  world,
}) => {
  await page.goto(`${world.url}/?options=${encodeURIComponent('{"backoff":{"jitter":7}}')}`);
  await expect(page.getByTestId('page-error')).toContainText('backoff.jitter');
  await page.getByRole('link', { name: 'Start again' }).click();
  await expect(page.getByTestId('sign-in')).toBeVisible();
});

test('a server that is away is said to be', async ({ page, world }) => {
  await page.route('**/api/config', (route) => route.abort());
  await page.goto(world.url);
  await expect(page.getByTestId('page-error')).toContainText('The server did not answer');
});

test('a panel that is switched off is not offered', async ({ page, world }) => {
  await page.route('**/api/config', (route) =>
    route.fulfill({ json: { issuer: 'development', networkPanel: false } }),
  );
  await signIn(page, world);
  await expect(page.getByTestId('network-panel')).toHaveCount(0);
});

test('the colours turn over, and stay so', async ({ page, world, consoleLines }) => {
  await signIn(page, world);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole('button', { name: 'Switch to dark colours' }).click();
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.reload();
  await expect(page.getByTestId('desk')).toBeVisible();
  expect(await ground()).toBe(dark);
  await page.getByRole('button', { name: 'Switch to light colours' }).click();
  expect(await ground()).toBe(light);
  await consoleLines.expectOnlyFailedDials();
});

test.describe('with an OIDC issuer', () => {
  const audience = 'https://desk.example/api';
  let issuer: TestIssuer;
  let logged = '';

  test.beforeAll(async () => {
    const claims = { org_id: 'harbour' };
    issuer = await startIssuer({ audience, clientId: 'desk-page', claims });
  });
  test.afterAll(() => issuer.close());

  const startServer = (clientId?: string) =>
    createServer({
      port: 0,
      identity: {
        kind: 'oidc',
        issuer: issuer.url,
        audience,
        ...(clientId !== undefined && { clientId }),
      },
      networkPanel: false,
      feed: { eventsPerSecond: 0, seed: 1 },
      page: { kind: 'built', directory: demoDirectory },
      log: createLog('debug', {
        write: (line: string) => {
          logged += line;
        },
      }),
    });

  test('a person signs in there by code and PKCE, and the desk is live', async ({
    page,
    consoleLines,
  }) => {
    const server = await startServer('desk-page');
    const requested: string[] = [];
    page.on('request', (request) => requested.push(request.url()));
    await page.goto(server.url);
    await page.getByTestId('sign-in-issuer').click();
    await expect(page.locator('.keepline-indicator')).toHaveAttribute('data-state', 'connected');
    await expect(page.getByTestId('signed-in-user')).toContainText('Grace Hopper');
    expect(issuer.grants).toEqual(['authorization_code']);
    expect(new URL(page.url()).search).toBe('');
    await expect(page.getByTestId('network-panel')).toHaveCount(0);
    server.publish({ tenant: 'harbour', user: 'auth|42' }, 'call_update', {
      callId: 'c1',
      status: 'busy',
    });
    await expect(page.getByTestId('event-count-call_update')).toHaveAttribute('data-count', '1');

    // A rejected token is renewed in a hidden frame, and nobody is asked anything.
    const renewed = issuer.grants.length + 1;
    server.realtime.kick({}, 4401, 'token rejected');
    await expect.poll(() => issuer.grants.length).toBe(renewed);
    await expect(page.getByTestId('event-count-connected')).toHaveAttribute('data-count', '2');

    await page.getByTestId('sign-out').click();
    await expect(page.getByTestId('sign-in-issuer')).toBeVisible();
    await expect.poll(() => server.realtime.size).toBe(0);
    expect(requested.filter((url) => /ey[\w-]+\.ey/.test(url))).toEqual([]);
    expect(logged).not.toMatch(/ey[\w-]+\.ey/);
    await consoleLines.expectOnlyFailedDials();
    await server.close();
  });

  test('without a client id the page says what to set', async ({ page, consoleLines }) => {
    const server = await startServer();
    await page.goto(server.url);
    await expect(page.getByTestId('page-error')).toContainText('AUTH0_CLIENT_ID');
    await expect(page.getByTestId('page-error')).toContainText(`${server.url}/`);
    await consoleLines.expectOnlyFailedDials();
    await server.close();
  });
});
