'use client';
// `keepline/react/lean`: `keepline/react` without the copies of the package's files, as `keepline/lean`.
import { createElement, type ReactNode } from 'react';
import { createConnection } from '../lean.js';
import { ProviderWith, type RealtimeProviderProps } from './provider.js';

export { type EventBufferOptions, useEventBuffer } from './event-buffer.js';
export { type Freshness, useFreshness } from './freshness.js';
export {
  type BatchedEventOptions,
  type EventOptions,
  useConnection,
  useConnectionStatus,
  useEvent,
  useGap,
  useReconnected,
  useSend,
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
export { type LiveQueryResult, type UseLiveQueryOptions, useLiveQuery } from './live-query.js';
export { type PendingSendsOptions, usePendingSends } from './pending-sends.js';
export type { RealtimeProviderProps } from './provider.js';
export type {
  Register,
  RegisteredEvents,
  RegisteredMessages,
  RegisteredResults,
} from './register.js';

/** As that of `keepline/react`; without a file to fetch it stays `wasm_unavailable`. */
export function RealtimeProvider(props: RealtimeProviderProps): ReactNode {
  return createElement(ProviderWith, { ...props, create: createConnection });
}
