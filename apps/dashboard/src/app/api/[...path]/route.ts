/** The API where Next alone serves the site; the standalone server answers /api before Next sees it. */

import { mountedApi } from "@skykoi/api/mount";

const forward = (request: Request): Promise<Response> => mountedApi().fetch(request);

export {
  forward as DELETE,
  forward as GET,
  forward as HEAD,
  forward as OPTIONS,
  forward as PATCH,
  forward as POST,
  forward as PUT,
};
