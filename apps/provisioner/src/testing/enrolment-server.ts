/** The platform's three enrolment routes over the real enrolment service, without the rest of the API. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";

import type { Control, EnrolmentGrant } from "@skykoi/control";
import { toFault } from "@skykoi/fault";

import type { InstanceBootstrap } from "../bootstrap/bootstrap.ts";

export interface EnrolmentServer {
  readonly url: string;
  close(): void;
}

type Report = Parameters<Control["enrolment"]["complete"]>[1];
type Progress = Parameters<Control["enrolment"]["progress"]>[1];

export const startEnrolmentServer = async (
  { enrolment }: Control,
  bootstrap: (grant: EnrolmentGrant) => InstanceBootstrap,
): Promise<EnrolmentServer> => {
  const answer = async (request: IncomingMessage): Promise<object | undefined> => {
    const token = (request.headers.authorization ?? "").replace("Bearer ", "");
    const body = await json(request);
    switch (request.url) {
      case "/api/enrol/exchange": {
        const grant = await enrolment.exchange(token);
        return { instanceId: grant.instanceId, ...bootstrap(grant) };
      }
      case "/api/enrol/progress":
        // The command is trusted here; the API's own tests hold it to the schema.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        await enrolment.progress(token, body as Progress);
        return undefined;
      default:
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        await enrolment.complete(token, body as Report);
        return undefined;
    }
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const value = await answer(request);
      response.writeHead(value ? 200 : 204, { "content-type": "application/json" });
      response.end(value ? JSON.stringify(value) : undefined);
    } catch (thrown) {
      const { status, code, message } = toFault(thrown);
      response.writeHead(status, { "content-type": "application/problem+json" });
      response.end(JSON.stringify({ title: message, status, code, detail: message }));
    }
  };

  const server = createServer((request, response) => void respond(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
