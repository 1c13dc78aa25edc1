// Errors in the cloud's shape (contract templates-and-runtimes, section 7.3).

import { isModern } from "./settings.mjs";

const BROKEN =
  "callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack";

/** Makes a class of errors that the runtime notices itself. */
function fault(name) {
  const type = class extends Error {};
  Object.defineProperty(type, "name", { value: name.replace("Runtime.", "") });
  type.prototype.name = name;
  return type;
}

export const MalformedHandlerName = fault("Runtime.MalformedHandlerName");
export const HandlerNotFound = fault("Runtime.HandlerNotFound");
export const ImportModuleError = fault("Runtime.ImportModuleError");
export const UserCodeSyntaxError = fault("Runtime.UserCodeSyntaxError");
export const UnhandledPromiseRejection = fault("Runtime.UnhandledPromiseRejection");
export const CallbackHandlerDeprecated = fault("Runtime.CallbackHandlerDeprecated");
export const MalformedStreamingHandler = fault("Runtime.MalformedStreamingHandler");
export const InvalidStreamingOperation = fault("Runtime.InvalidStreamingOperation");
export const JSONStringifyError = fault("Runtime.JSONStringifyError");

export function isError(value) {
  return (
    value instanceof Error ||
    Object.prototype.toString.call(value) === "[object Error]" ||
    ["name", "message", "stack"].every(
      member => typeof value?.[member] === "string" && value[member] !== "",
    )
  );
}

function clean(text) {
  return text.replaceAll("\x7F", "%7F");
}

/** Returns the body that is sent for what was thrown. */
export function describe(thrown) {
  if ((thrown === null || thrown === undefined) && !isModern) {
    return { errorType: "string", errorMessage: "handled", trace: [] };
  }
  try {
    if (isError(thrown)) {
      return {
        errorType: clean(thrown.name),
        errorMessage: clean(thrown.message),
        trace: clean(thrown.stack).split("\n"),
      };
    }
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  } catch {
    const broken = { errorType: "handled", errorMessage: BROKEN };
    return isModern ? { ...broken, trace: [] } : broken;
  }
}
