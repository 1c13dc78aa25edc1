package dev.rapid.cli.config;

/**
 * What the user should know about the settings, although they can be used.
 *
 * @param level {@link LogLevel#WARN} if the user should change something
 * @param text one line
 */
public record Message(LogLevel level, String text) {}
