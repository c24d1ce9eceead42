// What every entry of the package offers besides its createConnection; nothing runs on import.
export { newestOfEach } from './client/coalesce.js';
export {
  ConnectionError,
  type ConnectionErrorKind,
  SendError,
  type SendErrorKind,
} from './client/errors.js';
export type {
  Backlog,
  BatchOptions,
  CoalesceBy,
  Connection,
  ConnectionOptions,
  Diagnostics,
  Environment,
  EventHandler,
  EventOf,
  EventPattern,
  Host,
  HostReport,
  LogLevel,
  LogSink,
  Metrics,
  Phase,
  Quality,
  ReadyOptions,
  RealtimeEvent,
  Reason,
  Reconnection,
  SendOptions,
  SendReceipt,
  State,
  Status,
  Subprotocols,
  SubscribeOptions,
  TokenProvider,
  TokenRequest,
  TransitionLine,
  Unsubscribe,
} from './client/types.js';
export type * from './generated/events.js';
export { preloadModule as preload } from './load/module.js';
