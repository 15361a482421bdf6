import type { ReactNode } from 'react';
import type { SimChat } from '../../../../src/simulator/contract.ts';
import { useText } from '../../text/index.ts';
import { useNameOf } from '../chat/names.ts';

/** Who serves the customer now, as her client says it at the conversation's head. */
export function ServedBy({ chat }: { readonly chat: SimChat }): ReactNode {
  const t = useText();
  const nameOf = useNameOf();
  const { service } = chat;
  if (service === undefined) return null;
  const { served } = t.wecom;
  const words = {
    0: undefined,
    1: served[1],
    2: served[2],
    3: served[3](nameOf(service.servicer ?? '')),
    4: undefined,
  }[service.state];
  // It stays while there is nothing to say: a change of its words is read out.
  return (
    <small className="wx-served" role="status">
      {words}
    </small>
  );
}
