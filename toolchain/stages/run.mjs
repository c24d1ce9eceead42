// Runs stages one after the other: a line each, and `N passed, N failed` at the end.
//   node toolchain/stages/run.mjs [--list] [stage...]
import { CommandFailure, Log } from '../lib/process.mjs';
import { stages } from './table.mjs';

/** @typedef {import('./table.mjs').Count} Count */

const names = process.argv.slice(2);
if (names.includes('--list')) {
  for (const { name, what, byName } of stages) {
    console.log(`${name.padEnd(14)} ${what}${byName ? ' (when named)' : ''}`);
  }
  process.exit(0);
}
const unknown = names.find((name) => !stages.some((stage) => stage.name === name));
if (unknown !== undefined) {
  const known = stages.map((stage) => stage.name).join(' ');
  console.error(`test: there is no stage "${unknown}"; there are: ${known}`);
  process.exit(2);
}

/**
 * @param {import('./table.mjs').Stage} stage
 * @returns {Promise<Count>}
 */
async function runStage(stage) {
  const begun = Date.now();
  const log = new Log(stage.name);
  /** @type {Count} */
  let count = { passed: 0, failed: 0, skipped: 0 };
  try {
    count = await stage.run(log);
    // A stage that found nothing to do has shown nothing.
    if (count.passed + count.failed + count.skipped === 0) {
      log.write(`\nNothing ran: where are the inputs of the stage ${stage.name}?\n`);
      count.failed = 1;
    }
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.write(error instanceof CommandFailure ? `\n${error.message}\n` : `\n${text}\n`);
    count = { ...count, failed: Math.max(count.failed, 1) };
  }
  await log.close();
  const verdict = count.failed === 0 ? 'ok' : 'FAILED';
  const time = `${((Date.now() - begun) / 1000).toFixed(1)} s`;
  const tests = `${count.passed} passed${count.failed ? `, ${count.failed} failed` : ''}${
    count.skipped ? `, ${count.skipped} skipped` : ''
  }`;
  console.log(`${stage.name.padEnd(14)} ${verdict.padEnd(6)} ${time.padStart(8)}  ${tests}`);
  for (const note of count.notes ?? []) console.log(`               ${note}`);
  if (count.failed > 0) {
    const tail = log.tail.trimEnd().split('\n').slice(-40);
    console.log(tail.map((line) => `    | ${line}`).join('\n'));
    console.log(`    The whole log is ${log.path}.`);
  }
  return count;
}

const total = { passed: 0, failed: 0, skipped: 0 };
for (const stage of stages) {
  if (names.length > 0 ? !names.includes(stage.name) : stage.byName) continue;
  const count = await runStage(stage);
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exit(total.failed === 0 ? 0 : 1);
