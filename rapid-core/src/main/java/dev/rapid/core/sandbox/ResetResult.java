package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import org.jspecify.annotations.Nullable;

/**
 * How a reset went (contract lifecycle-and-control, section 4.6).
 *
 * @param extensionsResetMillis how long it took, zero if no extension had the shutdown event
 * @param fatalError what an extension reported while it was being ended, null if nothing
 */
public record ResetResult(long extensionsResetMillis, @Nullable ErrorType fatalError) {}
