// Compares the cases with the specification they were copied from, where that lies beside the project (or where KEEPLINE_SPECIFICATION says). A clone alone has its own copies.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { root } from '../lib/process.mjs';

/**
 * @param {import('../lib/process.mjs').Log} log
 * @returns {Promise<import('./table.mjs').Count>}
 */
export async function compareSpecification(log) {
  const specification = resolve(root, process.env.KEEPLINE_SPECIFICATION ?? '../shared');
  const cases = readdirSync(`${root}/tests/vectors`);
  if (!existsSync(`${specification}/vectors`)) {
    const note = `${cases.length} files taken as they are: no specification at ${specification}`;
    return { passed: 0, failed: 0, skipped: 1, notes: [note] };
  }
  const wanted = readdirSync(`${specification}/vectors`).map((name) => ({
    ours: `tests/vectors/${name}`,
    theirs: `vectors/${name}`,
  }));
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const { ours, theirs } of wanted) {
    const copy = `${root}/${ours}`;
    const same =
      existsSync(copy) && readFileSync(copy).equals(readFileSync(`${specification}/${theirs}`));
    if (!same) log.write(`${ours} differs from the specification's ${theirs}: copy it again\n`);
    count[same ? 'passed' : 'failed'] += 1;
  }
  return count;
}
