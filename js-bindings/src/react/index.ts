'use client';
// `keepline/react`: the provider, the hooks and the status indicator.
//
// The directive marks the boundary for server components here, once, for all that is behind it.
import { createElement, type ReactNode } from 'react';
import { createConnection } from '../index.js';
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

/**
 * Gives the part of the page below it one connection: one that it makes of `options`, or the one that it is
 * given as `connection`. Made after the first render and ended a second after the provider has gone,
 * so that StrictMode, hot reload and a remount find it again.
 */
export function RealtimeProvider(props: RealtimeProviderProps): ReactNode {
  return createElement(ProviderWith, { ...props, create: createConnection });
}
