/** What a command needs beside this package: installing the client installs none of it. */
import { CouldNotRun } from './could-not-run.js';

/** Says all at once which packages are absent: Node's own words name the first, and not what to do. */
export function requirePeers(names: readonly string[]): void {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const what = missing.length === 1 ? 'the package' : 'the packages';
  throw new CouldNotRun(
    `this command needs ${what} ${missing.join(', ')}: npm install ${missing.join(' ')}`,
  );
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
