import type { Dialect } from '../../../parts/markdown/parse.ts';

/** A card as the client draws it: read from the vendor's JSON once, with nothing left to guess. */
export interface CardView {
  readonly header: CardHeader | undefined;
  readonly elements: readonly CardElement[];
  readonly width: 'default' | 'compact' | 'fill';
}

export interface CardHeader {
  readonly title: string;
  readonly subtitle: string;
  readonly tags: readonly { readonly text: string; readonly color: string }[];
  /** One of the vendor's colours; `default` has none. */
  readonly template: string;
  readonly icon: string | undefined;
}

export interface CardText {
  readonly text: string;
  readonly dialect: Dialect | 'plain';
  /** The vendor's word (`normal`, `notation`, `heading-1`). */
  readonly size: string;
  readonly color: string | undefined;
  readonly align: 'left' | 'center' | 'right';
}

/** `id` is the vendor's `element_id`, by which text is streamed into it. */
export type CardElement = { readonly id: string | undefined } & (
  | { readonly tag: 'text'; readonly text: CardText; readonly icon: string | undefined }
  | { readonly tag: 'img'; readonly key: string; readonly alt: string; readonly title: string }
  | { readonly tag: 'hr' }
  | CardButton
  | CardColumns
  | CardPanel
  | { readonly tag: 'box'; readonly elements: readonly CardElement[]; readonly behaviors: readonly Behavior[] }
  | { readonly tag: 'form'; readonly name: string; readonly elements: readonly CardElement[] }
  | CardInput
  | CardSelect
  | CardTable
  | CardChart
  | CardOverflow
  | CardChecker
  | CardPictures
  | CardAudio
  | { readonly tag: 'people'; readonly ids: readonly string[] }
  | { readonly tag: 'unknown'; readonly name: string; readonly raw: unknown }
);

export interface CardButton {
  readonly tag: 'button';
  readonly text: string;
  readonly type: string;
  readonly size: string;
  /** `default`, `fill`, or a length. */
  readonly width: string;
  readonly icon: string | undefined;
  readonly hint: string;
  readonly disabled: boolean;
  readonly name: string;
  readonly submits: 'submit' | 'reset' | undefined;
  readonly confirm: { readonly title: string; readonly text: string } | undefined;
  readonly behaviors: readonly Behavior[];
}

export type Behavior =
  | { readonly kind: 'callback'; readonly value: unknown }
  | { readonly kind: 'open-url'; readonly url: string };

export interface CardColumns {
  readonly tag: 'columns';
  readonly flex: string;
  readonly spacing: string;
  readonly background: string;
  readonly columns: readonly {
    /** `auto`, `weighted`, or a length. */
    readonly width: string;
    readonly weight: number;
    readonly align: string;
    readonly elements: readonly CardElement[];
  }[];
}

export interface CardPanel {
  readonly tag: 'panel';
  readonly title: CardText;
  readonly expanded: boolean;
  readonly bordered: boolean;
  readonly background: string;
  readonly icon: string | undefined;
  readonly elements: readonly CardElement[];
}

export interface CardInput {
  readonly tag: 'input';
  readonly name: string;
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly kind: 'text' | 'multiline' | 'password' | 'date';
  readonly maxLength: number | undefined;
  readonly required: boolean;
}

export interface CardSelect {
  readonly tag: 'select';
  /** The vendor's own tag, for the callback. */
  readonly vendorTag: string;
  readonly name: string;
  readonly placeholder: string;
  readonly multiple: boolean;
  /** Whether the options are people's ids. */
  readonly people?: boolean;
  readonly value: readonly string[];
  readonly options: readonly { readonly text: string; readonly value: string }[];
  readonly behaviors: readonly Behavior[];
  readonly required: boolean;
}

export interface CardTable {
  readonly tag: 'table';
  readonly pageSize: number;
  readonly columns: readonly {
    readonly name: string;
    readonly title: string;
    readonly align: string;
    readonly type: string;
  }[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

export interface CardChart {
  readonly tag: 'chart';
  readonly kind: 'bar' | 'line' | 'area' | 'pie';
  readonly title: string;
  /** Along the axis, or around the pie. */
  readonly labels: readonly string[];
  /** By label; a pie has one. */
  readonly series: readonly { readonly name: string; readonly points: ReadonlyMap<string, number> }[];
}

export interface CardOverflow {
  readonly tag: 'overflow';
  readonly options: readonly {
    readonly text: string;
    readonly value: string;
    readonly behaviors: readonly Behavior[];
  }[];
  readonly behaviors: readonly Behavior[];
}

export interface CardChecker {
  readonly tag: 'checker';
  readonly name: string;
  readonly text: string;
  readonly checked: boolean;
  readonly disabled: boolean;
  readonly behaviors: readonly Behavior[];
}

/** Pictures beside and below each other. */
export interface CardPictures {
  readonly tag: 'pictures';
  readonly across: 2 | 3;
  readonly keys: readonly string[];
}

export interface CardAudio {
  readonly tag: 'audio';
  readonly key: string;
  readonly text: string;
}
