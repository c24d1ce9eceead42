/**
 * `npm run sample -- [--rows 5000] [--seed 1] [file]`: a contact list to try the import with, to a
 * file or to standard output.
 */
import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  SAMPLE_DEFAULTS,
  SAMPLE_ROWS_MAX,
  writeSample,
} from '../server/imports/sample-contacts.js';

const USAGE = 'Write: npm run sample -- [--rows 5000] [--seed 1] [file.csv]';

function readNumber(text: string | undefined, fallback: number, least: number, most: number) {
  const value = text === undefined ? fallback : Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`"${text}" is no whole number from ${least} to ${most}.`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { rows: { type: 'string' }, seed: { type: 'string' } },
    allowPositionals: true,
  });
  if (positionals.length > 1) throw new Error('Name one file, or none.');
  const rows = readNumber(values.rows, SAMPLE_DEFAULTS.rows, 1, SAMPLE_ROWS_MAX);
  const seed = readNumber(values.seed, SAMPLE_DEFAULTS.seed, 0, 2 ** 32 - 1);
  const [path] = positionals;
  await writeSample({ rows, seed }, path === undefined ? process.stdout : createWriteStream(path));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exitCode = 1;
});
