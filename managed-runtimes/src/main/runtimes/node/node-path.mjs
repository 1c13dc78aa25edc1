// Lets `import` find packages in the folders of NODE_PATH, as Lambda's runtimes do and Node.js alone
// does not (contract templates-and-runtimes, section 6.6).

import module from "node:module";

import { resolve } from "./node-path-hook.mjs";

if (module.registerHooks) {
  module.registerHooks({ resolve });
} else if (module.register) {
  module.register("./node-path-hook.mjs", import.meta.url);
}
