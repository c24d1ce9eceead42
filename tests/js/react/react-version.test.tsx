// @vitest-environment jsdom
// Which React these tests run on: the one that the project's group promises, and no other beside it.
import { readFileSync } from 'node:fs';
import { renderHook } from '@testing-library/react';
import * as react from 'react';
import { version as rendererVersion } from 'react-dom';
import { version as serverVersion } from 'react-dom/server';
import { expect, inject, it } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** The manifest that pins the React of this group. */
    reactIsPinnedBy: string;
  }
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

it('runs on the promised version of React, and renders with the same one', () => {
  const path = inject('reactIsPinnedBy');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  const promised = { ...manifest.devDependencies, ...manifest.dependencies }['react'];
  expect(promised).toMatch(/^\d+\.\d+\.\d+$/);
  expect({
    react: react.version,
    'react-dom': rendererVersion,
    'react-dom/server': serverVersion,
  }).toEqual({ react: promised, 'react-dom': promised, 'react-dom/server': promised });
  // A hook fails where the renderer behind it belongs to another React.
  expect(renderHook(() => react.useId()).result.current).toEqual(expect.any(String));
});
