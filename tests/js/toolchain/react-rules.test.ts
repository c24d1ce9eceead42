// What React asks of components and hooks, asked of every file of the React layer.
import { describe, expect, it } from 'vitest';
import { listFiles, readText } from '../../../toolchain/lib/files.mjs';
import { compileReact, lintReact } from '../../../toolchain/react-rules.mjs';

const files = listFiles('js-bindings/src/react').filter((path) => /\.tsx?$/.test(path));

describe.each(files)('%s', (path) => {
  it('follows the rules of hooks', () => {
    expect(lintReact(path, readText(path))).toEqual([]);
  });

  it('is taken by the compiler', () => {
    expect(compileReact(path, readText(path)).problems).toEqual([]);
  });
});

describe('a file that breaks the rules', () => {
  const component = (body: string) =>
    `import { useEffect, useRef, useState } from 'react';
     export function Planted({ value }: { value: number }) { ${body} return <p>{value}</p>; }`;
  const broken: Readonly<Record<string, [body: string, rule: string]>> = {
    'writes a reference while rendering': [
      'const newest = useRef(value); newest.current = value;',
      'react-hooks/refs',
    ],
    'sets state in an effect': [
      'const [at, set] = useState(0); useEffect(() => set(value + at));',
      'react-hooks/set-state-in-effect',
    ],
    'calls a hook on a condition': ['if (value) useState(0);', 'react-hooks/rules-of-hooks'],
    'leaves out what an effect depends on': [
      'useEffect(() => console.log(value), []);',
      'react-hooks/exhaustive-deps',
    ],
    'switches a rule off that finds nothing': [
      '// eslint-disable-next-line react-hooks/refs\n',
      'Unused eslint-disable directive',
    ],
    'cannot be read': ['const = 1;', 'syntax'],
  };

  it.each(Object.entries(broken))('is found where it %s', (_, [body, rule]) => {
    expect(lintReact('planted.tsx', component(body)).join('\n')).toContain(rule);
  });

  it('is refused by the compiler, which takes the same without the fault', () => {
    const refused = compileReact(
      'planted.tsx',
      component('const newest = useRef(value); newest.current = value;'),
    );
    expect(refused.problems.join('\n')).toContain('Cannot access refs during render');
    const taken = compileReact('planted.tsx', component(''));
    expect(taken.problems).toEqual([]);
    expect(taken.compiled).toContain('react/compiler-runtime');
  });
});
