package dev.rapid.cli.config;

/** How the function URL answers. */
public enum UrlInvokeMode {
  /** It sends the function's whole result. */
  BUFFERED,
  /** It sends the response while the function streams it. */
  RESPONSE_STREAM
}
