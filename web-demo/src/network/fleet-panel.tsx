/**
 * The nodes behind the balancer, which of them this page's link is on, and buttons that break them and what they
 * share. Each says what will be seen before it is pressed.
 */
import { useLatestEvent } from 'keepline/react';
import type { NodeState, NodeView, RedisState } from '../../server/fleet/view.js';
import { FoldingCard } from '../components/card.js';
import { FaultGroups } from './fault-button.js';
import { fleetFaults } from './fleet-faults.js';
import { useFaults } from './use-faults.js';
import { useFleet } from './use-fleet.js';

export interface FleetPanelProps {
  readonly userId: string;
  readonly hasRedis: boolean;
}

const NODE_WORDS: Record<NodeState, string> = {
  starting: 'starting',
  unready: 'takes no links',
  ready: 'ready',
  leaving: 'sends its links away',
};

const REDIS_WORDS: Record<RedisState, string> = {
  up: 'ready',
  stopped: 'stopped',
  'taking over': 'replica takes over',
};

export function FleetPanel({ userId, hasRedis }: FleetPanelProps) {
  const faults = useFaults(userId);
  const fleet = useFleet(userId);
  const own = useLatestEvent('connected')?.data.connectionId;
  return (
    <FoldingCard title="Break the nodes" testId="fleet-panel" aside="for everybody">
      <ul className="fleet" aria-label="The nodes and Redis">
        {fleet?.nodes.map((node) => (
          <NodeRow key={node.name} node={node} own={own} />
        ))}
        {fleet?.redis && (
          <li className="fleet-row" data-testid="fleet-redis" data-state={fleet.redis}>
            <span className="fleet-name">Redis</span>
            <span>{REDIS_WORDS[fleet.redis]}</span>
          </li>
        )}
      </ul>
      <p className="network-said fleet-said" role="status" data-testid="network-said">
        {faults.said}
      </p>
      <div className="fault-groups">
        <FaultGroups groups={fleetFaults(hasRedis)} faults={faults} />
      </div>
    </FoldingCard>
  );
}

interface NodeRowProps {
  readonly node: NodeView;
  /** Of this page's link. */
  readonly own: string | undefined;
}

function NodeRow({ node: { name, state, links, ofUser }, own }: NodeRowProps) {
  const isHome = own !== undefined && ofUser.includes(own);
  return (
    <li className="fleet-row" data-testid="fleet-node" data-state={state} data-home={isHome}>
      <span className="fleet-name">{name}</span>
      <span>
        {state === 'ready' ? `${links} ${links === 1 ? 'link' : 'links'}` : NODE_WORDS[state]}
      </span>
      {isHome && <span className="fleet-home">yours</span>}
    </li>
  );
}
