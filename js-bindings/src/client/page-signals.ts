// What the page goes through, as signals for the core. A worker has no document and Node has
// nothing: what is not there is not listened to.
import {
  frozenSignal,
  hiddenSignal,
  offlineSignal,
  onlineSignal,
  pageHiddenSignal,
  pageShownSignal,
  resumedSignal,
  visibleSignal,
} from '../generated/status.js';
import type { Unsubscribe } from './types.js';

export interface PageSignalListener {
  /** By its number. */
  signal(signal: number): void;
  /** The page's policy blocked a connection to `uri`: an address, or only its scheme. */
  blocked(uri: string): void;
}

/** Begins to listen; what it returns ends that. Replaceable, for pages of another kind. */
export type PageSignalSetup = (listener: PageSignalListener) => Unsubscribe;

export const setupPageSignals: PageSignalSetup = (listener) => {
  const controller = new AbortController();
  // Whatever can be listened to: simulated windows are no EventTarget of this realm.
  const listen = (target: unknown, type: string, handle: (event: Event) => void) =>
    (target as Partial<EventTarget> | undefined)?.addEventListener?.(type, handle, {
      signal: controller.signal,
    });
  const send = (signal: number) => () => listener.signal(signal);
  // Only into and out of the back-forward cache: a page that goes for good closes its sockets anyway.
  const sendPersisted = (signal: number) => (event: Event) => {
    if ((event as PageTransitionEvent).persisted) listener.signal(signal);
  };
  const isHidden = () => document.visibilityState === 'hidden';
  const page: unknown = globalThis.document;
  const whole: unknown = globalThis.window ?? globalThis;
  listen(whole, 'online', send(onlineSignal));
  listen(whole, 'offline', send(offlineSignal));
  listen(whole, 'pagehide', sendPersisted(pageHiddenSignal));
  listen(whole, 'pageshow', sendPersisted(pageShownSignal));
  listen(page, 'visibilitychange', () => {
    listener.signal(isHidden() ? hiddenSignal : visibleSignal);
  });
  if (page && isHidden()) listener.signal(hiddenSignal);
  listen(page, 'freeze', send(frozenSignal));
  listen(page, 'resume', send(resumedSignal));
  listen(whole, 'securitypolicyviolation', (event) => {
    const { blockedURI, disposition, effectiveDirective } = event as SecurityPolicyViolationEvent;
    if (disposition === 'enforce' && effectiveDirective === 'connect-src') {
      listener.blocked(blockedURI);
    }
  });
  return () => controller.abort();
};

/** A page and its workers have a window or a scope; a server that renders pages has neither. */
export const isServer = (): boolean =>
  typeof window === 'undefined' && !('WorkerGlobalScope' in globalThis);

/**
 * For a page that is only prepared for somebody who may open it: when that happens. Undefined for any
 * other, which need not wait.
 */
export function whenShown(): Promise<unknown> | undefined {
  const page = globalThis.document as (Document & { readonly prerendering?: boolean }) | undefined;
  if (!page?.prerendering) return undefined;
  return new Promise((resolve) => {
    page.addEventListener('prerenderingchange', resolve, { once: true });
  });
}
