package dev.rapid.cli;

/** How the function URL answers. */
enum UrlInvokeMode {
  /** With the function's whole result. */
  BUFFERED,
  /** While the function sends. */
  RESPONSE_STREAM
}
