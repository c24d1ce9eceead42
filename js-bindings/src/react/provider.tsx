// Gives a part of the page its connection: exactly one, for as long as it is mounted.
//
// It decides when a connection begins and ends, and nothing about how it works.
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { ConnectionOptions } from '../client/types.js';
import { createConnection } from '../index.js';
import { LinkContext } from './context.js';
import { type Lease, takeLease } from './leases.js';
import { createLink, type Link, type LinkedConnection } from './link.js';
import { optionsKey } from './options-key.js';
import { useNewest } from './use-newest.js';

interface CommonProps {
  readonly children?: ReactNode;
  /**
   * Who is signed in: an opaque key, or null for nobody. A change drops what belonged to the former
   * one. Left out, the provider does not tell the connection anything.
   */
  readonly identity?: string | null | undefined;
}

interface OwnedProps extends CommonProps {
  /**
   * What `createConnection` takes. May be written in place: only a change of content makes another
   * connection, and the newest functions are the ones that are called.
   */
  readonly options?: ConnectionOptions;
  readonly connection?: never;
}

interface GivenProps extends CommonProps {
  /** A connection made elsewhere; whoever made it disposes it. */
  readonly connection: LinkedConnection;
  readonly options?: never;
}

export type RealtimeProviderProps = OwnedProps | GivenProps;

export function RealtimeProvider(props: RealtimeProviderProps): ReactNode {
  return props.connection ? <GivenProvider {...props} /> : <OwningProvider {...props} />;
}

const noOptions: ConnectionOptions = {};

function OwningProvider({ options = noOptions, identity, children }: OwnedProps): ReactNode {
  const [link] = useState<Link>(createLink);
  const person = identity === undefined ? options.identity : identity;
  return (
    <LinkContext.Provider value={link}>
      {/* The first child's effects run first: the others' may already send. */}
      <ConnectionOwner link={link} options={options} identity={person} />
      {children}
    </LinkContext.Provider>
  );
}

interface ConnectionOwnerProps {
  readonly link: Link;
  readonly options: ConnectionOptions;
  readonly identity: string | null | undefined;
}

function ConnectionOwner({ link, options, identity }: ConnectionOwnerProps): null {
  const newestOptions = useNewest(options);
  const newestIdentity = useNewest(identity);
  const held = useRef<Lease | null>(null);
  const key = optionsKey(options);

  useEffect(() => {
    const lease = takeLease({
      holder: link,
      key,
      identity: newestIdentity.current,
      options: newestOptions,
      create: (newest) => create(newest, newestIdentity.current),
      onLost: () => link.set(null),
    });
    held.current = lease;
    link.set(lease.connection);
    return () => {
      held.current = null;
      lease.giveBack();
    };
  }, [link, key, newestIdentity, newestOptions]);

  useEffect(() => held.current?.setIdentity(identity), [identity]);
  return null;
}

/** Only functions that were there count: without `getToken` a session is the cookies' business. */
function create(
  newest: () => ConnectionOptions,
  identity: string | null | undefined,
): LinkedConnection {
  const { getToken, log, subprotocols, ...values } = newest();
  return createConnection({
    ...values,
    ...(identity !== undefined && { identity }),
    ...(getToken && { getToken: (request) => (newest().getToken ?? getToken)(request) }),
    ...(log && { log: (level, text) => (newest().log ?? log)(level, text) }),
    ...(subprotocols !== undefined && { subprotocols: newestSubprotocols(newest, subprotocols) }),
  });
}

function newestSubprotocols(
  newest: () => ConnectionOptions,
  first: NonNullable<ConnectionOptions['subprotocols']>,
): NonNullable<ConnectionOptions['subprotocols']> {
  if (typeof first !== 'function') return first;
  return (token) => {
    const current = newest().subprotocols;
    return typeof current === 'function' ? current(token) : first(token);
  };
}

function GivenProvider({ connection, identity, children }: GivenProps): ReactNode {
  const link = useMemo(() => createLink(connection), [connection]);
  const told = useRef<{ connection: LinkedConnection; identity: string | null } | null>(null);
  useEffect(() => {
    const known = told.current?.connection === connection && told.current.identity === identity;
    if (identity === undefined || known) return;
    told.current = { connection, identity };
    connection.setIdentity(identity);
  }, [connection, identity]);
  return <LinkContext.Provider value={link}>{children}</LinkContext.Provider>;
}
