/**
 * The call log. A call is one entry for its whole life: status, agent and disposition change in
 * place. Pure.
 */
import type { KeeplineEvents } from 'keepline/call-centre';
import type { BoardEvent } from './board-events.js';
import { change, given, putFirst } from './lists.js';

export interface Call {
  readonly callId: string;
  readonly direction: 'inbound' | 'outbound';
  readonly party: string;
  readonly number: string;
  readonly status: KeeplineEvents['call_update']['status'];
  readonly startedAt: string;
  readonly agentId?: string;
  readonly disposition?: string;
  /** In all, once the call has ended. */
  readonly durationSec?: number;
  /** By the clock of whoever keeps the board. */
  readonly talkingSinceMs?: number;
  /** The link was down since this was heard: it may have changed unheard. */
  readonly unsure?: boolean;
}

/** More than a person looks back; a list of this length renders within a frame. */
export const CALLS_MAX = 40;

export function applyToCalls(calls: readonly Call[], event: BoardEvent): readonly Call[] {
  switch (event.type) {
    case 'new_call': {
      const call = newCall(event.data, event.receivedAt);
      return putFirst(calls, call, ({ callId }) => callId === call.callId, CALLS_MAX);
    }
    case 'call_update': {
      const { callId } = event.data;
      return change(
        calls,
        (call) => call.callId === callId,
        (call) => updated(call, event.data, event.receivedAt),
      );
    }
    default:
      return calls;
  }
}

/** What was under way when the link broke may have gone on without us. */
export function doubtCalls(calls: readonly Call[]): readonly Call[] {
  return change(
    calls,
    ({ status }) => isUnderWay(status),
    (call) => ({ ...call, unsure: true }),
  );
}

export function isUnderWay(status: string): boolean {
  return status === 'queued' || status === 'ringing' || status === 'in-progress';
}

function newCall(data: KeeplineEvents['new_call'], heardAtMs: number): Call {
  const number = data.direction === 'inbound' ? data.from : data.to;
  const { callId, direction, status, startedAt, agentId } = data;
  return {
    callId,
    direction,
    party: data.contactName ?? number,
    number,
    status,
    startedAt,
    ...(agentId !== undefined && { agentId }),
    ...(status === 'in-progress' && { talkingSinceMs: heardAtMs }),
  };
}

function updated(call: Call, data: KeeplineEvents['call_update'], heardAtMs: number): Call {
  const { status, durationSec, disposition, agentId } = data;
  const talkedMs = (durationSec ?? 0) * 1000;
  const starts = status === 'in-progress' && (call.talkingSinceMs === undefined || talkedMs > 0);
  return {
    ...call,
    ...given({ durationSec, disposition, agentId }),
    status,
    unsure: false,
    ...(starts && { talkingSinceMs: heardAtMs - talkedMs }),
  };
}
