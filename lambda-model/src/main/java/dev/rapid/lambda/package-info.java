/**
 * Lambda's vocabulary, which front ends, the APIs for the function's processes, the control API and
 * telemetry share. Nothing here knows HTTP servers or processes.
 *
 * <ul>
 *   <li>names and identifiers: {@link dev.rapid.lambda.FunctionReference}, {@link
 *       dev.rapid.lambda.Identifiers}, {@link dev.rapid.lambda.ExtensionIdentifier}, {@link
 *       dev.rapid.lambda.TraceHeader}, {@link dev.rapid.lambda.LambdaHeaders}
 *   <li>limits: {@link dev.rapid.lambda.Limits}
 *   <li>reports of failures: {@link dev.rapid.lambda.FailurePayload} to callers, {@link
 *       dev.rapid.lambda.WireError} to the function's processes, {@link
 *       dev.rapid.lambda.LambdaFailureMessages}
 *   <li>JSON: {@link dev.rapid.lambda.Utf8Buffer} writes text and JSON strings, {@link
 *       dev.rapid.lambda.JsonObject} writes objects, {@link dev.rapid.lambda.JsonReader} reads,
 *       {@link dev.rapid.lambda.JsonStreams} does both token by token
 * </ul>
 */
@NullMarked
package dev.rapid.lambda;

import org.jspecify.annotations.NullMarked;
