// The closing line is only as honest as the counts behind it.
import { expect, it } from 'vitest';
import { CommandFailure } from '../../../toolchain/lib/process.mjs';
import {
  countDoctest,
  countVitest,
  noteFaults,
  parseStages,
  readPlaywright,
} from '../../../toolchain/stages/counts.mjs';

it('sums the cases of every doctest program', async () => {
  const count = await countDoctest(async () =>
    [
      '1: [doctest] test cases:  10 |   9 passed | 0 failed | 1 skipped',
      '2: [doctest] test cases: 4 | 4 passed | 0 failed | 0 skipped',
    ].join('\n'),
  );
  expect(count).toEqual({ passed: 13, failed: 0, skipped: 1 });
});

it('counts a runner that failed without a word as one failure', async () => {
  const count = await countDoctest(() => Promise.reject(new CommandFailure('ctest', 'Segfault')));
  expect(count.failed).toBe(1);
});

it('takes a missing report for a failure, never for an earlier one', async () => {
  const count = await countVitest('build/logs/no-such-report.json', async () => '');
  expect(count).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

it('reads what stages of a copy said, and takes silence for a failure', () => {
  const output =
    'wasm           ok        8.1 s  6 passed\n               total   42 of 43 bytes\n' +
    'js             FAILED    9.0 s  7 passed, 1 failed\n    | a line of its log\n' +
    '13 passed, 1 failed, 2 skipped\n';
  const { notes, ...count } = parseStages(output, true);
  expect(count).toEqual({ passed: 13, failed: 1, skipped: 2 });
  expect(notes).toEqual([
    'wasm           ok        8.1 s  6 passed',
    'total   42 of 43 bytes',
    'js             FAILED    9.0 s  7 passed, 1 failed',
  ]);
  expect(parseStages('Segmentation fault\n', false).failed).toBe(1);
});

const spec = (tags: string[], projectName: string, status: string, title = 'a test') => ({
  title,
  tags,
  tests: [{ projectName, status }],
});

it('names a test that passed at its second attempt, and takes many of them for a failure', () => {
  const suites = [{ specs: [spec([], 'page', 'flaky', 'sometimes')] }];
  const few = { expected: 10, unexpected: 0, flaky: 1, skipped: 2 };
  expect(readPlaywright({ stats: few, suites })).toEqual({
    passed: 11,
    failed: 0,
    skipped: 2,
    notes: ['passed at its second attempt only: [page] sometimes'],
  });
  const many = { ...few, flaky: 3 };
  expect(readPlaywright({ stats: many, suites })).toMatchObject({ passed: 10, failed: 3 });
});

it('counts the rows of the fault matrix by project, and no other test', () => {
  const suites = [
    {
      specs: [spec(['fault'], 'page', 'expected'), spec([], 'page', 'expected')],
      suites: [{ specs: [spec(['fault'], 'page', 'unexpected')] }],
    },
    { specs: [spec(['fault'], 'worker-faults', 'skipped')] },
  ];
  expect(noteFaults(suites)).toEqual([
    'faults in Chromium, connection in the page: 1 of 2 rows',
    'faults in Chromium, connection in the worker: 0 of 0 rows',
  ]);
});

it('says of another engine which rows are not run there and why, and what is not seen', () => {
  const played = { type: 'played in', description: 'Firefox 1.0' };
  const unseen = { type: 'not seen', description: 'the heap' };
  const skipped = { type: 'skip', description: 'it cannot be frozen' };
  const row = (status: string, ...annotations: object[]) => {
    const { tests, ...rest } = spec(['fault'], 'firefox', status);
    return { ...rest, tests: tests.map((run) => ({ ...run, annotations })) };
  };
  const specs = [
    row('expected', played, unseen),
    row('unexpected', played),
    row('skipped', skipped),
    row('skipped', skipped),
  ];
  expect(noteFaults([{ specs } as never])).toEqual([
    'faults in Firefox 1.0: 1 of 2 rows; 2 are not run there',
    '  2 not run: it cannot be frozen',
    '  in 1 not seen: the heap',
  ]);
});
