/** A model reference, short enough for a line beside other things. */

/**
 * "amazon-bedrock/us.anthropic.claude-opus-4-6-v1" is "claude-opus-4-6", "custom/qwen/qwen3-8b" is "qwen3-8b", and
 * "offline/demo" stays what it is, because "demo" alone says too little.
 */
export const shortModelName = (ref: string): string => {
  if (ref.startsWith("offline/")) return ref;
  const name = ref.split("/").at(-1) ?? ref;
  return ref.startsWith("amazon-bedrock/") ? (name.split(".").at(-1) ?? name).replace(/-v\d+(:\d+)?$/, "") : name;
};
