// The screen of a terminal, for what is shown again and again.

/** From its top, and nothing on it; what was there before can still be scrolled back to. */
export const CLEAR_SCREEN = '\x1b[H\x1b[2J';
