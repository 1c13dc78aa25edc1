package dev.rapid.extensionsapi;

import org.jspecify.annotations.Nullable;

/**
 * What an extension is told of the function when it registers (contract
 * runtime-extensions-telemetry, section 3.3). What is not known is empty: clients require the first
 * three as strings.
 *
 * @param functionName for example {@code my-function}
 * @param functionVersion for example {@code $LATEST}
 * @param handler for example {@code app.handler}
 * @param accountId twelve digits, null if not known; told only to extensions that ask for it
 */
public record FunctionMetadata(
    String functionName, String functionVersion, String handler, @Nullable String accountId) {}
