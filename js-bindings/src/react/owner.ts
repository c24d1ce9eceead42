// What a provider does with its connection: makes it or takes the one that was given, tells it who is signed
// in, and switches it off and on.
//
// All of it is one function of what the newest render wants, so that no order of renders leads
// elsewhere. What is refused becomes the provider's status and is never thrown. It knows no React.
import { ConnectionError } from '../client/errors.js';
import { endedStatus, loadingStatus, refusedStatus } from '../client/own-statuses.js';
import type { ConnectionOptions, LogLevel, Status } from '../client/types.js';
import { guarded } from '../engine/guarded.js';
import { isDevelopment } from './development.js';
import { type Lease, takeLease } from './leases.js';
import { createLink, type Link, type LinkedConnection } from './link.js';
import { logTo, newestOptions } from './newest-options.js';

export type CreateConnection = (options: ConnectionOptions) => LinkedConnection;

export interface Wanted {
  /** A connection made elsewhere, or null until it is there; undefined where the provider makes one. */
  readonly given: LinkedConnection | null | undefined;
  /** Changes where the options need another connection. */
  readonly key: string;
  readonly options: { readonly current: ConnectionOptions };
  readonly identity: string | null | undefined;
  readonly enabled: boolean;
}

/** Without a connection since `enabled` is false. */
export const offStatus: Status = /* @__PURE__ */ Object.freeze({
  ...endedStatus('closed'),
  since: 0,
});

export class Owner {
  readonly link: Link;
  readonly #create: CreateConnection;
  #lease: Lease | null = null;
  /** The connection that was disconnected since `enabled` is false. */
  #off: LinkedConnection | null = null;
  /** What the given connection was told last. */
  #told: { readonly connection: LinkedConnection; readonly identity: string | null } | null = null;
  /** Who was signed in as it was switched off; null once that is not so any more. */
  #switchedOff: string | null | undefined;
  /** Whether the application ever named somebody, and whether it was told what leaving out means then. */
  #named = false;
  #warned = false;
  #refused: Status | null = null;

  constructor(create: CreateConnection, given: LinkedConnection | null, enabled: boolean) {
    this.#create = create;
    this.link = createLink(given, enabled ? loadingStatus : offStatus);
  }

  /** Does what has changed since it was called last; before any child's effects run. */
  follow(wanted: Wanted): void {
    const { given, options } = wanted;
    const identity = this.#toldPerson(this.#person(wanted), wanted.enabled);
    try {
      const connection =
        given === undefined ? this.#own(wanted, identity) : this.#given(given, identity);
      if (connection) this.#turn(connection, wanted.enabled);
      this.#refused = null;
      this.link.put(connection, wanted.enabled ? loadingStatus : offStatus);
    } catch (thrown) {
      this.#refuse(thrown, options.current, given ?? null);
    }
  }

  /** The provider has gone, perhaps to come back at once. */
  release(): void {
    this.#lease?.giveBack();
    this.#lease = null;
    this.link.rest();
  }

  #given(
    connection: LinkedConnection | null,
    identity: string | null | undefined,
  ): LinkedConnection | null {
    this.#endLease();
    if (connection && identity !== undefined && !this.#knows(connection, identity)) {
      this.#tell(connection, identity);
    }
    return connection;
  }

  #knows(connection: LinkedConnection, identity: string | null): boolean {
    return this.#told?.connection === connection && this.#told.identity === identity;
  }

  #tell(connection: LinkedConnection, identity: string | null): void {
    connection.setIdentity(identity);
    this.#told = { connection, identity };
  }

  #own(
    { key, options, enabled }: Wanted,
    identity: string | null | undefined,
  ): LinkedConnection | null {
    if (this.#lease && this.#lease.key !== key) this.#endLease();
    if (!this.#lease && !enabled) return null;
    this.#lease ??= takeLease({
      holder: this,
      key,
      identity,
      options,
      create: (newest) => this.#create(newestOptions(newest, identity)),
      onLost: () => this.link.put(null),
    });
    this.#lease.setIdentity(identity);
    return this.#lease.connection;
  }

  #endLease(): void {
    const lease = this.#lease;
    this.#lease = null;
    lease?.end();
  }

  #turn(connection: LinkedConnection, enabled: boolean): void {
    if (enabled && this.#off === connection) connection.connect();
    if (!enabled && this.#off !== connection) connection.disconnect();
    this.#off = enabled ? null : connection;
  }

  /**
   * A connection that is told another user's name dials for him. While it is switched off it belongs to
   * nobody instead, and hears the name as it is switched on.
   */
  #toldPerson(identity: string | null | undefined, enabled: boolean): string | null | undefined {
    if (enabled) this.#switchedOff = identity;
    else if (identity !== this.#switchedOff) this.#switchedOff = null;
    return this.#switchedOff;
  }

  /** Once somebody was named, nothing is nobody: a link must not stay open for who has signed out. */
  #person({ identity, options }: Wanted): string | null | undefined {
    this.#named ||= typeof identity === 'string';
    if (identity !== undefined || !this.#named) return identity;
    if (!this.#warned && isDevelopment()) {
      this.#warned = true;
      this.#log(
        options.current,
        'warn',
        'identity was given and is undefined now, which is taken for null: nobody is signed in. Write ' +
          'identity={user?.id ?? null}.',
      );
    }
    return null;
  }

  #refuse(thrown: unknown, options: ConnectionOptions, given: LinkedConnection | null): void {
    const error =
      thrown instanceof ConnectionError
        ? thrown
        : new ConnectionError('option_invalid', { detail: String(thrown) });
    this.#endLease();
    // Nobody can tell who is signed in: what is open may be of somebody who is not any more.
    if (given && !this.#knows(given, null)) this.#tell(given, null);
    // Once, however often it is refused for the same reason.
    if (this.#refused?.error?.message !== error.message) {
      this.#refused = refusedStatus(error);
      this.#log(options, 'error', `${error.message} ${error.remedy}`);
    }
    this.link.put(null, this.#refused);
  }

  #log(options: ConnectionOptions, level: LogLevel, text: string): void {
    guarded(logTo, options, level, text);
  }
}
