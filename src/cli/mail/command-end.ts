// How a line of the dialogue ends, and where it was typed.

/** `failed` ends a file of commands; `left` and `exited` the dialogue, with and without changing the folder. */
export type CommandEnd = 'done' | 'failed' | 'left' | 'exited';

/** At the prompt or in a file, or behind `~:` while a message is written. */
export type Situation = 'at-prompt' | 'writing';
