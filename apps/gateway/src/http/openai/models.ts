/** `GET /v1/models`: the agents under the names requests use, and the models they can be asked to use. */

import { fault } from "@skykoi/fault";

import type { GatewayContext } from "../../context.ts";
import { sendJson } from "../problem.ts";
import type { HttpHandler } from "../route.ts";
import { KOI } from "./target.ts";

type Source = Pick<GatewayContext, "agents" | "catalog" | "startedAt">;

export const createModelList =
  (source: Source): HttpHandler =>
  ({ response }) =>
    sendJson(response, 200, { object: "list", data: modelsOf(source) });

export const createModelLookup =
  (source: Source): HttpHandler =>
  ({ response, path }) => {
    const id = decode(path.slice("/v1/models/".length));
    const found = modelsOf(source).find((model) => model.id === id);
    if (!found) throw fault("MODEL_NOT_FOUND", { message: `There is no model "${id}" here.` });
    sendJson(response, 200, found);
  };

const modelsOf = ({ agents, catalog, startedAt }: Source) => {
  const described = (id: string, owner: string) => ({
    id,
    object: "model",
    created: Math.floor(startedAt / 1000),
    owned_by: owner,
  });
  return [
    ...[KOI, ...agents.ids.map((id) => `${KOI}/${id}`)].map((id) => described(id, "skykoi")),
    ...catalog.list().flatMap(({ ref, provider, available }) => (available ? [described(ref, provider)] : [])),
  ];
};

/** Clients encode the slash of a name. */
const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
