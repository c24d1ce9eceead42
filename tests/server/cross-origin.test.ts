/** A page on another origin that the server lists may read what it asks for; any other may not. */
import { describe, expect, test } from 'vitest';
import { goodRows, HEADER } from './support/imports.js';
import { startServer, tokenFor } from './support/server.js';

const listed = 'https://desk.example';

describe('a page of another origin', () => {
  const startListing = () => startServer({ allowedOrigins: ['self', listed] });

  test('that is listed reads how to sign in, and sends a list', async () => {
    const server = await startListing();
    const config = await fetch(`${server.url}/api/config`, { headers: { Origin: listed } });
    expect(config.headers.get('access-control-allow-origin')).toBe(listed);
    expect(config.headers.get('vary')).toContain('Origin');
    const sent = await fetch(`${server.url}/api/imports`, {
      method: 'POST',
      headers: {
        Origin: listed,
        Authorization: `Bearer ${await tokenFor(server, 'ada')}`,
        'Content-Type': 'text/csv',
      },
      body: HEADER + goodRows(1),
    });
    expect(sent.status).toBe(202);
    expect(sent.headers.get('access-control-allow-origin')).toBe(listed);
  });

  const preflight = (url: string, origin: string) =>
    fetch(`${url}/api/imports`, {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,content-type',
      },
    });

  test('that is listed is told before it sends a token that it may', async () => {
    const server = await startListing();
    const answer = await preflight(server.url, listed);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe(listed);
    expect(answer.headers.get('access-control-allow-methods')).toContain('POST');
    expect(answer.headers.get('access-control-allow-headers')?.toLowerCase()).toBe(
      'authorization, content-type',
    );
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('that is not listed reads nothing, not even a refusal', async () => {
    const server = await startListing();
    for (const origin of ['https://evil.example', `${listed}.evil.example`, 'null']) {
      const answer = await preflight(server.url, origin);
      expect(answer.status, origin).toBe(403);
      expect(answer.headers.get('access-control-allow-origin'), origin).toBeNull();
      const config = await fetch(`${server.url}/api/config`, { headers: { Origin: origin } });
      expect(config.headers.get('access-control-allow-origin'), origin).toBeNull();
    }
  });
});
