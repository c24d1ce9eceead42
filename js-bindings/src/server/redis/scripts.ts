// What runs inside Redis: each script is one step that nothing comes between. A stream is written to, or said
// to be there, by the generation of Redis that began it alone: a replica that lagged behind when it was
// promoted, and a server that was restarted, have another one, and begin a new epoch.
import { createHash } from 'node:crypto';

export interface Script {
  readonly text: string;
  readonly sha: string;
}

const script = (text: string): Script => ({
  text,
  sha: createHash('sha1').update(text).digest('hex'),
});

/** How long the place of a tenant without events is known: beyond it begins a new epoch, above the old one. */
const metaMs = 86_400_000;

/**
 * KEYS: meta, log. ARGV: engine, the epoch that would begin, channel. Numbers of Lua are written without an
 * exponent. Seq does not fall: a new epoch begins above the old one, and above the clock.
 */
const stream = `
local function text(number) return string.format('%.0f', number) end
local time = redis.call('TIME')
local now = text(time[1] * 1000 + math.floor(time[2] / 1000))
local generation = 'durable'
if ARGV[1] ~= generation then
  generation = string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)')
end
local epoch, seq, began = unpack(redis.call('HMGET', KEYS[1], 'epoch', 'seq', 'generation'))
if not epoch or began ~= generation then
  epoch = ARGV[2]
  seq = text(math.max((tonumber(seq) or 0) + 1, tonumber(now)))
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'seq', seq, 'generation', generation)
  redis.call('PUBLISH', ARGV[3], epoch .. '.' .. seq)
end
redis.call('PEXPIRE', KEYS[1], ${metaMs})
`;

/**
 * KEYS further: the id's, where there is one. ARGV further: events kept, the entry, for how long it is kept in
 * ms, and its id. Answers with the position, and whether the id was there.
 */
export const publishScript = script(`
if KEYS[3] then
  local written = redis.call('GET', KEYS[3])
  if written then return { written, 1 } end
end
${stream}
seq = text(redis.call('HINCRBY', KEYS[1], 'seq', 1))
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[4], seq .. '-0', 'at', now, 'e', ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[6])
local position = epoch .. '.' .. seq
if KEYS[3] then redis.call('SET', KEYS[3], position, 'PX', ARGV[7]) end
redis.call('PUBLISH', ARGV[3], position .. ' ' .. now .. ' ' .. ARGV[5])
return { position, 0 }
`);

/** ARGV further: events kept. Answers with epoch, head and floor. */
export const openScript = script(`
${stream}
local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
local floor = tonumber(seq) + 1
if first then
  floor = math.max(tonumber(string.match(first[1], '^%d+')), floor - tonumber(ARGV[4]))
end
return { epoch, seq, text(floor) }
`);

/** KEYS: meta. ARGV: an epoch, or nothing for whichever it is. No generation has this name: whoever asks next begins anew. */
export const endScript = script(`
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if ARGV[1] == '' or ARGV[1] == epoch then redis.call('HSET', KEYS[1], 'generation', '') end
return 1
`);

/**
 * KEYS: meta, log. ARGV: after, at most, events kept. Redis trims by the hundred: what is beyond those that
 * are kept is not shown.
 */
export const readScript = script(`
local head = tonumber(redis.call('HGET', KEYS[1], 'seq') or 0)
local from = math.max(tonumber(ARGV[1]), head - tonumber(ARGV[3])) + 1
return redis.call('XRANGE', KEYS[2], string.format('%.0f', from), '+', 'COUNT', ARGV[2])
`);

/**
 * KEYS: an answer. ARGV: who claims it, for how long in ms. Answers with what is there, or false: whoever claims
 * it twice has not heard that it was his.
 */
export const claimScript = script(`
local kept = redis.call('GET', KEYS[1])
if kept and kept ~= ARGV[1] then return kept end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false
`);

/** ARGV: who claimed it. */
export const releaseScript = script(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
`);
