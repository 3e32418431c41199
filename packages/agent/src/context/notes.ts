/** Lasting notes as the loop sees them. */

export interface NotesPort {
  /** Whether notes can be added now. */
  canAdd(): Promise<boolean>;
  /** Adds to the notes of the day; false when that is not possible. */
  add(text: string): Promise<boolean>;
}
