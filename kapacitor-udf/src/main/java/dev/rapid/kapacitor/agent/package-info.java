/**
 * The conversation with Kapacitor or another host (contract kapacitor-udf, section 11): a function
 * of this program is the agent. Begin reading with {@link dev.rapid.kapacitor.agent.Conversation},
 * which is one connection; {@link dev.rapid.kapacitor.agent.FunctionUse} is the function in it.
 * {@link dev.rapid.kapacitor.agent.AgentFactory} makes what the program uses.
 */
@NullMarked
package dev.rapid.kapacitor.agent;

import org.jspecify.annotations.NullMarked;
