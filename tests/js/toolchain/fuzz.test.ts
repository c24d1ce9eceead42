// A fuzzer that stopped early, or never began, must not pass for one that found nothing.
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fuzzTargets, readOutcome } from '../../../toolchain/lib/fuzz.mjs';
import { root } from '../../../toolchain/lib/process.mjs';

const stats = 'stat::number_of_executed_units: 4711\nstat::average_exec_per_sec:     471\n';

it('reads how much was tried', () => {
  expect(readOutcome('close', stats, false)).toEqual({
    target: 'close',
    executions: 4711,
    problem: undefined,
  });
});

it('tells the problem of a target, or of a sanitizer, or that it failed without a word', () => {
  const own = readOutcome('close', `PROBLEM: a hint is made up\n${stats}`, true);
  expect(own.problem).toBe('PROBLEM: a hint is made up');
  const theirs = readOutcome('close', '==1==ERROR: AddressSanitizer: heap-use\n', true);
  expect(theirs.problem).toContain('AddressSanitizer');
  expect(readOutcome('close', stats, true).problem).toBe('it failed');
});

it('takes a run of nothing for a failure', () => {
  expect(readOutcome('close', 'Done 0 runs\n', false).problem).toBe('nothing was tried');
});

it('knows the targets, each with a corpus to begin with', () => {
  const targets = fuzzTargets();
  expect(targets).toContain('envelope');
  for (const target of targets)
    expect(existsSync(`${root}/tests/fuzz/corpus/${target}`)).toBe(true);
});
