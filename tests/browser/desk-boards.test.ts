// The desk's boards against the real server: what an event changes, where, and for whom.
import { findDevelopmentUser } from '../../web-demo/server/development-users.js';
import { heard, signIn } from './support/desk.js';
import { expect, test, type World } from './support/fixtures.js';

test.use({ site: 'demo' });

test.afterEach(async ({ consoleLines }) => {
  await consoleLines.expectOnlyFailedDials();
});

const startedAt = '2026-01-05T09:30:00Z';

function call(world: World, callId: string, contactName: string, user = world.user): void {
  world.panel.emit(user, 'new_call', {
    callId,
    direction: 'inbound',
    from: '+12025550117',
    to: '+12025550100',
    status: 'ringing',
    contactName,
    startedAt,
  });
}

test('an empty desk says what will come', async ({ page, world }) => {
  await signIn(page, world);
  await expect(page.getByTestId('calls')).toContainText('No calls yet');
  await expect(page.getByTestId('recordings')).toContainText('No recordings yet');
  await expect(page.getByTestId('dialler')).toContainText('No session yet');
  await expect(page.getByTestId('conferences')).toContainText('No conference yet');
  await expect(page.getByTestId('import')).toContainText('Drop a CSV of contacts here');
});

test('a call is one row for its whole life', async ({ page, world }) => {
  await signIn(page, world);
  call(world, 'c1', 'Mara Jensen');
  call(world, 'c2', 'Theo Alvarez');
  const row = page.locator('[data-call-id=c1]');
  await expect(row).toContainText('ringing');
  world.panel.emit(world.user, 'call_update', {
    callId: 'c1',
    status: 'in-progress',
    durationSec: 65,
    agentId: world.user.user,
  });
  await expect(row).toContainText('in progress');
  await expect(row).toContainText('with you');
  // The running duration is past what the server said, and still growing.
  const seconds = async () => {
    const [minutes = '', rest = ''] = (
      (await row.getByTestId('running-time').textContent()) ?? ''
    ).split(':');
    return Number(minutes) * 60 + Number(rest);
  };
  await expect.poll(seconds).toBeGreaterThanOrEqual(65);
  const first = await seconds();
  await expect.poll(seconds).toBeGreaterThan(first);
  world.panel.emit(world.user, 'call_update', {
    callId: 'c1',
    status: 'completed',
    durationSec: 125,
    agentId: 'agent-7',
    disposition: 'quote sent',
  });
  await expect(row).toContainText('completed');
  await expect(row.getByTestId('call-duration')).toHaveText('2:05');
  await expect(row).toContainText('with agent-7');
  await expect(row).toContainText('quote sent');
  await expect(page.getByTestId('call')).toHaveCount(2);
  await expect(page.getByTestId('call').first()).toContainText('Theo Alvarez');
});

test('a recording is processed and written down in its row', async ({ page, world }) => {
  await signIn(page, world);
  call(world, 'c1', 'Mara Jensen');
  world.panel.emit(world.user, 'new_recording', {
    recordingId: 'r1',
    callId: 'c1',
    durationSec: 74,
    url: 'https://recordings.example/r1.mp3',
    createdAt: startedAt,
  });
  const row = page.locator('[data-recording-id=r1]');
  await expect(row).toContainText('Mara Jensen');
  await expect(row).toContainText('1:14');
  await expect(row).toContainText('recorded');
  await expect(row).toContainText('no transcript yet');
  world.panel.emit(world.user, 'recording_update', { recordingId: 'r1', status: 'processing' });
  await expect(row).toContainText('processing');
  world.panel.emit(world.user, 'recording_update', {
    recordingId: 'r1',
    status: 'completed',
    transcript: 'Could you move my booking?',
  });
  await expect(row).toContainText('completed');
  await expect(row.getByTestId('transcript')).toHaveText('Could you move my booking?');
});

