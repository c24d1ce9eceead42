/**
 * The header every page of the desk has. All it knows of the connection comes from `useWebSocket`
 * and the indicator.
 */
import { useWebSocket, WebSocketStatusIndicator } from 'keepline/react';
import { LogOut } from 'lucide-react';
import { DESK_ID } from './call-desk.js';
import { ThemeButton } from './theme-button.js';
import { ViewHeading } from './view-heading.js';

export interface HeaderProps {
  readonly name: string;
  readonly tenant: string | undefined;
  readonly onSignOut: () => void;
}

export function Header({ name, tenant, onSignOut }: HeaderProps) {
  const { isConnected } = useWebSocket();
  return (
    <header className="header" data-live={isConnected}>
      <ViewHeading>
        Call desk of {name}
        {tenant && `, ${tenant}`}
      </ViewHeading>
      <a className="skip-link" href={`#${DESK_ID}`}>
        Skip to the calls
      </a>
      <a className="brand" href="/" aria-label="Keepline call desk, start page">
        <img src="/icon.svg" alt="" width="28" height="28" />
        <span className="brand-name">Call desk</span>
      </a>
      <span className="tag" title="No telephone rings: every call and recording is invented.">
        Simulated<span className="wide-label"> calls</span>
      </span>
      <div className="header-end">
        <WebSocketStatusIndicator />
        <ThemeButton />
        <button type="button" className="button" data-testid="sign-out" onClick={onSignOut}>
          <LogOut size={16} aria-hidden="true" />
          <span className="wide-label">Sign out</span>
        </button>
      </div>
      <div className="person" data-testid="signed-in-user">
        <span className="person-name">{name}</span>
        {tenant && <span className="person-tenant">{tenant}</span>}
      </div>
    </header>
  );
}
