/**
 * The people of the demo. Nobody here is real. Ada and Chen share a `sub` on purpose: whoever keys
 * by user alone shows Ada's calls to Chen.
 */
import type { Principal } from './principal.js';

export interface DevelopmentUser extends Principal {
  readonly id: string;
  readonly name: string;
  readonly tenantName: string;
}

export const developmentUsers: readonly DevelopmentUser[] = [
  {
    id: 'ada',
    name: 'Ada Lindqvist',
    tenantId: 'harbour',
    tenantName: 'Harbour Insurance',
    userId: 'agent-1',
  },
  {
    id: 'bruno',
    name: 'Bruno Okafor',
    tenantId: 'harbour',
    tenantName: 'Harbour Insurance',
    userId: 'agent-2',
  },
  {
    id: 'chen',
    name: 'Chen Wei',
    tenantId: 'alpine',
    tenantName: 'Alpine Travel',
    userId: 'agent-1',
  },
  {
    id: 'dana',
    name: 'Dana Moreau',
    tenantId: 'alpine',
    tenantName: 'Alpine Travel',
    userId: 'agent-2',
  },
];

/**
 * Anybody may come as a guest, so that browser tests running side by side each have a user of their
 * own.
 */
const GUEST = /^guest-[a-z0-9-]{1,40}$/;

export function findDevelopmentUser(id: string): DevelopmentUser | undefined {
  const listed = developmentUsers.find((user) => user.id === id);
  if (listed) return listed;
  if (!GUEST.test(id)) return undefined;
  return { id, name: id, tenantId: 'harbour', tenantName: 'Harbour Insurance', userId: id };
}
