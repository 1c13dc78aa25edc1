/**
 * Answers: {@link dev.rapid.gateway.request.ApiResponse} is one, {@link
 * dev.rapid.gateway.answer.GatewayError} has those that the gateway makes itself (contract
 * http-front-door, section 6), and {@link dev.rapid.gateway.answer.ApiAnswers} sends all.
 */
@NullMarked
package dev.rapid.gateway.answer;

import org.jspecify.annotations.NullMarked;
