@NullMarked
package dev.rapid.kapacitor.codec;

import org.jspecify.annotations.NullMarked;
