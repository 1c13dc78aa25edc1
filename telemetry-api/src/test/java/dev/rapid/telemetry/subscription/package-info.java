@NullMarked
package dev.rapid.telemetry.subscription;

import org.jspecify.annotations.NullMarked;
