/** Who is called by a message into a group, by the vendor's ids. */
export interface Mentions {
  readonly users?: readonly string[];
  readonly mobiles?: readonly string[];
  readonly everybody?: boolean;
}
