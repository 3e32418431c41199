/** Servers that speak the real protocols of the model providers on 127.0.0.1, for tests and benchmarks. */

export { startFakeAnthropic, type FakeAnthropic, type FakeAnthropicOptions } from "./fake-anthropic.ts";
export { startFakeBedrock, type FakeBedrock, type FakeBedrockOptions } from "./fake-bedrock.ts";
export { startFakeImds, type FakeImds, type FakeImdsOptions } from "./fake-imds.ts";
export { startFakeOpenAi, type FakeOpenAi, type FakeOpenAiOptions } from "./fake-openai.ts";
export type { RecordedRequest } from "./loopback-server.ts";
export type { Answer, AnswerPart, AnswerUsage, ErrorReply, Reply, Script } from "./script.ts";
