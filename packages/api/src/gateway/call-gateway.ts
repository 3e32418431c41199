/** One request to a gateway on a leased connection, with its failures in the words of this API. */

import { fault, isFault } from "@skykoi/fault";
import type { MethodName, MethodParams, MethodResult } from "@skykoi/protocol/wire";

import type { GatewayLease } from "./gateway-pool.ts";

/** Releases the lease. */
export const callGateway = async <N extends MethodName>(
  lease: GatewayLease,
  method: N,
  params: MethodParams<N>,
  timeoutMs: number,
): Promise<MethodResult<N>> => {
  try {
    return await lease.client.request(method, params, { timeoutMs });
  } catch (error) {
    throw gatewayFault(error);
  } finally {
    lease.release();
  }
};

/** What the gateway holds against our connection is our trouble, not the person's: for them it does not answer. */
export const gatewayFault = (error: unknown): unknown => {
  if (!isFault(error)) return error;
  switch (error.code) {
    case "UNAUTHENTICATED":
    case "FORBIDDEN":
    case "TIMEOUT":
    case "UNAVAILABLE":
    case "ABORTED":
    case "PROTOCOL_MISMATCH":
      return fault("AGENT_UNREACHABLE", { detail: `gateway: ${error.code} ${error.message}`, cause: error });
    default:
      return error;
  }
};
