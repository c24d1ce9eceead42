/** What the fleet and its nodes say to each other, beside the log. Types only. */
import type { Limits } from 'keepline/server';
import type { LogLevel } from '../log.js';

/** What a node has to know; it reads no environment. */
export interface NodeSettings {
  readonly name: string;
  readonly redisUrl: string;
  readonly issuer: string;
  readonly tenantClaim: string;
  readonly requiredScopes: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly trustProxy: number;
  readonly heartbeatMs: number;
  readonly livenessMs: number;
  readonly limits: Partial<Limits>;
  readonly logLevel: LogLevel;
}

export type ToNode =
  | { readonly kind: 'start'; readonly settings: NodeSettings }
  /** Everybody goes elsewhere; then it ends. */
  | { readonly kind: 'drain' };

export interface FromNode {
  readonly kind: 'listening';
  readonly port: number;
}

/** What a node answers at `LINKS_PATH?tenant=&user=`. */
export interface NodeLinks {
  readonly links: number;
  /** The connection ids of this user's. */
  readonly ofUser: readonly string[];
}
export const LINKS_PATH = '/links';
