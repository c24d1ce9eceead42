// A machine is shared: set-up waits for whoever holds what it needs, and says of what fails what it was.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { canInstall, SetupWorld } from './support/setup-world.js';
import { Started } from './support/started.js';

// apt is slow where the machine is busy, and no failure for that.
vi.setConfig({ testTimeout: 60_000 });

let world: SetupWorld;
beforeEach(() => {
  world = new SetupWorld();
});
afterEach(() => world.end());

describe.skipIf(!canInstall)('set-up, where another package manager is at work', () => {
  it.each(['var/lib/dpkg/lock-frontend', 'var/lib/apt/lists/lock', 'var/cache/apt/archives/lock'])(
    'waits for the lock %s, says once for whom, and goes on',
    async (lock) => {
      world.offerPackage();
      const holder = await world.hold(lock);
      const setup = world.run();
      const told = await setup.says(/waiting for/);
      expect(told).toContain(`process ${holder.child.pid} (perl`);
      // It has tried again, and not said so again.
      await setup.says(/./);
      holder.child.stdin?.end();
      expect(await setup.ended, setup.text).toBe(0);
      expect(setup.lines.filter((line) => line.includes('waiting for'))).toHaveLength(1);
      expect(setup.lines.at(-1)).toBe('setup: everything needed is here');
    },
  );

  it('fails with the lock and who holds it when it has waited long enough', async () => {
    world.offerPackage();
    const holder = await world.hold('var/lib/dpkg/lock-frontend');
    const setup = world.run(undefined, { KEEPLINE_SETUP_WAIT_SECONDS: '0' });
    expect(await setup.ended).toBe(1);
    expect(setup.text).toContain('Another package manager has held its lock for 0 s');
    expect(setup.text).toContain(`process ${holder.child.pid} (perl`);
    expect(setup.text).not.toContain('root');
    holder.child.stdin?.end();
  });

  it('says that a source could not be reached', async () => {
    world.source('http://127.0.0.1:1/');
    const setup = world.run();
    expect(await setup.ended).toBe(1);
    expect(setup.text).toContain('is this machine online, and is its proxy set?');
  });

  it('says that no source has the package', async () => {
    writeFileSync(`${world.folder}/apt/source/Packages`, '');
    const setup = world.run();
    expect(await setup.ended).toBe(1);
    expect(setup.text).toContain('The sources of this system have no such package');
    expect(setup.text).toContain('Unable to locate package keepline-fixture');
  });
});

describe('set-up, without the right to install', () => {
  it('says that it takes root, and that there is no sudo', async () => {
    world.standIn('apt-get', 'exit 1');
    world.standIn('id', 'echo 1000');
    const without = 'have() { [ "$1" != sudo ] && command -v "$1" >/dev/null; }';
    const setup = world.run(`${without}\nkeepline_setup fixture`);
    expect(await setup.ended).toBe(1);
    expect(setup.text).toContain('this user is not root, and there is no sudo');
    expect(setup.text).toContain('  - the fixture');
  });

  it('says what sudo said', async () => {
    world.standIn('apt-get', 'exit 1');
    world.standIn('id', 'echo 1000');
    world.standIn('sudo', 'echo "sudo: a password is required" >&2; exit 1');
    const setup = world.run();
    expect(await setup.ended).toBe(1);
    expect(setup.text).toContain('sudo refused: sudo: a password is required');
  });

  it('goes on without what is only useful', async () => {
    world.standIn('apt-get', 'echo "E: Unable to locate package useful" >&2; exit 1');
    world.standIn('id', 'echo 0');
    const setup = world.run('look_for() { packages+=(useful); }\nkeepline_setup fixture');
    expect(await setup.ended, setup.text).toBe(0);
    expect(setup.text).toContain('going on without useful');
  });
});

const hasFlock = spawnSync('sh', ['-c', 'command -v flock']).status === 0;

describe.each(
  [
    { how: 'flock', before: '', runs: hasFlock },
    {
      how: 'a folder',
      before: 'have() { [ "$1" != flock ] && command -v "$1" >/dev/null; }\n',
      runs: true,
    },
  ].filter(({ runs }) => runs),
)('two set-ups of one clone, by $how', ({ before }) => {
  it('run one after the other, and the second says for whom it waits', async () => {
    const slow = `${before}look_for() { echo inside; read -r _; }\nkeepline_setup fixture`;
    const first = world.run(slow);
    await first.says(/^inside$/);
    const second = world.run(`${before}look_for() { :; }\nkeepline_setup fixture`);
    const told = await second.says(/waiting for another set-up of this clone/);
    expect(told).toContain(`process ${first.child.pid} (bash`);
    first.child.stdin?.write('\n');
    first.child.stdin?.end('\n');
    expect(await first.ended, first.text).toBe(0);
    expect(await second.ended, second.text).toBe(0);
  });

  it('do not wait for one that was killed', async () => {
    const first = world.run(
      `${before}look_for() { echo inside; read -r _; }\nkeepline_setup fixture`,
    );
    await first.says(/^inside$/);
    first.child.kill('SIGKILL');
    await first.ended;
    const second = world.run(`${before}look_for() { :; }\nkeepline_setup fixture`);
    expect(await second.ended, second.text).toBe(0);
    expect(second.text).not.toContain('waiting');
  });

  it('hold the lock no longer than they set up', async () => {
    const script = `${before}look_for() { :; }\nkeepline_setup fixture\necho done\nread -r _`;
    const first = world.run(script);
    await first.says(/^done$/);
    const second = world.run(`${before}look_for() { :; }\nkeepline_setup fixture`);
    expect(await second.ended, second.text).toBe(0);
    first.child.stdin?.end('\n');
    await first.ended;
  });
});

describe.skipIf(process.platform !== 'linux')(
  'set-up, where an npm is at work in the clone',
  () => {
    // npm names its process so; `sh -c "npm ci && …"` around a verb of ours is not one.
    const npm = async (title: string) => {
      const script = `process.title = '${title}'; console.log('up'); process.stdin.resume();`;
      const started = new Started(spawn(process.execPath, ['-e', script], { cwd: world.folder }));
      await started.says(/^up$/);
      return started;
    };

    it('waits for it to end before it installs', async () => {
      for (const folder of ['node_modules', 'part']) mkdirSync(`${world.folder}/${folder}`);
      for (const name of ['package.json', 'package-lock.json', 'part/package.json']) {
        writeFileSync(`${world.folder}/${name}`, '{}');
      }
      world.standIn('npm', `touch "${world.folder}/npm-ran"`);
      const other = await npm('npm ci --no-audit');
      const setup = world.run('install_node_modules');
      const told = await setup.says(/waiting for the npm that is at work/);
      expect(told).toContain(`process ${other.child.pid} (npm ci --no-audit`);
      expect(existsSync(`${world.folder}/npm-ran`)).toBe(false);
      other.child.kill();
      await setup.ended;
      expect(existsSync(`${world.folder}/npm-ran`)).toBe(true);
    });

    it.each(['npm run start', 'sh -c npm ci && ./toolchain/test'])(
      'takes "%s" for none',
      async (title) => {
        const other = await npm(title);
        const setup = world.run('wait_for_npm');
        expect(await setup.ended, setup.text).toBe(0);
        expect(setup.text).toBe('');
        other.child.kill();
        await other.ended;
      },
    );
  },
);
