package dev.rapid.cli.config;

/** How the function URL answers. */
public enum UrlInvokeMode {
  /** With the function's whole result. */
  BUFFERED,
  /** While the function sends. */
  RESPONSE_STREAM
}
