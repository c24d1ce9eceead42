// Where and when figures were taken, for whoever reads them later. Names no host and no path.
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

export interface Machine {
  readonly date: string;
  readonly command: string;
  readonly processor: string;
  readonly memory: string;
  readonly system: string;
  /** Null where no page was measured. */
  readonly chromium: string | null;
  readonly node: string;
  readonly load: string;
  readonly versions: string;
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

function versions(): string {
  const text = readFileSync(new URL('package.json', import.meta.url), 'utf8');
  const { dependencies } = JSON.parse(text) as Manifest;
  const ours = JSON.parse(
    readFileSync(new URL('../../js-bindings/package.json', import.meta.url), 'utf8'),
  ) as { readonly version: string };
  const tools = ['sirv', 'tsx', 'keepline', 'react-dom'];
  const peers = Object.entries(dependencies).filter(([name]) => !tools.includes(name));
  return [['keepline', ours.version], ...peers].map((pair) => pair.join(' ')).join(', ');
}

/** Called before anything is measured: the load is what else the machine was doing. */
export function describeMachine(command: string, chromium: string | null): Machine {
  return {
    date: `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    command,
    processor: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores`,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    system: `${type()} ${release()}`,
    chromium,
    node: process.version,
    load: loadavg()
      .map((load) => load.toFixed(1))
      .join(' '),
    versions: versions(),
  };
}
