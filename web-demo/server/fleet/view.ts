/** What there is to see of several nodes, as the server tells it and the page shows it. Types only, and none of Node. */

/** `unready`: it runs, and takes no dials, as while Redis is away. */
export type NodeState = 'starting' | 'unready' | 'ready' | 'leaving';

export type RedisState = 'up' | 'stopped' | 'taking over';

export interface NodeView {
  readonly name: string;
  readonly state: NodeState;
  /** How often it was started. */
  readonly lives: number;
  readonly links: number;
  /** The connection ids of whoever asks. */
  readonly ofUser: readonly string[];
}

export interface FleetView {
  readonly nodes: readonly NodeView[];
  /** Null for a Redis of somebody else. */
  readonly redis: RedisState | null;
}
