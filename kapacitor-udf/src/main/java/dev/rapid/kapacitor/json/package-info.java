/** Points and batches as JSON, in both directions (contract kapacitor-udf, section 10). */
@NullMarked
package dev.rapid.kapacitor.json;

import org.jspecify.annotations.NullMarked;
