'use client';
// `keepline/react`: the provider, the hooks and the status indicator.
//
// The directive marks the boundary for server components here, once, for all that is behind it.
export { type EventBufferOptions, useEventBuffer } from './event-buffer.js';
export {
  useConnectionStatus,
  useEvent,
  useReconnected,
  useWebSocket,
  type WebSocketHandle,
} from './hooks.js';
export type { IndicatorLabels, ReplacedLabels } from './indicator/labels.js';
export {
  WebSocketStatusIndicator,
  type WebSocketStatusIndicatorProps,
} from './indicator/status-indicator.js';
export { useLatestEvent } from './latest-event.js';
export type { LinkedConnection } from './link.js';
export { RealtimeProvider, type RealtimeProviderProps } from './provider.js';
export type { Register, RegisteredEvents, RegisteredMessages } from './register.js';
