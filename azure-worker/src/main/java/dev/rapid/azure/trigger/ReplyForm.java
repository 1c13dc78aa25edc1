package dev.rapid.azure.trigger;

/**
 * In which form a caller wants what a function answers (contract azure-functions-worker, section
 * 14.3). It depends on what the caller sent.
 */
public enum ReplyForm {
  /** Status and headers of HTTP, and the bytes of the body: the caller is the function's URL. */
  HTTP,
  /** The object that HTTP APIs and URLs of Lambda expect, for an event in payload format 2.0. */
  ENVELOPE,
  /** The object that REST APIs of Lambda expect, for an event in payload format 1.0. */
  ENVELOPE_1_0,
  /** What the function returned and put into its outputs, as JSON. */
  RESULT
}
