import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { useWorld, world } from './support/world.js';
import {
  type BackoffCase,
  type ClosePolicyCase,
  checkBackoff,
  checkClosePolicy,
  checkEndpoint,
  checkFrame,
  type EndpointCase,
  type FrameCase,
} from './vector-runner.js';

function read<Case>(name: string): readonly Case[] {
  const path = new URL(`../vectors/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8'));
}

const titled = <Case>(cases: readonly Case[]) =>
  cases.map((each, index) => [`${index}: ${JSON.stringify(each).slice(0, 100)}`, each] as const);

describe('the shared cases hold through the module', () => {
  useWorld();

  describe('endpoint', () => {
    it.each(titled(read<EndpointCase>('endpoint')))('%s', async (_, each) => {
      expect(await checkEndpoint(world, each)).toBeNull();
    });
  });

  describe('backoff', () => {
    it.each(titled(read<BackoffCase>('backoff')))('%s', async (_, each) => {
      expect(await checkBackoff(world, each)).toBeNull();
    });
  });

  describe('close policy', () => {
    it.each(titled(read<ClosePolicyCase>('close_policy')))('%s', async (_, each) => {
      expect(await checkClosePolicy(world, each)).toBeNull();
    });
  });

  describe.each(['off', 'strict'] as const)('frames, validate %s', (validate) => {
    describe.each(['text', 'binary'] as const)('as %s', (carrier) => {
      it.each(titled(read<FrameCase>('frames')))('%s', async (_, each) => {
        expect(await checkFrame(world, each, validate, carrier)).toBeNull();
      });
    });
  });
});
