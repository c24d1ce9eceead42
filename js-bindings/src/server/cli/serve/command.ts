/** `keepline serve`: reads the environment, is a node until a signal comes, and leaves without losing anybody. */
import { constants } from 'node:os';
import { boundedOutput } from '../../output.js';
import { ConfigurationError } from '../../standalone/environment.js';
import type { Logger } from '../../types.js';
import { CouldNotRun } from '../could-not-run.js';
import { requirePeers } from '../peers.js';
import { lineLogger } from './log.js';
import type { Node } from './node.js';
import { readSettings, type Settings } from './settings.js';
import { asMarkdown, asText } from './variables.js';

/** After the last was told to leave: as long as links may take to close, and answers to be given. */
const leaveMs = 5000;
/** What a reader of the log may take for its last lines. */
const flushMs = 500;

const usage = `Usage: keepline serve

A WebSocket server for back ends in any language: pages dial /ws with a token of your issuer, back ends
POST /publish with a key. It is set up by environment variables:

${asText()}
  keepline serve --variables   prints them as a table
`;

export async function serve(args: readonly string[]): Promise<number> {
  const [word] = args;
  if (word === '--help' || word === '--variables') {
    process.stdout.write(word === '--help' ? usage : asMarkdown());
    return 0;
  }
  if (word !== undefined) {
    throw new CouldNotRun('keepline serve takes no arguments: --help names its variables');
  }
  const settings = readOrRefuse();
  requirePeers(['ws', 'jose', 'prom-client', ...(settings.redis ? ['redis'] : [])]);
  const { startNode } = await import('./node.js');
  const output = boundedOutput();
  const log = lineLogger(settings.logLevel, output);
  const node = await startNode(settings, log);
  announce(settings, node, log);
  await untilStopped(settings, node, log);
  await output.flush(flushMs);
  // Whatever somebody else still holds open is no reason to stay.
  process.exit(0);
}

function readOrRefuse(): Settings {
  try {
    return readSettings(process.env);
  } catch (error) {
    throw error instanceof ConfigurationError ? new CouldNotRun(error.message) : error;
  }
}

function announce(settings: Settings, { port }: Node, log: Logger): void {
  const { host, path, publishKeys, redis } = settings;
  const events = redis ? 'redis' : 'memory';
  log.info({ host, port, path, publishKeys: publishKeys.length, events }, 'listening');
  if (publishKeys.length > 0) return;
  log.warn({}, 'nobody can publish: set PUBLISH_KEY, and /publish and its neighbours are there');
}

/** The first signal sends everybody away, a second one ends the process at once. */
async function untilStopped(settings: Settings, node: Node, log: Logger): Promise<void> {
  await new Promise<void>((resolve) => {
    let isStopping = false;
    const stop = (signal: 'SIGTERM' | 'SIGINT') => {
      if (isStopping) process.exit(128 + constants.signals[signal]);
      isStopping = true;
      log.info({ signal }, 'stopping');
      const leave = (how: string) => {
        log.info({}, how);
        resolve();
      };
      const patienceMs = settings.readyMs + settings.drainMs + leaveMs;
      setTimeout(() => leave('stopped before everybody had left'), patienceMs).unref();
      void node.stop().then(() => leave('stopped'));
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}
