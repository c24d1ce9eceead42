/** The upgrade: what is selected, and who is let in. */

import { subprotocol } from '../../../handshake.js';
import { describeEnding } from '../link.js';
import { FORBIDDEN, judgeRefusal, MALFORMED, TOKEN_REJECTED } from '../reactions.js';
import { fail, pass, type Rule, skipped, type Verdict } from '../rule.js';
import { NotServed, type Target } from '../target.js';

/** Of nobody: the domain is reserved, https://www.rfc-editor.org/rfc/rfc2606#section-2 */
const STRANGE_ORIGIN = 'https://keepline-check.invalid';
/** No token of anybody, and none by its form. */
const GARBAGE = 'keepline-check-no-token';
const FOREIGN_SUBPROTOCOL = 'keepline-check.v0';

async function selectionFor(target: Target, offered: readonly string[]) {
  const link = target.dialRaw(undefined, [...offered]);
  await link.until(() => link.status, target.options.timeoutMs);
  const { status, protocol, problem } = link;
  if (status === undefined) return { why: problem ?? 'the dial was not answered' };
  return status === 101 ? { protocol } : { why: `the upgrade was refused with HTTP ${status}` };
}

async function judgeSelection(
  target: Target,
  judge: (protocol: string | undefined, offered: readonly string[]) => Verdict,
): Promise<Verdict> {
  const offered = target.offer();
  const { protocol, why } = await selectionFor(target, offered);
  return why === undefined ? judge(protocol, offered) : skipped(why);
}

/** Not the last character: some of its bits mean nothing in Base64. */
function tamperedWith(token: string): string {
  const at = token.lastIndexOf('.') + 1 + Math.floor((token.length - token.lastIndexOf('.')) / 2);
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
}

async function judgeOrigin(target: Target): Promise<Verdict> {
  const link = target.dial({ origin: STRANGE_ORIGIN });
  await link.until(
    () => link.ending ?? (target.facts.greeting.length > 0 ? link.frames[0] : undefined),
    target.options.timeoutMs,
  );
  if (link.opening?.kind === 'open' && !link.ending) {
    return pass(`${STRANGE_ORIGIN} is served, which is tolerated: a token is all that it takes`);
  }
  return judgeRefusal(target, link, FORBIDDEN);
}

async function judgeEarlyFrame(target: Target): Promise<Verdict> {
  const link = target.dial({
    atOnce: (opened) => opened.send({ type: 'ping', id: 'keepline-check-early' }),
  });
  const { timeoutMs } = target.options;
  const greets = target.facts.greeting.length > 0;
  await link.until(() => link.ending ?? (greets ? link.frames[0] : undefined), timeoutMs);
  if (!link.ending) await target.settle(link);
  const { ending } = link;
  if (!ending) return pass('the link lived on');
  return MALFORMED.includes(ending.code)
    ? pass(describeEnding(ending))
    : fail(describeEnding(ending));
}

async function judgeHalfOpen(target: Target): Promise<Verdict> {
  const { halfOpenDials } = target.options;
  for (let count = 0; count < halfOpenDials; count += 1) {
    if (count % 2 === 0) target.dialRaw('GET / HTTP/1.1\r\nHost: keepline-check.invalid\r\n');
    else target.dialRaw(undefined, target.offer(GARBAGE));
  }
  const beside = `beside ${halfOpenDials} that were left half open`;
  try {
    await target.serve();
    return pass(`a good dial was served ${beside}`);
  } catch (error) {
    if (!(error instanceof NotServed)) throw error;
    target.dropAll();
    await untilServed(target);
    return fail(`a good dial ${beside}: ${error.message}`);
  }
}

/** A server needs a while to see that others hung up; the rules that follow are not about that. */
async function untilServed(target: Target): Promise<void> {
  const end = performance.now() + target.options.timeoutMs;
  while (performance.now() < end) {
    try {
      await target.serve();
      return;
    } catch (error) {
      if (!(error instanceof NotServed)) throw error;
    }
  }
}

