// What the package offers; nothing runs on import.
export { newestOfEach } from './client/coalesce.js';
export { createConnection } from './client/connection.js';
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
  WebSocketConstructor,
  WebSocketLike,
} from './client/types.js';
export type * from './generated/events.js';