test('the dialler keeps the lines of each session together', async ({ page, world }) => {
  await signIn(page, world);
  const line = (type: string, sessionId: string, lineId: string, data: object) =>
    world.panel.emit(world.user, type, { sessionId, lineId, ...data });
  const start = (sessionId: string, lineId: string, contactName: string) =>
    line('parallel_call_started', sessionId, lineId, {
      contactId: `contact-${lineId}`,
      contactName,
      to: '+12025550143',
      startedAt,
    });
  start('s1', 'l1', 'Mara Jensen');
  start('s1', 'l2', 'Theo Alvarez');
  // Line ids are the session's own: this one must not touch the other's.
  start('s2', 'l1', 'Priya Raman');
  line('parallel_call_status', 's1', 'l1', { status: 'ringing' });
  line('parallel_call_ended', 's1', 'l2', { outcome: 'voicemail', durationSec: 0 });
  line('parallel_call_connected', 's1', 'l1', {
    callId: 'c9',
    contactId: 'contact-l1',
    connectedAt: startedAt,
  });
  const session = (id: string) => page.locator(`[data-session-id=${id}]`);
  await expect(session('s1').getByTestId('line')).toHaveCount(2);
  await expect(session('s1').locator('[data-line-id=l1]')).toContainText('in progress');
  await expect(session('s1').locator('[data-line-id=l2]')).toContainText('voicemail');
  await expect(session('s1')).toContainText('2 lines, 1 answered, dialling');
  await expect(session('s2').locator('[data-line-id=l1]')).toHaveAttribute('data-status', 'queued');
  line('parallel_call_ended', 's1', 'l1', { outcome: 'answered', durationSec: 83 });
  await expect(session('s1')).toHaveAttribute('data-over', 'true');
  await expect(session('s1').locator('[data-line-id=l1]')).toContainText('1:23');
  await expect(session('s2')).toHaveAttribute('data-over', 'false');
});

test('a conference names its participants, and is over with its call', async ({ page, world }) => {
  await signIn(page, world);
  call(world, 'c1', 'Mara Jensen');
  world.panel.emit(world.user, 'conference-ready', {
    conferenceId: 'k1',
    callId: 'c1',
    participants: [world.user.user, 'Mara Jensen', 'Supervisor'],
  });
  const conference = page.locator('[data-conference-id=k1]');
  await expect(conference.getByTestId('participant')).toHaveText([
    'You',
    'Mara Jensen',
    'Supervisor',
  ]);
  await expect(conference).toContainText('under way');
  world.panel.emit(world.user, 'call_update', { callId: 'c1', status: 'completed' });
  await expect(conference).toHaveAttribute('data-over', 'true');
});

test('two tabs of one user both hear', async ({ page, context, world }) => {
  await signIn(page, world);
  const other = await context.newPage();
  await signIn(other, world);
  expect(world.panel.stats(world.user).openSockets).toBe(2);
  call(world, 'c1', 'Mara Jensen');
  for (const tab of [page, other]) {
    await expect(tab.locator('[data-call-id=c1]')).toContainText('Mara Jensen');
  }
});

test('Ada and Chen share a user id, and each sees only their own calls', async ({
  page,
  browser,
  world,
}) => {
  const [ada, chen] = [findDevelopmentUser('ada'), findDevelopmentUser('chen')];
  if (!ada || !chen) throw new Error('the demo has lost its people');
  expect(ada.user).toBe(chen.user);
  await signIn(page, world, {}, 'ada');
  const elsewhere = await browser.newPage();
  await signIn(elsewhere, world, {}, 'chen');
  await expect(page.getByTestId('signed-in-user')).toContainText('Harbour Insurance');
  await expect(elsewhere.getByTestId('signed-in-user')).toContainText('Alpine Travel');
  call(world, 'ada-1', 'Mara Jensen', ada);
  call(world, 'chen-1', 'Theo Alvarez', chen);
  await expect(page.getByTestId('call')).toHaveCount(1);
  await expect(page.locator('[data-call-id=ada-1]')).toBeVisible();
  await expect(elsewhere.getByTestId('call')).toHaveCount(1);
  await expect(elsewhere.locator('[data-call-id=chen-1]')).toBeVisible();
  await elsewhere.close();
});

test('ten thousand events are drawn a few times, and all of them are counted', async ({
  page,
  world,
}) => {
  test.skip(world.host === 'worker', 'a page that is behind is told the newest of a state alone');
  await signIn(page, world);
  // The connection's own `connected`, which is shown a frame later.
  await expect.poll(() => heard(page)).toBe(1);
  await page.evaluate(() => {
    const total = document.querySelector('[data-testid=event-total]');
    if (!total) throw new Error('no total');
    Object.assign(window, { renders: 0 });
    new MutationObserver(() => {
      (window as unknown as { renders: number }).renders += 1;
    }).observe(total, { attributes: true });
  });
  await page.getByTestId('network-burst').click();
  await expect.poll(() => heard(page)).toBe(10_001);
  const renders = await page.evaluate(() => (window as unknown as { renders: number }).renders);
  expect(renders).toBeGreaterThan(0);
  // Once a frame at most: far fewer than there were events, on however slow a machine.
  expect(renders).toBeLessThan(2000);
  // Lists stay as long as they are allowed to be.
  expect(await page.getByTestId('call').count()).toBeLessThanOrEqual(40);
  expect(await page.getByTestId('event').count()).toBe(200);
  await expect(page.locator('.keepline-indicator')).toHaveAttribute('data-state', 'connected');
});
