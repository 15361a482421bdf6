import type { Inline } from './nodes.ts';

/** Something that is open and takes what follows. */
export type Frame =
  | { readonly kind: 'strong' | 'em' | 'strike' | 'call' }
  | { readonly kind: 'link'; readonly href: string | undefined }
  | { readonly kind: 'font' | 'tag'; readonly color: string };

/**
 * Builds a tree from what opens and closes. Tags and Markdown may overlap (`<font>**a</font>**`), and a streamed text
 * ends anywhere: what closes closes everything inside it, what was never opened is passed over, what stays open ends
 * with the text.
 */
export class InlineStack {
  private readonly levels: { readonly frame: Frame | undefined; readonly children: Inline[] }[] = [
    { frame: undefined, children: [] },
  ];

  add(node: Inline): void {
    const top = this.levels.at(-1);
    const last = top?.children.at(-1);
    if (node.kind === 'text' && last?.kind === 'text')
      top?.children.splice(-1, 1, { kind: 'text', text: last.text + node.text });
    else top?.children.push(node);
  }

  open(frame: Frame): void {
    this.levels.push({ frame, children: [] });
  }

  close(kind: Frame['kind']): void {
    const at = this.levels.findLastIndex((level) => level.frame?.kind === kind);
    if (at < 1) return;
    while (this.levels.length > at) this.pop();
  }

  done(): Inline[] {
    while (this.levels.length > 1) this.pop();
    return this.levels[0]?.children ?? [];
  }

  private pop(): void {
    const level = this.levels.pop();
    if (level?.frame !== undefined) this.add({ ...level.frame, children: level.children });
  }
}
