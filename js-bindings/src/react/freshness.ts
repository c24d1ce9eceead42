// Whether what events of a type say is still young enough to be believed.
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { EventPattern, Status, Unsubscribe } from '../client/types.js';
import { useLink } from './context.js';
import { checkNumber } from './hook-options.js';
import type { Attachment, Link } from './link.js';
import type { RegisteredEvents } from './register.js';

/** The same object until `fresh` changes. */
export interface Freshness {
  /**
   * When the event came that made it fresh, or, once it is not, the last one: wall-clock ms. Null where
   * there was none of this user's.
   */
  readonly at: number | null;
  /** The link is usable, and the last event is at most `maxAgeMs` old. */
  readonly fresh: boolean;
}

/**
 * Whether an event of `type`, a prefix `'import_*'` or `'*'` came within the last `maxAgeMs` and the link is
 * usable: what has become of things behind a broken link nobody knows. Renders when that changes, and not
 * for events; one timer, no polling. A page that slept is judged by the clock as it is seen again. After
 * another user signed in nothing is fresh. Throws `option_invalid` where `maxAgeMs` is no number above 0.
 */
export function useFreshness(type: EventPattern<RegisteredEvents>, maxAgeMs: number): Freshness {
  const link = useLink('useFreshness');
  const fits = Number.isFinite(maxAgeMs) && maxAgeMs > 0;
  checkNumber('useFreshness: maxAgeMs', maxAgeMs, fits, 'a number of milliseconds above 0');
  const view = useMemo(() => new FreshnessView(link, type), [link, type]);
  useEffect(() => view.allow(maxAgeMs), [view, maxAgeMs]);
  return useSyncExternalStore(view.subscribe, view.get, () => never);
}

const never: Freshness = Object.freeze({ at: null, fresh: false });

/** Longer delays are none for a timer. */
const timerMaxMs = 2 ** 31 - 1;

const isUsable = ({ state, unproven }: Status) => state === 'connected' && !unproven;

class FreshnessView {
  readonly #link: Link;
  readonly #type: EventPattern<RegisteredEvents>;
  #maxAgeMs = 0;
  #last: number | null = null;
  #era = 0;
  #shown = never;
  #onChange: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(link: Link, type: EventPattern<RegisteredEvents>) {
    this.#link = link;
    this.#type = type;
  }

  readonly get = (): Freshness => (this.#era === this.#link.era() ? this.#shown : never);

  allow(maxAgeMs: number): void {
    this.#maxAgeMs = maxAgeMs;
    this.#stopTimer();
    this.#judge();
  }

  readonly subscribe = (onChange: () => void): Unsubscribe => {
    this.#onChange = onChange;
    const detach = this.#link.attach(this.#attachment);
    const page = typeof document === 'undefined' ? null : document;
    page?.addEventListener('visibilitychange', this.#judge);
    this.#judge();
    return () => {
      this.#onChange = null;
      this.#stopTimer();
      page?.removeEventListener('visibilitychange', this.#judge);
      detach();
    };
  };

  readonly #attachment: Attachment = (connection) => {
    const undo = [
      connection.subscribe(this.#type, ({ receivedAt }) => {
        this.#last = receivedAt;
        if (!this.#shown.fresh) this.#judge();
      }),
      connection.onStatus(this.#judge),
      connection.onIdentityChanged(this.#judge),
    ];
    this.#judge();
    return () => {
      for (const each of undo) each();
      this.#judge();
    };
  };

  /** Events that keep it fresh only move its end: the timer looks again when it is due. */
  readonly #judge = (): void => {
    if (!this.#onChange) return;
    if (this.#era !== this.#link.era()) this.#last = null;
    this.#era = this.#link.era();
    // A clock that was set back says as little of the age as one that ran on.
    const age = this.#last === null ? Number.POSITIVE_INFINITY : Math.abs(Date.now() - this.#last);
    const fresh = age <= this.#maxAgeMs && isUsable(this.#link.status());
    if (!fresh) this.#stopTimer();
    else this.#timer ??= this.#lookIn(this.#maxAgeMs - age + 1);
    const known = (this.#shown.at === null) === (this.#last === null);
    if (fresh === this.#shown.fresh && known) return;
    this.#shown = Object.freeze({ at: this.#last, fresh });
    this.#onChange();
  };

  #lookIn(ms: number): ReturnType<typeof setTimeout> {
    return setTimeout(
      () => {
        this.#timer = undefined;
        this.#judge();
      },
      Math.min(ms, timerMaxMs),
    );
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
