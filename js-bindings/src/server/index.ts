// `keepline/server`: sessions, fan-out, limits, messages with an answer, presence and drain, over links of
// whichever transport. Needs nothing but Node.
export { CloseCode, type RetryHint } from './close-codes.js';
export type {
  EventLog,
  LogEntry,
  LogEvent,
  LogHint,
  NodeBus,
  StreamState,
  Written,
} from './event-log/event-log.js';
export { LogFollower, type LogListener } from './event-log/log-follower.js';
export { type MemoryLog, type MemoryLogOptions, memoryLog } from './event-log/memory-log.js';
export { isRecord, ownMember } from './frames.js';
export {
  type Handlers,
  type MessageContext,
  type MessageHandler,
  MessageRefused,
} from './handlers.js';
export { isOrigin, offeredToken, readOrigins } from './handshake.js';
export type { ConnectionFilter } from './hub.js';
export { defaultLimits, type Limits, type Rate } from './limits.js';
export { withoutTokens } from './log.js';
export type { RealtimeOptions } from './options.js';
export { boundedOutput, type LineOutput } from './output.js';
export type { Feature } from './parts.js';
export type { Publication, Published } from './publish.js';
export {
  createRealtime,
  type DrainOptions,
  type Realtime,
  type Turned,
} from './realtime.js';
export type {
  ConnectionInfo,
  DialRequest,
  Incoming,
  Labels,
  Link,
  Logger,
  Metrics,
  Principal,
  Refusal,
  RefusalKind,
  Verify,
} from './types.js';
export { sameUser, type UserKey, UserMap } from './user-map.js';
