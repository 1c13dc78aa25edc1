package dev.rapid.invokeapi.url;

/**
 * One header of a request to a function URL, or of its answer.
 *
 * @param name in any case; a function's names become lower case
 * @param value as text, without line breaks
 */
record UrlHeader(String name, String value) {}
