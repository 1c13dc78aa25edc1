/**
 * The JSON payloads of callers, before they become data of a trigger (contract
 * azure-functions-worker, section 14.3). Nothing here needs the libraries of the protocol, so that
 * every way to a worker reads payloads alike.
 */
@NullMarked
package dev.rapid.azure.event;

import org.jspecify.annotations.NullMarked;
