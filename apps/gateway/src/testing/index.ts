export type { ReceivedEvent, ReceivedResponse } from "./conformance.ts";
export { createCrashDisk, type CrashDisk } from "./crash-disk.ts";
export { createFillableDisk } from "./full-disk.ts";
export { startGatewayLife, type GatewayLife, type LocalClient } from "./gateway-life.ts";
export { connectParams, openRawClient, type RawClient } from "./raw-client.ts";
export { createGate, echo, finish, lastUserText, say, scriptedCatalog, type Script } from "./scripted-catalog.ts";
export { startTestGateway, temporaryDirectory, testConfig, TOKEN, type TestGateway } from "./test-gateway.ts";
