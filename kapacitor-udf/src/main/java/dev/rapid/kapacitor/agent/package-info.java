/**
 * The conversation with Kapacitor or another host (contract kapacitor-udf, section 11): a function
 * of this program is the agent.
 */
@NullMarked
package dev.rapid.kapacitor.agent;

import org.jspecify.annotations.NullMarked;
