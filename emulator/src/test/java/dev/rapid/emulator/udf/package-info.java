@NullMarked
package dev.rapid.emulator.udf;

import org.jspecify.annotations.NullMarked;
