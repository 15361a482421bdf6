import { Component, type ReactNode } from 'react';

/** What the reader has marked, from where she began to where she is. */
interface Marked {
  readonly anchor: Node;
  readonly anchorOffset: number;
  readonly focus: Node;
  readonly focusOffset: number;
}

/** Keeps a marked text marked while more text is added to it: the browser lets go of it when a text is set anew. */
export class KeepSelection extends Component<{ readonly children: ReactNode }> {
  override getSnapshotBeforeUpdate(): Marked | null {
    const selection = getSelection();
    if (selection === null || selection.isCollapsed) return null;
    const { anchorNode: anchor, anchorOffset, focusNode: focus, focusOffset } = selection;
    return anchor === null || focus === null ? null : { anchor, anchorOffset, focus, focusOffset };
  }

  override componentDidUpdate(_props: unknown, _state: unknown, before: Marked | null): void {
    if (before === null || !isThere(before.anchor, before.anchorOffset) || !isThere(before.focus, before.focusOffset))
      return;
    const selection = getSelection();
    const isLost = selection?.anchorOffset !== before.anchorOffset || selection.focusOffset !== before.focusOffset;
    if (isLost) selection?.setBaseAndExtent(before.anchor, before.anchorOffset, before.focus, before.focusOffset);
  }

  override render(): ReactNode {
    return this.props.children;
  }
}

function isThere(node: Node, offset: number): boolean {
  const length = node instanceof CharacterData ? node.length : node.childNodes.length;
  return node.isConnected && offset <= length;
}
