/** A text in a vendor's Markdown dialect, read. Rendered as elements, never as HTML, so nothing in it can do harm. */
export type Block =
  | { readonly kind: 'paragraph'; readonly children: readonly Inline[] }
  | { readonly kind: 'heading'; readonly level: number; readonly children: readonly Inline[] }
  | {
      readonly kind: 'list';
      readonly ordered: boolean;
      readonly start: number;
      readonly items: readonly (readonly Block[])[];
    }
  | { readonly kind: 'quote'; readonly children: readonly Block[] }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | {
      readonly kind: 'table';
      readonly align: readonly Align[];
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    }
  | { readonly kind: 'rule' };

export type Align = 'left' | 'center' | 'right' | undefined;

export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  /** `call` is somebody's name, who is called by it. */
  | { readonly kind: 'strong' | 'em' | 'strike' | 'call'; readonly children: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  /** `href` is absent when it leads where no link may lead (`javascript:`). */
  | { readonly kind: 'link'; readonly href: string | undefined; readonly children: readonly Inline[] }
  /** `key` is the vendor's image key; an address from elsewhere is not loaded. */
  | { readonly kind: 'image'; readonly key: string; readonly alt: string }
  | { readonly kind: 'break' }
  | { readonly kind: 'font' | 'tag'; readonly color: string; readonly children: readonly Inline[] }
  /** Somebody mentioned by the vendor's id; `all` for everybody. */
  | { readonly kind: 'at'; readonly id: string }
  | { readonly kind: 'emoji'; readonly name: string }
  | { readonly kind: 'time'; readonly at: number };
