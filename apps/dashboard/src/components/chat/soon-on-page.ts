/** With the next picture the browser paints, or soon after when it paints none. */

const hiddenDelayMs = 200;

export const soonOnPage = (act: () => void): void => {
  if (document.hidden) setTimeout(act, hiddenDelayMs);
  else requestAnimationFrame(act);
};
