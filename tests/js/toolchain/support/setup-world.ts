// A clone of nothing but the set-up, in a temporary folder, with an apt of its own: the real apt-get and
// dpkg with their real locks, but all their folders are private, and the only source of packages is a
// folder with one package.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { root } from '../../../../toolchain/lib/process.mjs';
import { Started } from './started.js';

const finds = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** dpkg installs as root only, and perl is a part of every Debian. */
export const canInstall =
  process.getuid?.() === 0 && ['apt-get', 'dpkg-deb', 'perl'].every((each) => finds(each));

// As dpkg and apt lock: flock(1) would be another lock, that they do not see.
const holder = `use Fcntl;
open(my $file, '+>', $ARGV[0]) or die $!;
my $whole = pack('s s x4 q q l x4', F_WRLCK, 0, 0, 0, 0);
fcntl($file, F_SETLK, $whole) or die $!;
$| = 1; print "held\\n"; <STDIN>;`;

export class SetupWorld {
  readonly folder = mkdtempSync(`${tmpdir()}/keepline-setup-`);
  readonly #apt = `${this.folder}/apt`;

  constructor() {
    const toolchain = `${this.folder}/toolchain`;
    mkdirSync(`${toolchain}/lib`, { recursive: true });
    mkdirSync(`${this.folder}/bin`);
    const parts = readdirSync(`${root}/toolchain/lib`).filter((name) => name.endsWith('.sh'));
    for (const name of ['setup.sh', 'versions.env', ...parts.map((part) => `lib/${part}`)]) {
      copyFileSync(`${root}/toolchain/${name}`, `${toolchain}/${name}`);
    }
    this.#makeApt();
  }

  #makeApt() {
    const at = (path: string) => `${this.#apt}/${path}`;
    for (const folder of [
      'etc/apt/apt.conf.d',
      'etc/apt/preferences.d',
      'etc/apt/sources.list.d',
      'var/lib/apt/lists/partial',
      'var/cache/apt/archives/partial',
      'var/lib/dpkg/updates',
      'var/lib/dpkg/info',
      'var/log/apt',
      'source',
    ]) {
      mkdirSync(at(folder), { recursive: true });
    }
    writeFileSync(at('var/lib/dpkg/status'), '');
    writeFileSync(
      at('apt.conf'),
      `Dir "${this.#apt}";\nDir::State::status "${at('var/lib/dpkg/status')}";\n` +
        `DPkg::Options { "--root=${this.#apt}"; };\nAPT::Sandbox::User "root";\nAcquire::Retries "0";\n`,
    );
    this.source(`file:${at('source')}`);
  }

  /** Where apt gets its packages from. */
  source(url: string) {
    writeFileSync(`${this.#apt}/etc/apt/sources.list`, `deb [trusted=yes] ${url} ./\n`);
  }

  /** Puts the package into the source: it installs one file. */
  offerPackage() {
    const tree = `${this.folder}/package`;
    mkdirSync(`${tree}/DEBIAN`, { recursive: true });
    writeFileSync(`${tree}/keepline-fixture-was-installed`, '');
    const control =
      'Package: keepline-fixture\nVersion: 1\nArchitecture: all\n' +
      'Maintainer: nobody <nobody@localhost>\nDescription: what a test installs\n';
    writeFileSync(`${tree}/DEBIAN/control`, control);
    const file = `${this.#apt}/source/keepline-fixture.deb`;
    const built = spawnSync('dpkg-deb', ['--build', tree, file]);
    if (built.status !== 0) throw new Error(String(built.stderr));
    const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
    writeFileSync(
      `${this.#apt}/source/Packages`,
      `${control}Filename: ./keepline-fixture.deb\nSize: ${statSync(file).size}\nSHA256: ${hash}\n`,
    );
  }

  /** A program of this name that comes before the system's. */
  standIn(name: string, script: string) {
    writeFileSync(`${this.folder}/bin/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** Takes a lock of apt or dpkg, until its standard input ends. */
  async hold(lock: string) {
    const started = new Started(spawn('perl', ['-e', holder, `${this.#apt}/${lock}`]));
    await started.says(/^held$/);
    return started;
  }

  /** Runs a set-up that needs the package, or what `script` says instead. */
  run(script = 'keepline_setup fixture', env: Record<string, string> = {}) {
    const need = `
      set -euo pipefail
      . toolchain/setup.sh
      setup_retry_seconds=0.05
      look_for() { [ -f "${this.#apt}/keepline-fixture-was-installed" ] || lack 'the fixture' keepline-fixture; }
      ${script}`;
    const child = spawn('bash', ['-c', need], {
      cwd: this.folder,
      env: {
        ...process.env,
        PATH: `${this.folder}/bin:${process.env['PATH']}`,
        APT_CONFIG: `${this.#apt}/apt.conf`,
        ...env,
      },
    });
    return new Started(child);
  }

  end() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