export const handshake: readonly Rule[] = [
  {
    id: 'handshake.selects',
    sentence: 'One of the subprotocols that were offered is selected.',
    section: 'Handshake',
    level: 'must',
    needs: [],
    judge: (target) =>
      judgeSelection(target, (protocol, offered) => {
        if (protocol === undefined) return fail('none is selected: Chromium fails the dial');
        return offered.includes(protocol)
          ? pass(`selects ${protocol}`)
          : fail(`selects ${protocol}, which was not offered`);
      }),
  },
  {
    id: 'handshake.never-the-token',
    sentence: `What is selected is ${subprotocol}, and never the token.`,
    section: 'Handshake',
    level: 'must',
    needs: ['token'],
    judge: (target) =>
      judgeSelection(target, (protocol) =>
        protocol?.startsWith('bearer.')
          ? fail('the token is selected, and stands in the answer')
          : pass(`selects ${protocol ?? 'nothing'}`),
      ),
  },
  {
    id: 'handshake.nothing-unoffered',
    sentence:
      'To a dial that does not offer keepline.v1 no subprotocol is given that it did not offer.',
    section: 'Handshake',
    rfc: 'RFC 6455, 4.2.2',
    level: 'must',
    needs: [],
    judge: async (target) => {
      const seen: string[] = [];
      for (const offered of [[], [FOREIGN_SUBPROTOCOL]]) {
        const { protocol, why } = await selectionFor(target, offered);
        const which = offered.length === 0 ? 'nothing offered' : 'another offered';
        if (protocol !== undefined && !offered.includes(protocol)) {
          return fail(`${which}: ${protocol} is selected`);
        }
        seen.push(`${which}: ${why ?? `accepted with ${protocol ?? 'none'}`}`);
      }
      return pass(seen.join('; '));
    },
  },
  {
    id: 'token.missing',
    sentence: 'A dial without a token is accepted, and closed with 4401.',
    section: 'Handshake',
    level: 'must',
    needs: ['selection'],
    judge: (target) =>
      judgeRefusal(target, target.dial({ protocols: [subprotocol] }), TOKEN_REJECTED),
  },
  {
    id: 'token.garbage',
    sentence: 'A dial with what is no token is accepted, and closed with 4401.',
    section: 'Handshake',
    level: 'must',
    needs: ['selection'],
    judge: (target) =>
      judgeRefusal(target, target.dial({ protocols: target.offer(GARBAGE) }), TOKEN_REJECTED),
  },
  {
    id: 'token.tampered',
    sentence: 'A good token of which one character was changed is worth nothing: 4401.',
    section: 'Handshake',
    level: 'must',
    needs: ['token', 'selection'],
    judge: (target) => {
      const tampered = tamperedWith(target.options.token ?? '');
      target.secrets.add(tampered);
      return judgeRefusal(
        target,
        target.dial({ protocols: target.offer(tampered) }),
        TOKEN_REJECTED,
      );
    },
  },
  {
    id: 'token.expired',
    sentence: 'A dial with a token that has expired is accepted, and closed with 4401.',
    section: 'Handshake',
    level: 'must',
    needs: ['expired', 'selection'],
    judge: (target) =>
      judgeRefusal(
        target,
        target.dial({ protocols: target.offer(target.options.expired) }),
        TOKEN_REJECTED,
      ),
  },
  {
    id: 'origin.foreign',
    sentence:
      'A page of a stranger is closed with 4403, or served where a token is all that it takes.',
    section: 'Close codes',
    level: 'must',
    needs: ['link'],
    judge: judgeOrigin,
  },
  {
    id: 'handshake.early-frame',
    sentence:
      'A frame that comes before the token is verified is answered after, or closes with 4400.',
    section: 'Close codes',
    level: 'must',
    needs: ['link'],
    attack: true,
    judge: judgeEarlyFrame,
  },
  {
    id: 'handshake.half-open',
    sentence: 'Dials that are left half open keep nobody out whose token is good.',
    section: 'Handshake',
    level: 'must',
    needs: ['link'],
    judge: judgeHalfOpen,
  },
];
