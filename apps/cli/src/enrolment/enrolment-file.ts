/** `enrolment.json` in the home: where the platform is and the one-time token. It exists until enrolment is complete. */

import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import { fault, hasErrno } from "@skykoi/fault";
import { compileValidator, parseOrThrow } from "@skykoi/schema";
import { Type, type Static } from "typebox";

const Enrolment = Type.Object(
  { url: Type.String({ minLength: 1 }), token: Type.String({ minLength: 1 }) },
  { additionalProperties: false },
);
export type Enrolment = Static<typeof Enrolment>;

const validate = compileValidator(Enrolment);

const fileOf = (home: string): string => join(home, "enrolment.json");

/** undefined when this instance is enrolled already. Throws ENROLMENT_REFUSED when the file is damaged. */
export const readEnrolment = async (home: string): Promise<Enrolment | undefined> => {
  let text: string;
  try {
    text = await readFile(fileOf(home), "utf8");
  } catch (thrown) {
    if (hasErrno(thrown, "ENOENT")) return undefined;
    throw thrown;
  }
  return parseOrThrow(validate, parseJson(text, fileOf(home)), fileOf(home), "ENROLMENT_REFUSED");
};

export const removeEnrolment = (home: string): Promise<void> => rm(fileOf(home), { force: true });

const parseJson = (text: string, file: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw fault("ENROLMENT_REFUSED", { message: `${file} is damaged. The platform must issue a new token.`, cause });
  }
};
