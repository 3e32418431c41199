/** Says what takes time while it takes time: one line a step, with its duration. */

/**
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export const step = async (title, work) => {
  const startedAt = performance.now();
  process.stderr.write(`› ${title} …\n`);
  const result = await work();
  process.stderr.write(`✓ ${title} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)\n`);
  return result;
};

/** An expected failure: printed as one line, without a stack. */
export class SetupError extends Error {}

/**
 * Runs a script's main function; a SetupError becomes one line and exit code 1.
 * @param {() => Promise<number>} main resolves to the exit code
 */
export const runScript = async (main) => {
  try {
    process.exitCode = await main();
  } catch (thrown) {
    if (!(thrown instanceof SetupError)) throw thrown;
    process.stderr.write(`✗ ${thrown.message}\n`);
    process.exitCode = 1;
  }
};
