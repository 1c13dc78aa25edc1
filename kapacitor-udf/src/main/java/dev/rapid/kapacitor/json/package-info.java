/**
 * Points, batches and options between JSON and messages (contract kapacitor-udf, sections 8.3, 10
 * and 11). Everything is read and written token by token, without a tree.
 *
 * <p>An agent as a worker: {@link dev.rapid.kapacitor.json.EventReader} makes frames of an event,
 * {@link dev.rapid.kapacitor.json.AgentOutput} makes the response of what the agent answers. A
 * function as an agent: {@link dev.rapid.kapacitor.json.EventWriter} makes the events, {@link
 * dev.rapid.kapacitor.json.ResultReader} makes frames of the results. What is wrong with a JSON
 * text is found before its first frame is used, and the message says where.
 */
@NullMarked
package dev.rapid.kapacitor.json;

import org.jspecify.annotations.NullMarked;
