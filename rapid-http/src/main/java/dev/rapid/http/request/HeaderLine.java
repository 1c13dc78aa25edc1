package dev.rapid.http.request;

/**
 * One header of a request or of an answer.
 *
 * @param name in any case
 * @param value as text, without line breaks
 */
public record HeaderLine(String name, String value) {}
