export { browserSocket } from "./browser-socket.ts";
export { payloadOf } from "./event-payload.ts";
export {
  createGatewayClient,
  type ConnectionState,
  type GatewayClient,
  type GatewayClientOptions,
  type RequestOptions,
} from "./gateway-client.ts";
export { type Backoff } from "./backoff.ts";
export { type Socket, type SocketHandlers } from "./socket.ts";
export { createChatSession, type AgentModel, type ChatSession } from "./chat/chat-session.ts";
export { chatReducer, type ChatAction } from "./chat/reducer.ts";
export { activeRun, chatItems, type ChatItem } from "./chat/items.ts";
export { initialChat, type ChatConnection, type ChatState, type LiveRun, type LocalSend } from "./chat/state.ts";
export { type HistoryPage } from "./chat/history.ts";
