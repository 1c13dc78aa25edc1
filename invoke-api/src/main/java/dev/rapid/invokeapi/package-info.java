/**
 * The caller's side: the Lambda Invoke API and function URLs (contract invoke-api).
 *
 * <p>Begin with {@link dev.rapid.invokeapi.InvokeApi}: it holds the table of all operations. The
 * packages below it depend on each other in this order, each only on earlier ones:
 *
 * <ul>
 *   <li>{@link dev.rapid.invokeapi.wire}: names of headers, and the check of JSON
 *   <li>{@link dev.rapid.invokeapi.errors}: the service's exceptions and their bodies
 *   <li>{@link dev.rapid.invokeapi.function}: versions and aliases, and which of them runs
 *   <li>{@link dev.rapid.invokeapi.invoke}: one request from its head to its answer
 *   <li>{@link dev.rapid.invokeapi.stream}: responses as an event stream
 *   <li>{@link dev.rapid.invokeapi.url}: function URLs and CORS
 *   <li>{@link dev.rapid.invokeapi.read}: the operations that show functions
 * </ul>
 */
@NullMarked
package dev.rapid.invokeapi;

import org.jspecify.annotations.NullMarked;
