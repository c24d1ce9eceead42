/**
 * The people of the demo. Nobody here is real. Ada and Chen share a `sub` on purpose: whoever keys
 * by user alone shows Ada's calls to Chen.
 */
import type { UserKey } from 'keepline/server';

export interface DevelopmentUser extends UserKey {
  readonly id: string;
  readonly name: string;
  readonly tenantName: string;
}

export const developmentUsers: readonly DevelopmentUser[] = [
  {
    id: 'ada',
    name: 'Ada Lindqvist',
    tenant: 'harbour',
    tenantName: 'Harbour Insurance',
    user: 'agent-1',
  },
  {
    id: 'bruno',
    name: 'Bruno Okafor',
    tenant: 'harbour',
    tenantName: 'Harbour Insurance',
    user: 'agent-2',
  },
  {
    id: 'chen',
    name: 'Chen Wei',
    tenant: 'alpine',
    tenantName: 'Alpine Travel',
    user: 'agent-1',
  },
  {
    id: 'dana',
    name: 'Dana Moreau',
    tenant: 'alpine',
    tenantName: 'Alpine Travel',
    user: 'agent-2',
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
  return { id, name: id, tenant: 'harbour', tenantName: 'Harbour Insurance', user: id };
}
