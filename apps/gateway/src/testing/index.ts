export { connectParams, openRawClient, type RawClient } from "./raw-client.ts";
export { createGate, echo, finish, lastUserText, say, scriptedCatalog, type Script } from "./scripted-catalog.ts";
export { startTestGateway, temporaryDirectory, testConfig, TOKEN, type TestGateway } from "./test-gateway.ts";
