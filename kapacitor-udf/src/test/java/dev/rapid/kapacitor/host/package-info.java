@NullMarked
package dev.rapid.kapacitor.host;

import org.jspecify.annotations.NullMarked;
