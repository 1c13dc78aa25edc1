package dev.rapid.azure.trigger;

import dev.rapid.azure.protocol.InvocationRequest;

/**
 * An invocation as its worker gets it.
 *
 * @param request the message for the worker
 * @param replyForm what {@link TriggerMapping#reply} needs to know when the worker has answered
 */
public record TriggerCall(InvocationRequest request, ReplyForm replyForm) {}
