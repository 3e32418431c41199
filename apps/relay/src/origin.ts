/** Which pages may open a socket here. */

/**
 * Browsers always name the page; only our own pages pass. Who names none is no browser, has no ambient cookies and
 * needs a ticket like everybody else.
 */
export const createOriginRule = (publicUrls: readonly string[]): ((origin: string | undefined) => boolean) => {
  const own = new Set(publicUrls.map((url) => new URL(url).origin));
  return (origin) => origin === undefined || own.has(origin);
};
