/** A server that breaks one rule: the command finds that rule, and finds fault with nothing else. */
import type { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { check } from './support/command.js';
import {
  connectedTo,
  EXPIRED,
  GOOD,
  goodParts,
  type Parts,
  type Peer,
  type PlantedServer,
  startPlanted,
} from './support/planted-server.js';
import { goodStream, resumed } from './support/planted-stream.js';

const greeting = (more: object) => (peer: Peer) =>
  peer.send({ type: 'connected', data: { ...connectedTo(peer), ...more } });
const event = (seq: number) => ({ type: 'new_call', seq, data: { callId: 'c1' } });
/** For what one that lists `ack` breaks at the same time. */
const greetWithoutAck = greeting({ features: ['subscribe', 'reauth', 'resume', 'batch'] });
/** As if it were a place of this log. */
const taking =
  (reason: string): Parts['verdictOn'] =>
  (log, from) => {
    const [verdict, after] = goodStream.verdictOn(log, from);
    const { reason: told } = verdict['data'] as { reason?: unknown };
    return told === reason ? [resumed(from, log), after] : [verdict, after];
  };
const isUnsigned = (token: string | undefined) =>
  token?.startsWith(GOOD.slice(0, GOOD.lastIndexOf('.'))) === true;
const malformedBy =
  (kind: string, what: (peer: Peer) => void): Parts['malformed'] =>
  (peer, which) =>
    which === kind ? what(peer) : goodParts.malformed(peer, which);

/** Those of whom nothing is taken any more, and who are not told. */
const dead = new WeakSet<Peer>();

/** For what `ws` does right by itself. */
const breakingOffAt = (firstByte: number) => (transport: Duplex) => {
  transport.prependListener('data', (bytes: Buffer) => {
    if (bytes[0] === firstByte) transport.destroy();
  });
};

/** Verifies so slowly that a frame comes meanwhile, and falls over it; once it has, there is no need to wait. */
const VERIFYING_MS = 150;
const fallen = new WeakSet<PlantedServer>();
function greetLate(peer: Peer): void {
  if (fallen.has(peer.server)) {
    goodParts.greet(peer);
    return;
  }
  const fallOver = () => {
    fallen.add(peer.server);
    peer.breakOff();
  };
  peer.socket.on('message', fallOver);
  const timer = setTimeout(() => {
    peer.socket.off('message', fallOver);
    goodParts.greet(peer);
  }, VERIFYING_MS);
  peer.socket.once('close', () => clearTimeout(timer));
}

/** Less than the heartbeat that it asks for, and more than any other rule leaves a link in silence. */
const IMPATIENCE_MS = 4000;
function greetImpatiently(peer: Peer): void {
  goodParts.greet(peer);
  const timer = setTimeout(() => peer.socket.close(4408, 'too slow'), IMPATIENCE_MS);
  peer.socket.on('message', () => timer.refresh());
  peer.socket.once('close', () => clearTimeout(timer));
}

const plants: Readonly<Record<string, Partial<Parts>>> = {
  'handshake.selects': { select: () => false },
  'handshake.never-the-token': {
    select: (offered) =>
      [...offered].find((value) => value.startsWith('bearer.')) ?? goodParts.select(offered),
  },
  'handshake.nothing-unoffered': { select: () => 'keepline.v1' },
  'token.missing': { refuse: ({ token }) => (token === undefined ? 401 : undefined) },
  'token.garbage': {
    verify: (dial) =>
      dial.token?.includes('.') === false ? [4400, 'no token'] : goodParts.verify(dial),
  },
  'token.tampered': {
    verify: (dial) => (isUnsigned(dial.token) && !dial.origin ? undefined : goodParts.verify(dial)),
  },
  'token.expired': {
    verify: (dial) => (dial.token === EXPIRED ? undefined : goodParts.verify(dial)),
  },
  'origin.foreign': { refuse: ({ origin }) => (origin?.endsWith('.invalid') ? 403 : undefined) },
  'handshake.early-frame': { greet: greetLate },
  'handshake.half-open': { connectionsMax: 20 },
  'connected.first': {
    greet: (peer) => {
      peer.send({ type: 'new_call', data: {} });
      goodParts.greet(peer);
    },
  },
  'connected.members': { greet: greeting({ serverTime: 1_795_000_000 }) },
  'connected.token-expiry': { greet: greeting({ tokenExpiresInMs: 86_400_000 }) },
  'keepalive.idle': { greet: greetImpatiently },
  'ping.json': { ping: (peer) => peer.send({ type: 'pong', id: 'another', ts: 1 }) },
  'ping.text': { textPing: () => {} },
  'ping.protocol': { socketOptions: { ...goodParts.socketOptions, autoPong: false } },
  'message.unknown': {
    greet: greetWithoutAck,
    unknown: (peer, message) =>
      message['id'] === undefined ? goodParts.unknown(peer, message) : peer.breakOff(),
  },
  'message.unknown-answered': { greet: greetWithoutAck, unknown: () => {} },
  'subscribe.good': {
    subscribe: (peer, message) =>
      JSON.stringify(message['data']) === '{"events":[]}'
        ? peer.socket.close(4400, 'what for?')
        : goodParts.subscribe(peer, message),
  },
  'subscribe.bad': {
    subscribe: (peer, message) => {
      const { events } = (message['data'] ?? {}) as { events?: unknown };
      if (Array.isArray(events) && events.length > 64) goodParts.subscribe(peer, message);
    },
  },
  'subscribe.too-many': {
    subscribe: (peer, message) => {
      const { events } = (message['data'] ?? {}) as { events?: unknown };
      if (!Array.isArray(events) || events.length <= 64) goodParts.subscribe(peer, message);
    },
  },
  'reauth.good': {
    auth: (peer, token) =>
      token === GOOD ? peer.send({ type: 'authed' }) : goodParts.auth(peer, token),
  },
  'reauth.bad': {
    auth: (peer) => peer.send({ type: 'authed', data: { expiresInMs: 1000 } }),
  },
  'frame.not-json': {
    // In a later turn, when what came behind it has been answered.
    malformed: malformedBy('json', ({ socket }) => {
      setImmediate(() => socket.close(1011, 'internal error'));
    }),
  },
  'frame.not-an-object': { malformed: malformedBy('object', (peer) => peer.breakOff()) },
  'frame.no-type': {
    malformed: malformedBy('type', (peer) => dead.add(peer)),
    intercept: (peer, ...message) => dead.has(peer) || goodParts.intercept(peer, ...message),
  },
  'frame.over-long-type': {
    malformed: malformedBy('long type', ({ socket }) => socket.close(1008, 'policy')),
  },
  'frame.not-utf8-text': {
    socketOptions: { ...goodParts.socketOptions, skipUTF8Validation: true },
    malformed: malformedBy('utf8', () => {}),
  },
  'frame.not-utf8-binary': { malformed: malformedBy('utf8', (peer) => peer.breakOff()) },
  'frame.binary': {
    intercept: (peer, bytes, binary) => {
      if (!binary || bytes.includes(0xff)) return goodParts.intercept(peer, bytes, binary);
      peer.socket.close(1011, 'internal error');
      return true;
    },
  },
  'frame.too-big': {
    socketOptions: {},
    intercept: (peer, bytes, binary) => {
      if (bytes.length < 1024 * 1024) return goodParts.intercept(peer, bytes, binary);
      peer.breakOff();
      return true;
    },
  },
  'frame.reserved-bit': {
    afterFault: ({ server }, fault) => {
      if (fault === 'WS_ERR_UNEXPECTED_RSV_1') server.die();
    },
  },
  'frame.unmasked': {
    afterFault: ({ server }, fault) => {
      if (fault === 'WS_ERR_EXPECTED_MASK') for (const socket of server.sockets) socket.terminate();
    },
  },
  'rate.flood': {
    intercept: (peer) => {
      peer.received += 1;
      if (peer.received > 200) peer.socket.close(1008, 'too many messages');
      return peer.received > 200;
    },
  },
  // By its first byte: a text frame that is not the last of its message.
  'frame.fragments': { transport: breakingOffAt(0x01) },
  'close.echo': { transport: breakingOffAt(0x88) },
  'close.hints': {
    intercept: (peer) => {
      peer.received += 1;
      if (peer.received > 200) peer.socket.close(4429, '{"retryAfterMs":-1}');
      return peer.received > 200;
    },
  },
  'close.restart': { restart: ({ socket }) => socket.close(1012, 'back soon') },
  'frame.well-formed': {
    greet: (peer) => {
      goodParts.greet(peer);
      peer.send([event(1)]);
    },
  },
  'frame.seq': {
    live: (peer, each) => {
      goodStream.live(peer, each);
      goodStream.live(peer, each);
    },
  },
  'ack.window': { greet: greeting({ ackWindowMs: undefined }) },
  'ack.once': {
    unknown: (peer, message) => {
      goodParts.unknown(peer, message);
      goodParts.unknown(peer, message);
    },
  },
  'ack.repeat': {
    note: (peer, id) => {
      peer.server.log.done.clear();
      goodStream.note(peer, id);
    },
  },
  'resume.position': { greet: greeting({ position: 7 }) },
  'resume.verdict': {
    tellVerdict: (peer, verdict) => {
      peer.send(verdict);
      if (verdict['type'] === 'resumed') peer.send(verdict);
    },
  },
  'resume.invalid': { verdictOn: taking('invalid') },
  'resume.epoch': { verdictOn: taking('epoch') },
  'resume.ahead': { verdictOn: taking('ahead') },
  'resume.once': { resumeAgain: () => {} },
  'resume.replay': { replay: () => {} },
  'resume.verdict-first': {
    tellVerdict: (peer, verdict) => {
      peer.send(event(1));
      peer.send(verdict);
    },
  },
  'gap.members': {
    tellVerdict: (peer, { type, data }) =>
      peer.send({ type, data: { ...(data as object), ...(type === 'gap' && { to: 'nowhere' }) } }),
  },
  'position.comes': { position: () => {} },
  'position.not-ahead': {
    replay: (peer, events) => {
      goodStream.position(peer);
      goodStream.replay(peer, events);
    },
    position: () => {},
  },
  'position.sent': {
    position: (peer) => {
      peer.place.sent += 1;
      goodStream.position(peer);
    },
  },
  'batch.form': {
    replay: (peer, events) => {
      if (!peer.place.readsBatches) goodStream.replay(peer, events);
      else {
        peer.place.sent += events.length;
        peer.socket.send(events.map((each) => JSON.stringify(each)).join('\n\n'));
      }
    },
  },
  'batch.unasked': {
    greet: (peer) => {
      const frames = [{ type: 'connected', data: connectedTo(peer) }, { type: 'shift_over' }];
      peer.socket.send(frames.map((frame) => JSON.stringify(frame)).join('\n'));
    },
  },
  'token.unsaid': {
    verify: (dial) =>
      dial.token === EXPIRED ? [4401, `expired: ${EXPIRED.slice(0, 100)}`] : goodParts.verify(dial),
  },
};

/** Short where nothing is waited for but the end of a silence. */
async function checkPlanted(overrides: Partial<Parts>, ...args: readonly string[]) {
  const { url } = await startPlanted(overrides);
  const fetching = (path: string) =>
    `"${process.execPath}" -e "fetch('${new URL(path, url.replace('ws:', 'http:'))}')"`;
  // It answers in order, so there is no late word to be watched for.
  const common = [
    ...['--expired', EXPIRED, '--quiet', '50', '--message', '{"type":"note"}'],
    ...['--restart-command', fetching('/'), '--publish-command', fetching('/publish')],
  ];
  return check(url, GOOD, ...common, ...args);
}

/** Servers that never answer are waited for so long. */
const PATIENCE = ['--timeout', '4000'];

describe('the command', { timeout: 120_000 }, () => {
  test('finds no fault with a server that keeps every rule', async () => {
    const { code, broken, skipped, rules } = await checkPlanted({}, '--idle', '0', '--strict');
    expect(broken).toEqual([]);
    expect(skipped).toEqual([]);
    expect(code).toBe(0);
    // What is planted below is all that there is to break.
    expect(new Set(rules.map(({ id }) => id))).toEqual(new Set(Object.keys(plants)));
  });

  test.each(Object.entries(plants))('finds %s broken, and nothing else', async (id, parts) => {
    const idle = id === 'keepalive.idle' ? [] : ['--idle', '0'];
    const { broken, code, rules, seen } = await checkPlanted(parts, ...idle, ...PATIENCE);
    expect({ broken, seen: broken.map(seen) }).toEqual({ broken: [id], seen: [seen(id)] });
    expect(code).toBe(rules.find((rule) => rule.id === id)?.level === 'must' ? 1 : 0);
  });

  test('says which rule a server did not outlive, and blames no other', async () => {
    const { seen, skipped } = await checkPlanted(plants['frame.reserved-bit'] ?? {}, '--idle', '0');
    expect(seen('frame.reserved-bit')).toContain(
      'a new dial after it: the dial failed: connect ECONNREFUSED',
    );
    expect(skipped).toContain('rate.flood');
    expect(seen('rate.flood')).toBe('the server serves nobody any more since frame.reserved-bit');
  });

  test('takes a frame that is written over several lines for one', async () => {
    const { broken, rules } = await checkPlanted(
      {
        greet: (peer) =>
          peer.socket.send(JSON.stringify({ type: 'connected', data: connectedTo(peer) }, null, 2)),
      },
      ...['--only', 'batch,frame.well-formed,connected'],
    );
    expect(broken).toEqual([]);
    expect(rules.map(({ id, result }) => [id, result])).toContainEqual(['batch.unasked', 'pass']);
  });

  test('counts what should be only where it is told to', async () => {
    const { url } = await startPlanted(plants['ping.text']);
    const only = ['--only', 'ping'];
    expect((await check(url, GOOD, ...only)).code).toBe(0);
    expect((await check(url, GOOD, ...only, '--strict')).code).toBe(1);
  });
});
