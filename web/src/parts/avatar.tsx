import type { CSSProperties, ReactNode } from 'react';
import type { Avatar as AvatarData } from '../../../src/simulator/contract.ts';

interface AvatarProps {
  readonly avatar: AvatarData;
  /** Side in pixels; 36 when absent. */
  readonly size?: number;
  /** Bots and groups have rounded squares, people discs. */
  readonly square?: boolean;
}

/** A disc with letters; a picture of what stands beside it, so it is not read out. */
export function Avatar({ avatar, size = 36, square = false }: AvatarProps): ReactNode {
  const style = { '--size': `${size}px`, '--disc': avatar.color } as CSSProperties;
  return (
    <span className="avatar" data-square={square} style={style} aria-hidden="true">
      {avatar.letters}
    </span>
  );
}
