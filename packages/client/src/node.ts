/** The client with what only Node has: sockets over `ws`, pinned certificates. */

export { connectOnce, type ConnectOnceOptions } from "./connect-once.ts";
export { nodeSocket, type NodeSocketOptions } from "./node-socket.ts";
