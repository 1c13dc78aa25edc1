/**
 * The conversation with an agent (contract kapacitor-udf, sections 8 and 9): this program is the
 * host that sends requests.
 */
@NullMarked
package dev.rapid.kapacitor.host;

import org.jspecify.annotations.NullMarked;
