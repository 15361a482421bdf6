/** A card template as the card platform keeps it. */
export interface CardTemplate {
  /** `<uuid>.schema` */
  readonly id: string;
  /** Variables that text can be streamed into. */
  readonly streamKeys: readonly string[];
  /** Variables among them that hold Markdown and so take whole texts only; default: all. */
  readonly markdownKeys?: readonly string[];
  /** Whether it can be used; default true. */
  readonly published?: boolean;
  /** Whether it has a state for failed answers; default true. */
  readonly failedState?: boolean;
  /** Whether `flowStatus` has to be led by the caller; default false: streaming leads it. */
  readonly classic?: boolean;
}

const id = (uuid: string): string => `${uuid}.schema`;

/** Public ones, as the vendor's packages and its tutorial use them. */
export const PUBLIC_TEMPLATES: readonly CardTemplate[] = [
  { id: id('382e4302-551d-4880-bf29-a30acfab2e71'), streamKeys: ['msgContent'], classic: true },
  { id: id('02fcf2f4-5e02-4a85-b672-46d1f715543e'), streamKeys: ['msgContent'] },
  { id: id('8aebdfb9-28f4-4a98-98f5-396c3dde41a0'), streamKeys: ['content'] },
  { id: id('675cde2f-f526-40cb-b828-f5b2b57b8b77'), streamKeys: ['content'] },
  { id: id('589420e2-c1e2-46ef-a5ed-b8728e654da9'), streamKeys: [] },
  { id: id('1366a1eb-bc54-4859-ac88-517c56a9acb1'), streamKeys: [] },
  { id: id('d28e2ac5-fb34-4d93-94bc-cf5c580c2d4f'), streamKeys: [] },
];

/** Variables of the templates that do not stream which hold their text. */
export const TEXT_KEYS: readonly string[] = ['msgContent', 'content', 'markdown', 'staticMsgContent', 'text'];

export function createTemplates(own: readonly CardTemplate[] = []): ReadonlyMap<string, CardTemplate> {
  return new Map([...PUBLIC_TEMPLATES, ...own].map((template) => [template.id, template]));
}
