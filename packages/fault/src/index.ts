export { FAULTS, isFaultCode, type FaultCode, type FaultSpec } from "./codes.ts";
export { hasErrno, isSystemError } from "./errno.ts";
export { Fault, describeThrown, fault, isFault, toFault, type FaultOptions } from "./fault.ts";
