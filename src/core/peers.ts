/**
 * The adapters of one channel in the other processes of this gateway. What is said may be lost, and is heard by the one who says it too.
 */
export interface Peers {
  /** Never throws, never waits. */
  say(text: string): void;
  hear(heard: (text: string) => void): void;
}
