export { connectOnce, type ConnectOnceOptions } from "./connect-once.ts";
export { nodeSocket, type NodeSocketOptions } from "./node-socket.ts";
