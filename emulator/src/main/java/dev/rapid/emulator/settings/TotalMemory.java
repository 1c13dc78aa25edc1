package dev.rapid.emulator.settings;

/**
 * How much memory sandboxes may have, all together. If it is short, idle ones end for others.
 *
 * @param megabytes in MiB
 * @param ofAllFunctions whether the sandboxes of all functions count; if not, only workers of Fn do
 */
public record TotalMemory(int megabytes, boolean ofAllFunctions) {}
