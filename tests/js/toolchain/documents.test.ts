// What documents say of each other and of the code: links lead somewhere, and what is counted is counted right.
import { readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listFiles, readText } from '../../../toolchain/lib/files.mjs';
import { root } from '../../../toolchain/lib/process.mjs';

const documents = listFiles().filter((path) => path.endsWith('.md'));
const withoutCode = (path: string) => readText(path).replace(/^```[\s\S]*?^```$/gm, '');

/** As GitHub and npm make them of headings. */
const anchorsOf = (path: string): string[] =>
  [...withoutCode(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );

it.each(documents)('every link of %s leads to a file, and to a heading of it', (path) => {
  const links = [...withoutCode(path).matchAll(/\]\((?![a-z]+:)([^)]+)\)/g)];
  const lost = links.filter(([, link = '']) => {
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? path : posix.join(posix.dirname(path), file);
    if (!listFiles().includes(target)) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
  expect(lost.map(([, link]) => link)).toEqual([]);
});

describe.each(['README.md', 'docs/figures.md', 'CONTRIBUTING.md'])('%s', (path) => {
  const text = readText(path).replaceAll('\n', ' ');
  const said = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, number]) => Number(number));

  it('counts the invariants as they are', () => {
    const [, count] =
      /invariant_count = (\d+)/.exec(readText('tests/simulation/invariants.hpp')) ?? [];
    expect(said(/(\S+) named invariants/g)).toEqual([Number(count)]);
  });

  it('counts the planted faults as they are, where it counts them', () => {
    const patches = readdirSync(`${root}/tests/simulation/mutants`);
    for (const count of said(/(\d+) faults planted/g)) expect(count).toBe(patches.length);
  });
});
