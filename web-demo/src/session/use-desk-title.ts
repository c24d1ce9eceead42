/** The tab's title: how the link is, who works here and for whom, so that one tab is told from another. */
import { useConnectionStatus } from 'keepline/react';
import { useEffect } from 'react';
import { stateNames } from '../timeline/chart-style.js';

export function useDeskTitle(name: string, tenant: string | undefined): void {
  const { state } = useConnectionStatus();
  useEffect(() => {
    const parts = [stateNames[state], name, tenant, 'Call desk'];
    document.title = parts.filter((part) => part !== undefined).join(' · ');
  }, [state, name, tenant]);
}
