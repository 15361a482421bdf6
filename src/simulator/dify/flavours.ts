/**
 * What differs from one Dify release to the next, as far as a client can see it. The names are the releases we were told
 * of; `1.12` stands for everything before the relay.
 */
export type FlavourName = '1.12' | '1.13.0' | '1.13.1' | '1.14.2' | '1.16';

export interface Flavour {
  readonly name: FlavourName;
  /** What `X-Version` says. */
  readonly version: string;
  /**
   * Chatflows and workflows run in a worker and the HTTP side relays: one ping at once, pings count from the last event,
   * and the stream closes right after `workflow_finished` or `workflow_paused`, whatever comes later.
   */
  readonly relay: boolean;
  /** A chatflow sends `message_end` before `workflow_finished`. Behind a relay that is what makes it arrive at all. */
  readonly messageEndFirst: boolean;
  /** A chatflow asked with a conversation id nobody knows: 404, pings until the idle limit, or a new conversation. */
  readonly unknownConversation: 'refuse' | 'hang' | 'fork';
  readonly humanInput: boolean;
  /** The `agent` app mode, `reasoning_chunk`, `approval_channels`, token counts in stored messages. */
  readonly newAgent: boolean;
  /** Links to generated files are cut out of the stored answer of a chatflow. */
  readonly cutsFileLinks: boolean;
}

const IN_PROCESS = { relay: false, messageEndFirst: false, humanInput: false } as const;
const RELAYED = { relay: true, messageEndFirst: true, humanInput: true } as const;
const BEFORE_AGENT = { newAgent: false, cutsFileLinks: true } as const;

export const FLAVOURS: Readonly<Record<FlavourName, Flavour>> = {
  '1.12': { name: '1.12', version: '1.12.1', ...IN_PROCESS, ...BEFORE_AGENT, unknownConversation: 'refuse' },
  '1.13.0': {
    name: '1.13.0',
    version: '1.13.0',
    ...RELAYED,
    ...BEFORE_AGENT,
    messageEndFirst: false,
    unknownConversation: 'hang',
  },
  '1.13.1': { name: '1.13.1', version: '1.13.1', ...RELAYED, ...BEFORE_AGENT, unknownConversation: 'hang' },
  '1.14.2': { name: '1.14.2', version: '1.14.2', ...RELAYED, ...BEFORE_AGENT, unknownConversation: 'fork' },
  '1.16': {
    name: '1.16',
    version: '1.16.0',
    ...RELAYED,
    unknownConversation: 'refuse',
    newAgent: true,
    cutsFileLinks: false,
  },
};

export const FLAVOUR_NAMES = Object.keys(FLAVOURS) as readonly FlavourName[];
