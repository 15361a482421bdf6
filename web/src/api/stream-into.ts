import type { SimCard, SimEvent, SimMessage } from '../../../src/simulator/contract.ts';

type CardStreamed = Extract<SimEvent, { type: 'card-streamed' }>;

/** A message with one piece of streamed text worked into its card; as it was when it carries no card. */
export function streamInto(message: SimMessage, event: CardStreamed): SimMessage {
  if (message.content.kind !== 'card') return { ...message, version: event.version };
  const { card } = message.content;
  const before = card.elements[event.element]?.text ?? textOfElement(card.json, event.element) ?? '';
  const grown: SimCard = {
    ...card,
    updates: card.updates + 1,
    elements: {
      ...card.elements,
      [event.element]: {
        text: before.slice(0, event.kept) + event.tail,
        kept: event.kept,
        sequence: event.sequence,
        at: event.at,
      },
    },
  };
  return { ...message, version: event.version, content: { kind: 'card', card: grown } };
}

/** The `content` of the element with this id, wherever it stands in the card; undefined when there is none. */
function textOfElement(node: unknown, id: string): string | undefined {
  if (node === null || typeof node !== 'object') return undefined;
  const content = Reflect.get(node, 'content');
  if (Reflect.get(node, 'element_id') === id && typeof content === 'string') return content;
  for (const child of Object.values(node)) {
    const text = textOfElement(child, id);
    if (text !== undefined) return text;
  }
  return undefined;
}
