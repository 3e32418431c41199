/** The themes a person can choose. */

import { Monitor, Moon, Sun } from "lucide-react";

export const themes = [
  { id: "system", words: "System", Icon: Monitor },
  { id: "light", words: "Light", Icon: Sun },
  { id: "dark", words: "Dark", Icon: Moon },
] as const;
