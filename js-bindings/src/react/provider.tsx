// Gives a part of the page its connection: exactly one, for as long as it is mounted.
//
// It tells the owner what each render wants, and the rest of the page where to find the link.
import { type ReactNode, useEffect, useState } from 'react';
import type { ConnectionOptions } from '../client/types.js';
import { LinkContext } from './context.js';
import type { LinkedConnection } from './link.js';
import { optionsKey } from './options-key.js';
import { type CreateConnection, Owner } from './owner.js';
import { useNewest } from './use-newest.js';

interface CommonProps {
  readonly children?: ReactNode;
  /**
   * Who is signed in: an opaque key, or null for nobody. A change drops what belonged to the former
   * one. Left out from the beginning, the provider tells the connection nothing; undefined after a
   * string is null.
   */
  readonly identity?: string | null | undefined;
  /**
   * Default true. False: there is no link, and none is opened; the status is `disconnected` with the
   * reason `application`, and hooks go on working. True again connects.
   */
  readonly enabled?: boolean | undefined;
}

interface OwnedProps extends CommonProps {
  /**
   * What `createConnection` takes. May be written in place: only a change of content makes another
   * connection, and the newest functions are the ones that are called. `log` and `logLevel` change
   * without one. A wrong option throws nothing: it is the status, with the error
   * `option_invalid`, until it is corrected.
   */
  readonly options?: ConnectionOptions | undefined;
  readonly connection?: never;
}

interface GivenProps extends CommonProps {
  /**
   * A connection made elsewhere; whoever made it disposes it. Undefined or null until it is there: the
   * provider then has no connection, and makes none.
   */
  readonly connection: LinkedConnection | null | undefined;
  readonly options?: undefined;
}

export type RealtimeProviderProps = OwnedProps | GivenProps;

const noOptions: ConnectionOptions = {};

/** The provider for any way to make a connection. */
export function ProviderWith(
  props: RealtimeProviderProps & { readonly create: CreateConnection },
): ReactNode {
  const { create, enabled = true, children } = props;
  const given = 'connection' in props ? (props.connection ?? null) : undefined;
  const options = props.options ?? noOptions;
  const [owner] = useState(() => new Owner(create, given ?? null, enabled));
  return (
    <LinkContext.Provider value={owner.link}>
      {/* The first child's effects run first: the others' may already send. */}
      <Keeper
        owner={owner}
        given={given}
        options={options}
        identity={props.identity === undefined ? options.identity : props.identity}
        enabled={enabled}
      />
      {children}
    </LinkContext.Provider>
  );
}

interface KeeperProps {
  readonly owner: Owner;
  readonly given: LinkedConnection | null | undefined;
  readonly options: ConnectionOptions;
  readonly identity: string | null | undefined;
  readonly enabled: boolean;
}

function Keeper({ owner, given, options, identity, enabled }: KeeperProps): null {
  const newest = useNewest(options);
  const key = optionsKey(options);
  useEffect(() => () => owner.release(), [owner]);
  useEffect(
    () => owner.follow({ given, key, options: newest, identity, enabled }),
    [owner, given, key, newest, identity, enabled],
  );
  return null;
}
