// Finds the function that the handler names (contract templates-and-runtimes, section 7.3).

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import {
  CallbackHandlerDeprecated,
  HandlerNotFound,
  ImportModuleError,
  MalformedHandlerName,
  MalformedStreamingHandler,
  UserCodeSyntaxError,
} from "./errors.mjs";
import { isModern } from "./settings.mjs";

export const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
export const HIGH_WATER_MARK = Symbol.for("aws.lambda.runtime.handler.streaming.highWaterMark");

const require = createRequire(import.meta.url);

const importFile = file => import(pathToFileURL(file).href);

/** Returns the function of a handler. */
export async function load(taskRoot, handler) {
  const { directory, module, path } = parse(handler);
  const file = resolve(taskRoot, directory, module);
  let found;
  try {
    found = await loadModule(taskRoot, file, directory, module);
  } catch (error) {
    throw translate(error);
  }
  const target = follow(found, path) ?? (isModern ? follow(found?.default, path) : undefined);
  if (target === undefined || target === null) {
    throw new HandlerNotFound(`${handler} is undefined or not exported`);
  }
  if (typeof target !== "function") {
    throw new HandlerNotFound(`${handler} is not a function`);
  }
  check(target);
  return target;
}

function parse(handler) {
  if (handler.includes("..")) {
    throw new MalformedHandlerName(
      `'${handler}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const name = basename(handler);
  const dot = name.indexOf(".");
  if (dot < 0) {
    throw new MalformedHandlerName("Bad handler");
  }
  return {
    directory: handler.slice(0, handler.length - name.length),
    module: name.slice(0, dot),
    path: name.slice(dot + 1),
  };
}

function follow(value, path) {
  return path.split(".").reduce((member, name) => member?.[name], value);
}

function loadModule(taskRoot, file, directory, module) {
  return isModern
    ? loadModern(taskRoot, file, directory, module)
    : loadClassic(taskRoot, file, directory, module);
}

async function loadModern(taskRoot, file, directory, module) {
  for (const extension of ["", ".js", ".mjs", ".cjs"]) {
    if (existsSync(file + extension)) {
      return importFile(file + extension);
    }
  }
  return importFile(resolveElsewhere(taskRoot, directory, module));
}

async function loadClassic(taskRoot, file, directory, module) {
  if (existsSync(file)) {
    return require(file);
  }
  const script = file + ".js";
  if (existsSync(script)) {
    return isInModulePackage(file) ? importFile(script) : require(script);
  }
  if (existsSync(file + ".mjs")) {
    return importFile(file + ".mjs");
  }
  if (existsSync(file + ".cjs")) {
    return require(file + ".cjs");
  }
  return require(resolveElsewhere(taskRoot, directory, module));
}

function resolveElsewhere(taskRoot, directory, module) {
  return require.resolve(module, { paths: [taskRoot, join(taskRoot, directory)] });
}

/** Returns whether the nearest package says that its scripts are ES modules. */
function isInModulePackage(file) {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const description = join(folder, "package.json");
    if (existsSync(description)) {
      try {
        return JSON.parse(readFileSync(description, "utf8")).type === "module";
      } catch {
        return false;
      }
    }
    if (basename(folder) === "node_modules" || folder === dirname(folder)) {
      return false;
    }
  }
}

function translate(error) {
  if (error instanceof SyntaxError) {
    const fault = new UserCodeSyntaxError(String(error));
    if (isModern) {
      fault.stack = error.stack;
    }
    return fault;
  }
  if (error?.code === "MODULE_NOT_FOUND") {
    return new ImportModuleError(String(error));
  }
  return error;
}

function check(target) {
  const marker = target[STREAMING];
  if (marker !== undefined && marker !== "response") {
    throw new MalformedStreamingHandler("Only response streaming is supported.");
  }
  if (isModern && marker === undefined && target.length >= 3) {
    throw new CallbackHandlerDeprecated(
      "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. "
        + "Return the result or a promise of it, for example with an async function.",
    );
  }
}
