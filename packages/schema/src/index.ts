export { compileValidator, parseOrThrow, type Check, type Problem, type Validator } from "./validator.ts";
export { nearest } from "./nearest.ts";
export { joinPath } from "./path.ts";
