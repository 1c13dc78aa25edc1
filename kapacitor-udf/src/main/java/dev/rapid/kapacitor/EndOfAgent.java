package dev.rapid.kapacitor;

import java.time.Duration;

/**
 * How an agent is ended whose input has ended.
 *
 * @param patience how long it may take to end by itself
 * @param termGrace how long it has after a SIGTERM that follows, zero to kill it without one
 */
public record EndOfAgent(Duration patience, Duration termGrace) {}
