// The first frame of a link: who the server says it is, what it offers, and where the stream is.
import type { StreamState } from './event-log/event-log.js';
import { encodeControl } from './frames.js';
import type { SessionParts } from './parts.js';
import { positionOf } from './stream/verdict.js';
import type { Principal } from './types.js';

export const expiresInMs = (expiresAt: number): number =>
  Math.max(0, Math.round(expiresAt - Date.now()));

export function greetingOf(
  connectionId: string,
  { tenant, user, expiresAt }: Principal,
  began: StreamState | null,
  { features, heartbeatMs, build, limits }: SessionParts,
): string {
  const resumes = began !== null && features.includes('resume');
  return encodeControl('connected', {
    connectionId,
    userId: user,
    tenantId: tenant,
    serverTime: new Date().toISOString(),
    heartbeatMs,
    tokenExpiresInMs: Number.isFinite(expiresAt) ? expiresInMs(expiresAt) : undefined,
    features,
    position: resumes ? positionOf(began, began.head) : undefined,
    ackWindowMs: features.includes('ack') ? limits.ackMs : undefined,
    build,
  });
}
