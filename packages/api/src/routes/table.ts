/** All routes of the API, in one table: what is served, tested and documented. */

import type { Route } from "../http/route.ts";
import { agentRoutes } from "./agents.ts";
import { conversationRoutes } from "./conversation.ts";
import { enrolmentRoutes } from "./enrolment.ts";
import type { Parts } from "./parts.ts";
import { platformRoutes } from "./platform.ts";

export const routeTable = (parts: Parts): Route[] => [
  ...platformRoutes(parts),
  ...agentRoutes(parts),
  ...conversationRoutes(parts),
  ...enrolmentRoutes(parts),
];
