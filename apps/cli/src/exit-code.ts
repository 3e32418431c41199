/** What the exit codes of `koi` mean; the driver of an instance reads them to know what helps. */

import type { FaultCode } from "@skykoi/fault";

export const EXIT = {
  ok: 0,
  fault: 1,
  usage: 2,
  enrolmentRefused: 3,
  portInUse: 4,
  homeLocked: 5,
  configInvalid: 6,
} as const;

export const exitCodeOf = (code: FaultCode): number => {
  switch (code) {
    case "ENROLMENT_REFUSED":
      return EXIT.enrolmentRefused;
    case "PORT_IN_USE":
      return EXIT.portInUse;
    case "DATA_DIR_LOCKED":
      return EXIT.homeLocked;
    case "CONFIG_INVALID":
      return EXIT.configInvalid;
    default:
      return EXIT.fault;
  }
};
