declare const __keepBytecode: (() => void) | undefined;

/**
 * Keeps the bytecode of all that was called so far for the next start, where a launcher runs this and none is kept yet.
 * Takes some ten milliseconds then, and nothing else.
 */
export const keepBytecode: () => void = typeof __keepBytecode === 'function' ? __keepBytecode : () => {};
