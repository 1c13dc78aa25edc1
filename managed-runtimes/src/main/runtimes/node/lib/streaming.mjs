// Handlers that write their response (contract templates-and-runtimes, section 7.3).

import { Writable } from "node:stream";

import { answer, open, replyHeaders } from "./api.mjs";
import { streamingContextOf } from "./context.mjs";
import { describe, InvalidStreamingOperation } from "./errors.mjs";
import { HIGH_WATER_MARK, STREAMING } from "./loader.mjs";
import { logError } from "./logs.mjs";

const PRELUDE_TYPE = "application/vnd.awslambda.http-integration-response";
const PRELUDE_END = new Uint8Array(8);
const ERROR_TYPE = "Lambda-Runtime-Function-Error-Type";
const ERROR_BODY = "Lambda-Runtime-Function-Error-Body";
const LONG_MS = 2 ** 30;

/** Marks a handler as one that gets a stream. */
export function streamifyResponse(handler, options) {
  handler[STREAMING] = "response";
  if (typeof options?.highWaterMark === "number") {
    handler[HIGH_WATER_MARK] = Math.trunc(options.highWaterMark);
  }
  return handler;
}

/** Streams that begin with a status and headers. */
export class HttpResponseStream {
  static from(stream, metadata) {
    stream.setContentType(PRELUDE_TYPE);
    stream._onBeforeFirstWrite = write => {
      write(JSON.stringify(metadata));
      write(PRELUDE_END);
    };
    return stream;
  }
}

/** The body of a response. Its request begins with the first write or the end. */
class ResponseStream extends Writable {
  #invocation;
  #request;
  #answered;
  #contentType = "application/octet-stream";

  constructor(invocation, highWaterMark) {
    super({ highWaterMark, decodeStrings: true, emitClose: true });
    this.#invocation = invocation;
    this.on("error", error => {
      if (error.code === "ERR_STREAM_WRITE_AFTER_END" && this.listenerCount("error") === 1) {
        Promise.reject(error);
      }
    });
  }

  setContentType(type) {
    if (this.#request) {
      throw new InvalidStreamingOperation("Cannot set content-type, too late.");
    }
    this.#contentType = type;
  }

  write(chunk, encoding, callback) {
    const written =
      typeof chunk === "string" || ArrayBuffer.isView(chunk) ? chunk : JSON.stringify(chunk);
    return super.write(written, encoding, callback);
  }

  _write(chunk, encoding, callback) {
    if (chunk.length === 0) {
      callback();
      return;
    }
    if (!this.#request) {
      this.#begin();
      this._onBeforeFirstWrite?.(bytes => this.#request.write(bytes));
    }
    this.#request.write(chunk, () => callback());
  }

  _final(callback) {
    this.#begin();
    this.#request.end(() => callback());
  }

  #begin() {
    if (this.#request) {
      return;
    }
    const headers = replyHeaders(this.#invocation, this.#contentType);
    headers["Lambda-Runtime-Function-Response-Mode"] = "streaming";
    headers["Transfer-Encoding"] = "chunked";
    headers.Trailer = ERROR_BODY;
    this.#request = open("POST", `invocation/${this.#invocation.requestId}/response`, headers);
    this.#answered = answer(this.#request);
    this.#answered.catch(() => {});
  }

  /** Ends the response with an error, also if nothing was written. */
  fail(error) {
    this.#begin();
    if (!this.#request.writableEnded) {
      this.#request.addTrailers({
        [ERROR_TYPE]: error.errorType,
        [ERROR_BODY]: Buffer.from(JSON.stringify(error)).toString("base64"),
      });
      this.#request.end();
    }
  }

  /** Waits until the response is sent and accepted. */
  async sent() {
    await this.#answered;
  }
}

/** Calls a handler; settles when its response is complete. */
export async function invokeStreaming(handler, invocation) {
  const stream = new ResponseStream(invocation, handler[HIGH_WATER_MARK]);
  const ended = new Promise(resolve => {
    stream.once("finish", resolve);
    stream.once("close", resolve);
  });
  // A stream that is not ended keeps the invocation open, even if nothing is pending.
  const pending = setInterval(() => {}, LONG_MS);
  try {
    const result = handler(JSON.parse(invocation.body), stream, streamingContextOf(invocation));
    if (typeof result?.then !== "function") {
      throw "Streaming does not support non-async handlers.";
    }
    if ((await result) !== undefined) {
      console.warn("Streaming handlers ignore return values.");
    }
    await ended;
  } catch (thrown) {
    logError("Invoke Error ", thrown);
    stream.fail(describe(thrown));
  } finally {
    clearInterval(pending);
  }
  await stream.sent();
}
