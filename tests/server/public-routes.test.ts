/** What anybody may ask of the server, and what the page's policy allows for another issuer. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readOptions } from '../../web-demo/server/config.js';
import { post } from './support/http.js';
import { OIDC_AUDIENCE, OtherIssuer, startServer } from './support/server.js';

async function config(url: string): Promise<unknown> {
  return (await fetch(`${url}/api/config`)).json();
}

describe('how one signs in', () => {
  test('is said for the development issuer, with and without the panel', async () => {
    const server = await startServer();
    expect(await config(server.url)).toEqual({ issuer: 'development', networkPanel: true });
    const quiet = await startServer({ networkPanel: false });
    expect(await config(quiet.url)).toEqual({ issuer: 'development', networkPanel: false });
  });

  test('is said for another issuer, as that spells itself', async () => {
    const issuer = await OtherIssuer.start();
    const identity = {
      kind: 'oidc',
      // Without the final slash, which the issuer itself has.
      issuer: issuer.url.replace(/\/$/, ''),
      audience: OIDC_AUDIENCE,
      clientId: 'page-1',
    } as const;
    const server = await startServer({ identity, networkPanel: false });
    expect(await config(server.url)).toEqual({
      issuer: 'oidc',
      authority: issuer.url,
      clientId: 'page-1',
      audience: OIDC_AUDIENCE,
      scope: 'openid profile',
      networkPanel: false,
    });
    const nameless = await startServer({
      identity: { ...identity, clientId: undefined },
      networkPanel: false,
    });
    expect(await config(nameless.url)).toMatchObject({ clientId: null });
  });

  test('takes the page’s client id from the environment', () => {
    const environment = {
      AUTH0_DOMAIN: 'example.eu.auth0.com',
      AUTH0_AUDIENCE: OIDC_AUDIENCE,
      AUTH0_CLIENT_ID: 'page-1',
    };
    const { identity } = readOptions(environment, { kind: 'none' });
    expect(identity).toMatchObject({ kind: 'oidc', clientId: 'page-1' });
  });

  test('is only to be read', async () => {
    const server = await startServer();
    expect((await post(server, '/api/config', {})).status).toBe(405);
  });
});

describe('the policy of the page', () => {
  async function policyWith(identity?: { issuer: string }): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'keepline-page-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    await writeFile(join(directory, 'index.html'), '<!doctype html><title>Desk</title>');
    const server = await startServer({
      page: { kind: 'built', directory },
      ...(identity
        ? {
            identity: { kind: 'oidc', issuer: identity.issuer, audience: OIDC_AUDIENCE },
            networkPanel: false,
          }
        : {}),
    });
    return (await fetch(server.url)).headers.get('content-security-policy') ?? '';
  }

  test('lets it reach the issuer it signs in with, and be led back in a frame', async () => {
    const issuer = await OtherIssuer.start();
    const policy = await policyWith({ issuer: issuer.url });
    const origin = new URL(issuer.url).origin;
    const sources = /connect-src ([^;]*)/.exec(policy)?.[1]?.split(' ');
    expect(sources).toContain(origin);
    expect(policy).toContain(`frame-src 'self' ${origin};`);
    expect(policy).toContain("frame-ancestors 'self'");
  });

  test('lets it reach nobody else, and nobody frame it, with the development issuer', async () => {
    const policy = await policyWith();
    expect(policy).not.toContain('frame-src');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(/connect-src ([^;]*)/.exec(policy)?.[1]?.split(' ')).toHaveLength(3);
  });
});
