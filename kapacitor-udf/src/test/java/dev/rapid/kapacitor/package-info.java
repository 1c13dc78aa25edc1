@NullMarked
package dev.rapid.kapacitor;

import org.jspecify.annotations.NullMarked;
