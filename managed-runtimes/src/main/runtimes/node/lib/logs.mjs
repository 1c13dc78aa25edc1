// Log records as the cloud's runtime writes them (contract templates-and-runtimes, section 7.3).

import { writeSync } from "node:fs";
import { format } from "node:util";

import { current } from "./current.mjs";
import { describe, isError } from "./errors.mjs";
import { isModern, logsJson } from "./settings.mjs";

const LEVELS = { TRACE: 1, DEBUG: 2, INFO: 3, WARN: 4, ERROR: 5, FATAL: 6 };
const METHODS = { log: "INFO", info: "INFO", warn: "WARN", error: "ERROR", debug: "DEBUG", trace: "TRACE" };

const lowest = LEVELS[(process.env.AWS_LAMBDA_LOG_LEVEL ?? "").toUpperCase()] ?? LEVELS.TRACE;

const descriptor = Number.parseInt(process.env._LAMBDA_TELEMETRY_LOG_FD ?? "", 10);
delete process.env._LAMBDA_TELEMETRY_LOG_FD;

const FRAME = 0xa55a0002;
const FRAME_OF_TEXT = 1;

/** Writes a message as a frame (contract runtime-extensions-telemetry, section 7.6). */
function writeFrame(level, time, text) {
  const message = Buffer.from(text);
  const frame = Buffer.alloc(16 + message.length);
  frame.writeUInt32BE((FRAME | (LEVELS[level] << 2) | (logsJson ? 0 : FRAME_OF_TEXT)) >>> 0, 0);
  frame.writeUInt32BE(message.length, 4);
  frame.writeBigUInt64BE(BigInt(time.getTime()) * 1000n, 8);
  message.copy(frame, 16);
  writeAll(frame);
}

function writeAll(bytes) {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if (error.code !== "EAGAIN") {
        throw error;
      }
    }
  }
}

/** Returns an error as a value of a record. */
function errorValue(error) {
  return {
    errorType: error?.constructor?.name ?? "UnknownError",
    errorMessage: error.message,
    stackTrace: typeof error.stack === "string" ? error.stack.split("\n") : [],
    ...error,
  };
}

function replaceErrors(key, value) {
  if (value instanceof Error) {
    return errorValue(value);
  }
  return typeof value === "bigint" ? value.toString() : value;
}

function jsonRecord(level, time, values) {
  const record = { timestamp: time.toISOString(), level };
  const invocation = current();
  if (invocation?.requestId) {
    record.requestId = invocation.requestId;
  }
  if (invocation?.tenantId) {
    record.tenantId = invocation.tenantId;
  }
  if (values.length === 1) {
    record.message = values[0];
    try {
      return JSON.stringify(record, replaceErrors);
    } catch {
      record.message = format(...values);
      return JSON.stringify(record);
    }
  }
  record.message = format(...values);
  const error = values.find(value => value instanceof Error);
  if (error !== undefined) {
    Object.assign(record, {
      errorType: error?.constructor?.name ?? "UnknownError",
      errorMessage: error.message,
      stackTrace: typeof error.stack === "string" ? error.stack.split("\n") : [],
    });
  }
  return JSON.stringify(record, replaceErrors);
}

function textRecord(level, time, values) {
  const id = current()?.requestId ?? (isModern ? "-" : undefined);
  return `${time.toISOString()}\t${id}\t${level}\t${format(...values)}`;
}

function write(level, values) {
  if (LEVELS[level] < lowest) {
    return;
  }
  const time = new Date();
  const record = logsJson ? jsonRecord(level, time, values) : textRecord(level, time, values);
  if (Number.isInteger(descriptor)) {
    writeFrame(level, time, record);
  } else {
    process.stdout.write((logsJson ? record : record.replaceAll("\n", "\r")) + "\n");
  }
}

/** Writes what was thrown, under a heading in text. */
export function logError(heading, thrown) {
  let error = thrown;
  try {
    error = isError(thrown) ? thrown : new Error(String(thrown));
    if (logsJson) {
      write("ERROR", [errorValue(error)]);
    } else {
      write("ERROR", [`${heading}\t${JSON.stringify(textError(error), describeErrors)}`]);
    }
  } catch {
    write("ERROR", [`${heading}\t${JSON.stringify(describe(thrown))}`]);
  }
}

function describeErrors(key, value) {
  return value instanceof Error ? textError(value) : value;
}

function textError(error) {
  return {
    errorType: error.name,
    errorMessage: error.message,
    code: error.code,
    ...error,
    stack: error.stack.split("\n"),
  };
}

/** Makes the console write records. */
export function patchConsole() {
  for (const [method, level] of Object.entries(METHODS)) {
    console[method] = (...values) => write(level, values);
  }
}
