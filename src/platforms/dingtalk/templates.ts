import type { CardButton } from './buttons.ts';
import type { DingtalkConfig } from './config.ts';

export type Params = Readonly<Record<string, string>>;

/** What a card shows at one moment; `text` is the variable that grows. */
export interface CardLook {
  readonly title: string;
  readonly text: string;
  readonly buttons: readonly CardButton[];
}

/**
 * A card's template: which of its variables is what. All values are texts; lists and numbers are written out.
 * - made: shown, the wheel turns. - growing: its text streams. - whole: nothing follows.
 */
export interface Template {
  readonly id: string;
  /** The variable that streams. */
  readonly contentKey: string;
  /** Whether it has to be told that its text begins to grow, and that it is whole; others see it from the streaming. */
  readonly told: boolean;
  params(state: 'made' | 'growing' | 'whole', look: CardLook): Params;
  /** What changes when only its buttons do. @param note - A line for the person who pressed. */
  buttons(buttons: readonly CardButton[]): Params;
  note(text: string): Params;
}

/** The AI card of the vendor's own SDKs, open to every app. */
const PUBLIC_ID = '382e4302-551d-4880-bf29-a30acfab2e71.schema';
const FLOW = { made: '1', growing: '2', whole: '3' } as const;
const ORDER = ['msgTitle', 'msgContent', 'staticMsgContent', 'msgButtons'];

const publicTemplate: Template = {
  id: PUBLIC_ID,
  contentKey: 'msgContent',
  told: true,
  params: (state, look) => ({
    msgTitle: look.title,
    msgContent: look.text,
    flowStatus: FLOW[state],
    sys_full_json_obj: extras(look.buttons),
    config: WIDE,
  }),
  buttons: (buttons) => ({ sys_full_json_obj: extras(buttons) }),
  note: (text) => ({ staticMsgContent: text }),
};

const WIDE = JSON.stringify({ autoLayout: true });

function extras(buttons: readonly CardButton[]): string {
  return JSON.stringify({ order: ORDER, msgButtons: buttons });
}

/** A template that the operator has built; its variables are named on the page of this platform. */
function ownTemplate(id: string, contentKey: string): Template {
  return {
    id,
    contentKey,
    told: false,
    params: (state, look) => ({
      [contentKey]: look.text,
      title: look.title,
      state,
      buttons: JSON.stringify(look.buttons),
      config: WIDE,
    }),
    buttons: (buttons) => ({ buttons: JSON.stringify(buttons) }),
    note: (text) => ({ note: text }),
  };
}

export function templateOf({ cardTemplateId, cardContentKey }: DingtalkConfig): Template {
  if (cardTemplateId === undefined) return publicTemplate;
  return ownTemplate(cardTemplateId.endsWith('.schema') ? cardTemplateId : `${cardTemplateId}.schema`, cardContentKey);
}
