import { createCell } from '../api/cell.ts';

/** The vendor's id of the message whose way is being looked at; undefined for the latest. */
export const chosenWay = createCell<string | undefined>(undefined);
