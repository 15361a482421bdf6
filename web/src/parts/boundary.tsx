import { Component, type ReactNode } from 'react';

interface BoundaryProps {
  /** What stands in place of the part that broke; gets a way to try it again. */
  readonly instead: (again: () => void) => ReactNode;
  /** Another value tries by itself: what broke may have changed. */
  readonly version?: unknown;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly broken: boolean;
  readonly version: unknown;
}

/** Keeps the fault of one part away from the rest of the page. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { broken: false, version: this.props.version };

  static getDerivedStateFromError(): Partial<BoundaryState> {
    return { broken: true };
  }

  static getDerivedStateFromProps({ version }: BoundaryProps, state: BoundaryState): BoundaryState | null {
    return version === state.version ? null : { broken: false, version };
  }

  override render(): ReactNode {
    return this.state.broken ? this.props.instead(() => this.setState({ broken: false })) : this.props.children;
  }
}
