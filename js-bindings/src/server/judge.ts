// The application's own judgement, asked so that nothing it does ends a link or the process.
import type { Limits } from './limits.js';
import { isWindow } from './options.js';
import type { DialRequest, Logger, Metrics, Principal, Refusal, Verify } from './types.js';

const unavailable = (why: string): Refusal => ({ refused: 'unavailable', why });

/** A verdict within the limits, whatever `verify` does. */
export function judgeWith(verify: Verify, { tokenMs }: Limits, log: Logger, metrics: Metrics) {
  return async (token: string, dial: DialRequest): Promise<Principal | Refusal> => {
    const beganAt = performance.now();
    const verdict = await askVerify(verify, token, dial, log);
    const name = 'refused' in verdict ? verdict.refused : 'accepted';
    metrics.observe('verification_seconds', (performance.now() - beganAt) / 1000, {
      verdict: name,
    });
    if ('refused' in verdict) return verdict;
    const expiresAt = Math.min(verdict.expiresAt, Date.now() + tokenMs);
    return { ...verdict, expiresAt, claims: verdict.claims ?? {} };
  };
}

async function askVerify(verify: Verify, token: string, dial: DialRequest, log: Logger) {
  try {
    const verdict: unknown = await verify(token, dial);
    if (isRefusal(verdict) || isPrincipal(verdict)) return verdict;
    log.error({}, 'verify returned neither a principal (tenant, user, expiresAt) nor a refusal');
  } catch (reason) {
    log.error({ problem: String(reason) }, 'verify failed');
  }
  return unavailable('the server cannot verify tokens yet');
}

const isRefusal = (verdict: unknown): verdict is Refusal =>
  /^(token|forbidden|unavailable)$/.test((verdict as Refusal | null)?.refused ?? '');

function isPrincipal(verdict: unknown): verdict is Principal {
  const { tenant, user, expiresAt } = (verdict ?? {}) as Partial<Principal>;
  const named = [tenant, user].every((name) => typeof name === 'string' && name !== '');
  return named && typeof expiresAt === 'number' && !Number.isNaN(expiresAt);
}

/** What may be heard, whatever `authorise` does. */
export function authoriseWith(
  authorise: (principal: Principal, type: string) => boolean,
  log: Logger,
) {
  return (principal: Principal, type: string): boolean => {
    try {
      return authorise(principal, type) === true;
    } catch (reason) {
      log.error({ problem: String(reason) }, 'authorise failed');
      return false;
    }
  };
}

/** How long an event may wait for others; not at all where the application's answer is none. */
export function windowWith(window: (type: string, principal: Principal) => number, log: Logger) {
  return (principal: Principal, type: string): number => {
    try {
      const ms = window(type, principal);
      if (isWindow(ms)) return ms;
      log.error({ type }, 'batchWindowMs is no number from 0 to 50');
    } catch (reason) {
      log.error({ problem: String(reason) }, 'batchWindowMs failed');
    }
    return 0;
  };
}

/** False where the application's answer is none. */
export function isKnown(verify: Verify, token: string): boolean {
  try {
    return verify.knows?.(token) === true;
  } catch {
    return false;
  }
}

/** Why nobody can be verified; null where all is well. */
export function troubleOf(verify: Verify): string | null {
  try {
    return verify.trouble?.() ?? null;
  } catch (reason) {
    return `verify.trouble failed: ${String(reason)}`;
  }
}
