/** What can be broken where several nodes hold the links, in words and as requests: for everybody who is there. */
import type { Deed, FaultGroup } from './faults.js';

const nodeDeeds: readonly Deed[] = [
  {
    kind: 'deed',
    name: 'kill',
    label: 'Kill a node',
    hint: 'The one that holds this link ends without a word: a wait of a second, then Live on another.',
    steps: [{ path: '/dev/fleet/kill' }],
    said: 'The node was killed. Its links went to another one, and nothing they missed is missing.',
  },
  {
    kind: 'deed',
    name: 'restart',
    label: 'Restart a node',
    hint: 'The one that holds this link sends everybody to the others first: hardly to be seen.',
    steps: [{ path: '/dev/fleet/restart' }],
    said: 'The node sends its links to the others, ends, and is started again.',
  },
];

const redisDeeds: readonly Deed[] = [
  {
    kind: 'deed',
    name: 'stop-redis',
    label: 'Stop Redis for 4 s',
    hint: 'Links stay, and say that events may be missing; then all come, and none is.',
    steps: [{ path: '/dev/fleet/stop-redis', body: { seconds: 4 } }],
    said: 'Redis stands still for 4 s. What is written meanwhile waits for it.',
  },
  {
    kind: 'deed',
    name: 'promote',
    label: 'Promote the replica',
    hint: 'Redis ends without a word, and its replica takes over: a gap, told and repaired.',
    steps: [{ path: '/dev/fleet/promote' }],
    said: 'The replica took over, and another one copies it. Pages are told of a gap, and ask how their desks stand.',
  },
];

export function fleetFaults(hasRedis: boolean): readonly FaultGroup[] {
  const nodes = { title: 'The nodes', faults: nodeDeeds };
  return hasRedis ? [nodes, { title: 'What they share', faults: redisDeeds }] : [nodes];
}
